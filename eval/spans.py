"""quote or passage, gold evidence → how much of the one lies on the other, by spans of the decoded file. Pure.

Spans are half-open, 0-based, in code points of the decoded file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.types import Span

HALF = 0.5


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same places as disjoint spans in rising order; empty spans vanish."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def length(spans: Iterable[Span]) -> int:
    """Code points that lie in at least one span."""
    return sum(end - start for start, end in merged(spans))


def shared(ours: Iterable[Span], theirs: Iterable[Span]) -> int:
    """Code points that lie in one of ours and in one of theirs."""
    left, right = merged(ours), merged(theirs)
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in left for b in right)


def covers(spans: Sequence[Span], gold: Span) -> bool:
    """Whether half or more of one gold span lies in `spans`."""
    return gold[0] < gold[1] and shared(spans, (gold,)) >= HALF * (gold[1] - gold[0])


def rests_on(quote: Sequence[Span], gold: Iterable[Span]) -> bool:
    """Whether half or more of the quote lies on gold evidence."""
    size = length(quote)
    return size > 0 and shared(quote, gold) >= HALF * size


def meets(quote: Sequence[Span], gold: Iterable[Span]) -> bool:
    """Whether the quote and one gold span share half or more of the shorter of the two."""
    size = length(quote)
    return size > 0 and any(shared(quote, (one,)) >= HALF * min(size, one[1] - one[0]) > 0 for one in gold)
