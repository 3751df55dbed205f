"""Lexical index → disk: the segments that stand there, and which state of the corpus they stand for.

A large main segment, at most one segment of what came after it, and the rows of the main one that have died since. What
is current is told by one small file: whoever opens the folder finds the old state or the new one, and each whole.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.failpoints import failpoint
from ingest.home import replace_file
from ingest.lexical_segment import K1, B, Segment, file_digest, load_segment, save_segment
from ingest.lexical_terms import ANALYSIS_VERSION

log = logging.getLogger("sitasi.lexical")

_CURRENT = "current.json"


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands on disk. `dead` are rows of `main`; `version` is that of the corpus which all of it together holds,
    empty when more was published since."""

    main: Segment
    recent: Segment | None
    dead: tuple[int, ...]
    version: str


def save_main(segment: Segment, folder: Path) -> Segment:
    """Make this segment all that stands in `folder`; returns it mapped from disk. After an OSError nothing has changed
    there."""
    return _switch(segment, folder, lambda written: {"main": written, "recent": None, "dead": [], "version": ""})


def save_recent(segment: Segment | None, dead: Sequence[int], version: str, folder: Path) -> Segment | None:
    """Put this segment beside the main one, in place of an earlier one; with it and without the `dead` rows of the main
    segment the folder holds the corpus of `version`. After an OSError nothing has changed there."""
    rest = {"main": _pointer(folder)["main"], "dead": list(dead), "version": version}
    if segment is None:
        _point(folder, rest | {"recent": None})
        return None
    return _switch(segment, folder, lambda written: rest | {"recent": written})


def note_version(version: str, dead: Sequence[int], folder: Path) -> None:
    """State anew which corpus the segments stand for, as they lie there. Raises OSError."""
    kept = {name: value for name, value in _pointer(folder).items() if name in ("main", "recent")}
    _point(folder, kept | {"dead": list(dead), "version": version})


def load_saved(folder: Path) -> Saved | None:
    """What was saved, if it is whole and would be built the same way today."""
    try:
        pointer = _pointer(folder)
        if (pointer["analysis"], pointer["k1"], pointer["b"]) != (ANALYSIS_VERSION, K1, B):
            log.info("The lexical index was built by other rules and is built again from the record.")
            return None
        main, recent = (_load(folder, pointer[name]) for name in ("main", "recent"))
        if main is None:
            raise ValueError("it names no segment")
        return Saved(main, recent, tuple(map(int, pointer["dead"])), str(pointer["version"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        log.warning("The lexical index is damaged (%s) and is built again from the record.", fault)
        return None


def _load(folder: Path, written: dict[str, Any] | None) -> Segment | None:
    if written is None:
        return None
    generation = folder / str(written["generation"])
    if any(file_digest(generation / name) != digest for name, digest in written["files"].items()):
        raise ValueError("a file does not have its digest")
    return load_segment(generation)


def _switch(segment: Segment, folder: Path, state: Callable[[dict[str, Any]], dict[str, Any]]) -> Segment:
    generation = folder / uuid.uuid4().hex[:12]
    try:
        generation.mkdir(parents=True)
        digests = save_segment(segment, generation)
        for name in digests:
            with (generation / name).open("rb") as written:
                os.fsync(written.fileno())
        failpoint("lexical.before_switch")
        _point(folder, state({"generation": generation.name, "files": digests}))
    except OSError:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    return load_segment(generation)


def _pointer(folder: Path) -> dict[str, Any]:
    pointer = json.loads((folder / _CURRENT).read_bytes())
    # Without a digest it is of an earlier version of Sitasi, whose rules are others in any case.
    if "generation" in pointer:
        return dict.fromkeys(("analysis", "k1", "b"))
    state: dict[str, Any] = pointer["state"]
    if pointer["digest"] != _digest(state):
        raise ValueError(f"{_CURRENT} does not have its digest")
    return state


def _digest(state: dict[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(state, sort_keys=True).encode()).hexdigest()


def _point(folder: Path, state: dict[str, Any]) -> None:
    """Make `state` the current one and delete what it does not name."""
    state = {"analysis": ANALYSIS_VERSION, "k1": K1, "b": B} | state
    replace_file(folder / _CURRENT, json.dumps({"state": state, "digest": _digest(state)}).encode())
    failpoint("lexical.after_switch")
    named = {state[name]["generation"] for name in ("main", "recent") if state[name] is not None}
    for other in folder.iterdir():
        if other.is_dir() and other.name not in named:
            shutil.rmtree(other, ignore_errors=True)
