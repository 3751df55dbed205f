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

from ingest.types import Passage, QuestionVectors, TokenVectors, Vector
from qa.question import word_spans
from qa.terms import QuestionTerm


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well each of the question's terms is met: in a whole passage, shape `(terms,)`, and in each of its
    sentences, shape
    `(sentences, terms)`; cosines, so at most 1."""

    passage: Vector
    sentences: Vector


def _term_tokens(question: QuestionVectors, text: str, terms: Sequence[QuestionTerm]) -> tuple[Vector, list[int]]:
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
    asked, starts = _term_tokens(question, text, terms)
    if not len(asked) or not known:
        return {}
    together = np.concatenate([tokens[one.id].all() for one in known])
    likeness = asked @ together.T
    by_term = _averaging(starts)
    ends = np.cumsum([len(tokens[one.id]) for one in known]).tolist()
    found = {}
    for passage, (first, last) in zip(known, pairwise([0, *ends]), strict=True):
        of_passage = likeness[:, first:last]
        best = _best_in_sentences(of_passage, passage, tokens[passage.id])
        found[passage.id] = Likeness(by_term @ of_passage.max(axis=1), (by_term @ best).T)
    return found


def _best_in_sentences(likeness: Vector, passage: Passage, tokens: TokenVectors) -> Vector:
    """The best likeness of each question token in each sentence, shape `(question tokens, sentences)`."""
    best = np.zeros((len(likeness), len(passage.sentences)), np.float32)
    # Tokens stand in reading order: those that overlap a sentence are consecutive.
    firsts = np.searchsorted(tokens.ends, [one.start - passage.start for one in passage.sentences], side="right")
    lasts = np.searchsorted(tokens.starts, [one.end - passage.start for one in passage.sentences], side="left")
    for column, (first, last) in enumerate(zip(firsts.tolist(), lasts.tolist(), strict=True)):
        if last > first:
            best[:, column] = likeness[:, first:last].max(axis=1)
    return best


def _averaging(starts: Sequence[int]) -> Vector:
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
