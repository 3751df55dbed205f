"""raw file → ParsedFile, printed pages: pages of words → the text as it is read, its pages, and what each line is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.parse.print_furniture import split_furniture
from ingest.parse.print_paragraphs import Kind, PrintedParagraph, paragraphs_of
from ingest.parse.print_style import PrintStyle, is_larger, style_of
from ingest.parse.print_words import PrintedLine, PrintedPage
from ingest.parse.reading_order import columns_of, usual_gutters
from ingest.types import LaidOutLine, LineRole, PageBreak

_ROLES = {Kind.HEADING: LineRole.HEADING, Kind.TITLE: LineRole.TITLE, Kind.FURNITURE: LineRole.FURNITURE}
_TITLE_PART = 0.6
_TITLE_LEADING = 1.6
_BESIDE_TITLE = 3


def lay_out(pages: Sequence[PrintedPage]) -> tuple[str, tuple[PageBreak, ...], tuple[LaidOutLine, ...]]:
    """Text with one printed line a line and a blank line between paragraphs; page breaks; the role of every line."""
    split = split_furniture(pages)
    columns: list[list[PrintedLine]] = []
    heads: dict[int, list[PrintedLine]] = {}
    usual = usual_gutters([(words, page.rules) for page, (words, _) in zip(pages, split, strict=True)])
    for page, (words, away) in zip(pages, split, strict=True):
        columns += columns_of(words, page.rules, page.number, usual)
        heads[page.number] = away
    columns = [column for column in columns if column]
    if not columns:
        columns, heads = [rows for rows in heads.values() if rows], {}
    style = style_of(columns)
    rules = {page.number: page.rules for page in pages}
    paragraphs = list(paragraphs_of(columns, rules, style))
    _name_title(paragraphs, pages[0], style)
    return _written(list(_with_furniture(paragraphs, heads)))


def _name_title(paragraphs: list[PrintedParagraph], first: PrintedPage, style: PrintStyle) -> None:
    """The largest lines in the upper part of the first page that is not all small text are the title, together with
    those that go on under them, though a box beside the title may have been read in between."""
    early = [
        one
        for one in paragraphs[:14]
        if one.kind in (Kind.HEADING, Kind.BODY)
        and one.lines[0].page == first.number
        and one.lines[0].y < _TITLE_PART * first.height
        and is_larger(one.lines[0], style)
        and len(" ".join(line.text for line in one.lines).split()) >= 3
    ]
    if early:
        largest = max(one.lines[0].size for one in early)
        title = next(one for one in early if one.lines[0].size == largest)
        title.kind = Kind.TITLE
        after = paragraphs.index(title) + 1
        for rest in [one for one in paragraphs[after : after + _BESIDE_TITLE] if _goes_on_below(title, one)]:
            title.lines += rest.lines
            paragraphs.remove(rest)


def _goes_on_below(title: PrintedParagraph, other: PrintedParagraph) -> bool:
    last, line = title.lines[-1], other.lines[0]
    alike = abs(line.size - last.size) <= 0.3 and line.bold == last.bold and line.italic == last.italic
    below = 0 < line.y - last.y < _TITLE_LEADING * line.size
    return alike and below and line.page == last.page and line.x0 < last.x1 and last.x0 < line.x1


def _with_furniture(
    paragraphs: Sequence[PrintedParagraph], heads: dict[int, list[PrintedLine]]
) -> Iterator[PrintedParagraph]:
    """Running heads and feet of a page stand before the first paragraph that begins on it or later."""
    left = sorted(number for number, rows in heads.items() if rows)
    for paragraph in paragraphs:
        while left and left[0] <= paragraph.lines[0].page:
            yield from (PrintedParagraph(Kind.FURNITURE, [row]) for row in heads[left.pop(0)])
        yield paragraph
    for number in left:
        yield from (PrintedParagraph(Kind.FURNITURE, [row]) for row in heads[number])


def _written(
    paragraphs: Sequence[PrintedParagraph],
) -> tuple[str, tuple[PageBreak, ...], tuple[LaidOutLine, ...]]:
    parts: list[str] = []
    breaks: list[PageBreak] = []
    layout: list[LaidOutLine] = []
    at, page = 0, 0
    for paragraph in paragraphs:
        role = _ROLES.get(paragraph.kind, LineRole.OPENS)
        if parts:
            parts.append("\n")
            at += 1
        for index, line in enumerate(paragraph.lines):
            if line.page != page:
                page = line.page
                breaks.append(PageBreak(page, at))
            layout.append(LaidOutLine(at, role if index == 0 else LineRole.GOES_ON))
            parts.append(f"{line.text}\n")
            at += len(line.text) + 1
    return "".join(parts), tuple(breaks), tuple(layout)
