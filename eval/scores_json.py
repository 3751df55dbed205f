"""ScoreSheet → JSON: every figure by slice and measure, with interval and n, for whatever reads it next."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from eval.gate import GateResult
from eval.run_file import Run
from eval.scores import ScoreSheet


def scores_json(run: Run, sheet: ScoreSheet, gate: GateResult | None = None) -> dict[str, Any]:
    """`{"run": …, "scores": {slice: {measure: {value, low, high, n}}}, "gate": …}`; slices without a figure are left
    out."""
    scores: dict[str, dict[str, Any]] = {}
    for name, keep in sheet.slices().items():
        figures = {one.name: sheet.figure(one, keep) for one in sheet.measured}
        scores[name] = {measure: asdict(figure) for measure, figure in figures.items() if figure is not None}
    told: dict[str, Any] = {"run": run.head.model_dump(mode="json"), "scores": scores}
    if gate is not None:
        told["gate"] = _gate_json(gate)
    return told


def _gate_json(gate: GateResult) -> dict[str, Any]:
    checks = [
        {
            "measure": check.expectation.name,
            "verdict": check.verdict.value,
            "failed": check.failed,
            "accepted": check.expectation.value,
            "floor": check.expectation.floor,
            "tolerance": check.expectation.tolerance,
            "now": asdict(check.now) if check.now else None,
            "change": asdict(check.change) if check.change else None,
            "worse": list(check.worse),
            "better": list(check.better),
        }
        for check in gate.checks
    ]
    return {"passed": gate.passed, "faults": list(gate.faults), "checks": checks}
