"""folders → collection, again and again: what appears, changes or goes away under them is ingested as it happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from watchfiles import watch

_QUIET_MILLISECONDS = 1600
_LOOK_MILLISECONDS = 200


def matters(path: Path, roots: Sequence[Path], apart: Path) -> bool:
    """Whether a change at `path` may matter: not of hidden files and folders, of what editors and browsers write
    halfway, nor of anything in the folder `apart`, where ingesting itself writes."""
    root = next((one for one in roots if path.is_relative_to(one)), None)
    below = path.relative_to(root).parts if root is not None else (path.name,)
    hidden = any(part.startswith((".", "~")) for part in below)
    return not hidden and not path.is_relative_to(apart) and path.suffix not in (".part", ".tmp", ".crdownload", ".swp")


def ingest_on_change(paths: Sequence[Path], ingest: Callable[[], None], apart: Path, stop: Event | None = None) -> None:
    """Call `ingest` after every change below `paths` (absolute), once things have been quiet for a moment; returns
    when `stop` is set or the user interrupts."""
    changes = watch(
        *paths,
        watch_filter=lambda _, path: matters(Path(path), paths, apart),
        debounce=_QUIET_MILLISECONDS,
        step=_LOOK_MILLISECONDS,
        stop_event=stop,
        raise_interrupt=False,
    )
    for _ in changes:
        ingest()
