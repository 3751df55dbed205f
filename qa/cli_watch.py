"""folders → collection, again and again: what appears, changes or goes away under them is ingested as it happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

_QUIET_MILLISECONDS = 1600
_LOOK_MILLISECONDS = 200


def is_paper(_: Change, path: str) -> bool:
    """Whether a change may matter: not of hidden files and of those that editors and browsers write halfway."""
    name = Path(path).name
    return not name.startswith((".", "~")) and not name.endswith((".part", ".tmp", ".crdownload", ".swp"))


def ingest_on_change(paths: Sequence[Path], ingest: Callable[[], None], stop: Event | None = None) -> None:
    """Call `ingest` after every change below `paths`, once things have been quiet for a moment; returns when `stop` is
    set or the user interrupts."""
    changes = watch(
        *paths,
        watch_filter=is_paper,
        debounce=_QUIET_MILLISECONDS,
        step=_LOOK_MILLISECONDS,
        stop_event=stop,
        raise_interrupt=False,
    )
    for _ in changes:
        ingest()
