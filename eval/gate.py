"""ScoreSheet and baseline → what passes, what got worse, and on which questions. Pure.

A measure fails when it lies beyond its floor, or when it fell by more than its tolerance and the paired bootstrap over
facts leaves no doubt that it fell; with tolerance 0 every fall fails. A fall beyond the tolerance that chance may
explain is reported and passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.answer_measures import Better
from eval.baseline import Baseline, Expectation, slice_of
from eval.scores import Measured, ScoreSheet
from eval.statistics import SEED, Estimate, Row, Statistic, paired_difference, seed_for

_SAME = 5e-4


class Verdict(StrEnum):
    """How a measure fared. `PERHAPS_WORSE`, `NOT_TOLD` and the first two pass."""

    PASSED = "passed"
    BETTER = "better"
    PERHAPS_WORSE = "perhaps worse"
    WORSE = "worse"
    BELOW_FLOOR = "beyond its floor"
    NOT_MEASURED = "not measured"
    NOT_TOLD = "not told by a service"


FAILING = frozenset({Verdict.WORSE, Verdict.BELOW_FLOOR, Verdict.NOT_MEASURED})
# Needs how sure the system was of every answer, refused ones included, which contract v1 does not say.
_NEEDS_CONFIDENCE = frozenset({"AURC"})


@dataclass(frozen=True, slots=True)
class Check:
    """One measure against its expectation. `change` is now minus baseline over the questions that both asked; `worse`
    and `better` name them, worst first."""

    expectation: Expectation
    direction: Better
    now: Estimate | None
    change: Estimate | None
    verdict: Verdict
    worse: tuple[str, ...]
    better: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether this stops the merge."""
        return self.verdict in FAILING

    @property
    def why(self) -> str:
        """What was found, against what, in one line."""
        expectation, now = self.expectation, "nothing" if self.now is None else f"{self.now.value:.3f}"
        found = f"{expectation.name} is {self.verdict.value}: {now}"
        if expectation.value is None or self.change is None:
            return f"{found}, floor {expectation.floor:g}"
        count = f"{len(self.worse)} {'question' if len(self.worse) == 1 else 'questions'} worse"
        return (
            f"{found}, accepted {expectation.value:.3f}, floor {expectation.floor:g}, "
            f"tolerance {expectation.tolerance:g}, {count}"
        )


@dataclass(frozen=True, slots=True)
class GateResult:
    """All checks, and what else stops the merge."""

    checks: tuple[Check, ...]
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the merge may go ahead."""
        return not self.faults and not any(check.failed for check in self.checks)

    @property
    def worse(self) -> tuple[str, ...]:
        """Questions that got worse by some measure, those of failed checks first."""
        ordered = sorted(self.checks, key=lambda check: not check.failed)
        return tuple(dict.fromkeys(key for check in ordered for key in check.worse))


def judge(
    sheet: ScoreSheet, dataset_digest: str, baseline: Baseline, seed: int = SEED, *, remote: bool = False
) -> GateResult:
    """Compare a run's scores with the baseline of its corpus; `remote` when they came over HTTP. Raises DatasetError
    when an expectation names no measure."""
    faults = []
    if not baseline.replies:
        faults.append("There is no accepted baseline yet. Accept this run with --update, in a commit of its own.")
    elif baseline.dataset_digest != dataset_digest:
        faults.append(
            f"The question set is {dataset_digest}, the baseline was accepted for {baseline.dataset_digest}. "
            "Accept the new one with --update, in a commit of its own."
        )
    checks = tuple(_check(sheet, one, baseline, seed, remote) for one in baseline.expectations)
    return GateResult(checks, tuple(faults))


def _check(sheet: ScoreSheet, expectation: Expectation, baseline: Baseline, seed: int, remote: bool) -> Check:
    measured, keep = slice_of(sheet, expectation)
    now = sheet.figure(measured, keep, seed)
    before = {key: reply.rows[measured.name] for key, reply in baseline.replies.items() if measured.name in reply.rows}
    keys = [key for key in measured.rows if key in before and keep(sheet.facets[key])]
    change = _change(sheet, measured, before, keys, seed) if expectation.paired else None
    worse, better = _moved(measured, before, keys)
    untold = remote and now is None and measured.name in _NEEDS_CONFIDENCE
    verdict = Verdict.NOT_TOLD if untold else _verdict(expectation, measured.better, now, change)
    return Check(expectation, measured.better, now, change, verdict, worse, better)


def _change(
    sheet: ScoreSheet, measured: Measured, before: Mapping[str, Row], keys: Sequence[str], seed: int
) -> Estimate | None:
    facts = [sheet.facets[key].fact for key in keys]
    old, new = [before[key] for key in keys], [measured.rows[key] for key in keys]
    return paired_difference(old, new, facts, measured.statistic, seed_for(measured.name, seed))


def _verdict(expectation: Expectation, direction: Better, now: Estimate | None, change: Estimate | None) -> Verdict:
    if now is None:
        return Verdict.NOT_MEASURED
    sign = -1.0 if direction is Better.LOWER else 1.0
    if sign * now.value < sign * expectation.floor - 1e-9:
        return Verdict.BELOW_FLOOR
    if change is None or abs(change.value) < _SAME:
        return Verdict.PASSED
    gain = sign * change.value
    best = change.high if sign > 0 else -change.low
    worst = change.low if sign > 0 else -change.high
    if gain < -expectation.tolerance:
        return Verdict.WORSE if best < 0 or expectation.tolerance == 0 else Verdict.PERHAPS_WORSE
    return Verdict.BETTER if worst > 0 else Verdict.PASSED


def _moved(
    measured: Measured, before: Mapping[str, Row], keys: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Questions by how much they moved. For a ratio the second number counts, for a curve the error."""
    if measured.better is Better.NEITHER:
        return (), ()
    lower = measured.better is Better.LOWER or measured.statistic is Statistic.AURC
    sign = -1.0 if lower else 1.0
    gains = {key: sign * (measured.rows[key][-1] - before[key][-1]) for key in keys}
    moved = sorted((gain, key) for key, gain in gains.items() if abs(gain) >= _SAME)
    worse = tuple(key for gain, key in moved if gain < 0)
    return worse, tuple(key for gain, key in reversed(moved) if gain > 0)
