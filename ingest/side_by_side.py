"""raw file → Document: columns that plain text prints side by side (`pdftotext -layout`), put one below the other.

Such a page has a corridor of spaces that no line crosses, with running text on both sides of it. A table has one, too;
but its cells are short or begin with capitals, and where they are sentences, a cell reads better whole than in strips.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.headings import ends_sentence, looks_like_heading
from ingest.lines import PAGE_NUMBER
from ingest.offsets import MappedText, Piece, rebuild
from ingest.types import Span

_GUTTER = 2
"""Spaces that part two columns at least."""
_FEWEST_LINES = 5
_FEWEST_LINES_MORE = 2
"""Beside each other, to tell that there are columns; and where a page of the same text has some already."""
_NARROWEST = 24
_FEWEST_WORDS = 3.0
_MOSTLY = 0.7
_MOST_CANDIDATES = 12
_MOST_LINES = 300
_WIDEST = 400
_EMPTY_ROWS_APART = 2
_EMPTY_ROWS_BETWEEN_PAGES = 3
_MOST_HEAD_ROWS = 2
_MOST_NOTE_ROWS = 8
_PAGE = re.compile(r"[^\f]+")
_LOOSE_PAGE = re.compile(rf".+?(?:(?:\n[ \r]*){{{_EMPTY_ROWS_BETWEEN_PAGES + 1},}}|\Z)", re.DOTALL)
_PLAIN = re.compile(r"[\w•·▪–[(\"“‘'][^|│=]*$")
"""No row of a table drawn with bars, no code and no comment beside it."""
_NOTE = re.compile(r" {0,3}(?:\d{1,2}|[*†‡])\s+[^\W\d_]")
_LINE = re.compile(r"^[^\n]*", re.MULTILINE)
_COLUMN_START = re.compile(rf"(?<=\S) {{{_GUTTER},}}(?=\S)")


@dataclass(frozen=True, slots=True)
class _Row:
    """A printed line, or the part of one that stands in a column: `text` begins at `start` of the whole text."""

    start: int
    text: str

    def left_of(self, column: int) -> _Row:
        return _Row(self.start, self.text[:column].rstrip())

    def right_of(self, column: int) -> _Row:
        return _Row(self.start + column, self.text[column:].rstrip())

    def crosses(self, column: int) -> bool:
        return bool(self.text[max(column - _GUTTER, 0) : column].strip())

    def sides(self, column: int) -> tuple[str, str]:
        """What stands left and right of the corridor."""
        return self.text[:column].strip(), self.text[column:].strip()


def one_below_the_other(mapped: MappedText) -> MappedText:
    """The same text with its columns in reading order, page by page; unchanged where none stand side by side."""
    pages = [(page.span(), _rows(page)) for page in _pages(mapped.text)]
    if not any(_columns(rows, _FEWEST_LINES) for _, rows in pages):
        return mapped
    pieces: list[Piece] = []
    at = 0
    for (start, end), rows in pages:
        ordered = _read(rows)
        if ordered is not rows:
            pieces += [(at, start, None), *_joined(ordered, end)]
            at = end
    return rebuild(mapped, [*pieces, (at, len(mapped.text), None)])


def _pages(text: str) -> Iterator[re.Match[str]]:
    """What form feeds part; without any, or where they part too little, what rows of empty lines do."""
    for page in _PAGE.finditer(text):
        if "\f" in text and page.group().count("\n") <= _MOST_LINES:
            yield page
        else:
            yield from _LOOSE_PAGE.finditer(text, *page.span())


def _rows(page: re.Match[str]) -> Sequence[_Row]:
    """The lines of a page; none where there are more or longer ones than can be printed, which keeps cost in
    proportion to length."""
    if page.group().count("\n") > _MOST_LINES:
        return ()
    rows = [_Row(page.start() + line.start(), line.group().rstrip()) for line in _LINE.finditer(page.group())]
    return rows if all(len(row.text) <= _WIDEST for row in rows) else ()


def _read(rows: Sequence[_Row]) -> Sequence[_Row]:
    """The rows in reading order; the very same sequence where it is that already."""
    found = _columns(rows, _FEWEST_LINES_MORE)
    if found is None:
        return rows
    column, (first, last) = found
    within = rows[first:last]
    left, left_notes = _noted(_spaced([row.left_of(column) for row in within]))
    right, right_notes = _noted(_spaced([row.right_of(column) for row in within]))
    empty = [_Row(within[0].start, "")]
    new = empty if ends_sentence(left[-1].text.strip()) and looks_like_heading(right[0].text.strip()) else ()
    notes = (*(left_notes and empty), *left_notes, *(right_notes and empty), *right_notes)
    return [*_read(rows[:first]), *_read(left), *new, *_read(right), *notes, *empty, *_read(rows[last:])]


def _columns(rows: Sequence[_Row], fewest: int) -> tuple[int, Span] | None:
    """Where the right column begins, in characters, and the rows beside which it stands: those with the most lines
    in both, if these are `fewest` or more."""
    starts = Counter(gap.end() for row in rows for gap in _COLUMN_START.finditer(row.text))
    starts.update(indent for row in rows if (indent := len(row.text) - len(row.text.lstrip())) >= _NARROWEST)
    best: tuple[int, int, Span] | None = None
    for column, _ in starts.most_common(_MOST_CANDIDATES):
        for span in _spans(rows, column, fewest):
            beside = [sides for _, sides in _beside(rows[slice(*span)], column)]
            if len(beside) < (best[0] + 1 if best else fewest):
                continue
            sides = list(zip(*beside, strict=True))
            if all(map(_runs_on, sides)) and not all(map(_begins_anew, sides)):
                best = len(beside), column, span
    return best[1:] if best else None


def _spans(rows: Sequence[_Row], column: int, fewest: int) -> Iterator[Span]:
    """Stretches of rows that leave the corridor before `column` free, without heads and feet that stand apart."""
    edges = [-1, *(index for index, row in enumerate(rows) if row.crosses(column)), len(rows)]
    for before, after in pairwise(edges):
        beside = [before + 1 + index for index, _ in _beside(rows[before + 1 : after], column)]
        if len(beside) >= fewest:
            head = _apart(rows[before + 1 : beside[0]])
            foot = _apart(rows[after - 1 : beside[-1] : -1]) or _number_below(rows[beside[-1] + 1 : after])
            yield before + 1 + head, after - foot


def _number_below(rows: Sequence[_Row]) -> int:
    """How many of these last rows belong to a page number that one empty line sets apart; 0 without one."""
    full = [index for index, row in enumerate(rows) if row.text.strip()]
    apart = bool(full) and full[-1] > 0 and not rows[full[-1] - 1].text.strip()
    if not apart or not PAGE_NUMBER.match(rows[full[-1]].text.strip()):
        return 0
    return len(rows) - full[-1]


def _beside(rows: Sequence[_Row], column: int) -> Iterator[tuple[int, tuple[str, str]]]:
    """Lines of the left column, each with the line of the right one that stands beside it or half a line lower."""
    for index, row in enumerate(rows):
        left, right = row.sides(column)
        if left and not right and index + 1 < len(rows):
            lower, right = rows[index + 1].sides(column)
            right = "" if lower else right
        if left and right:
            yield index, (left, right)


def _apart(rows: Sequence[_Row]) -> int:
    """How many of the first rows are a short head, or, told backwards, a foot: a few lines, then a gap."""
    full, empty, apart = 0, 0, 0
    for index, row in enumerate(rows):
        if row.text.strip():
            full, empty = full + 1, 0
        else:
            empty += 1
        if full > _MOST_HEAD_ROWS:
            break
        if empty >= _EMPTY_ROWS_APART:
            apart = index + 1
    return apart


def _runs_on(side: Sequence[str]) -> bool:
    """Whether these are lines of running text: of some length and of several words, as cells and code are not."""
    words = sum(len(text.split()) for text in side) / len(side)
    plain = sum(bool(_PLAIN.match(text)) for text in side) / len(side)
    return median(map(len, side)) >= _NARROWEST and words >= _FEWEST_WORDS and plain >= _MOSTLY


def _begins_anew(side: Sequence[str]) -> bool:
    """Whether most lines begin with a capital or a number, as cells of a table do and lines inside sentences do not."""
    return sum(not text[0].islower() for text in side) > _MOSTLY * len(side)


def _spaced(rows: Sequence[_Row]) -> list[_Row]:
    """One column's rows without the empty ones that only the lines of the other column made."""
    full = [index for index, row in enumerate(rows) if row.text.strip()]
    steps = [after - before for before, after in pairwise(full)]
    usual = Counter(steps).most_common(1)[0][0] if steps else 1
    spaced: list[_Row] = []
    for index, step in zip(full, [usual, *steps], strict=False):
        if step > usual:
            spaced.append(_Row(rows[index].start, ""))
        spaced.append(rows[index])
    return spaced


def _noted(rows: Sequence[_Row]) -> tuple[Sequence[_Row], Sequence[_Row]]:
    """A column and the footnotes below it, which do not stand between it and the next."""
    for index in range(max(len(rows) - _MOST_NOTE_ROWS, 1), len(rows)):
        text = rows[index].text
        heading = index + 1 < len(rows) and looks_like_heading(text.strip())
        if _NOTE.match(text) and not rows[index - 1].text.strip() and not heading:
            return rows[:index], rows[index:]
    return rows, ()


def _joined(rows: Sequence[_Row], end: int) -> Iterator[Piece]:
    """Pieces that print the rows one below the other; white space behind a row stands for the end of its line."""
    full = [index for index, row in enumerate(rows) if row.text.strip()]
    for index, after in zip(full, [*full[1:], len(rows)], strict=True):
        row = rows[index]
        stop = row.start + len(row.text)
        yield row.start, stop, None
        yield stop, min(stop + 1, end), "\n" * (after - index)
