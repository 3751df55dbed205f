"""Lives of a library in a process of its own, which is closed in order or killed: every operation is told before it is
done and after, so that whoever survives knows what must be there."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ingest.lexical
from ingest.failpoints import EXIT_CODE
from ingest.home import Home
from ingest.proven_index import ProvenIndex
from ingest.record import Record
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import Library, open_library
from tests.faults.collection_life import _context
from tests.faults.collection_operations import (
    SAMPLE,
    Chooser,
    Model,
    Operation,
    after,
    differences,
    made_under,
    paper,
    perform,
)

# Places in the library where a life may end; those of reading files are passed by whole runs of ingestion only.
PLACES = (
    "index.before_upsert", "index.after_upsert", "lexical.after_update", "record.inside_publish", "index.after_delete",
    "record.after_publish", "record.inside_remove", "record.after_remove", "lexical.before_switch",
    "lexical.after_switch", "rebuild.before_fill", "rebuild.filled", "seal.before_write",
)  # fmt: skip


@dataclass
class Life:
    """How a process is to live: from one of `models`, for so many operations, unless it dies before."""

    home: Path
    models: list[Model]
    seed: int
    operations: int
    failpoint: str = ""
    fault: str = ""


@dataclass
class Told:
    """What a life has said: the operations it did, the states it may have left, and what it found wrong."""

    done: list[Operation] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    restarts: int = 0
    wrong: list[str] = field(default_factory=list)
    died: bool = False


def spend(life: Life, diary: Path, kill_after: float | None = None) -> Told:
    """Have the life lived, kill it so many seconds after it has begun, and read what it told."""
    diary.unlink(missing_ok=True)
    process = _context.Process(target=_live, args=(life, diary))
    process.start()
    if kill_after is not None:
        while process.is_alive() and not (diary.exists() and diary.stat().st_size):
            time.sleep(0.002)
        process.join(kill_after)
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    told = _read(diary, life)
    if process.exitcode not in (0, EXIT_CODE, -signal.SIGKILL):
        told.wrong.append(f"the process ended with {process.exitcode}")
    told.died = process.exitcode != 0
    return told


def _read(diary: Path, life: Life) -> Told:
    told = Told(models=life.models)
    text = diary.read_text() if diary.exists() else ""
    # A process that was killed may leave half a line; nothing was done after it.
    lines = [json.loads(line) for line in text.split("\n")[:-1]]
    model, begun = life.models[0], None
    for kind, what in lines:
        if kind == "begun":
            model = life.models[what]
            told.models = [model]
        elif kind == "begin":
            told.models, begun = [model, *after(model, what)], what
        elif kind == "done":
            model = told.models[-1]
            told.models = [model]
            told.done.append(what)
            told.restarts += what[0] == "restart"
        else:
            told.wrong.append(f"{what}, after {told.done[-5:]}, in {begun}")
    return told


def _live(life: Life, diary: Path) -> None:
    os.environ["SITASI_FAILPOINT"] = life.failpoint
    chance = random.Random(life.seed)
    # Small collections, and yet all places around saving and merging are passed.
    ingest.lexical._SMALL, ingest.lexical._SHARE = chance.choice(((0, 0.0), (20, 0.1), (1000, 0.125)))
    FAULTS[life.fault]()
    with diary.open("a", buffering=1) as opened:

        def tell(kind: str, what: Any) -> None:
            opened.write(json.dumps([kind, what]) + "\n")

        try:
            _go_through(life, Chooser(life.seed), tell)
        except Exception as fault:
            tell("wrong", f"{type(fault).__name__}: {fault}")


def _go_through(life: Life, chooser: Chooser, tell: Callable[[str, Any], None]) -> None:
    model: Model | None = None
    left = life.operations
    while left > 0:
        with open_library(Home(life.home), RecordSettings(), ChromaSettings()) as library:
            model = _begin(library, life, model, tell)
            while left > 0:
                left -= 1
                operation = chooser.draw(model)
                tell("begin", operation)
                if operation[0] == "restart":
                    break
                perform(library, model, operation)
                model = after(model, operation)[-1]
                tell("done", operation)
            if operation[0] != "restart":
                return
        tell("done", operation)


def _begin(library: Library, life: Life, model: Model | None, tell: Callable[[str, Any], None]) -> Model:
    """The state that the library is in; the sample is published when there is nothing at all."""
    if library.record.manifest() is None:
        library.publish([paper("sample", "sample.md", SAMPLE, 0)], made_under(0))
    found = [differences(library, one) for one in ([model] if model is not None else life.models)]
    sound = [number for number, wrong in enumerate(found) if not wrong]
    if not sound:
        raise AssertionError(f"none of {len(found)} states: {min(found, key=len)}")
    if model is None:
        tell("begun", sound[-1])
        return life.models[sound[-1]]
    return model


def _forget_vectors_late() -> None:
    ProvenIndex.delete = lambda self, ids: None  # type: ignore[method-assign]
    ProvenIndex._follow_record = lambda self: None  # type: ignore[method-assign]


def _lose_a_passage() -> None:
    publish = Record.publish

    def lossy(record: Record, embedded: Any, made_under: Any) -> Any:
        short = type(embedded)(embedded.document, embedded.passages[:5])
        return publish(record, short, made_under)

    Record.publish = lossy  # type: ignore[method-assign]


def _forget_answers() -> None:
    prune = Record.prune
    Record.prune = lambda self, answer_days, grace_seconds=0: (  # type: ignore[assignment, method-assign]
        self.remove(["p0", "p1"]),
        prune(self, answer_days, grace_seconds),
    )


FAULTS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "vectors stay": _forget_vectors_late,
    "passages are lost": _lose_a_passage,
    "papers go by themselves": _forget_answers,
}
"""What is switched off or broken on purpose, so that the comparison can be seen to notice."""
