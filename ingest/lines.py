"""raw file → Document: printed lines with what their layout tells, and the page furniture among them.

Furniture (running heads and feet, page numbers) is known by repetition, position and shape, never by its wording.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from statistics import median

from ingest.characters import HEADING_SENTINELS, PAGE_SENTINEL
from ingest.headings import ends_sentence, is_caption, shape

_MAX_FURNITURE = 140
_LOOK_BACK = 40
_MOST_PAGES_APART = 12
_FEWEST_LINES_APART = 4
_LINE = re.compile(r"[^\n]+")
AROUND_LINES = f" \n{PAGE_SENTINEL}{''.join(HEADING_SENTINELS)}"
"""What stands between lines without being text."""

PAGE_NUMBER = re.compile(
    r"^[-–—|()\[\] ]{0,4}(?:(?:hal(?:aman)?|page|pg?|hlm)\.?\s*)?(\d{1,4})"
    r"(?:\s*(?:of|dari|/)\s*\d{1,4})?[-–—|()\[\] ]{0,4}$",
    re.IGNORECASE,
)
_NUMBERED_FOOT = re.compile(
    r"^(?P<left>\d{1,4})\s*[|¦]\s*(?P<name>\S[^|]{2,110})$|^(?P<name2>\S[^|]{2,110}?)\s*[|¦]\s*(?:hal(?:aman)?|page|p)?\.?\s*(?P<right>\d{1,4})$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


class Tie(Enum):
    """What is known of a line's joint to the line before it, beyond its layout: nothing, that it is right, or
    doubtful."""

    NONE = 0
    SURE = 1
    DOUBT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: `text` is `[start, end)` of the page text without surrounding spaces and sentinel.

    `blank` counts the empty lines before it, `indent` the spaces at its left, `level` is set (0-6) where the file
    itself marks it as a heading, `tie` where the joint to the line before is already judged, `opens_page` where a form
    feed stood before it.
    """

    start: int
    end: int
    text: str
    blank: int
    indent: int
    level: int | None
    tie: Tie = Tie.NONE
    opens_page: bool = False


def split_lines(text: str) -> list[Line]:
    """The non-empty lines in order."""
    lines: list[Line] = []
    last_end, blanks, page = 0, 0, False
    for found in _LINE.finditer(text):
        raw = found.group()
        breaks = found.start() - last_end - (1 if lines else 0)
        last_end = found.end()
        page = page or PAGE_SENTINEL in raw
        bare = raw.strip(AROUND_LINES)
        if not bare:
            blanks += max(breaks, 0) + 1
            continue
        indent = len(raw) - len(raw.lstrip(AROUND_LINES))
        start = found.start() + indent
        levels = [HEADING_SENTINELS[char] for char in raw[:indent] if char in HEADING_SENTINELS]
        level = levels[0] if levels else None
        lines.append(Line(start, start + len(bare), bare, blanks + max(breaks, 0), indent, level, opens_page=page))
        blanks, page = 0, False
    return lines


def furniture(lines: Sequence[Line]) -> frozenset[int]:
    """Indices of the lines that belong to the page, not to the paper."""
    numbers = set(_page_numbers(lines))
    return frozenset(numbers | set(_numbered_feet(lines)) | set(_repeated(lines, _page_edges(lines, numbers))))


def _page_edges(lines: Sequence[Line], numbers: set[int]) -> set[int]:
    """Lines that stand first or last on a page, as far as form feeds and page numbers show pages."""
    tops = {index for index, line in enumerate(lines) if line.opens_page}
    near = (*tops, *(index - 1 for index in tops), *(other for index in numbers for other in (index - 1, index + 1)))
    second = [index + step for index in tops for step in (1, -2)]
    return {index for index in (*near, *second) if 0 <= index < len(lines)}


def _apart(lines: Sequence[Line], index: int) -> bool:
    """Whether a blank line, the edge of a page or of the text separates the line from both neighbours."""
    after = index + 1 == len(lines) or lines[index + 1].blank > 0 or lines[index + 1].opens_page
    return (lines[index].blank > 0 or lines[index].opens_page or index == 0) and after


def _numbered_feet(lines: Sequence[Line]) -> Iterator[int]:
    """A page number, a bar and a title without a full stop (or the other way round); rows of a table have neighbours
    with bars."""
    for index, line in enumerate(lines):
        if len(line.text) <= _MAX_FURNITURE and _NUMBERED_FOOT.match(line.text) and not ends_sentence(line.text):
            near = (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2])
            if not any("|" in other.text or "¦" in other.text for other in near):
                yield index


def _page_numbers(lines: Sequence[Line]) -> Iterator[int]:
    """Numbers alone on a line that rise through the text: the longest such chain, if it has three links or more."""
    numbers: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        found = PAGE_NUMBER.match(line.text)
        if found and _apart(lines, index):
            numbers.append((index, int(found.group(1))))
    length, before = [1] * len(numbers), [-1] * len(numbers)
    for here, (index, number) in enumerate(numbers):
        for back in range(max(0, here - _LOOK_BACK), here):
            rises = (
                0 < number - numbers[back][1] <= _MOST_PAGES_APART and index - numbers[back][0] >= _FEWEST_LINES_APART
            )
            if rises and length[back] >= length[here]:
                length[here], before[here] = length[back] + 1, back
    at = max(range(len(numbers)), key=length.__getitem__, default=-1)
    if at >= 0 and length[at] >= 3:
        while at >= 0:
            yield numbers[at][0]
            at = before[at]


def _repeated(lines: Sequence[Line], edges: set[int]) -> Iterator[int]:
    """Short lines that return, numbers aside, three times or more at a page's distance, at edges of pages or inside
    running sentences or with a number that rises."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if len(line.text) <= _MAX_FURNITURE and line.text[0] not in '("“‘•·-*' and line.level is None:
            places[_DIGITS.sub("#", line.text.casefold())].append(index)
    for key, indices in places.items():
        if len(indices) < 3 or sum(c.isalpha() for c in key) < 6 or is_caption(lines[indices[0]].text):
            continue
        if ends_sentence(lines[indices[0]].text) or median(_steps(indices)) < 12:
            continue
        at_edges = 2 * len(edges.intersection(indices)) >= len(indices)
        if at_edges or _rises(lines, indices) or _interrupts(lines, indices):
            first = indices[0]
            yield from (index for index in indices if index != first or first > 12)


def _steps(indices: Sequence[int]) -> list[int]:
    return [after - before for before, after in pairwise(indices)]


def _rises(lines: Sequence[Line], indices: Sequence[int]) -> bool:
    """Whether some number in the line rises from each place to the next: a page number."""
    rows = [[int(n) for n in _DIGITS.findall(lines[index].text)[:8]] for index in indices]
    return any(
        all(column[i] < column[i + 1] <= column[i] + 20 for i in range(len(column) - 1))
        for column in zip(*rows, strict=False)
    )


def _interrupts(lines: Sequence[Line], indices: Sequence[int]) -> bool:
    """Whether at least half of the places stand inside a running sentence, and the line is not a numbered item."""
    if shape(lines[indices[0]].text).style != "none":
        return False
    cuts = 0
    for index in indices:
        before = lines[index - 1].text if index else ""
        after = lines[index + 1].text if index + 1 < len(lines) else ""
        cuts += bool(before) and not ends_sentence(before) and after[:1].islower() and _apart(lines, index)
    return 2 * cuts >= len(indices)
