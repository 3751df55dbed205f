"""raw file → Document: printed lines that a two-column layout tore apart, put back where a rule can tell their place.

Text recognition that meets a wide gap in a justified line takes its halves for two columns: it prints one half, goes
on with the next line or two, and prints the other half after them. Two halves together fill one line, neither does
alone, and lines that are filled greedily leave no such room elsewhere; that finds them. Which half comes first is read
from word pairs that occur elsewhere in the document, and from sentence ends and capitals. What stays undecided is
marked, not guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.headings import BULLETS, ends_sentence, is_caption, kind_of, looks_like_heading, shape, title_like
from ingest.lines import Line, Tie

_SHORT = 0.78
_FITS = 1.15
_FILLS = 0.6
_FULL = 0.8
_MAX_BETWEEN = 2
_MAX_ROWS = 3
_WORD = re.compile(r"[^\W_]+")


class WordPairs:
    """How often one word follows another inside the printed lines of a document."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        for line in lines:
            words = _WORD.findall(line.text.lower())
            self._counts.update(pairwise(words))

    def known(self, before: str, after: str) -> bool:
        """Whether the last word of `before` is followed by the first word of `after` somewhere within a line."""
        left, right = _WORD.findall(before.lower()), _WORD.findall(after.lower())
        return bool(left and right) and self._counts[(left[-1], right[0])] > 0


def reorder(lines: Sequence[Line], widths: Sequence[int]) -> list[Line]:
    """The lines in reading order; those that were moved, or whose place stays unsure, are tied to the line before."""
    if not any(widths):
        return list(lines)
    pairs = WordPairs(lines)
    ordered: list[Line] = []
    index = 0
    settled, doubtful = True, False
    while index < len(lines):
        found = _torn(lines, widths, index, pairs, not doubtful) if widths[index] else None
        if found is None:
            ordered.append(_marked(lines, widths, index, settled))
            settled = False
            index += 1
        else:
            moved, index = found
            ordered.extend(moved)
            settled = moved[-1].tie is Tie.SURE
        doubtful = ordered[-1].tie is Tie.DOUBT
    return ordered


def _torn(
    lines: Sequence[Line], widths: Sequence[int], index: int, pairs: WordPairs, settled: bool
) -> tuple[list[Line], int] | None:
    """The lines from `index` on in their right order and the index after them, if they were torn apart."""
    if len(lines[index].text) > _SHORT * widths[index] or index + 2 >= len(lines):
        return None
    before = lines[index - 1].text if index else ""
    for rows in range(_MAX_ROWS, 0, -1):
        best = None
        for between in range(_MAX_BETWEEN + 1) if rows == 1 else (0,):
            end = index + 2 * rows + between
            if end >= len(lines) or not _may_be_torn(lines, widths, index, rows, between):
                continue
            first, middle, second = (
                lines[index : index + rows],
                lines[index + rows : end - rows],
                lines[end - rows : end],
            )
            after = (middle[0] if middle else lines[end]).text
            orders = [
                [part for pair in zip(a, b, strict=True) for part in pair]
                for a, b in ((first, second), (second, first))
            ]
            scores = [_score(before, [line.text for line in order], after, pairs) for order in orders]
            choice = 0 if scores[0] + (rows == 1 and not between) >= scores[1] else 1
            sure = settled and scores[choice] > max(scores[1 - choice], 0) and (rows == 1 or scores[choice] >= 2 * rows)
            if (rows > 1 or not between) and scores[choice] < 1:
                continue
            if best is None or scores[choice] > best[0]:
                best = scores[choice], [*orders[choice], *middle], end, sure
        if best is not None:
            _, order, end, sure = best
            tie = Tie.SURE if sure else Tie.DOUBT
            opening = lines[index] if order[0] is lines[index] else replace(order[0], blank=lines[index].blank)
            if not (opening.blank and ends_sentence(before)) and index:
                opening = replace(opening, tie=tie if not ends_sentence(before) else Tie.SURE)
            return [opening, *(replace(line, blank=0, tie=tie) for line in order[1:])], end
    return None


def _may_be_torn(lines: Sequence[Line], widths: Sequence[int], index: int, rows: int, between: int) -> bool:
    """Whether the shapes agree: `rows` halves, full lines, `rows` halves, each pair filling one line, no room
    elsewhere."""
    width = widths[index]
    end = index + 2 * rows + between
    first, middle, second = lines[index : index + rows], lines[index + rows : end - rows], lines[end - rows : end]
    follows = lines[index + 1]
    if any(len(line.text) > _SHORT * width for line in (*first, *second)):
        return False
    if not _has_room(first[-1], (middle or second)[0], width) or (lines[end].blank and ends_sentence(second[-1].text)):
        return False
    if any(not _FULL * width <= len(line.text) <= 1.3 * width for line in middle):
        return False
    if not all(
        _FILLS * width <= len(a.text) + len(b.text) + 1 <= _FITS * width for a, b in zip(first, second, strict=True)
    ):
        return False
    if not any(line.blank for line in (*first[1:], *middle, *second, lines[end])):
        return False
    closed = ends_sentence(lines[index].text) or (looks_like_heading(lines[index].text) and lines[index].blank)
    if closed and not follows.text[:1].islower():
        return False
    if not (second[0].blank or _has_room(second[-1], lines[end], width)):
        return False
    after_middle = lines[index + rows + 1 : end]
    if any(ends_sentence(a.text) and not b.text[:1].islower() for a, b in zip(middle, after_middle, strict=False)):
        return False
    return not any(_stands_alone(line) for line in (*first, *middle, *second)) and not _under_a_heading(lines, index)


def _has_room(line: Line, after: Line, width: int) -> bool:
    """Whether the next word would have fitted on the line, so that it was not filled when it was broken."""
    return len(line.text) + 1 + len(after.text.split(maxsplit=1)[0]) <= 0.9 * width


def _under_a_heading(lines: Sequence[Line], index: int) -> bool:
    """Whether the line may be the second line of a numbered heading."""
    before = lines[index - 1] if index else None
    return (
        before is not None
        and lines[index].blank == 0
        and shape(before.text).style != "none"
        and looks_like_heading(before.text)
        and title_like(lines[index].text)
    )


def _stands_alone(line: Line) -> bool:
    """Headings, captions and list items are short for their own reasons."""
    form = shape(line.text)
    if form.style != "none" or line.level is not None or is_caption(line.text) or line.text[0] in BULLETS:
        return True
    return (form.capitals or kind_of(form.title) is not None) and looks_like_heading(line.text)


def _score(before: str, parts: Sequence[str], after: str, pairs: WordPairs) -> int:
    """Evidence for one order: known word pairs at the joints, capitals exactly where a sentence begins."""
    chain = [before, *parts, after]
    score = 0
    for left, right in pairwise(chain):
        if not left:
            continue
        ended, capital, small = ends_sentence(left) and left[-1] in ".?!", right[:1].isupper(), right[:1].islower()
        score += pairs.known(left, right) and not ended
        score += 2 * (ended and capital) - 2 * (ended and small)
        score -= 0 if ended or not capital or pairs.known(left, right) else 1
        score -= right[:1] == "(" and ended
    return int(score)


def _marked(lines: Sequence[Line], widths: Sequence[int], index: int, settled: bool) -> Line:
    """The line itself, tied with doubt when it or the one before has room to spare in the middle of a sentence."""
    line = lines[index]
    if _loose(lines, widths, index) or (not settled and _loose(lines, widths, index - 1)):
        return replace(line, tie=Tie.DOUBT)
    return line


def _loose(lines: Sequence[Line], widths: Sequence[int], index: int) -> bool:
    """Whether a short line stands inside a running sentence although the next word would have fitted on it."""
    if not widths[index] or not index or index + 1 >= len(lines):
        return False
    before, line, after = lines[index - 1], lines[index], lines[index + 1]
    if len(line.text) + 1 + len(after.text.split(maxsplit=1)[0]) > 0.72 * widths[index] or ends_sentence(line.text):
        return False
    if _stands_alone(line) or _stands_alone(after):
        return False
    if is_caption(before.text) or (after.text[:1].isupper() and looks_like_heading(f"{before.text} {line.text}")):
        return False
    if (ends_sentence(before.text) and looks_like_heading(line.text)) or _under_a_heading(lines, index):
        return False
    return not ends_sentence(before.text) or after.text[:1].islower()
