"""raw file → ParsedFile, printed pages: running heads, feet and page numbers, known by repetition and place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.parse.print_words import PrintedLine, PrintedPage, Word, lines_of

_EDGE_ROWS = 4
_SAME_HEIGHT = 4.0
_EDGE_SHARE = 0.16
_ROMAN = re.compile(r"[ivxlc]{1,7}", re.IGNORECASE)
_NUMBER = re.compile(
    r"[-–—|()\[\]. ]{0,4}(?:(?:hal(?:aman)?|page|pg?|hlm)\.?\s*)?(?P<number>\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|dari|/)\s*\d{1,4})?[-–—|()\[\]. ]{0,4}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A row near the top or bottom of a page."""

    page: int
    line: PrintedLine
    outermost: bool
    gap: float
    at_top: bool

    @property
    def key(self) -> str:
        return _DIGITS.sub("#", " ".join(self.line.text.casefold().split()))


def split_furniture(pages: Sequence[PrintedPage]) -> list[tuple[list[Word], list[PrintedLine]]]:
    """For each page its words without furniture, and the rows of furniture."""
    edges = [edge for page in pages for edge in _edges(page)]
    away: dict[int, list[PrintedLine]] = defaultdict(list)
    numbered = set(_numbers(edges, len(pages)))
    for edge in {*numbered, *_repeated(edges, len(pages)), *_in_place(edges, len(pages)), *_beside(edges, numbered)}:
        away[edge.page].append(edge.line)
    split = []
    for page in pages:
        rows = sorted(away[page.number], key=lambda line: line.y)
        taken = {id(word) for line in rows for word in line.words}
        split.append(([word for word in page.words if id(word) not in taken], rows))
    return split


def _edges(page: PrintedPage) -> Iterator[_Edge]:
    rows = lines_of(page.words, page.number)
    for index, line in enumerate(rows):
        top, bottom = index < _EDGE_ROWS, len(rows) - index <= _EDGE_ROWS
        high, low = line.y < _EDGE_SHARE * page.height, line.y > (1 - _EDGE_SHARE) * page.height
        if top and high and index + 1 < len(rows):
            yield _Edge(page.number, line, index == 0, rows[index + 1].y - line.y, at_top=True)
        elif bottom and low:
            gap = line.y - rows[index - 1].y if index else page.height
            yield _Edge(page.number, line, index + 1 == len(rows), gap, at_top=False)


def _numbers(edges: Sequence[_Edge], pages: int) -> Iterator[_Edge]:
    """Rows that are nothing but a number which keeps its distance from the page's own; a lone page's outermost one."""
    found: dict[tuple[bool, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        match = _NUMBER.fullmatch(edge.line.text.strip())
        if match:
            value = match.group("number")
            roman = bool(_ROMAN.fullmatch(value))
            found[roman, (_roman(value) if roman else int(value)) - edge.page].append(edge)
    for same in found.values():
        if (
            len(same) > 1
            or pages == 1
            or (len(same) == 1 and same[0].outermost and same[0].gap > 1.8 * same[0].line.size)
        ):
            yield from same


def _repeated(edges: Sequence[_Edge], pages: int) -> Iterator[_Edge]:
    """Rows with the same words, digits aside, at the same height on several pages."""
    places: dict[tuple[str, bool], list[_Edge]] = defaultdict(list)
    for edge in edges:
        if sum(map(str.isalpha, edge.key)) >= 3:
            places[edge.key, edge.at_top].append(edge)
    needed = 2 if pages <= 5 else 3
    for same in places.values():
        heights = Counter(round(edge.line.y / _SAME_HEIGHT) for edge in same)
        kept = [edge for edge in same if _near(heights, edge.line.y) >= min(needed, len(same))]
        if len({edge.page for edge in kept}) >= needed:
            yield from kept


def _in_place(edges: Sequence[_Edge], pages: int) -> Iterator[_Edge]:
    """Outermost rows at one height on most pages, set apart from the text and holding the page's number: heads whose
    words change from chapter to chapter."""
    if pages < 3:
        return
    outer = [edge for edge in edges if edge.outermost and edge.gap > 1.5 * edge.line.size]
    heights = Counter((round(edge.line.y / _SAME_HEIGHT), edge.at_top) for edge in outer)
    for edge in outer:
        here = round(edge.line.y / _SAME_HEIGHT)
        count = sum(heights[here + step, edge.at_top] for step in (-1, 0, 1))
        if count >= max(3, 0.5 * pages) and len(edge.line.text) < 140 and _counts(edge, outer):
            yield edge


def _beside(edges: Sequence[_Edge], numbered: set[_Edge]) -> Iterator[_Edge]:
    """Outermost rows that open or close with the number which stands alone elsewhere on the same page."""
    shown = {
        edge.page: match.group("number") for edge in numbered if (match := _NUMBER.fullmatch(edge.line.text.strip()))
    }
    for edge in edges:
        number = shown.get(edge.page)
        if number and edge.outermost and edge.gap > 1.5 * edge.line.size:
            parts = edge.line.text.split()
            if len(parts) > 1 and number in (parts[0], parts[-1]):
                yield edge


def _counts(edge: _Edge, outer: Sequence[_Edge]) -> bool:
    """Whether a number in the row keeps its distance from the page's number on other pages too."""
    mine = {int(digits) - edge.page for digits in _DIGITS.findall(edge.line.text) if len(digits) < 5}
    others = [other for other in outer if other.page != edge.page and other.at_top == edge.at_top]
    shared = sum(
        bool(mine & {int(digits) - other.page for digits in _DIGITS.findall(other.line.text) if len(digits) < 5})
        for other in others
    )
    return shared >= max(1, len(others) // 3)


def _near(heights: Counter[int], y: float) -> int:
    here = round(y / _SAME_HEIGHT)
    return heights[here - 1] + heights[here] + heights[here + 1]


def _roman(numeral: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[char] for char in numeral.lower()]
    return sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))
