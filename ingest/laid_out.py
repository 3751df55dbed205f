"""raw file → Document: what a file's own layout says of its lines, carried over to the lines of the cleaned text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from ingest.lines import Line
from ingest.offsets import MappedText, source_spans
from ingest.types import LaidOutLine, LineRole


def judged_by_layout(
    lines: Sequence[Line], mapped: MappedText, layout: Sequence[LaidOutLine]
) -> tuple[list[Line], frozenset[int], list[bool]]:
    """The lines with the headings marked as such, the indices of page furniture, and for each line whether it goes on
    with the paragraph of the line before (furniture aside)."""
    starts = [one.start for one in layout]
    judged: list[Line] = []
    away: set[int] = set()
    joined: list[bool] = []
    opened = -1
    for index, line in enumerate(lines):
        spans = source_spans(mapped.segments, line.start, line.start + 1)
        at = max(bisect_right(starts, spans[0][0] if spans else 0) - 1, 0)
        told = layout[at]
        if told.role is LineRole.FURNITURE:
            away.add(index)
        # A line of the file that cleaning has split in two opens only once.
        joined.append(told.role is LineRole.GOES_ON or (at == opened and told.role is not LineRole.FURNITURE))
        opened = at
        level = told.level if told.role is LineRole.HEADING else None
        judged.append(replace(line, level=level if not joined[-1] else None))
    return judged, frozenset(away), joined
