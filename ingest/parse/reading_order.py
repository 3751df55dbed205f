"""raw file → ParsedFile, printed pages: the words of a page in the order in which it is read, column by column.

A gutter is a strip that no word and no rule crosses over several lines, with running text on both sides and lines that
begin flush at its right. A page is cut at its longest gutter, and its parts again. (Rows of a ruled table are crossed
by their rules, cells hold few words: neither makes columns.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.parse.print_words import PrintedLine, Rule, Word, lines_of

_FEWEST_LINES = 3
_FEWEST_WORDS = 24
_NARROWEST = 0.65
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class _Gutter:
    x: float
    top: float
    bottom: float
    lines: int


def usual_gutters(pages: Iterable[tuple[Sequence[Word], Sequence[Rule]]]) -> tuple[float, ...]:
    """Where the second and later columns begin on most pages of a document: there even a single line is a column."""
    found: list[float] = []
    places: list[list[float]] = []
    for words, rules in pages:
        mine: list[float] = []
        _columns(words, rules, 0, (), 0, mine)
        places.append(mine)
        found += mine
    full = [x for x in found if sum(any(abs(x - other) < 2 for other in mine) for mine in places) * 2 >= len(places)]
    return tuple(dict.fromkeys(round(x) * 1.0 for x in full))


def columns_of(
    words: Sequence[Word], rules: Sequence[Rule], page: int, usual: Sequence[float] = ()
) -> list[list[PrintedLine]]:
    """Columns in reading order, each a list of lines from top to bottom; none is empty."""
    return _columns(words, rules, page, usual, 0, [])


def _columns(
    words: Sequence[Word], rules: Sequence[Rule], page: int, usual: Sequence[float], depth: int, found: list[float]
) -> list[list[PrintedLine]]:
    if not words:
        return []
    gutter = _find_gutter(words, rules, usual) if depth < _DEEPEST else None
    if gutter is None:
        return [lines_of(words, page)]
    found.append(gutter.x)
    above = [word for word in words if word.y <= gutter.top]
    below = [word for word in words if word.y > gutter.bottom]
    beside = [word for word in words if gutter.top < word.y <= gutter.bottom]
    left = [word for word in beside if word.x0 < gutter.x]
    right = [word for word in beside if word.x0 >= gutter.x]
    parts = (above, left, right, below)
    return [column for part in parts for column in _columns(part, rules, page, usual, depth + 1, found)]


def _find_gutter(words: Sequence[Word], rules: Sequence[Rule], usual: Sequence[float]) -> _Gutter | None:
    if len(words) < _FEWEST_WORDS and not usual:
        return None
    size = median(word.size for word in words)
    left, right = min(word.x0 for word in words), max(word.x1 for word in words)
    best: _Gutter | None = None
    for start in _flush_starts(words, size):
        if not left + 0.12 * (right - left) < start < right - 0.12 * (right - left):
            continue
        found = _longest_gap(words, rules, start, size)
        if found is not None and (best is None or found.lines > best.lines):
            best = found
    if best is None:
        for start in usual:
            if left < start < right and best is None:
                best = _longest_gap(words, rules, start - 0.6, size, usual=True)
    return best


def _flush_starts(words: Sequence[Word], size: float) -> list[float]:
    """Left edges at which several lines begin after a gap, leftmost of each group."""
    starts: Counter[int] = Counter()
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault(round(2 * word.y), []).append(word)
    for row in rows.values():
        row.sort(key=lambda word: word.x0)
        starts[round(row[0].x0)] += 1
        for before, word in pairwise(row):
            if word.x0 - before.x1 > _NARROWEST * size:
                starts[round(word.x0)] += 1
    flush = sorted(x for x in starts if starts[x] + starts[x + 1] + starts[x - 1] >= _FEWEST_LINES)
    return [float(x) for before, x in zip([-9, *flush], flush, strict=False) if x - before > 1]


def _longest_gap(
    words: Sequence[Word], rules: Sequence[Rule], start: float, size: float, *, usual: bool = False
) -> _Gutter | None:
    """The stretch of the strip left of `start` that is free over the most lines and has prose on both sides."""
    low, high = start - _NARROWEST * size, start - 0.6
    crossed = [
        (word.y - 0.8 * word.size, word.y + 0.2 * word.size) for word in words if word.x0 < high and word.x1 > low + 0.3
    ]
    crossed += [(rule.y, rule.y) for rule in rules if rule.x0 < low - size and rule.x1 > high + size]
    top, bottom = min(word.y - word.size for word in words) - 1, max(word.y for word in words) + 1
    best: _Gutter | None = None
    edge = top
    for begins, ends in [*sorted(crossed), (bottom, bottom)]:
        if begins - edge > (0.5 if usual else _FEWEST_LINES - 1) * size:
            found = _between(words, low + 0.3, start - 1.2, edge, begins, size, usual)
            if found is not None and (best is None or found.lines > best.lines):
                best = found
        edge = max(edge, ends)
    return best


def _between(
    words: Sequence[Word], low: float, start: float, top: float, bottom: float, size: float, usual: bool
) -> _Gutter | None:
    inside = [word for word in words if top < word.y <= bottom]
    sides = [[word for word in inside if word.x1 <= low], [word for word in inside if word.x0 >= start]]
    if all(sides):
        # Centred lines above the left column (a title) belong to neither.
        first = min(word.y for word in sides[0])
        over = [line for line in lines_of(sides[1], 0) if line.y < first - size]
        if over and all(line.x0 > start + 2 * size for line in over):
            top = over[-1].y + 0.3 * size
            sides[1] = [word for word in sides[1] if word.y > top]
    lines = min(len(lines_of(side, 0)) if usual else _prose_lines(side, size) for side in sides)
    return _Gutter(start, top, bottom, lines) if lines >= (1 if usual else _FEWEST_LINES) else None


def _prose_lines(words: Sequence[Word], size: float) -> int:
    """How many lines these words make; 0 where they are cells or numbers, not running text."""
    if not words:
        return 0
    lines = lines_of(words, 0)
    counts = sorted(len(line.words) for line in lines)
    letters = sum(char.isalpha() for word in words for char in word.text)
    characters = sum(len(word.text) for word in words)
    prose = counts[len(counts) // 2] >= 3 and 2 * letters > characters
    return len(lines) if prose and max(line.x1 - line.x0 for line in lines) > 6 * size else 0
