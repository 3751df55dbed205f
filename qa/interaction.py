"""question words × passage words → how well each word of the question is met, in a passage and in each of its
sentences.

Late interaction (Khattab & Zaharia 2020, "ColBERT", MaxSim) over the token states of the one embedding pass, so it
costs a few
small matrix products. Because both sides are read in context by a multilingual model, "stall" meets "terhambat".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.types import Passage, QuestionVectors, TokenVectors, Vector
from qa.question import word_spans
from qa.terms import QuestionTerm

_STRETCH = 1 << 16


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well each of the question's terms is met: in a whole passage, shape `(terms,)`, and in each of its
    sentences, shape
    `(sentences, terms)`; cosines, so at most 1."""

    passage: Vector
    sentences: Vector


def term_tokens(question: QuestionVectors, text: str, terms: Sequence[QuestionTerm]) -> tuple[Vector, list[int]]:
    """Token vectors of the terms, one term after the other, and where each term's begin (with the end appended)."""
    spans = word_spans(text)
    rows: list[Vector] = []
    starts = [0]
    for term in terms:
        found = [question.tokens.within(span) for span in spans.get(term.word, ())]
        rows.extend(part for part in found if len(part))
        starts.append(starts[-1] + sum(len(part) for part in found))
    width = question.tokens.values.shape[1]
    return (np.concatenate(rows) if rows else np.zeros((0, width), np.float32)), starts


def measure_likeness(
    question: QuestionVectors,
    text: str,
    terms: Sequence[QuestionTerm],
    passages: Sequence[Passage],
    tokens: Mapping[str, TokenVectors],
) -> dict[str, Likeness]:
    """Likeness of every passage whose token vectors are given; `text` is what `question` was made from.

    Empty when there are no terms, or where the embedder gives no token vectors."""
    known = [one for one in passages if one.id in tokens and len(tokens[one.id])]
    asked, starts = term_tokens(question, text, terms)
    if not len(asked) or not known:
        return {}
    together = np.concatenate([tokens[one.id].values for one in known]).astype(np.float32)
    scaled: Vector = np.asarray(asked / np.float32(127), np.float32)
    # The long side first: twice as fast as the other way round.
    likeness: Vector = np.ascontiguousarray((together @ scaled.T).T)
    by_term = averaging(starts)
    ends = np.cumsum([len(tokens[one.id]) for one in known])
    begins = [0, *ends.tolist()[:-1]]
    best = by_term @ np.maximum.reduceat(likeness, begins, axis=1)
    in_sentences = (by_term @ _best_within(likeness, _token_spans(known, [tokens[one.id] for one in known]))).T
    of_sentences = np.cumsum([len(one.sentences) for one in known])[:-1]
    parts = np.split(in_sentences, of_sentences)
    return {one.id: Likeness(best[:, row], parts[row]) for row, one in enumerate(known)}


def _token_spans(passages: Sequence[Passage], tokens: Sequence[TokenVectors]) -> NDArray[np.int64]:
    """The tokens that overlap each sentence of each passage, half-open, counted through all passages, shape
    `(sentences, 2)`."""
    # Tokens stand in reading order, and a passage has fewer characters than an offset can count: laid one behind the
    # other in stretches of that length, all of them are searched at once.
    row = np.repeat(np.arange(len(tokens)), [len(one) for one in tokens]) * _STRETCH
    starts = row + np.concatenate([one.starts for one in tokens])
    ends = row + np.concatenate([one.ends for one in tokens])
    limits = np.array(
        [
            (number * _STRETCH + one.start - passage.start, number * _STRETCH + one.end - passage.start)
            for number, passage in enumerate(passages)
            for one in passage.sentences
        ],
        np.int64,
    ).reshape(-1, 2)
    firsts = np.searchsorted(ends, limits[:, 0], side="right")
    lasts = np.searchsorted(starts, limits[:, 1], side="left")
    return np.stack([firsts, np.maximum(firsts, lasts)], axis=1)


def _best_within(likeness: Vector, spans: NDArray[np.int64]) -> Vector:
    """The best likeness of each question token among the tokens of each span, shape `(question tokens, spans)`; 0 for
    an empty one."""
    if not len(spans):
        return np.zeros((len(likeness), 0), np.float32)
    # A column of its own at the end, because a span may end, or be empty, behind the last token.
    padded = np.concatenate([likeness, np.zeros((len(likeness), 1), np.float32)], axis=1)
    best = np.maximum.reduceat(padded, spans.reshape(-1), axis=1)[:, ::2]
    return np.asarray(np.where(spans[:, 0] < spans[:, 1], best, np.float32(0)), np.float32)


def averaging(starts: Sequence[int]) -> Vector:
    """The matrix, shape `(terms, question tokens)`, that averages over each term's tokens; 0 where it has none."""
    by_term = np.zeros((len(starts) - 1, starts[-1]), np.float32)
    for row, (first, last) in enumerate(pairwise(starts)):
        if last > first:
            by_term[row, first:last] = 1.0 / (last - first)
    return by_term


def weighted(likeness: Vector, weights: Vector) -> Vector:
    """Mean likeness of the terms (the last axis) under their weights; 0 when all weigh nothing."""
    total = float(weights.sum())
    return np.asarray(likeness @ weights / total if total > 0 else likeness @ weights, np.float32)
