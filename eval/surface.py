"""gate result → pytest: each check of the gate as a test case of another team's suite.

from eval.surface import gate_checks

@pytest.mark.parametrize("check", gate_checks("questions.yaml", "papers", baseline="baseline.toml"), ids=str)
def test_answers(check):
    assert check.passed, check.why
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.baseline import BASELINE
from eval.dataset import DATA
from eval.gating import Gating, run_gate
from qa.types import Mode


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One check: `why` says what got worse and by how much, `worse` names the questions."""

    name: str
    passed: bool
    why: str
    worse: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def gate_checks(
    questions: str | Path = DATA,
    *papers: str | Path,
    baseline: str | Path = BASELINE,
    url: str | None = None,
    mode: Mode | None = None,
) -> Sequence[GateCheck]:
    """Ask the questions once and compare with the baseline; arguments as of `Gating`. Raises what `run_gate` raises."""
    paths = tuple(Path(paper) for paper in papers)
    gating = Gating(papers=paths, questions=Path(questions), baseline=Path(baseline), url=url, mode=mode)
    result = run_gate(gating).gate
    if result is None:
        return ()
    faults = [GateCheck("baseline", False, fault, ()) for fault in result.faults]
    checks = [GateCheck(one.expectation.name, not one.failed, one.why, one.worse) for one in result.checks]
    return (*faults, *checks)
