"""Several processes that start on one home in any order: each owns it alone, or is told who does."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ingest.home
from ingest.errors import HomeInUse
from ingest.home import Home, read_owner
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import open_library
from tests.factories import embed, make_document, make_manifest
from tests.faults.collection_life import _context


@dataclass(frozen=True)
class Start:
    """When a process begins, how long it stays, and whether it is killed instead of leaving."""

    number: int
    after: float
    stays: float
    killed: bool


def draw(seed: int) -> list[Start]:
    """Two to four starts, some at the same moment, some while another one is leaving or has been killed."""
    chance = random.Random(seed)
    together = chance.random() < 0.4
    return [
        Start(number, 0.0 if together else chance.uniform(0, 0.5), chance.uniform(0, 0.3), chance.random() < 0.25)
        for number in range(chance.randrange(2, 5))
    ]


def live_together(home: Path, starts: list[Start], diary: Path, locked: bool = True) -> list[list[Any]]:
    """What each has told: who owned when, and who was told that somebody else did."""
    processes = [_context.Process(target=_come, args=(home, start, diary, locked)) for start in starts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    lines = diary.read_text().split("\n")[:-1]
    return [json.loads(line) for line in lines]


def _come(home: Path, start: Start, diary: Path, locked: bool) -> None:
    if not locked:
        ingest.home._lock = lambda descriptor, home: None
    descriptor = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(*what: Any) -> None:
        os.write(descriptor, json.dumps([start.number, os.getpid(), time.monotonic(), *what]).encode() + b"\n")

    time.sleep(start.after)
    try:
        with open_library(Home(home), RecordSettings(), ChromaSettings()) as library:
            tell("owns")
            library.publish([embed(make_document(f"paper-{start.number}", version=f"v{os.getpid()}"))], make_manifest())
            time.sleep(start.stays)
            if start.killed:
                os.kill(os.getpid(), signal.SIGKILL)
            tell("leaves")
    except HomeInUse as fault:
        owner = read_owner(Home(home))
        tell("refused", str(fault), owner.pid if owner else 0)
    except BaseException as fault:
        tell("failed", f"{type(fault).__name__}: {fault}")


def wrong_with(told: list[list[Any]], starts: list[Start]) -> Iterator[str]:
    """What contradicts that one process at a time owns the home and every other one is told which."""
    owner: int | None = None
    killed = {start.number for start in starts if start.killed}
    pids = {pid for _, pid, *_ in told}
    for number, pid, _, kind, *rest in sorted(told, key=lambda line: line[2]):
        if kind == "owns":
            if owner is not None and owner not in killed:
                yield f"{number} owns the home while {owner} does"
            owner = number
        elif kind == "leaves":
            owner = None
        elif kind == "failed":
            yield f"{number} failed: {rest[0]}"
        elif not any(f"process {other}" in rest[0] for other in pids - {pid}) and "just taken" not in rest[0]:
            yield f"{number} is not told who owns the home: {rest[0]}"
    if not any(line[3] == "owns" for line in told):
        yield "nobody got the home"
