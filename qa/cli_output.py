"""response → terminal: answers, passages, tables and summaries, drawn with Rich; nothing a paper says is markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ingest.summary import IngestProgress, IngestSummary
from ingest.types import Language
from qa.api.bodies import AnswerBody, CitationBody, DocumentBody, PassageBody, SearchBody
from qa.api.compare_bodies import MatrixBody
from qa.api.document_bodies import ListBody
from qa.api.feedback_bodies import FeedbackListBody
from qa.cli_wording import say
from qa.doctor import Check

_SNIPPET_CHARACTERS = 240


def shown(text: str) -> str:
    """`text` with control and direction-changing characters replaced, so that no paper drives the terminal."""
    return "".join(
        mark
        if mark in "\n\t" or unicodedata.category(mark) not in ("Cc", "Cf", "Cs", "Co")
        else "\N{REPLACEMENT CHARACTER}"
        for mark in text
    )


def print_answer(console: Console, body: AnswerBody) -> None:
    """The answer with its numbered verbatim quotes, or the honest no with the passages that came closest."""
    language = body.language
    console.print()
    if body.status == "answered":
        console.print(_marked(shown(body.text)))
        console.print()
        for citation in body.citations:
            console.print(_citation(citation, language))
    else:
        console.print(Text(shown(body.text), style="yellow"))
        if body.nearest:
            console.print()
            console.print(Text(say("nearest", language), style="bold"))
            for passage in body.nearest:
                console.print(_passage(passage, language))
    if body.dropped_claims:
        console.print(Text(say("dropped", language, n=body.dropped_claims), style="yellow"))
    total = body.timings_ms.get("total", 0.0)
    line = say("id_line", language, id=body.id, documents=body.corpus.documents, ms=total)
    console.print(Text(line, style="dim"))


def print_passages(console: Console, body: SearchBody, language: Language) -> None:
    """The passages of a search, best first."""
    if not body.passages:
        console.print(Text(say("no_hits", language), style="yellow"))
    for passage in body.passages:
        console.print(_passage(passage, language))


def print_matrix(console: Console, body: MatrixBody) -> None:
    """Theme by theme what each study says, word for word, with where; a study that says nothing on it says so."""
    language = body.language
    for column, theme in enumerate(body.themes):
        console.print(Rule(Text(shown(theme.label), style="bold"), align="left"))
        for row in body.rows:
            cell = row.cells[column]
            console.print(Text(shown(row.document.id), style="cyan"))
            if not cell.claims:
                console.print(Padding(Text(say("cell_empty", language), style="dim"), (0, 0, 1, 4)))
            for citation in cell.citations:
                console.print(Padding(Text(f"“{shown(citation.quote)}”", style="italic"), (0, 0, 0, 4)))
                where = [shown(citation.section), say("characters", language, start=citation.start, end=citation.end)]
                console.print(Padding(Text(" · ".join(part for part in where if part), style="dim"), (0, 0, 1, 4)))
    total = body.timings_ms.get("total", 0.0)
    line = say("matrix_line", language, studies=len(body.rows), themes=len(body.themes), ms=total)
    console.print(Text(line, style="dim"))


def print_documents(console: Console, body: ListBody, language: Language) -> None:
    """The papers that answer: id, title, and what else is known."""
    answering = [entry for entry in body.documents if entry.answers]
    if not answering:
        console.print(Text(say("no_documents", language), style="yellow"))
        return
    for entry in answering:
        head = entry.bibliography
        facts = [
            shown(", ".join(head.authors[:3]) + (" …" if len(head.authors) > 3 else "")),
            str(head.year or ""),
            shown(head.place or ""),
            entry.language,
            say("n_passages", language, n=entry.passages),
            say("recognised", language) if entry.ocr else "",
            say("doubtful_fields", language, fields=", ".join(head.doubtful)) if head.doubtful else "",
        ]
        console.print(Text(shown(entry.id), style="cyan"))
        console.print(Padding(Text(shown(head.title)), (0, 0, 0, 4)))
        console.print(Padding(Text(" · ".join(fact for fact in facts if fact), style="dim"), (0, 0, 0, 4)))
    if all(entry.collection == "samples" for entry in answering):
        console.print(Text(say("samples_answer", language), style="dim"))


def print_summary(console: Console, summary: IngestSummary, language: Language) -> None:
    """What became of each file: counts first, then every file that could not be read, with what to do about it."""
    counts = {
        "added": summary.added,
        "updated": summary.updated,
        "remade": summary.remade,
        "unchanged": summary.unchanged,
        "moved": summary.moved,
        "duplicates": summary.duplicates,
        "removed": summary.removed,
        "skipped": summary.skipped,
        "failed": summary.failed,
    }
    table = Table.grid(padding=(0, 1))
    for name, files in counts.items():
        if files:
            style = "red" if name == "failed" else "green" if name in ("added", "updated", "remade") else ""
            table.add_row(Text(str(len(files)), style=style), say(name, language), Text(_names(files), style="dim"))
    if table.row_count:
        console.print(table)
    for fault in summary.failed:
        console.print(Text.assemble(("  ✗ ", "red"), shown(fault.reason), (f" {fault.advice}", "dim")))
    documents = len(summary.added) + len(summary.updated) + len(summary.remade)
    line = say(
        "ingested",
        language,
        documents=documents,
        passages=summary.passages,
        embedded=summary.embedded,
        reused=summary.reused,
        seconds=summary.seconds,
    )
    console.print(Text(line))
    if summary.withdrawn:
        console.print(Text(say("samples_withdrawn", language), style="dim"))


def print_feedback(console: Console, body: FeedbackListBody, language: Language) -> None:
    """What readers said, newest first."""
    if not body.feedback:
        console.print(Text(say("no_feedback", language), style="yellow"))
    for given in reversed(body.feedback):
        sign = ("✓ ", "green") if given.verdict == "up" else ("✗ ", "red")
        day = datetime.fromtimestamp(given.created_at, UTC).date().isoformat()
        console.print(Text.assemble(sign, shown(given.answer.question), (f"  {day} {given.answer.id}", "dim")))
        if given.comment:
            console.print(Padding(Text(shown(given.comment), style="italic"), (0, 0, 0, 4)))


def print_check(console: Console, check: Check) -> None:
    """One line of `sitasi doctor`."""
    sign = ("✓ ", "green") if check.passed else ("✗ ", "red")
    console.print(Text.assemble(sign, (f"{check.name}: ", "bold"), shown(check.told)))


class IngestBar:
    """How far a run of ingestion has come, drawn while the `with` block lasts; nothing where no terminal is."""

    def __init__(self, console: Console, language: Language) -> None:
        self._language = language
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[name]}", style="dim", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(say("stage_reading", language), total=None, name="")

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the bar away."""
        self._bar.stop()

    def report(self, progress: IngestProgress) -> None:
        """Take over how far it is."""
        stage = say(f"stage_{progress.stage}", self._language)
        self._bar.update(
            self._task,
            description=stage,
            completed=progress.done,
            total=progress.total,
            name=shown(progress.name),
        )


def _marked(text: str) -> Text:
    """The answer's text with its `[n]` markers coloured."""
    marked = Text(text)
    marked.highlight_regex(r"\[\d+\]", "bold cyan")
    return marked


def _citation(citation: CitationBody, language: Language) -> RenderableType:
    lines: list[RenderableType] = [
        Text.assemble((f"[{citation.number}] ", "bold cyan"), (f"“{shown(citation.quote)}”", "italic"))
    ]
    if citation.translation:
        told = f"{say('translation', language)}: {shown(citation.translation)}"
        lines.append(Padding(Text(told, style="dim italic"), (0, 0, 0, 4)))
    where = _where(citation.document, citation.section, citation.page, citation.start, citation.end, language)
    lines.append(Padding(where, (0, 0, 1, 4)))
    return Group(*lines)


def _passage(passage: PassageBody, language: Language) -> RenderableType:
    text = " ".join(shown(passage.text).split())
    cut = f"{text[: _SNIPPET_CHARACTERS - 1].rstrip()}…" if len(text) > _SNIPPET_CHARACTERS else text
    where = _where(passage.document, passage.section, passage.page, passage.start, passage.end, language)
    number = Text.assemble((f"{passage.rank}. ", "bold cyan"), cut)
    return Group(number, Padding(where, (0, 0, 1, 3)))


def _where(document: DocumentBody, section: str, page: int | None, start: int, end: int, language: Language) -> Text:
    year = str(document.year or say("year_unknown", language))
    parts = [f"{shown(document.title)} ({year})", shown(section)]
    if page is not None:
        parts.append(say("page", language, page=page))
    parts.append(say("characters", language, start=start, end=end))
    return Text.assemble((" · ".join(part for part in parts if part), "dim"), (f"  {shown(document.id)}", "dim cyan"))


def _names(files: Sequence[object]) -> str:
    named = [shown(str(one[0] if isinstance(one, tuple) else getattr(one, "name", one))) for one in files]
    return ", ".join(named[:3]) + (" …" if len(named) > 3 else "")
