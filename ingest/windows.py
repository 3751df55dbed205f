"""passage → vectors: which tokens a sentence owns, how long texts are cut into windows, how states become vectors.

Pure functions of token offsets and states. Spans are half-open and 0-based: of code points where named `offsets` or
`sentences`, of tokens everywhere else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from ingest.types import Span, Vector


def sentence_tokens(offsets: Sequence[Span], sentences: Sequence[Span]) -> list[Span]:
    """The tokens of each sentence: those whose last code point lies in it, for a piece owns the space before it.

    `offsets` are in reading order. A sentence that owns no token gets the one nearest to it, so the span is never empty
    while there is a token at all."""
    ends = [end for _, end in offsets]
    spans = []
    for start, end in sentences:
        first, last = bisect_right(ends, start), bisect_right(ends, end)
        if first >= last:
            first = min(first, max(len(ends) - 1, 0))
            last = min(first + 1, len(ends))
        spans.append((first, last))
    return spans


def windows(tokens: int, sentences: Sequence[Span], limit: int) -> list[Span]:
    """Spans of at most `limit` tokens that cover all `tokens`, cut between sentences where a sentence fits."""
    starts = sorted({first for first, _ in sentences})
    spans = []
    at = 0
    while tokens - at > limit:
        begins = bisect_right(starts, at + limit)
        cut = starts[begins - 1] if begins and starts[begins - 1] > at else at + limit
        spans.append((at, cut))
        at = cut
    spans.append((at, tokens))
    return spans


def pool(states: Vector, spans: Sequence[Span]) -> Vector:
    """Unit vectors of shape `(len(spans), dim)`: the mean of `states` (shape `(tokens, dim)`) over each span."""
    sums = np.concatenate([np.zeros((1, states.shape[1])), np.cumsum(states, axis=0, dtype=np.float64)])
    means = np.array([sums[end] - sums[start] for start, end in spans]).reshape(len(spans), states.shape[1])
    return unit(means)


def unit(vectors: np.ndarray) -> Vector:
    """Each row at length one, as float32; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), np.float32)
