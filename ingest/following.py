"""Shared record → this process: takes over what other processes publish, a moment after they did."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.errors import IngestError
from ingest.store import Library

log = logging.getLogger("sitasi.library")

LOOK_SECONDS = 0.5
# Taking over a change may cost at most this share of the time, however often something is published.
_SHARE = 0.25


@contextmanager
def following(library: Library) -> Iterator[None]:
    """Inside the `with` block `library` is brought in step with its record within about a second of every change.

    While the record is away it is looked for again and again; nothing is raised."""
    stop = threading.Event()
    follower = threading.Thread(target=_follow, args=(library, stop), name="follow-record", daemon=True)
    follower.start()
    try:
        yield
    finally:
        stop.set()
        follower.join()


def _follow(library: Library, stop: threading.Event) -> None:
    away, pause = False, LOOK_SECONDS
    while not stop.wait(pause):
        started = time.monotonic()
        try:
            library.refresh()
        except IngestError as fault:
            if not away:
                log.warning("What others publish cannot be taken over at the moment. %s", fault)
            away = True
        except Exception:
            log.exception("taking over what others published failed")
        else:
            if away:
                log.warning("What others publish is being taken over again.")
            away = False
        pause = max(LOOK_SECONDS, (time.monotonic() - started) / _SHARE)
