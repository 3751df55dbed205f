"""raw file → ParsedFile, printed pages: words with their places, and the lines that they make.

Lengths are points. `y` is the baseline, counted from the top of the page downwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

_SAME_LINE = 0.45
_WORD_GAP = 0.2
_CELL_GAP = 1.6
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Word:
    """Characters set without a gap. `spaced` tells whether a space stood before it in the file."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    italic: bool = False
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal stroke, as tables and footnotes have."""

    x0: float
    x1: float
    y: float


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """What stands on page `number` (1-based). `picture_share` is the part of its area that pictures cover, 0 to 1."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    rules: tuple[Rule, ...] = ()
    picture_share: float = 0.0
    recognised: bool = False


@dataclass(frozen=True)
class PrintedLine:
    """Words on one baseline, from left to right, all of one column."""

    page: int
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words with single spaces where the print has gaps."""
        parts = [self.words[0].text]
        for before, word in pairwise(self.words):
            gap = word.x0 - before.x1
            apart = gap > _WORD_GAP * max(before.size, word.size) or (word.spaced and gap > 0.02 * word.size)
            shown = word.text.translate(_RAISED) if self._is_raised(word) else word.text
            parts.append(f" {shown}" if apart else shown)
        return "".join(parts)

    def _is_raised(self, word: Word) -> bool:
        """Whether it is the mark of a note: a number, smaller than the line and above its baseline."""
        small = word.size < 0.8 * self.size and word.y < self.y - 0.12 * self.size
        return small and word.text.isascii() and word.text.isdigit()

    @cached_property
    def x0(self) -> float:
        """Left edge."""
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        """Right edge."""
        return max(word.x1 for word in self.words)

    @cached_property
    def size(self) -> float:
        """The size of most of its characters, in half points."""
        sizes: Counter[float] = Counter()
        for word in self.words:
            sizes[round(2 * word.size) / 2] += len(word.text)
        return max(sizes, key=lambda size: (sizes[size], size))

    @cached_property
    def y(self) -> float:
        """Baseline of the words of that size."""
        return next((word.y for word in self.words if abs(word.size - self.size) <= 0.5), self.words[0].y)

    @cached_property
    def bold(self) -> bool:
        """Whether every word of letters is bold."""
        return self._all(word.bold for word in self.words if any(map(str.isalpha, word.text)))

    @cached_property
    def italic(self) -> bool:
        """Whether every word of letters is italic."""
        return self._all(word.italic for word in self.words if any(map(str.isalpha, word.text)))

    @cached_property
    def cells(self) -> int:
        """How many pieces wide gaps cut the line into: more than one in a row of a table."""
        return 1 + sum(after.x0 - before.x1 > _CELL_GAP * self.size for before, after in pairwise(self.words))

    @staticmethod
    def _all(flags: Iterable[bool]) -> bool:
        told = list(flags)
        return bool(told) and all(told)


def lines_of(words: Sequence[Word], page: int) -> list[PrintedLine]:
    """Words of one column, grouped by baseline from top to bottom; raised and lowered marks stay in their line."""
    groups: list[list[Word]] = []
    base = size = 0.0
    for word in sorted(words, key=lambda word: (word.y, word.x0)):
        if groups and abs(word.y - base) < _SAME_LINE * max(size, word.size):
            groups[-1].append(word)
            if word.size > size + 0.2:
                base, size = word.y, word.size
        else:
            groups.append([word])
            base, size = word.y, word.size
    return [PrintedLine(page, tuple(sorted(group, key=lambda word: word.x0))) for group in groups]
