"""Random lives of a library, closed in order or killed anywhere: it never differs from a model of it in memory."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.counting import RecordCount, scaled, seed
from tests.faults.collection_lives import FAULTS, PLACES, Life, Told, spend
from tests.faults.collection_operations import Model, empty

OPERATIONS = scaled(quick=600, ci=5_000, release=200_000)
RESTARTS = scaled(quick=5, ci=50, release=200)
KILLS = scaled(quick=2, ci=12, release=100)
OF_ONE_LIFE = scaled(quick=200, ci=300, release=1500)


def lives(folder: Path, chance: random.Random) -> tuple[int, int, int, list[Model]]:
    """Live until everything was done often enough; the counts of operations, restarts and deaths."""
    models = [empty()]
    operations = restarts = deaths = 0
    while operations < OPERATIONS or restarts < RESTARTS or deaths < KILLS:
        to_be_killed = deaths < KILLS and chance.random() < 0.6
        life = Life(folder / "home", models, chance.randrange(10**9), OF_ONE_LIFE)
        delay = None
        if to_be_killed and chance.random() < 0.5:
            life.failpoint = f"{chance.choice(PLACES)}:{chance.randrange(1, 6)}"
        elif to_be_killed:
            delay = chance.uniform(0.0, 1.0)
        told = spend(life, folder / "diary", delay)
        assert told.wrong == [], f"life {life.seed}, failpoint {life.failpoint!r}, kill after {delay}: {told.wrong}"
        models = told.models
        operations += len(told.done)
        restarts += told.restarts + 1
        deaths += told.died
    return operations, restarts, deaths, models


@pytest.mark.row("R3")
@pytest.mark.timeout(7200)
def test_random_lives_never_differ_from_the_model(quick_folder: Path, record_count: RecordCount) -> None:
    operations, restarts, deaths, models = lives(quick_folder, random.Random(seed()))
    last = spend(Life(quick_folder / "home", models, seed(), 1), quick_folder / "diary")
    assert last.wrong == []
    print(f"seed {seed()}: {operations} operations, {restarts} restarts, {deaths} of them after a death")
    record_count("R3", done=operations, of=operations)


@pytest.mark.control("R3")
@pytest.mark.parametrize("fault", [name for name in FAULTS if name])
def test_a_library_with_this_fault_differs(fault: str, tmp_path: Path, quick_folder: Path) -> None:
    folder = quick_folder / tmp_path.name
    folder.mkdir()
    models = [empty()]
    for number in range(6):
        told: Told = spend(Life(folder / "home", models, seed() + number, 100, fault=fault), folder / "diary")
        if told.wrong:
            return
        models = told.models
    raise AssertionError("nobody noticed")
