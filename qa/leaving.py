"""reader → whoever works on their answer: whether anybody still waits for it.

A value of the context, so that it reaches the innermost wait without being handed through every signature on the way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

GLANCE_SECONDS = 0.1
"""How often whoever waits looks up."""

_LEFT: ContextVar[threading.Event | None] = ContextVar("sitasi_reader_left", default=None)


class ReaderLeft(Exception):
    """Nobody listens to this answer any more; not a fault of anything."""


@contextmanager
def waited_for(left: threading.Event) -> Iterator[None]:
    """Work inside the block is given up once `left` is set. Raises ReaderLeft at once when it is set already."""
    token = _LEFT.set(left)
    try:
        check_reader()
        yield
    finally:
        _LEFT.reset(token)


def check_reader() -> None:
    """Go on while somebody waits. Raises ReaderLeft."""
    left = _LEFT.get()
    if left is not None and left.is_set():
        raise ReaderLeft


def rest(seconds: float) -> None:
    """Sleep, unless the reader leaves meanwhile: then raises ReaderLeft."""
    left = _LEFT.get()
    if left is None:
        time.sleep(seconds)
    elif left.wait(seconds):
        raise ReaderLeft
