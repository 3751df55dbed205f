"""raw file → Document: the exact map from cleaned text back to the file as it was read.

Cleaning is a chain of rewrites. Each rewrite is a list of pieces in the order of the new text; a piece copies a stretch
of the old text or replaces it. The map of the whole chain is composed as it goes, so no stage needs to know another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from ingest.types import MapSegment, Span

Piece: TypeAlias = tuple[int, int, str | None]
"""`(start, end, None)` copies old text `[start, end)`; `(start, end, new)` puts `new` in its place; with the empty
string it cuts the stretch out, with ABSORB it hides it behind the character before."""

ABSORB = "\x00"
"""For markup inside a word or sentence: the character before answers for it, so a quotation stays one span of
the file."""

_Segment: TypeAlias = tuple[int, int, int, int, bool]
_stored_start = attrgetter("stored_start")


@dataclass(frozen=True, slots=True)
class MappedText:
    """Text on its way from file to document, with segments in stored order that cover what came from the file."""

    text: str
    segments: tuple[MapSegment, ...]


def whole(source: str) -> MappedText:
    """The file's text before any rewrite."""
    return MappedText(source, (MapSegment(0, len(source), 0, len(source), True),) if source else ())


def edit(mapped: MappedText, edits: Iterable[tuple[int, int, str]]) -> MappedText:
    """Replace `[start, end)` by a new string, for edits in rising order that do not overlap; the rest is copied."""
    pieces: list[Piece] = []
    at = 0
    for start, end, new in edits:
        if at < start:
            pieces.append((at, start, None))
        pieces.append((start, end, new))
        at = end
    if not pieces:
        return mapped
    if at < len(mapped.text):
        pieces.append((at, len(mapped.text), None))
    return rebuild(mapped, pieces)


def rebuild(mapped: MappedText, pieces: Iterable[Piece]) -> MappedText:
    """The text made of `pieces` of `mapped`, in the order given (stretches may move), with the composed map."""
    source = mapped.segments
    texts: list[str] = []
    segments: list[_Segment] = []
    at = 0
    for start, end, new in pieces:
        if new is None:
            texts.append(mapped.text[start:end])
            for found in _overlap(source, start, end):
                _append(segments, _part(found, start, end, at - start))
            at += end - start
        elif new == ABSORB:
            _absorb(segments, at, _overlap(source, start, end), start, end)
        elif new:
            texts.append(new)
            covered = _overlap(source, start, end)
            if covered:
                parts = [_part(found, start, end, 0) for found in covered]
                first, last = min(part[2] for part in parts), max(part[3] for part in parts)
                _append(segments, (at, at + len(new), first, last, False))
            at += len(new)
    return MappedText("".join(texts), tuple(MapSegment(*segment) for segment in segments))


def _overlap(segments: Sequence[MapSegment], start: int, end: int) -> Sequence[MapSegment]:
    """The segments that share at least one stored position with `[start, end)`."""
    first = max(bisect_right(segments, start, key=_stored_start) - 1, 0)
    if first < len(segments) and segments[first].stored_end <= start:
        first += 1
    last = first
    while last < len(segments) and segments[last].stored_start < end:
        last += 1
    return segments[first:last]


def _part(segment: MapSegment, start: int, end: int, shift: int) -> _Segment:
    """The share of `segment` inside `[start, end)`, moved by `shift`; an inexact one keeps its whole source."""
    low, high = max(segment.stored_start, start), min(segment.stored_end, end)
    if not segment.exact:
        return low + shift, high + shift, segment.source_start, segment.source_end, False
    offset = segment.source_start - segment.stored_start
    return low + shift, high + shift, low + offset, high + offset, True


def _append(segments: list[_Segment], new: _Segment) -> None:
    """Add a segment, grown into the one before where both are exact and touch on both sides."""
    if segments:
        old = segments[-1]
        if old[4] and new[4] and old[1] == new[0] and old[3] == new[2]:
            segments[-1] = (old[0], new[1], old[2], new[3], True)
            return
    segments.append(new)


def _absorb(segments: list[_Segment], at: int, hidden: Sequence[MapSegment], start: int, end: int) -> None:
    """Let the last stored character also answer for the hidden stretch, where they touch in the file."""
    if not segments or not hidden or segments[-1][1] != at:
        return
    low, high, source_low, source_high, exact = segments[-1]
    first, last = _part(hidden[0], start, end, 0)[2], _part(hidden[-1], start, end, 0)[3]
    if first != source_high or last < first:
        return
    if not exact:
        segments[-1] = (low, high, source_low, last, False)
        return
    segments.pop()
    if high - low > 1:
        segments.append((low, high - 1, source_low, source_high - 1, True))
    segments.append((high - 1, high, source_high - 1, last, False))


def source_spans(segments: Sequence[MapSegment], start: int, end: int) -> tuple[Span, ...]:
    """Half-open spans of the decoded file behind stored `[start, end)`, in reading order.

    There are several where something was cut out in between (a tag, a running head) or where columns were put back
    in order. Empty where nothing of the stretch came from the file.
    """
    spans: list[Span] = []
    for segment in _overlap(segments, start, end):
        _, _, low, high, _ = _part(segment, start, end, 0)
        if spans and low <= spans[-1][1] and high >= spans[-1][0]:
            spans[-1] = (min(low, spans[-1][0]), max(high, spans[-1][1]))
        else:
            spans.append((low, high))
    return tuple(spans)
