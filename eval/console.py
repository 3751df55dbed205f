"""ScoreSheet → tables in a terminal: every measure by language and type, with n and interval; then what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from eval.answer_measures import Better, facts_said, unjudged
from eval.cases import Case
from eval.dataset import Expect
from eval.figures import change_text, figure_text
from eval.gate import GateResult
from eval.outcome import Change
from eval.report import Report
from eval.run_file import Run
from eval.scores import ScoreSheet

_BY_TYPE = {
    "nDCG@10": "nDCG",
    "R@5": "R@5",
    "key-fact-recall": "facts",
    "fully-correct": "full",
    "citation-recall": "cit R",
    "citation-precision": "cit P",
    "gold-precision": "gold P",
    "false-refusals": "refused",
    "refusal-recall": "ref R",
    "language-match": "lang",
    "words": "words",
}
_WIDE_ENOUGH = 150
_WAY = {Better.HIGHER: "↑", Better.LOWER: "↓", Better.NEITHER: " "}


def open_console() -> Console:
    """The terminal; what is piped into a file or a log gets wide lines."""
    console = Console()
    return console if console.is_terminal else Console(width=200)


def print_scores(run: Run, sheet: ScoreSheet, console: Console) -> None:
    """The head of the run, every measure in all and by language, and the main ones by type, study and scope."""
    head = run.head
    console.print(
        f"[bold]{head.split}[/bold] split, question set {head.dataset_digest}, gold evidence in {head.gold}, "
        f"{len(head.documents)} documents, {head.passages} passages, corpus {head.corpus_version}, commit {head.commit}"
    )
    slices = sheet.slices()
    table = Table(title="Scores (95% bootstrap interval over facts)", title_justify="left")
    table.add_column("measure")
    columns = [name for name in slices if name.startswith(("all", "language", "scope"))]
    for name in columns:
        table.add_column(name, no_wrap=True)
    for measured in sheet.measured:
        wide = console.width >= _WIDE_ENOUGH
        figures = [figure_text(sheet.figure(measured, slices[name]), measured.name, interval=wide) for name in columns]
        if any(figure != "–" for figure in figures):
            table.add_row(f"{_WAY[measured.better]} {measured.name}", *figures)
    console.print(table)
    _print_slices(sheet, console)


def _print_slices(sheet: ScoreSheet, console: Console) -> None:
    table = Table(title="By type and study", title_justify="left")
    table.add_column("")
    for name in _BY_TYPE.values():
        table.add_column(name, justify="right", no_wrap=True)
    for title, keep in sheet.slices().items():
        if title.startswith(("type", "study")):
            measured = [sheet.named(name) for name in _BY_TYPE]
            table.add_row(title, *(figure_text(sheet.figure(one, keep), one.name, interval=False) for one in measured))
    console.print(table)


def print_misses(cases: Sequence[Case], console: Console) -> None:
    """Every question whose reply was not right, with what is missing. Never for the test split."""
    for case in cases:
        missing = [name for name, said in facts_said(case).items() if not said]
        wrong = missing if case.expect is Expect.ANSWER else []
        if case.expect is Expect.ABSTAIN and not case.abstained:
            wrong = ["should have been refused"]
        if not wrong:
            continue
        state = case.reply.fault or ("refused" if case.abstained else f"{len(unjudged(case))} unjudged quotes")
        sure = "" if case.reply.confidence is None else f" p={case.reply.confidence:.2f}"
        console.print(
            f"[bold]{case.key}[/bold] {case.item.type}{sure} ({state}): {case.item.question.of(case.reply.language)}\n"
            f"   missing: {'; '.join(wrong)}\n   {case.said}",
            markup=True,
            highlight=False,
        )


def print_gate(report: Report, result: GateResult, console: Console) -> None:
    """Every check with what changed, then the questions that got worse, then the verdict."""
    table = Table(title=f"Gate on {report.run.head.gold}, against {report.compared}", title_justify="left")
    for name in ("measure", "verdict", "accepted", "now", "change", "floor", "worse", "better"):
        table.add_column(name, no_wrap=True)
    for check in result.checks:
        measured = report.sheet.named(check.expectation.measure)
        table.add_row(
            check.expectation.name,
            f"[red]{check.verdict.value}[/red]" if check.failed else check.verdict.value,
            "–" if check.expectation.value is None else f"{check.expectation.value:.3f}",
            figure_text(check.now, measured.name),
            change_text(check.change, interval=False),
            f"{check.expectation.floor:g}",
            str(len(check.worse)),
            str(len(check.better)),
        )
    console.print(table)
    changes = report.changes()
    for case in report.cases:
        if changes.get(case.key) is Change.WORSE and not report.sealed:
            question = case.item.question.of(case.reply.language)
            console.print(f"worse: {case.key}: {question}", markup=False, highlight=False)
    if report.unwritten:
        console.print(report.unwritten, style="yellow", markup=False, highlight=False)
    for fault in result.faults:
        console.print(fault, style="red", markup=False, highlight=False)
    console.print("The gate is open." if result.passed else "[red]The gate is closed.[/red]")
