"""ScoreSheet → tables in a terminal: every measure by language and type, with n and interval; then what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from eval.answer_measures import Better, facts_said, unjudged
from eval.cases import Case
from eval.dataset import Expect
from eval.run_file import Run
from eval.scores import Measured, ScoreSheet
from eval.statistics import Estimate

_BY_TYPE = (
    "nDCG@10",
    "R@5",
    "key-fact-recall",
    "fully-correct",
    "citation-recall",
    "citation-precision",
    "false-refusals",
    "refusal-recall",
    "language-match",
    "words",
)
_WAY = {Better.HIGHER: "↑", Better.LOWER: "↓", Better.NEITHER: " "}


def figure_text(found: Estimate | None, measured: Measured, interval: bool = True) -> str:
    """`0.812 [0.77–0.85] n 131`; a dash where nothing was measured."""
    if found is None:
        return "–"
    large = measured.name in ("words", "milliseconds")
    value = f"{found.value:.1f}" if large else f"{found.value:.3f}"
    if not interval:
        return value
    low, high = (f"{end:.0f}" if large else f"{end:.2f}" for end in (found.low, found.high))
    return f"{value} [{low}–{high}] n {found.n}"


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
        figures = [figure_text(sheet.figure(measured, slices[name]), measured) for name in columns]
        if any(figure != "–" for figure in figures):
            table.add_row(f"{_WAY[measured.better]} {measured.name}", *figures)
    console.print(table)
    _print_slices(sheet, console)


def _print_slices(sheet: ScoreSheet, console: Console) -> None:
    table = Table(title="By type and study", title_justify="left")
    table.add_column("")
    for name in _BY_TYPE:
        table.add_column(name, justify="right")
    for title, keep in sheet.slices().items():
        if title.startswith(("type", "study")):
            measured = [sheet.named(name) for name in _BY_TYPE]
            table.add_row(title, *(figure_text(sheet.figure(one, keep), one, interval=False) for one in measured))
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
