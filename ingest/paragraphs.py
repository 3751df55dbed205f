"""raw file → Document: printed lines become paragraphs (second half of text cleaning).

Two kinds of file occur: one paragraph on each line, and narrow printed lines. In the second a line was broken because
the next word would not have fitted (greedy filling); a line that had room for it ended a paragraph, was a heading, or
was torn out of its place by a two-column layout. That, sentence ends, capitals, numbering and blank lines decide each
joint.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from ingest.columns import reorder
from ingest.headings import ends_sentence, is_caption, is_small, kind_of, looks_like_heading, shape, title_like
from ingest.hyphens import Vocabulary, loose_hyphens
from ingest.laid_out import judged_by_layout
from ingest.lines import AROUND_LINES, Line, Tie, furniture, split_lines
from ingest.offsets import ABSORB, MappedText, Piece, edit, rebuild
from ingest.types import LaidOutLine, Span

_WINDOW = 8
_MAX_WIDTH = 200
_LONG_LINE = 90
_HALF_LINE = 30
_MOST_ROUNDS = 5
_ALIKE = 0.6
_MARKER = re.compile(r"^(?:[•·▪■●○◦➢✓\-–*]\s|\(?\d{1,2}[.)]\s|\(?[a-zA-Z][.)]\s|\(?[ivxIVX]{1,4}[.)]\s)")
_BARE_MARKER = re.compile(r"^(?:[•·▪■●○◦➢✓\-–*]|\(?\d{1,2}[.)]|\(?[a-zA-Z][.)]|\(?[ivxIVX]{1,4}[.)])$")
_GOES_ON = re.compile(r"^(?:[a-zß-öø-ÿ(&%,;)/]|[\"'“‘][a-zß-öø-ÿ])")
_BROKEN_WORD = re.compile(r"[\w%)]-$")
_RANGE = re.compile(r"\d%?-\d$")


class Joint(Enum):
    """How a line follows the one before: new paragraph, same sentence, or same paragraph without proof."""

    BREAK = 0
    SPACE = 1
    DOUBT = 2


@dataclass(frozen=True, slots=True)
class Flow:
    """Cleaned text in paragraphs, `\\n\\n` between them.

    `doubtful` are stored spans around joints that no rule confirms, `marked` the starts of paragraphs that the file
    marks as headings with their level, `furniture` the lines that were taken out.
    """

    mapped: MappedText
    doubtful: tuple[Span, ...]
    marked: tuple[tuple[int, int], ...]
    furniture: tuple[str, ...]


def flow(mapped: MappedText, layout: Sequence[LaidOutLine] = ()) -> Flow:
    """Unwrap lines into paragraphs, rejoin broken words, and take page furniture out, as `layout` says or by rules."""
    words = Vocabulary(mapped.text)
    mapped = edit(
        mapped,
        (
            (s if keep is False else s + 1, e, ABSORB)
            for s, e, keep in loose_hyphens(mapped.text, words)
            if "\n" not in mapped.text[s:e]
        ),
    )
    every = split_lines(mapped.text)
    if layout:
        every, away, joined = judged_by_layout(every, mapped, layout)
        lines = [line for index, line in enumerate(every) if index not in away]
        joints = [Joint.SPACE if join else Joint.BREAK for index, join in enumerate(joined) if index not in away]
    else:
        away = furniture(every)
        lines = [line for index, line in enumerate(every) if index not in away]
        lines = reorder(lines, _widths(lines))
        joints = _settled(lines, _joints(lines), words)
    pieces, doubtful, marked = _assemble(mapped.text, lines, joints, words)
    taken = tuple(dict.fromkeys(every[index].text for index in sorted(away)))
    return Flow(rebuild(mapped, pieces), doubtful, marked, taken)


def _assemble(
    text: str, lines: Sequence[Line], joints: Sequence[Joint], words: Vocabulary
) -> tuple[list[Piece], tuple[Span, ...], tuple[tuple[int, int], ...]]:
    """Pieces of the new text, with the doubtful spans and the marked headings in its offsets."""
    pieces: list[Piece] = []
    doubtful: list[Span] = []
    marked: list[tuple[int, int]] = []
    at = 0
    for index, (line, joint) in enumerate(zip(lines, joints, strict=True)):
        if index:
            before = lines[index - 1]
            new, keep = ("\n\n", 0) if joint is Joint.BREAK else _bridge(before.text, line.text, words)
            if joint is Joint.DOUBT:
                doubtful.append((max(at - 1, 0), at + 1))
            if keep:
                start, stop, copied = pieces[-1]
                pieces[-1] = (start, stop - keep, copied)
                at -= keep
            pieces.append((before.end - keep, _gap_end(text, before.end, line.start), new))
            at += len(new) if new != ABSORB else 0
        if line.level is not None:
            marked.append((at, line.level))
        pieces.append((line.start, line.end, None))
        at += line.end - line.start
    return pieces, tuple(doubtful), tuple(marked)


def _gap_end(text: str, end: int, start: int) -> int:
    """Where the white space after a line ends: at the next line, unless furniture or another column lies between."""
    gap = text[end : max(start, end)]
    return end + len(gap) - len(gap.lstrip(AROUND_LINES))


def _joints(lines: Sequence[Line]) -> list[Joint]:
    """How each line follows the one before; the first opens a paragraph."""
    widths = _widths(lines)
    joints: list[Joint] = []
    opening = ""
    for index, line in enumerate(lines):
        joint = _joint(lines[index - 1], line, opening, widths[index - 1]) if index else Joint.BREAK
        joints.append(joint)
        if joint is Joint.BREAK:
            opening = line.text
        elif len(opening) < 2 * _MAX_WIDTH:
            opening = f"{opening} {line.text}"
    return joints


def _settled(lines: Sequence[Line], joints: list[Joint], words: Vocabulary) -> list[Joint]:
    """The joints after whole paragraphs were judged like lines, until nothing more joins: so that cleaning the cleaned
    text again changes nothing."""
    for _ in range(_MOST_ROUNDS):
        heads = [index for index, joint in enumerate(joints) if joint is Joint.BREAK]
        before: Line | None = None
        changed = False
        for head, end in zip(heads, [*heads[1:], len(lines)], strict=bool(heads)):
            line = _as_line(lines[head:end], words)
            if before is not None and _joint(before, line, before.text, 0) is not Joint.BREAK:
                joints[head] = Joint.SPACE
                line = _as_line((before, line), words)
                changed = True
            before = line
        if not changed:
            break
    return joints


def _as_line(lines: Sequence[Line], words: Vocabulary) -> Line:
    if len(lines) == 1:
        return replace(lines[0], blank=1, indent=0, tie=Tie.NONE)
    parts = [lines[0].text]
    for before, line in pairwise(lines):
        new, keep = _bridge(before.text, line.text, words)
        if keep:
            parts[-1] = parts[-1][:-keep]
        parts.append("" if new == ABSORB else new)
        parts.append(line.text)
    return replace(lines[0], text="".join(parts), blank=1, indent=0, tie=Tie.NONE)


def _bridge(before: str, after: str, words: Vocabulary) -> tuple[str, int]:
    """What joins two lines of one paragraph, and how many characters of the first line it replaces."""
    if _BROKEN_WORD.search(before) and after[:1].isalnum():
        *outer, left = re.split(r"(\W)", before[:-1])
        right, *rest = re.split(r"(\W)", after)
        compound = outer[-1:] == ["-"] or rest[:1] == ["-"]
        return (ABSORB, 0) if compound or words.keeps_hyphen(left, right) else (ABSORB, 1)
    return " ", 0


def _widths(lines: Sequence[Line]) -> list[int]:
    """For each line the printed width around it in characters; 0 where lines are not broken at a width.

    Only lines that another follows without a blank line count; one paragraph per line is told by its long ones.
    """
    count = len(lines)
    flowing = [i for i in range(count - 1) if lines[i + 1].blank == 0]
    lengths = [len(lines[i].text) for i in flowing]
    widths = [0] * count
    for index in range(count):
        low, high = bisect_left(flowing, index - _WINDOW), bisect_right(flowing, index + _WINDOW)
        near = sorted(lengths[low:high])
        if len(near) < 3:
            continue
        width = near[int(0.85 * (len(near) - 1))]
        alike = sum(0.75 * width <= length <= 1.15 * width for length in near)
        if 20 <= width <= _MAX_WIDTH and alike >= _ALIKE * len(near) and len(lines[index].text) <= 1.6 * width:
            widths[index] = width
    return widths


def _full(before: Line, after: Line, width: int) -> bool:
    """Whether the next line's first word would not have fitted on this line."""
    return len(before.text) + 1 + len(after.text.split(maxsplit=1)[0]) > 0.86 * width


def _joint(before: Line, after: Line, opening: str, width: int) -> Joint:
    """The rule for one pair of neighbours; `opening` is the paragraph so far, `width` 0 for unwrapped text."""
    ended = ends_sentence(before.text)
    full = bool(width) and _full(before, after, width)
    plain = _joint_by_form(before, after, opening, width, full and not ended)
    if plain is not None:
        return plain
    if looks_like_heading(opening):
        return _joint_of_heading(before, after, opening, width, full)
    if ended:
        indented = after.indent > before.indent + 1
        return Joint.SPACE if full and after.blank == 0 and not indented else Joint.BREAK
    if after.blank == 0:
        return _joint_of_neighbours(before, after, width, full)
    if _GOES_ON.match(after.text) and (width or len(before.text) >= _HALF_LINE):
        return Joint.SPACE
    return Joint.SPACE if full and not looks_like_heading(after.text) else Joint.BREAK


def _joint_by_form(before: Line, after: Line, opening: str, width: int, runs_on: bool) -> Joint | None:
    """What marks, list items, captions, known headings and broken words decide by themselves; None if nothing does."""
    if before.level is not None or after.level is not None:
        return Joint.BREAK
    if after.tie is not Tie.NONE:
        return Joint.SPACE if after.tie is Tie.SURE else Joint.DOUBT
    if _BARE_MARKER.match(opening):
        return Joint.SPACE
    if is_caption(after.text) or (_MARKER.match(after.text) and not (runs_on and after.blank == 0)):
        return Joint.BREAK
    alone = width == 0 or after.blank or not after.text[:1].isalpha() or ends_sentence(before.text)
    if alone and _new_heading(after.text):
        return Joint.BREAK
    if is_caption(opening):
        label = after.blank == 0 and len(after.text) < 80 and not ends_sentence(after.text)
        return Joint.SPACE if label and not ends_sentence(before.text) else Joint.BREAK
    if _BROKEN_WORD.search(before.text) and (after.text[:1].islower() or _RANGE.search(before.text + after.text[:1])):
        return Joint.SPACE
    dangling = len(opening.split()) > 1 and is_small(before.text.rsplit(maxsplit=1)[-1])
    return Joint.SPACE if dangling else None


def _joint_of_neighbours(before: Line, after: Line, width: int, full: bool) -> Joint:
    """Inside a block of lines, where the line before did not end a sentence."""
    if full:
        return Joint.SPACE
    if _GOES_ON.match(after.text):
        return Joint.DOUBT if width and len(before.text) < 0.6 * width else Joint.SPACE
    if width:
        return Joint.DOUBT
    return Joint.SPACE if len(before.text) >= _LONG_LINE and not looks_like_heading(after.text) else Joint.BREAK


def _joint_of_heading(before: Line, after: Line, opening: str, width: int, full: bool) -> Joint:
    """Where the paragraph so far has the shape of a heading: it may go on, or turn out to be text after all."""
    short = len(after.text) < 80 and not ends_sentence(after.text)
    goes_on = bool(_GOES_ON.match(after.text))
    if short and goes_on and _ends_heading(opening, after.text):
        return Joint.SPACE
    if _strong(opening):
        return Joint.SPACE if after.blank == 0 and _continues_heading(opening, after, full) else Joint.BREAK
    if goes_on and width:
        return Joint.SPACE
    return Joint.SPACE if full and after.blank == 0 and not ends_sentence(before.text) else Joint.BREAK


def _new_heading(text: str) -> bool:
    return not is_small(text.split(maxsplit=1)[0]) and looks_like_heading(text) and _strong(text)


def _strong(opening: str) -> bool:
    """A heading beyond doubt: numbered, in capitals, or in words that name a section."""
    form = shape(opening)
    return form.style != "none" or form.capitals or kind_of(form.title) is not None


def _continues_heading(opening: str, after: Line, full: bool) -> bool:
    form, rest = shape(opening), shape(after.text)
    if rest.style != "none" or kind_of(rest.title) is not None or ends_sentence(after.text):
        return False
    if form.capitals:
        return rest.capitals and (kind_of(form.title) is None or is_small(rest.title.split()[0]))
    return full and looks_like_heading(f"{opening} {after.text}")


def _ends_heading(opening: str, after: str) -> bool:
    """Whether a line in small letters is still part of the heading: in brackets, or a title that begins with a
    particle."""
    if after.startswith("(") or opening.count("(") > opening.count(")"):
        return True
    first, _, rest = after.partition(" ")
    return is_small(first) and title_like(rest)
