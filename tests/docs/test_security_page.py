"""SECURITY.md names, for every promise, tests that exist, carry its mark, and are shown to be able to fail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text()
ROWS = {cells[0]: cells for line in PAGE.splitlines() if (cells := [c.strip() for c in line.split("|")[1:-1]])}
NAMES = [f"R{number}" for number in range(1, 25)]


def files_of(row: str) -> list[str]:
    return re.findall(r"tests/[\w/]+\.py", ROWS[row][2])


def test_every_row_is_there_with_its_promise_and_counts() -> None:
    assert [name for name in ROWS if name.startswith("R")] == NAMES
    assert [name for name in NAMES if len(ROWS[name]) != 5 or not all(ROWS[name])] == []


@pytest.mark.parametrize("row", [name for name in NAMES if files_of(name)])
def test_the_tests_of_a_row_exist_and_carry_its_marks(row: str) -> None:
    for name in files_of(row):
        assert f'mark.row("{row}")' in (ROOT / name).read_text(), f"no test of {name} is marked as {row}"
    assert any(f'mark.control("{row}")' in (ROOT / name).read_text() for name in files_of(row)), "no negative control"


def test_every_test_that_is_marked_as_a_row_is_named_on_the_page() -> None:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for row in re.findall(r'mark\.(?:row|control)\("(R\d+)"\)', path.read_text()):
            assert str(path.relative_to(ROOT)) in files_of(row), f"SECURITY.md does not name {path.name} for {row}"
