"""Scored run → one self-contained HTML page: what got worse, scores, plots, every answer with its quotes highlighted.

The page asks for nothing from anywhere. Everything that came from papers or readers is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template

from eval.cases import Case
from eval.gate import GateResult
from eval.judge_queue import queued
from eval.outcome import Before, Change, Outcome, change_of, misses_first, rows_by_key, weight, why_changed
from eval.plots import bars, curve
from eval.report_answers import anchor, answer_block, versus_row
from eval.report_scores import headline, score_table
from eval.run_file import Run
from eval.scores import Keep, Measured, ScoreSheet, in_full
from eval.statistics import Row, risk_coverage

_PAGE = Path(__file__).with_name("page")
_OPEN_MISSES = 3
_SIDE_BY_SIDE = 8
_CORPORA = {"samples": "the sample collection", "papers": "the studies", "own": "a team’s own papers"}


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is made from. `before` holds what the same questions gave earlier, by case key, and `compared`
    says what that was; `earlier` holds the scores of an earlier run, where that is what it was; `reveal` shows single
    answers of a run on the test split."""

    run: Run
    cases: Sequence[Case]
    sheet: ScoreSheet
    gate: GateResult | None = None
    before: Mapping[str, Before] = field(default_factory=dict)
    compared: str = ""
    earlier: ScoreSheet | None = None
    reveal: bool = False

    @property
    def sealed(self) -> bool:
        """Whether single answers stay hidden."""
        return self.run.head.split != "development" and not self.reveal

    @property
    def unwritten(self) -> str:
        """A sentence on answers that a model was to write and did not; empty where there are none."""
        answers = [case.reply.answer for case in self.cases if case.reply.answer]
        codes = Counter(answer.engine.fault for answer in answers if answer.engine.fault)
        told = ", ".join(f"{code} {count}" for code, count in codes.most_common())
        return f"{codes.total()} of {len(answers)} answers were not written by the model: {told}." if codes else ""

    def moved(self, change: Change) -> list[Case]:
        """The cases that moved so, those where the most decisive measure moved first."""
        rows, changes = rows_by_key(self.sheet), self.changes()
        cases = [case for case in self.cases if changes.get(case.key) is change]
        return sorted(cases, key=lambda case: weight(rows[case.key], self.before[case.key]))

    def changes(self) -> dict[str, Change]:
        """How each answer moved, by case key; questions that were not asked before are left out."""
        rows = rows_by_key(self.sheet)
        return {
            case.key: change_of(case, rows[case.key], self.before[case.key])
            for case in self.cases
            if case.key in self.before and case.key in rows
        }


def render_report(report: Report) -> str:
    """The page as text."""
    head = report.run.head
    changes = report.changes()
    lead = (
        f"{len(report.cases)} replies to {len({case.item.id for case in report.cases})} questions in Indonesian and "
        f"English ({escape(head.split)} split) about {len(head.documents)} documents: "
        f"{_CORPORA.get(head.gold, 'the papers')}. {head.made:%d %B %Y, %H:%M} UTC, commit {escape(head.commit)}. "
        f"{escape(report.unwritten)}"
    )
    return Template((_PAGE / "report.html").read_text(encoding="utf-8")).substitute(
        title="Sitasi: evaluation report",
        style=(_PAGE / "report.css").read_text(encoding="utf-8"),
        script=(_PAGE / "report.js").read_text(encoding="utf-8"),
        lead=lead,
        verdict=_verdict(report.gate),
        compared=f" The brown line is {escape(report.compared)}." if report.before else "",
        headline=headline(report.sheet),
        scores=score_table(report.sheet, _accepted(report)),
        plots=_plots(report.sheet),
        worse=_worse(report, changes),
        answers=_sealed_note() if report.sealed else _unjudged(report) + _answers(report, changes),
        facts=_facts(report.run),
    )


def _verdict(gate: GateResult | None) -> str:
    if gate is None:
        return ""
    if gate.passed:
        return '<p class="verdict good">The gate is open: nothing got worse than it may.</p>'
    reasons = [*gate.faults, *(check.why for check in gate.checks if check.failed)]
    items = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
    return f'<div class="verdict bad">The gate is closed.<ul>{items}</ul></div>'


def _accepted(report: Report) -> dict[tuple[str, str], float]:
    """Earlier figures by measure and slice: those of the run compared with, else of the gate's baseline."""
    if report.earlier:
        figures = {one.name: report.earlier.figure(one, in_full) for one in report.earlier.measured}
        return {(name, "all"): figure.value for name, figure in figures.items() if figure}
    if report.gate:
        checks = (check.expectation for check in report.gate.checks)
        return {(one.measure, one.slice): one.value for one in checks if one.value is not None}
    return {}


def _plots(sheet: ScoreSheet) -> str:
    drawn = []
    area = sheet.named("AURC")
    rows = [row for key, row in area.rows.items() if in_full(sheet.facets[key])]
    if rows:
        points = risk_coverage(rows)
        answered = _answered_share(sheet)
        at = min(points, key=lambda point: abs(point[0] - answered))
        caption = "Risk and coverage, unanswerable questions included. The ring is where the system works."
        drawn.append(f"<figure><figcaption>{caption}</figcaption>{curve(points, at)}</figure>")
    for name, caption in (("fully-correct", "Fully correct answers"), ("nDCG@10", "nDCG@10")):
        drawn.append(f"<figure><figcaption>{caption} by type: {_LEGEND}</figcaption>{_by_type(sheet, name)}</figure>")
    return "".join(drawn)


_LEGEND = '<span style="color:var(--accent)">■ Indonesian</span>, <span style="color:var(--soga)">■ English</span>'


def _answered_share(sheet: ScoreSheet) -> float:
    """Share of questions that were answered: those with words, of all."""
    answered = sum(in_full(sheet.facets[key]) for key in sheet.named("words").rows)
    asked = sum(in_full(facets) and facets.language != "both" for facets in sheet.facets.values())
    return answered / asked if asked else 0.0


def _by_type(sheet: ScoreSheet, name: str) -> str:
    measured: Measured = sheet.named(name)
    kinds = dict.fromkeys(f.type for key, f in sheet.facets.items() if key in measured.rows and in_full(f))

    def keep(kind: str, language: str) -> Keep:
        return lambda facets: in_full(facets) and facets.type == kind and facets.language == language

    groups = {kind: [sheet.figure(measured, keep(kind, one)) for one in ("id", "en")] for kind in kinds}
    return bars(groups, ("Indonesian", "English"))


def _worse(report: Report, changes: Mapping[str, Change]) -> str:
    if not report.before:
        return ""
    counts = ", ".join(f"{sum(change is one for change in changes.values())} {one.value}" for one in Change)
    legend = "<del>These sentences went</del>, <ins>these came</ins>; what stands on both sides is cut short."
    title = f"<h2>What changed</h2><p>Against {escape(report.compared)}: {counts}. {legend}</p>"
    if report.sealed:
        return f'<section id="worse">{title}</section>'
    moved = {one: report.moved(one) for one in (Change.WORSE, Change.BETTER)}
    lists = "".join(_moved(report, one, cases) for one, cases in moved.items() if cases)
    return f'<section id="worse">{title}{lists}</section>'


def _moved(report: Report, change: Change, cases: Sequence[Case]) -> str:
    """The first answers side by side, links to the others."""
    shown = cases[:_SIDE_BY_SIDE]
    now = rows_by_key(report.sheet)
    rows = "".join(
        versus_row(case, report.before[case.key], _link(case) + _why(now[case.key], report.before[case.key], change))
        for case in shown
    )
    table = f'<table class="versus"><tr><th>question</th><th>before</th><th>now</th></tr>{rows}</table>'
    others = "".join(f"<li>{_link(case)}</li>" for case in cases[_SIDE_BY_SIDE:])
    more = f"<details><summary>{len(cases) - len(shown)} more</summary><ul>{others}</ul></details>" if others else ""
    return f'<h3>{change.value.capitalize()}</h3><div class="wide">{table}</div>{more}'


def _link(case: Case) -> str:
    question = escape(case.item.question.of(case.reply.language))
    return f'<a href="#{anchor(case.key)}">{question}</a> <small>{escape(case.key)}</small>'


def _why(now: Mapping[str, Row], before: Before, change: Change) -> str:
    colour = "bad" if change is Change.WORSE else "good"
    return "".join(f'<small class="{colour}">{escape(reason)}</small>' for reason in why_changed(now, before))


def _unjudged(report: Report) -> str:
    """Every quote that nobody judged, behind a fold, so that somebody does."""
    waiting = queued(report.run, report.cases)
    if not waiting:
        return ""
    rows = "".join(
        f"<li><p>{escape(one.question)} <small>{escape(one.item)}</small></p>"
        f"<p><mark>{escape(one.quote)}</mark> <small>{escape(one.document)}</small></p></li>"
        for one in waiting
    )
    count = f"{len(waiting)} {'quote' if len(waiting) == 1 else 'quotes'} that nobody judged"
    note = "<p><code>sitasi eval queue</code> writes them into a table to grade.</p>"
    return f'<details class="unjudged"><summary>{count}</summary>{note}<ol>{rows}</ol></details>'


def _answers(report: Report, changes: Mapping[str, Change]) -> str:
    ordered = misses_first(report.cases)
    blocks = []
    for place, case in enumerate(ordered):
        change = changes.get(case.key, Change.SAME)
        blocks.append(answer_block(case, report.before.get(case.key), change, open_=place < _OPEN_MISSES))
    return _filters(ordered) + "\n".join(blocks)


def _filters(cases: Sequence[Case]) -> str:
    studies = sorted({study for case in cases for study in case.item.documents})
    fields = (
        ("outcome", "Outcome", [one.value for one in Outcome]),
        ("type", "Type", dict.fromkeys(case.item.type for case in cases)),
        ("language", "Language", ["id", "en"]),
        ("study", "Study", studies),
        ("scope", "Documents in reach", sorted({case.reply.scope for case in cases})),
        ("change", "Change", [one.value for one in Change]),
    )
    selects = "".join(_select(name, label, values) for name, label, values in fields)
    search = '<label>Words<input type="search" name="text"></label>'
    return f'<form class="filters" hidden>{selects}{search}<output></output></form>'


def _select(name: str, label: str, values: Iterable[str]) -> str:
    options = "".join(f"<option>{escape(value)}</option>" for value in values)
    return f'<label>{label}<select name="{name}"><option value="">all</option>{options}</select></label>'


def _sealed_note() -> str:
    return (
        "<p>This run asked the test split. Single answers stay hidden, so that nothing is tuned on them; "
        "<code>--reveal</code> shows them.</p>"
    )


def _facts(run: Run) -> str:
    head = run.head
    documents = ", ".join(f"{one.id}@{one.version}" for one in head.documents)
    pairs = {
        "question set": head.dataset_digest,
        "corpus": head.corpus_version,
        "documents": documents,
        "passages": str(head.passages),
    } | head.facts
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs.items())
    return f"<dl>{rows}<dt>seed</dt><dd>{head.seed}</dd></dl>"
