"""Document → record: which of several processes on one PostgreSQL record may ingest and mend at the moment.

One session holds PostgreSQL's advisory lock for as long as it works, so that the turn passes on when a process dies,
however it dies. On SQLite the owner of the home is the only process, and every turn is free.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from ingest.errors import RecordError
from ingest.record_schema import translated

log = logging.getLogger("sitasi.record")

# Any number that other users of the same database are unlikely to have chosen: "SITASI" in ASCII.
_KEY = 0x534954415349
_PAUSE = 0.2


class Turn:
    """The turn of this process, shared by its threads: each may take it while another of them holds it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._session: Connection | None = None
        self._holders = 0

    @contextmanager
    def taken(self, *, wait: bool = True) -> Iterator[bool]:
        """Whether this process alone ingests and mends inside the `with` block: always with `wait`, else if no other
        was at it.

        Raises RecordError when the database fails."""
        if self._engine.dialect.name == "sqlite":
            yield True
            return
        mine = self._enter()
        if not mine and wait:
            log.warning("Another process ingests or mends the index; this one waits for it to end.")
            while not mine:
                time.sleep(_PAUSE)
                mine = self._enter()
        try:
            yield mine
        finally:
            if mine:
                self._leave()

    def check(self) -> None:
        """Raises RecordError when the turn was taken and the session that holds it has been lost since."""
        with self._guard:
            if self._session is None:
                return
            try:
                with translated():
                    self._session.execute(text("SELECT 1"))
            except RecordError:
                self._session.invalidate()
                raise

    def _enter(self) -> bool:
        with self._guard, translated():
            if self._holders == 0:
                session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                try:
                    free = session.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY})
                except BaseException:
                    session.close()
                    raise
                if not free:
                    session.close()
                    return False
                self._session = session
            self._holders += 1
            return True

    def _leave(self) -> None:
        with self._guard:
            self._holders -= 1
            session = self._session
            if self._holders or session is None:
                return
            self._session = None
            try:
                session.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEY})
            except SQLAlchemyError:
                # A session that is gone has given the lock up; one that is not must not return to the pool with it.
                session.invalidate()
            finally:
                session.close()
