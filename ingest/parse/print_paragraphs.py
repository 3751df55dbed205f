"""raw file → ParsedFile, printed pages: lines of columns → paragraphs, each of one kind, in reading order.

A paragraph that is unfinished at the foot of a column stays open: notes, tables and captions in between wait until it
is complete, wherever it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from ingest.headings import ends_sentence, is_caption, run_in, shape
from ingest.parse.print_style import (
    MARKER,
    Margins,
    PrintStyle,
    has_leaders,
    is_larger,
    is_note,
    is_slanted_heading,
    is_tabular,
    looks_set_off,
    margins,
    opens_note,
)
from ingest.parse.print_words import PrintedLine, Rule

_BREAK_GAP = 1.35
_INDENT = 0.7
_SLACK = 0.9
_SAME_SIZE = 0.3
_MOST_HEADING_LINES = 6


class Kind(Enum):
    """What a paragraph is; the last four may interrupt a running sentence and never belong to it."""

    BODY = 0
    HEADING = 1
    TITLE = 2
    NOTE = 3
    CAPTION = 4
    ROW = 5
    FURNITURE = 6


_WAITS = frozenset({Kind.NOTE, Kind.CAPTION, Kind.ROW, Kind.FURNITURE})


@dataclass(slots=True)
class PrintedParagraph:
    """Lines that belong together; filled line by line while a page is read. An `unfinished` one may go on in the next
    column; `room` is what is free behind its last line."""

    kind: Kind
    lines: list[PrintedLine] = field(default_factory=list)
    unfinished: bool = False
    room: float = 0.0


@dataclass(frozen=True, slots=True)
class _Column:
    lines: Sequence[PrintedLine]
    edges: Margins
    notes_from: int


def paragraphs_of(
    columns: Sequence[Sequence[PrintedLine]], rules: Mapping[int, Sequence[Rule]], style: PrintStyle
) -> Iterator[PrintedParagraph]:
    """All paragraphs of a document, whose columns are given in reading order."""
    open_one: PrintedParagraph | None = None
    waiting: list[PrintedParagraph] = []
    for lines in columns:
        for paragraph in _of_column(_column(lines, rules.get(lines[0].page, ()), style), style):
            if open_one is not None and paragraph.kind in _WAITS:
                waiting.append(paragraph)
                continue
            if open_one is not None:
                if _continues(open_one, paragraph, style):
                    open_one.lines += paragraph.lines
                    open_one.unfinished, open_one.room = paragraph.unfinished, paragraph.room
                    if not open_one.unfinished:
                        yield open_one
                        yield from waiting
                        open_one, waiting = None, []
                    continue
                yield open_one
                yield from waiting
                open_one, waiting = None, []
            if paragraph.unfinished:
                open_one = paragraph
            else:
                yield paragraph
    if open_one is not None:
        yield open_one
    yield from waiting


def _column(lines: Sequence[PrintedLine], rules: Sequence[Rule], style: PrintStyle) -> _Column:
    edges = margins(lines, style.size)
    first = len(lines)
    while first > 0 and is_note(lines[first - 1], style) and not is_tabular(lines[first - 1]):
        first -= 1
    # Notes begin at a mark, under a rule or after a gap; smaller text further up is something else.
    for index in range(first, len(lines)):
        above = lines[index - 1].y if index else 0.0
        ruled = any(above < rule.y < lines[index].y and rule.x0 < edges.right for rule in rules)
        if index and (ruled or lines[index].y - above > 1.25 * style.leading or opens_note(lines[index])):
            return _Column(lines, edges, index)
    return _Column(lines, edges, len(lines))


def _of_column(column: _Column, style: PrintStyle) -> Iterator[PrintedParagraph]:
    current: PrintedParagraph | None = None
    last_body: PrintedParagraph | None = None
    made: list[PrintedParagraph] = []
    for index, line in enumerate(column.lines):
        kind = _kind(column, index, style, current)
        if current is not None and kind is current.kind and _joins(column, index, current, style):
            current.lines.append(line)
            continue
        current = PrintedParagraph(kind, [line])
        made.append(current)
        if kind is Kind.BODY:
            last_body = current
    if last_body is not None and all(one.kind in _WAITS for one in made[made.index(last_body) + 1 :]):
        last_body.unfinished = _may_go_on(last_body, column, style)
        last_body.room = column.edges.right - last_body.lines[-1].x1
    yield from made


def _kind(column: _Column, index: int, style: PrintStyle, current: PrintedParagraph | None) -> Kind:
    line = column.lines[index]
    if index >= column.notes_from:
        return Kind.NOTE
    if is_caption(line.text) and (index == 0 or not _runs_into(column, index, style)):
        return Kind.CAPTION
    if current is not None and current.kind is Kind.CAPTION and _goes_with_caption(column, index, style):
        return Kind.CAPTION
    if current is not None and current.kind is Kind.HEADING and _second_line(column, index, current, style):
        return Kind.HEADING
    if has_leaders(line):
        return Kind.ROW
    if is_tabular(line) and not _runs_into(column, index, style):
        return Kind.ROW
    if current is not None and current.kind is Kind.ROW and _in_table(column, index, style):
        return Kind.ROW
    if looks_set_off(line, style) and _alone(column, index, style):
        return Kind.HEADING
    if is_slanted_heading(line, style) and _alone(column, index, style) and _short(line, column.edges):
        return Kind.HEADING
    return Kind.BODY


def _second_line(column: _Column, index: int, current: PrintedParagraph, style: PrintStyle) -> bool:
    """Whether a line is the rest of a heading that was broken for width."""
    before, line = column.lines[index - 1], column.lines[index]
    differs = is_larger(line, style) or line.bold != style.bold or line.italic or shape(line.text).capitals
    return differs and len(current.lines) < _MOST_HEADING_LINES and _heading_goes_on(before, line, style)


def _goes_with_caption(column: _Column, index: int, style: PrintStyle) -> bool:
    before, line = column.lines[index - 1], column.lines[index]
    tight = line.y - before.y < 1.3 * max(line.size, before.size) * style.leading / style.size
    alike = abs(line.size - before.size) <= 0.3 and line.bold == before.bold and line.italic == before.italic
    return tight and alike and not ends_sentence(before.text) and (is_note(line, style) or _short(line, column.edges))


def _in_table(column: _Column, index: int, style: PrintStyle) -> bool:
    """Whether a line of one piece inside a table is the overhang of a cell: short, and close under the row before."""
    before, line = column.lines[index - 1], column.lines[index]
    close = line.y - before.y < 1.2 * style.leading
    return close and line.x1 - line.x0 < 0.55 * column.edges.width and not looks_set_off(line, style)


def _runs_into(column: _Column, index: int, style: PrintStyle) -> bool:
    """Whether the line before runs on into this one in the middle of a sentence, set alike and filled to the edge."""
    if not index:
        return False
    before, line = column.lines[index - 1], column.lines[index]
    return (
        line.y - before.y < _BREAK_GAP * style.leading
        and abs(line.size - before.size) <= 0.3
        and before.cells == 1
        and before.x1 > column.edges.right - 1.2 * style.size
        and not ends_sentence(before.text)
    )


def _alone(column: _Column, index: int, style: PrintStyle) -> bool:
    """Whether a line set off is not part of the sentence before or after it."""
    line = column.lines[index]
    if index + 1 < len(column.lines):
        after = column.lines[index + 1]
        same_look = after.bold == line.bold and abs(after.size - line.size) <= 0.3
        close = after.y - line.y < _BREAK_GAP * style.leading
        if close and after.text[:1].islower() and not same_look and _fills(line, after, column.edges):
            return False
    return not (_runs_into(column, index, style) and not column.lines[index - 1].bold and not is_larger(line, style))


def _joins(column: _Column, index: int, current: PrintedParagraph, style: PrintStyle) -> bool:
    """Whether a line goes on with the paragraph of the line before, both being of one kind."""
    before, line = column.lines[index - 1], column.lines[index]
    gap = line.y - before.y
    if current.kind is Kind.ROW:
        return False
    if current.kind in (Kind.HEADING, Kind.TITLE):
        return _heading_goes_on(before, line, style)
    if current.kind is Kind.CAPTION:
        return not is_caption(line.text)
    if current.kind is Kind.NOTE:
        return not (opens_note(line) and ends_sentence(before.text))
    leading = style.leading * max(line.size, before.size) / style.size
    apart = line.x0 > before.x1 + line.size or before.x0 > line.x1 + line.size  # a box and what stands beside it
    if gap > _BREAK_GAP * leading or abs(line.size - before.size) > 0.6 or apart:
        return False
    return _flows(column, before, line, current)


def _flows(column: _Column, before: PrintedLine, line: PrintedLine, current: PrintedParagraph) -> bool:
    edges = column.edges
    if before.text.endswith("-") and line.text[:1].islower():
        return True
    full = _fills(before, line, edges)
    ended = ends_sentence(before.text)
    if ended and run_in(line.text) is not None:
        return False
    if _lists_on(current):
        return True
    if MARKER.match(line.text) and (not full or ended or line.x0 > edges.left + 0.3 * line.size):
        return False
    first = current.lines[0]
    step = line.x0 - before.x0
    wide = _INDENT * line.size
    if _centred(before, edges) and _centred(line, edges) and abs(step) > wide:
        return False
    if step > wide:  # an indented line: the first of a paragraph, or hanging under a marker or an entry's first line
        return len(current.lines) == 1 and (
            bool(MARKER.match(first.text)) or (full and not ended) or line.text[:1].islower()
        )
    if step < -wide:  # back to the edge: under an indented first line, or a new entry after hanging lines
        return len(current.lines) == 1 and not (MARKER.match(first.text) and ended)
    return full or (not ended and line.text[:1].islower())


def _lists_on(paragraph: PrintedParagraph) -> bool:
    """Whether it is a list of keywords that is not at its end."""
    return paragraph.lines[-1].text.endswith((",", ";")) and run_in(paragraph.lines[0].text) is not None


def _heading_goes_on(before: PrintedLine, line: PrintedLine, style: PrintStyle) -> bool:
    alike = abs(line.size - before.size) <= 0.3 and line.bold == before.bold and line.italic == before.italic
    tight = line.y - before.y < line.size * max(1.6, 1.3 * style.leading / style.size)
    form, former = shape(line.text), shape(before.text)
    return (
        alike and tight and form.style == "none" and form.capitals == former.capitals and not before.text.endswith(":")
    )


def _fills(before: PrintedLine, line: PrintedLine, edges: Margins) -> bool:
    """Whether the next line's first word would not have fitted behind the line before."""
    word = line.words[0]
    return before.x1 + (word.x1 - word.x0) + 0.2 * line.size > edges.right - _SLACK * 0.5 * line.size


def _short(line: PrintedLine, edges: Margins) -> bool:
    return line.x1 < edges.right - 0.15 * edges.width


def _centred(line: PrintedLine, edges: Margins) -> bool:
    left, right = line.x0 - edges.left, edges.right - line.x1
    return left > 1.5 * line.size and abs(left - right) < 0.25 * max(left, right, line.size)


def _may_go_on(paragraph: PrintedParagraph, column: _Column, style: PrintStyle) -> bool:
    """Whether a column's last paragraph may end in another column: its last line is full, or no sentence ends there."""
    last = paragraph.lines[-1]
    filled = last.x1 > column.edges.right - 1.5 * style.size
    return filled or not ends_sentence(last.text)


def _continues(open_one: PrintedParagraph, paragraph: PrintedParagraph, style: PrintStyle) -> bool:
    """Whether the first paragraph of a column is the rest of the one that the column before left open."""
    if paragraph.kind is not Kind.BODY:
        return False
    last, line = open_one.lines[-1], paragraph.lines[0]
    if abs(last.size - line.size) > _SAME_SIZE:
        return False
    if _lists_on(open_one):
        return True
    if last.text.endswith("-") and line.text[:1].isalpha():
        return True
    ended = ends_sentence(last.text)
    if MARKER.match(line.text) and (ended or not line.text[:1].isdigit()):
        return False
    if line.text[:1].islower():
        return True
    if not ended:
        word = line.words[0]
        return open_one.room < word.x1 - word.x0 + _SLACK * line.size and not _indented(paragraph, style)
    return style.indented and not _indented(paragraph, style) and len(paragraph.lines) > 1


def _indented(paragraph: PrintedParagraph, style: PrintStyle) -> bool:
    return len(paragraph.lines) > 1 and paragraph.lines[0].x0 > paragraph.lines[1].x0 + _INDENT * style.size
