"""response → terminal: answers, passages and lists, drawn with Rich; nothing a paper says is markup."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from ingest.types import Language
from qa.api.bodies import AnswerBody, CitationBody, DocumentBody, PassageBody, SearchBody
from qa.api.compare_bodies import MatrixBody
from qa.api.document_bodies import BibliographyBody, ListBody
from qa.api.feedback_bodies import FeedbackListBody
from qa.cli_wording import say
from qa.doctor import Check
from qa.messages import SILENT

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
    """The answer and where each of its quotes stands, or the honest no with the passages that came closest."""
    language = body.language
    console.print()
    if body.status == "answered":
        console.print(_marked(shown(body.text)))
        console.print()
        for citation in body.citations:
            console.print(_citation(citation, language, read_above=_holds_quote(body, citation)))
    else:
        console.print(Text(shown(body.text), style="yellow"))
        if body.nearest:
            console.print()
            console.print(Text(say("nearest", language), style="bold"))
            for passage in body.nearest:
                console.print(_passage(passage, language))
    if body.silent:
        papers = "; ".join(shown(_named(one, language)) for one in body.silent)
        console.print(Text(SILENT[language].format(papers=papers), style="yellow"))
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
    """The papers that answer: id, title, what else is known, and what of it is doubtful."""
    answering = [entry for entry in body.documents if entry.answers]
    if not answering:
        console.print(Text(say("no_documents", language), style="yellow"))
        return
    for entry in answering:
        head = entry.bibliography
        facts = [
            shown(", ".join(head.authors[:3]) + (" …" if len(head.authors) > 3 else "")),
            str(head.year or ""),
            shown(_journal(head)),
            f"doi:{shown(head.doi)}" if head.doi else "",
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


def _journal(head: BibliographyBody) -> str:
    """`Jurnal Ilmu 9(2)`, as far as it is known."""
    issue = f"({head.issue})" if head.issue else ""
    return " ".join(part for part in (head.journal, f"{head.volume or ''}{issue}") if part)


def _marked(text: str) -> Text:
    """The answer's text with its `[n]` markers coloured."""
    marked = Text(text)
    marked.highlight_regex(r"\[\d+\]", "bold cyan")
    return marked


def _holds_quote(body: AnswerBody, citation: CitationBody) -> bool:
    """Whether the answer holds this quote word for word wherever it cites it."""
    cited = [claim for claim in body.claims if citation.number in claim.citations]
    return bool(cited) and all(
        any(citation.quote in claim.text[start:end] for start, end in claim.quoted) for claim in cited
    )


def _citation(citation: CitationBody, language: Language, *, read_above: bool) -> RenderableType:
    """Where a quote stands, under the quote itself unless the answer holds it word for word."""
    number = (f"[{citation.number}] ", "bold cyan")
    where = _where(citation.document, citation.section, citation.page, citation.start, citation.end, language)
    told = f"{say('translation', language)}: {shown(citation.translation)}" if citation.translation else ""
    translation = [Padding(Text(told, style="dim italic"), (0, 0, 0, 4))] if told else []
    if read_above:
        return Padding(Group(Text.assemble(number, where), *translation), (0, 0, 1, 0))
    quote = Text.assemble(number, (f"“{shown(citation.quote)}”", "italic"))
    return Group(quote, *translation, Padding(where, (0, 0, 1, 4)))


def _passage(passage: PassageBody, language: Language) -> RenderableType:
    text = " ".join(shown(passage.text).split())
    cut = f"{text[: _SNIPPET_CHARACTERS - 1].rstrip()}…" if len(text) > _SNIPPET_CHARACTERS else text
    where = _where(passage.document, passage.section, passage.page, passage.start, passage.end, language)
    number = Text.assemble((f"{passage.rank}. ", "bold cyan"), cut)
    return Group(number, Padding(where, (0, 0, 1, 3)))


def _named(document: DocumentBody, language: Language) -> str:
    return f"{document.title} ({document.year or say('year_unknown', language)})"


def _where(document: DocumentBody, section: str, page: int | None, start: int, end: int, language: Language) -> Text:
    parts = [shown(_named(document, language)), shown(section)]
    if page is not None:
        parts.append(say("page", language, page=page))
    parts.append(say("characters", language, start=start, end=end))
    return Text.assemble((" · ".join(part for part in parts if part), "dim"), (f"  {shown(document.id)}", "dim cyan"))
