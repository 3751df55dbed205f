"""After a kill questions are answered before the vector index is mended, and it is mended soon.

Times are asserted at the scale `release` only, on a machine with nothing else to do."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.proven_index import Proving
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import Library, open_library
from tests.counting import RecordCount, scaled, seed
from tests.factories import embed, make_document, make_manifest, unit_vector
from tests.faults.collection_life import exit_code, in_process

PASSAGES = scaled(quick=400, ci=2_000, release=10_000)
KILLS = scaled(quick=1, ci=4, release=10)
TIMED = scaled(quick=0, ci=0, release=1) > 0
OF_ONE_PAPER = 100
SERVED_SECONDS, MENDED_SECONDS = 3.0, 15.0


@dataclass(frozen=True)
class Start:
    """Seconds from opening until the first question was answered, and until Chroma found everything; what was found."""

    served: float
    mended: float
    found: int
    asked: int
    health_at_first: str


def lines_of(paper: int) -> tuple[str, ...]:
    return tuple(f"Kiln {paper} was fired {number} times with husk." for number in range(OF_ONE_PAPER))


def fill(home: Path) -> None:
    """A collection, closed in order."""
    with open_library(Home(home), RecordSettings(), ChromaSettings()) as library:
        for paper in range(PASSAGES // OF_ONE_PAPER):
            library.publish([embed(make_document(f"kiln-{paper}", lines_of(paper)))], make_manifest())


def publish_and_die(home: Path, number: int) -> None:
    """One more paper, and SIGKILL."""
    with open_library(Home(home), RecordSettings(), ChromaSettings(), proving="now") as library:
        library.publish([embed(make_document(f"late-{number}", lines_of(1000 + number)))], make_manifest())
        os.kill(os.getpid(), signal.SIGKILL)


def serve(home: Path, proving: Proving) -> Start:
    """As a server does: answer as soon as the library is open."""
    began = time.monotonic()
    with open_library(Home(home), RecordSettings(), ChromaSettings(), proving=proving) as library:
        health = library.health.value
        wanted = [lines_of(0)[7]]
        found = _found(library, wanted)
        served = time.monotonic() - began
        while library.health != "ready":
            assert time.monotonic() < began + 300, library.fault
            time.sleep(0.01)
        mended = time.monotonic() - began
        chosen = random.Random(seed()).sample(range(OF_ONE_PAPER), 10)
        later = [lines_of(0)[number] for number in chosen]
        return Start(served, mended, found + _found(library, later), len(wanted) + len(later), health)


def _found(library: Library, lines: list[str]) -> int:
    ids = [library.index.search(unit_vector(line), 1)[0].passage_id for line in lines]
    return sum(one.passage.text in lines for one in library.record.passages(ids))


@pytest.fixture(scope="module")
def filled(quick_folder: Path) -> Path:
    assert exit_code(fill, quick_folder / "filled") == 0
    return quick_folder / "filled"


@pytest.mark.row("R2")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("damaged", [False, True], ids=["unsealed", "to be built anew"])
def test_after_a_kill_questions_are_answered_at_once(
    damaged: bool, filled: Path, quick_folder: Path, record_count: RecordCount
) -> None:
    kept = 0
    for number in range(KILLS):
        home = Path(shutil.copytree(filled, quick_folder / f"{damaged}-{number}"))
        assert exit_code(publish_and_die, home, number) == -signal.SIGKILL
        if damaged:
            for path in (home / "chroma").rglob("data_level0.bin"):
                path.unlink()
        start = in_process(serve, home, "background")
        print(f"served after {start.served:.2f} s, mended after {start.mended:.2f} s")
        assert start.found == start.asked
        if TIMED:
            assert start.served <= SERVED_SECONDS
            assert start.mended <= MENDED_SECONDS
        kept += 1
        shutil.rmtree(home)
    record_count("R2", done=kept, of=KILLS)


@pytest.mark.control("R2")
def test_a_start_that_looks_at_everything_first_keeps_questions_waiting(filled: Path, quick_folder: Path) -> None:
    """The same with the index brought up before anything is answered: nobody is served before it is mended."""
    home = Path(shutil.copytree(filled, quick_folder / "control"))
    assert exit_code(publish_and_die, home, 0) == -signal.SIGKILL
    at_once = in_process(serve, Path(shutil.copytree(home, quick_folder / "control-2")), "background")
    waiting = in_process(serve, home, "now")
    assert (at_once.health_at_first == "ready", waiting.health_at_first) == (False, "ready")
