"""Report → files: the HTML page, the Markdown comment, JSON and JUnit XML, each where it was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eval.report import Report, render_report
from eval.report_text import render_junit, render_markdown
from eval.scores_json import scores_json


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where each form of the report goes; None leaves it out."""

    html: Path | None = None
    markdown: Path | None = None
    json: Path | None = None
    junit: Path | None = None


def write_outputs(report: Report, outputs: Outputs) -> list[Path]:
    """Write what was asked for and tell where. JUnit needs a gate result; without one it is left out."""
    gate = report.gate
    texts: list[tuple[Path | None, Callable[[], str]]] = [
        (outputs.html, lambda: render_report(report)),
        (outputs.markdown, lambda: render_markdown(report)),
        (outputs.json, lambda: json.dumps(scores_json(report.run, report.sheet, gate), indent=1) + "\n"),
        (outputs.junit if gate else None, lambda: render_junit(gate) if gate else ""),
    ]
    written = []
    for path, render in texts:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(render(), encoding="utf-8")
            written.append(path)
    return written
