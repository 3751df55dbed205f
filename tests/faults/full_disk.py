"""A disk that fills up at random points of a library's life, and a library that is asked to go on living on it."""

from __future__ import annotations

import os
import random
import resource
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ingest.lexical
from ingest.errors import RecordError
from ingest.home import Home
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import Library, open_library
from tests.faults.collection_operations import SAMPLE, Chooser, Model, after, differences, empty, made_under, paper
from tests.faults.collection_operations import perform as do

_BLOCK = 4096
_ASKING = ("by_vector", "by_words", "read", "list")
_LONGEST_FILLING = 400


class SmallDisk:
    """A file system of its own, filled with a ballast file."""

    def __init__(self, root: Path) -> None:
        self.root, self._ballast = root, root / "ballast"

    @contextmanager
    def full(self, left: int) -> Iterator[None]:
        """Only `left` bytes are free inside the `with` block."""
        with self._ballast.open("wb") as ballast:
            room = os.statvfs(self.root)
            free = room.f_bavail * room.f_frsize
            os.posix_fallocate(ballast.fileno(), 0, max(_BLOCK, free - left))
        try:
            yield
        finally:
            self._ballast.unlink()


class ShortFiles:
    """Where no file system can be mounted: no file may grow beyond what the largest one has reached."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def full(self, left: int) -> Iterator[None]:
        """As `SmallDisk.full`, for every file."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        largest = max((path.stat().st_size for path in self.root.rglob("*") if path.is_file()), default=0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (min(largest, left), before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


def live_on(root: Path, points: int, seed: int, mounted: bool, broken: bool = False) -> tuple[int, list[str]]:
    """How many times the disk filled up and everything held, and what did not. With `broken`, a publication is not one
    transaction, so that the comparison can be seen to notice."""
    chance = random.Random(seed)
    disk = SmallDisk(root) if mounted else ShortFiles(root)
    if broken:
        _break_transactions()
    kept, wrong = 0, []
    ingest.lexical._SMALL, ingest.lexical._SHARE = 0, 0.0
    with open_library(Home(root / "home"), RecordSettings(), ChromaSettings()) as library:
        library.publish([paper("sample", "sample.md", SAMPLE, 0)], made_under(0))
        chooser, model = Chooser(seed), empty()
        for _ in range(15):
            model = _one(library, model, chooser)
        for point in range(points):
            try:
                with disk.full(chance.randrange(0, 400_000)):
                    model = _fill_up(library, model, chooser)
                for _ in range(3):
                    model = _one(library, model, chooser)
                library.check()
                assert library.health == "ready", f"the index is {library.health}"
                assert (found := differences(library, model)) == [], found
                kept += 1
            except Exception:
                wrong.append(f"point {point}: {traceback.format_exc()[-3000:]}")
                break
    return kept, wrong


def _one(library: Library, model: Model, chooser: Chooser) -> Model:
    operation = chooser.draw(model)
    if operation[0] == "restart":
        return model
    do(library, model, operation)
    return after(model, operation)[-1]


def _fill_up(library: Library, model: Model, chooser: Chooser) -> Model:
    """Work until the disk is full; from then on only what needs no space works, and asking always does."""
    for _ in range(_LONGEST_FILLING):
        operation = chooser.draw(model)
        if operation[0] in ("restart", "check"):
            continue
        try:
            do(library, model, operation)
        except RecordError as fault:
            assert operation[0] not in _ASKING, f"asking failed: {fault}"
            model = _state_left(library, [model, *after(model, operation)])
            for _ in range(5):
                asked = chooser.draw(model)
                if asked[0] in _ASKING:
                    do(library, model, asked)
            return model
        model = after(model, operation)[-1]
    raise AssertionError("the disk never became full")


def _state_left(library: Library, states: list[Model]) -> Model:
    for state in states:
        # The indexes may lag behind or answer by a scan: what answers is what counts while the disk is full.
        if not [one for one in differences(library, state) if "other ids" not in one]:
            return state
    raise AssertionError(f"none of the states: {differences(library, states[-1])}")


def _break_transactions() -> None:
    from ingest.record import Record

    publish = Record.publish

    def delete_then_insert(record: Record, embedded, made_under):  # type: ignore[no-untyped-def]
        record.remove([embedded.document.id])
        return publish(record, embedded, made_under)

    Record.publish = delete_then_insert  # type: ignore[method-assign]
