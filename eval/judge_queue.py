"""Run and cases → the quotes that nobody judged, in a table for a reader; the table with grades → verdicts to keep.

The reader sees the question, what an answer is to say, and the quote: not which system brought it, nor what else it
said, and in an order drawn by chance. The table holds text of the papers: keep it out of the repository.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator

from eval.answer_measures import unjudged
from eval.cases import Case
from eval.dataset import DatasetError, Expect
from eval.judged import Grade, JudgedQuote, JudgedQuotes
from eval.run_file import Run
from eval.spans import merged
from ingest.types import Span

COLUMNS = ("grade", "question", "looks_for", "quote", "item", "document", "sha256", "spans")


@dataclass(frozen=True, slots=True)
class QueuedQuote:
    """A quote that waits for a verdict. `document` is the name of its file without the ending; `sha256` is None where
    the system does not tell which file it read."""

    question: str
    looks_for: tuple[str, ...]
    quote: str
    item: str
    document: str
    sha256: str | None
    spans: tuple[Span, ...]


class _Graded(BaseModel):
    """The fields of a row that come back."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    grade: Grade
    item: str
    document: str
    sha256: str
    spans: tuple[Span, ...]

    @field_validator("grade", mode="before")
    @classmethod
    def _as_number(cls, told: str) -> int | str:
        return int(told) if told.strip() in ("0", "1", "2", "3") else told


def queued(run: Run, cases: Iterable[Case], seed: int = 0) -> list[QueuedQuote]:
    """The unjudged quotes of answerable questions, each once though asked in two languages, in an order that `seed`
    draws."""
    held = {one.id: one for one in run.head.documents}
    waiting: dict[tuple[str, str, tuple[Span, ...]], QueuedQuote] = {}
    for case in cases:
        if case.expect is not Expect.ANSWER or not case.gold():
            continue
        for quote in unjudged(case):
            source = held.get(quote.document.id)
            if source is None:
                continue
            one = QueuedQuote(
                question=case.item.question.of(case.reply.language),
                looks_for=tuple(judged.fact.name for judged in case.facts),
                quote=quote.quote,
                item=case.item.id,
                document=PurePosixPath(source.source).stem,
                sha256=source.sha256,
                spans=merged(quote.source_spans),
            )
            waiting.setdefault((one.item, one.document, one.spans), one)
    drawn = sorted(waiting.values(), key=lambda one: (one.item, one.document, one.spans))
    random.Random(seed).shuffle(drawn)
    return drawn


def queue_table(waiting: Sequence[QueuedQuote]) -> str:
    """The table as CSV, its first column empty. Raises DatasetError when a quote's file is not known."""
    if any(one.sha256 is None for one in waiting):
        raise DatasetError("The service did not say which files it read. Run again with --papers.")
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(COLUMNS)
    for one in waiting:
        spans = json.dumps(one.spans)
        told = "; ".join(one.looks_for)
        rows.writerow(("", one.question, told, one.quote, one.item, one.document, one.sha256, spans))
    return table.getvalue()


def read_grades(path: Path) -> tuple[JudgedQuotes, ...]:
    """The rows of a table that have a grade. Raises DatasetError that names the row and what to correct."""
    adapter, found = TypeAdapter(_Graded), []
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise DatasetError(f"{path.name} cannot be read: {fault}") from fault
    for number, row in enumerate(rows, start=2):
        if not (row.get("grade") or "").strip():
            continue
        try:
            one = adapter.validate_python({**row, "spans": json.loads(row.get("spans") or "null")})
        except (ValidationError, json.JSONDecodeError) as fault:
            raise DatasetError(
                f"{path.name}, row {number}: the grade is 0, 1, 2 or 3, and the last four columns stay as they were."
            ) from fault
        judged = (JudgedQuote(spans=one.spans, grade=one.grade),)
        found.append(JudgedQuotes(item=one.item, document=one.document, sha256=one.sha256, judged=judged))
    return tuple(found)


def with_grades(kept: Iterable[JudgedQuotes], given: Iterable[JudgedQuotes]) -> tuple[JudgedQuotes, ...]:
    """Old and new verdicts by question and document, in the order in which they came; a new verdict on the same quote
    replaces the old one."""
    grades: dict[tuple[str, str, str], dict[tuple[Span, ...], Grade]] = {}
    for row in (*kept, *given):
        places = grades.setdefault((row.item, row.document, row.sha256), {})
        places.update({merged(one.spans): one.grade for one in row.judged})
    return tuple(
        JudgedQuotes(
            item=item,
            document=document,
            sha256=sha256,
            judged=tuple(JudgedQuote(spans=spans, grade=grade) for spans, grade in sorted(places.items())),
        )
        for (item, document, sha256), places in grades.items()
    )


def judgement_lines(rows: Iterable[JudgedQuotes]) -> str:
    """The rows as they are kept, one line each."""
    return "".join(json.dumps(row.model_dump(mode="json")) + "\n" for row in rows)


def count_grades(rows: Iterable[JudgedQuotes]) -> Counter[int]:
    """How many quotes have each grade."""
    return Counter(one.grade for row in rows for one in row.judged)
