"""SIGTERM → answers in the making: they may end by themselves for a while, then they are told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from qa.errors import ServiceStopping


class Stopping:
    """Whether the service has no time left. Safe to share between threads and event loops."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._interrupted: set[asyncio.Future[None]] = set()

    def now(self) -> None:
        """From now on nothing is waited for. Saying it twice changes nothing."""
        with self._lock:
            self._stopped.set()
            interrupted, self._interrupted = self._interrupted, set()
        for future in interrupted:
            if not future.get_loop().is_closed():
                future.get_loop().call_soon_threadsafe(_interrupt, future)

    def check(self) -> None:
        """Go on while there is time. Raises ServiceStopping."""
        if self._stopped.is_set():
            raise ServiceStopping("The service is stopping.")

    @contextmanager
    def interrupting(self) -> Iterator[asyncio.Future[None]]:
        """A future that raises ServiceStopping once there is no time left; call on the event loop."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            stopped = self._stopped.is_set()
            if not stopped:
                self._interrupted.add(future)
        if stopped:
            _interrupt(future)
        try:
            yield future
        finally:
            self._interrupted.discard(future)
            if future.done():
                future.exception()  # Looked at, so that nobody is warned of it.
            else:
                future.cancel()


def _interrupt(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_exception(ServiceStopping("The service is stopping."))
