"""tests → the table of promises: how often each row of SECURITY.md was tried and kept, at which scale and seed.

A pytest plugin. A test belongs to a row by its mark, and how much it tries depends on one setting:

    @pytest.mark.row("R1")                     # this test counts as one try of R1 …
    def test_killed_at(failpoint): ...

    @pytest.mark.row("R9")
    def test_garbage(record_count):
        tries = scaled(quick=200, ci=2_000, release=1_000_000)
        record_count("R9", done=kept, of=tries)  # … or as many as it says; fails unless all were kept

    @pytest.mark.control("R1")                 # the negative control: with the protection off, the fault shows
    def test_without_the_seal(): ...

    @pytest.mark.release                       # only at the scale `release` (whatever measures time)

`pytest --scale ci --row R1,R9 --seed 7`; the default scale is `quick`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest

SCALES = ("quick", "ci", "release")
_PROPERTY = "promise"


def scaled(quick: int, ci: int, release: int) -> int:
    """How often to try, at the scale of this run. A number as the scale is a share of `release`, at least `ci`."""
    scale = os.environ.get("TEST_SCALE", "quick")
    if scale in SCALES:
        return {"quick": quick, "ci": ci, "release": release}[scale]
    return max(ci, round(float(scale) * release))


def seed() -> int:
    """The seed of this run (`--seed`): every random test starts from it, and the table names it."""
    return int(os.environ.get("TEST_SEED", "20261121"))


RecordCount = Callable[..., None]


@pytest.fixture
def record_count(request: pytest.FixtureRequest) -> RecordCount:
    """`record_count("R3", done=…, of=…)` puts a count into the table, and fails the test unless all were kept."""

    def record(row: str, done: int, of: int) -> None:
        request.node.user_properties.append((_PROPERTY, (row, done, of)))
        assert done == of, f"{row}: {done} of {of}, scale {os.environ.get('TEST_SCALE', 'quick')}, seed {seed()}"

    return record


# ---------------------------------------------------------------------- hooks


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--scale`, `--seed` and `--row`."""
    group = parser.getgroup("promises")
    group.addoption("--scale", default=os.environ.get("TEST_SCALE", "quick"), help="quick, ci, release, or a share")
    group.addoption("--seed", type=int, default=seed(), help="where every random test starts")
    group.addoption("--row", default="", help="only tests of these rows of SECURITY.md, such as R1,R4")


def pytest_configure(config: pytest.Config) -> None:
    """Make scale and seed known before any test file is read, in every worker."""
    config.addinivalue_line("markers", "row(name): tries a promise of SECURITY.md")
    config.addinivalue_line("markers", "control(name): shows that the test of a promise can fail")
    config.addinivalue_line("markers", "release: runs at the scale `release` only")
    scale = str(config.getoption("--scale"))
    if scale not in SCALES:
        try:
            float(scale)
        except ValueError:
            raise pytest.UsageError(f"--scale is {', '.join(SCALES)} or a number, not {scale!r}") from None
    os.environ["TEST_SCALE"], os.environ["TEST_SEED"] = scale, str(config.getoption("--seed"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to another scale or to no wanted row."""
    wanted = set(str(config.getoption("--row")).replace(",", " ").split())
    at_release = config.getoption("--scale") not in ("quick", "ci")
    kept = [item for item in items if at_release or item.get_closest_marker("release") is None]
    kept = [item for item in kept if not wanted or wanted & {*_names(item, "row"), *_names(item, "control")}]
    if len(kept) < len(items):
        chosen = set(kept)
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = kept


def _names(item: pytest.Item, mark: str) -> Iterator[str]:
    for one in item.iter_markers(mark):
        yield from one.args


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on the report which rows the test tried; it travels to the terminal from every worker."""
    report = yield
    if report.when == "setup" and report.failed:
        item.user_properties += [(_PROPERTY, (name, 0, 1)) for name in _names(item, "row")]
    if report.when == "call" and not report.skipped:
        counted = {value[0] for name, value in item.user_properties if name == _PROPERTY}
        uncounted = [name for name in _names(item, "row") if name not in counted]
        item.user_properties += [(_PROPERTY, (name, int(report.passed), 1)) for name in uncounted]
        item.user_properties += [(_PROPERTY, (name, -1, int(report.passed))) for name in _names(item, "control")]
    report.user_properties = list(item.user_properties)
    return report


@dataclass
class _Row:
    done: int = 0
    of: int = 0
    controls: int = 0
    controls_passed: int = 0
    seconds: float = 0.0
    files: set[str] = field(default_factory=set)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table, when any row was tried."""
    rows: dict[str, _Row] = defaultdict(_Row)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call" or (getattr(report, "when", "") == "setup" and report.failed):
                _add(rows, report)
    if not rows:
        return
    scale, start = config.getoption("--scale"), config.getoption("--seed")
    terminalreporter.section(f"promises of SECURITY.md: scale {scale}, seed {start}")
    for name, row in sorted(rows.items(), key=lambda pair: (len(pair[0]), pair[0])):
        control = f"{row.controls_passed} of {row.controls}" if row.controls else "not run"
        counts = f"{row.done:>9,} of {row.of:<9,}" if row.of else f"{'not run':>16}      "
        files = ", ".join(sorted(row.files))
        terminalreporter.write_line(f"{name:>4} {counts} controls {control:<8} {row.seconds:>7.1f} s  {files}")


def _add(rows: dict[str, _Row], report: pytest.TestReport) -> None:
    # Written by `pytest_runtest_makereport`; pytest knows nothing of what a property holds.
    tried = [cast("tuple[str, int, int]", value) for name, value in report.user_properties if name == _PROPERTY]
    for name, done, of in tried:
        row = rows[name]
        if done < 0:
            row.controls += 1
            row.controls_passed += of
        else:
            row.done += done
            row.of += of
        row.files.add(report.nodeid.partition("::")[0])
    for name in {name for name, _, _ in tried}:
        rows[name].seconds += report.duration
