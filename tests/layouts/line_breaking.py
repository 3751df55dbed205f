"""paragraphs → lines: greedy filling, with long words broken where the layout allows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportlab.pdfbase.pdfmetrics import stringWidth

from tests.layouts.layout import Layout, Look


@dataclass(frozen=True)
class SetLine:
    """A line ready to be drawn; `x` and `width` count from the left edge of its column."""

    words: tuple[str, ...]
    font: str
    size: float
    x: float
    width: float
    stretch: bool
    centred: bool
    leading: float
    before: float
    block: int
    first_word: int
    note: str = ""


def broken(text: str, look: Look, layout: Layout, width: float, number: int, shift: float = 0.0) -> list[SetLine]:
    """The lines of a paragraph, filled greedily; `number` is the block that it belongs to, -1 for none."""
    size, font = look.size, look.font
    space = stringWidth(" ", font, size)
    lines: list[SetLine] = []
    words: list[str] = []
    first = done = 0
    leading = size * layout.leading

    def close(stretch: bool) -> None:
        nonlocal words, first
        x = (look.indent if not lines else look.hang) + shift
        lines.append(
            SetLine(
                tuple(words),
                font,
                size,
                x,
                width - x + shift,
                stretch and look.align == "justify",
                look.align == "centre",
                leading,
                0 if lines else look.before,
                number,
                first,
            )
        )
        words, first = [], done

    for word in text.split():
        room = width - (look.indent if not lines else look.hang)
        used = stringWidth(" ".join(words), font, size) + (space if words else 0)
        if used + stringWidth(word, font, size) <= room or not words:
            words.append(word)
            done += 1
            continue
        part = _part(word, room - used, font, size) if layout.hyphens and look.align == "justify" else 0
        if part:
            words.append(f"{word[:part]}-")
            close(stretch=True)
            first = done
            words = [word[part:]]
            done += 1
        else:
            close(stretch=True)
            words = [word]
            done += 1
    close(stretch=False)
    return lines


def _part(word: str, room: float, font: str, size: float) -> int:
    """Where a long word may be broken so that its first part fits."""
    if len(word) < 9 or not re.fullmatch(r"[a-z]+[.,;]?", word):
        return 0
    for at in range(len(word) - 4, 2, -1):
        fits = stringWidth(f"{word[:at]}-", font, size) <= room
        if fits and word[at] not in "aiueo" and word[at + 1] in "aiueo" and word[at - 1] in "aiueo":
            return at
    return 0
