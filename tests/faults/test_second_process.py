"""A second process on one home is told who owns it, in whatever order they start; never do two of them own it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.counting import RecordCount, scaled, seed
from tests.faults.collection_life import in_process, look
from tests.faults.several_processes import draw, live_together, wrong_with

ORDERS = scaled(quick=5, ci=10, release=50)


@pytest.mark.row("R6")
def test_in_every_order_of_starting_one_owns_the_home(quick_folder: Path, record_count: RecordCount) -> None:
    kept = 0
    refused = 0
    for number in range(ORDERS):
        home, starts = quick_folder / f"home-{number}", draw(seed() + number)
        told = live_together(home, starts, quick_folder / f"diary-{number}")
        assert list(wrong_with(told, starts)) == [], f"order {seed() + number}: {starts}"
        published = {f"paper-{line[0]}" for line in told if line[3] == "owns"}
        found = in_process(look, home)
        assert (found.faults, found.health) == ((), "ready")
        # One that was killed may not have come to publish; one that left has.
        assert found.texts.keys() <= published
        assert {f"paper-{line[0]}" for line in told if line[3] == "leaves"} <= found.texts.keys()
        refused += sum(line[3] == "refused" for line in told)
        kept += 1
    assert refused > 0, "nobody ever met an owner"
    record_count("R6", done=kept, of=ORDERS)


@pytest.mark.control("R6")
def test_without_the_lock_two_own_it(quick_folder: Path) -> None:
    for number in range(10):
        starts = draw(seed() + number)
        told = live_together(quick_folder / f"open-{number}", starts, quick_folder / f"open-diary-{number}", False)
        if list(wrong_with(told, starts)):
            return
    raise AssertionError("nobody noticed")
