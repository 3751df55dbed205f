"""Damaged and invented input at every place where strangers' bytes meet our code: no fault that is not one of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.counting import RecordCount, scaled, seed
from tests.faults import fuzz_targets
from tests.faults.fuzz import Found, by_coverage, by_ourselves, can_see_coverage
from tests.faults.fuzz_targets import TARGETS

RUNS = scaled(quick=300, ci=2_000, release=150_000)


@pytest.mark.row("R9")
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("target", TARGETS)
def test_whatever_comes_in_only_our_errors_come_out(target: str, tmp_path: Path, record_count: RecordCount) -> None:
    tried, found = by_ourselves(target, RUNS, seed())
    assert found is None, _told(found)
    record_count("R9", done=tried, of=RUNS)


# Guided by coverage from the scale `ci` on, where atheris is.
if RUNS >= 2_000 and can_see_coverage():

    @pytest.mark.row("R9")
    @pytest.mark.timeout(7200)
    @pytest.mark.parametrize("target", TARGETS)
    def test_guided_by_coverage_too(target: str, tmp_path: Path, record_count: RecordCount) -> None:
        tried, found = by_coverage(target, RUNS, seed(), tmp_path)
        assert found is None, _told(found)
        record_count("R9", done=tried, of=tried)


def _told(found: Found | None) -> str:
    return f"{found.target}, seed {seed()}, input {found.data!r}: {found.told}" if found else ""


@pytest.mark.control("R9")
def test_a_target_that_breaks_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fragile(data: bytes) -> None:
        assert b"[99]" not in data

    monkeypatch.setitem(TARGETS, "fragile", (fragile, [b"[1]"]))
    tried, found = by_ourselves("fragile", 2000, seed())
    assert found is not None and tried < 2000


@pytest.mark.control("R9")
def test_a_parser_without_its_guard_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the fault that a reader turns into ours left as it is."""
    monkeypatch.setattr(fuzz_targets, "SourceError", KeyboardInterrupt)
    _, found = by_ourselves("papers", 300, seed())
    assert found is not None
