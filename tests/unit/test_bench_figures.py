"""bench figures → what is said of them: a fall is told from noise, and every figure has a goal or a past."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from rich.console import Console

from eval import bench
from eval.bench import FIGURES, Row, accepted, print_rows

COMMITTED = {
    "speed": {"what": "speed", "better": "higher", "goal": 2.0, "value": 4.0},
    "seconds": {"what": "seconds", "better": "lower", "goal": 3.0, "value": 1.0},
}


@pytest.mark.parametrize(
    ("name", "value", "worse", "missed"),
    [
        ("speed", 3.9, False, False),
        ("speed", 3.0, True, False),
        ("speed", 1.9, True, True),
        ("seconds", 1.2, False, False),
        ("seconds", 1.3, True, False),
        ("seconds", 3.5, True, True),
    ],
)
def test_a_figure_is_worse_beyond_a_quarter_and_misses_its_goal_on_its_own(
    name: str, value: float, worse: bool, missed: bool
) -> None:
    console = Console(record=True, width=120)
    assert print_rows(console, [Row(name, value, {})], COMMITTED) == ([name] if worse else [])
    assert ("goal missed" in console.export_text()) == missed


def test_what_is_accepted_stands_in_the_file_and_nothing_else_changes() -> None:
    described = FIGURES.read_text()
    before = tomllib.loads(described)
    rows = [Row("question_to_floor", 2.25, {}), Row("rebuild_per_second", 2100.0, {})]
    once = accepted(described, rows)
    after = tomllib.loads(once)
    assert {name: one.get("value") for name, one in after.items() if one != before[name]} == {
        "question_to_floor": 2.25,
        "rebuild_per_second": 2100.0,
    }
    assert accepted(once, rows) == once


def test_every_figure_that_is_measured_is_described() -> None:
    described = tomllib.loads(FIGURES.read_text())
    source = Path(bench.__file__).read_text()
    measured = set(re.findall(r'Row\(\s*"(\w+)"', source)) | {"memory_small_mb", "memory_large_mb"}
    assert measured == described.keys()
    assert all({"what", "better"} <= one.keys() for one in described.values())
