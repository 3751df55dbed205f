"""raw file → ParsedFile: text put together paragraph by paragraph, for formats that know their own paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.headings import ends_sentence, kind_of, looks_like_heading
from ingest.types import LaidOutLine, LineRole

_SPACES = re.compile(r"\s+")
_MOST_HEADING_WORDS = 22
PROSE_WORDS = 12
"""From so many words on, a cell of a table holds text and stands on its own."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the composed text; `level` is 1-6 for a heading that the file marks, 0 for one only set like it."""

    text: str
    role: LineRole = LineRole.OPENS
    level: int = 0


def paragraph(text: str, role: LineRole = LineRole.OPENS, level: int = 0) -> Paragraph | None:
    """A paragraph with its white space put in order; None where there is nothing to read."""
    text = _SPACES.sub(" ", text).strip()
    return Paragraph(text, role, level) if text else None


def set_like_heading(text: str) -> bool:
    """Whether a paragraph wholly in bold is a heading: short, without a full stop, or naming a part of a paper."""
    text = " ".join(text.split())
    short = 0 < len(text.split()) <= _MOST_HEADING_WORDS and any(map(str.isalpha, text))
    return short and (looks_like_heading(text) or not ends_sentence(text) or kind_of(text.rstrip(".:")) is not None)


def row(cells: Sequence[str]) -> list[Paragraph]:
    """A row of a table: one line, unless its cells hold running text."""
    found = [one for cell in cells if (one := paragraph(cell)) is not None]
    if any(len(one.text.split()) >= PROSE_WORDS for one in found):
        return found
    joined = paragraph(" ".join(one.text for one in found))
    return [joined] if joined else []


def compose(paragraphs: Sequence[Paragraph]) -> tuple[str, tuple[LaidOutLine, ...]]:
    """The text, a blank line between paragraphs, and the role of each line."""
    layout: list[LaidOutLine] = []
    at = 0
    for one in paragraphs:
        layout.append(LaidOutLine(at, one.role, one.level))
        at += len(one.text) + 2
    return "\n\n".join(one.text for one in paragraphs), tuple(layout)
