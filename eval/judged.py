"""verdicts of readers on quotes → the grade of any quote. Pure.

Pooled judgements, as at TREC (Voorhees and Harman 2005): readers grade the quotes of several systems for each question,
without knowing which system brought them. Verdicts are kept by half-open spans of code points in the decoded file of a
document, with the file's SHA-256, never as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from eval.spans import length, merged, rests_on, shared
from ingest.types import Span

Grade: TypeAlias = Literal[0, 1, 2, 3]
"""3 states a key fact that was asked for, 2 is directly relevant support, 1 is on the topic and does not answer, 0 is
beside the point or broken (docs/evaluation.md)."""
STATES = 3
"""The grade of a quote that states a key fact."""
RIGHT = 2
"""The lowest grade with which a quote belongs into an answer."""


class JudgedQuote(BaseModel):
    """What a reader said of the quote at these places."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spans: Annotated[tuple[Span, ...], Field(min_length=1)]
    grade: Grade


class JudgedQuotes(BaseModel):
    """Every quote from one document that was judged for one question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    document: str
    sha256: str
    judged: Annotated[tuple[JudgedQuote, ...], Field(min_length=1)]


def grade_of(quote: Sequence[Span], judged: Iterable[JudgedQuote]) -> Grade | None:
    """The grade of the judged quote that is most like this one (shared over joint length), of those that hold half or
    more of it; of two alike the lower. None where there is none: nobody judged it."""
    held = [one for one in judged if rests_on(quote, one.spans)]
    return min(held, key=lambda one: (-_likeness(quote, one.spans), one.grade)).grade if held else None


def _likeness(ours: Sequence[Span], theirs: Sequence[Span]) -> float:
    return shared(ours, theirs) / length((*ours, *theirs))


def judged_faults(
    rows: Iterable[JudgedQuotes], items: Iterable[str], texts: Mapping[str, tuple[str, str]]
) -> list[str]:
    """What is wrong with verdicts, one sentence each, against the questions' ids and the files at hand: `texts` maps
    the name of a file, without its ending, to (sha256, decoded text)."""
    known, faults, seen = set(items), [], set()
    for row in rows:
        if row.item not in known:
            faults.append(f"quotes are judged for {row.item}, which is no question")
        for one in row.judged:
            place = (row.item, row.document, merged(one.spans))
            if place in seen:
                faults.append(f"{row.item}: the quote at {one.spans[0][0]} of {row.document} is judged twice")
            seen.add(place)
        if row.document not in texts:
            continue
        sha256, text = texts[row.document]
        if sha256 != row.sha256:
            faults.append(
                f"{row.document} is another file than the one in which quotes were judged for {row.item}; bring that "
                "file back, or judge them anew"
            )
            continue
        outside = [span for one in row.judged for span in one.spans if not 0 <= span[0] < span[1] <= len(text)]
        faults += [f"{row.item}: the judged span {start}-{end} lies outside {row.document}" for start, end in outside]
    return faults
