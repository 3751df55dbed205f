"""raw file → ParsedFile, printed pages: what is usual in a document (size, leading, indents), and what stands out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.headings import ends_sentence, is_caption, shape
from ingest.parse.print_words import PrintedLine

MARKER = re.compile(
    r"^(?:[•·▪■●○◦➢✓\uf0b7\uf0a7\uf0d8]|[\-–*](?=\s)|\(?\d{1,2}[.)](?=\s|$)|\(?[a-zA-Z][.)](?=\s)|\(?[ivxIVX]{1,4}[.)](?=\s))"
)
_NOTE = re.compile(r"^(?:\(?\d{1,3}(?!\d)\)?|[*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]+)\s*(?=\S)")
_LEADERS = re.compile(r"(?:\.\s?){5,}\s*\w{1,6}$|…{2,}\s*\w{1,6}$|_{5,}")
_LONGEST_HEADING = 22
_LARGER = 0.9
_SMALLER = 0.7


@dataclass(frozen=True, slots=True)
class PrintStyle:
    """Of the running text: its size in points, whether it is bold, the usual distance of its baselines, and whether its
    paragraphs open with an indented line."""

    size: float
    bold: bool
    leading: float
    indented: bool


@dataclass(frozen=True, slots=True)
class Margins:
    """Left and right edge of a column's running text."""

    left: float
    right: float

    @property
    def width(self) -> float:
        """Width of the column."""
        return max(self.right - self.left, 1.0)


def style_of(columns: Sequence[Sequence[PrintedLine]]) -> PrintStyle:
    """The style that most characters of the document have."""
    looks: Counter[tuple[float, bool]] = Counter()
    for column in columns:
        for line in column:
            looks[line.size, line.bold] += len(line.text)
    (size, bold), _ = looks.most_common(1)[0] if looks else ((10.0, False), 0)
    steps: Counter[float] = Counter()
    opens = flush = 0
    for column in columns:
        edges = margins(column, size)
        for before, line in pairwise(column):
            if abs(line.size - size) > 0.5 or abs(before.size - size) > 0.5:
                continue
            if 0.8 * size < line.y - before.y < 3.2 * size:
                steps[round(2 * (line.y - before.y)) / 2] += 1
            indent = line.x0 - edges.left
            if ends_sentence(before.text) and before.x1 < edges.right - 2 * size and line.text[:1].isupper():
                opens += 0.7 * size < indent < 6 * size
                flush += indent <= 0.7 * size
    leading = steps.most_common(1)[0][0] if steps else 1.2 * size
    return PrintStyle(size, bold, leading, opens > flush)


def margins(column: Sequence[PrintedLine], size: float) -> Margins:
    """The edges at which most of a column's lines begin and end, tables and short lines aside."""
    body = [line for line in column if abs(line.size - size) <= 0.5 and line.cells == 1] or list(column)
    widest = max(line.x1 - line.x0 for line in body)
    long = [line for line in body if line.x1 - line.x0 > 0.6 * widest]
    lefts = Counter(round(line.x0) for line in long)
    usual = max(lefts, key=lambda x: (lefts[x] + lefts[x + 1] + lefts[x - 1], -x))
    # Where first lines or hanging ones outnumber the others, the flush edge is further left.
    left = min((x for x in lefts if usual - 4 * size < x and lefts[x] >= max(1, 0.15 * len(long))), default=usual)
    rights = sorted(line.x1 for line in long)
    return Margins(float(left), rights[int(0.9 * (len(rights) - 1))])


def is_tabular(line: PrintedLine) -> bool:
    """Whether wide gaps cut the line into cells."""
    return line.cells > 2 or (line.cells == 2 and len(line.words) <= 8 and not MARKER.match(line.text))


def has_leaders(line: PrintedLine) -> bool:
    """Whether dots lead to a page number, as in a table of contents."""
    return bool(_LEADERS.search(line.text))


def is_larger(line: PrintedLine, style: PrintStyle) -> bool:
    """Whether it is set larger than the running text."""
    return line.size >= style.size + _LARGER


def is_note(line: PrintedLine, style: PrintStyle) -> bool:
    """Whether it is set smaller than the running text, as footnotes and sources of tables are."""
    return line.size <= style.size - _SMALLER


def opens_note(line: PrintedLine) -> bool:
    """Whether a small line begins with the mark of a footnote."""
    return bool(_NOTE.match(line.text))


def looks_set_off(line: PrintedLine, style: PrintStyle) -> bool:
    """Whether a line alone is set like a heading: larger, bold, in capitals or in italics, and short enough."""
    text = line.text
    if (
        is_tabular(line)
        or has_leaders(line)
        or is_caption(text)
        or is_note(line, style)
        or len(text.split()) > _LONGEST_HEADING
    ):
        return False
    if sum(map(str.isalpha, text)) < 3 or text[:1].islower():
        return False
    form = shape(text)
    if ends_sentence(text) and not (form.style != "none" or text.endswith((":", "?"))):
        return False
    if is_larger(line, style) or (line.bold and not style.bold):
        return True
    return form.capitals and len(text) > 5


def is_slanted_heading(line: PrintedLine, style: PrintStyle) -> bool:
    """Whether a short line is wholly in italics, as third-level headings are."""
    title = shape(line.text).title
    short = len(title.split()) <= 10 and title[:1].isupper()
    return line.italic and short and not ends_sentence(title) and not is_note(line, style)
