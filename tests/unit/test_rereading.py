"""The best sentences are read together with the question; the others keep their order behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.types import QuestionVectors, TokenVectors, Vector
from qa.evidence import load_weights, score_sentences
from qa.reranker import Reranker
from tests.unit.test_evidence import FAR, NEAR, PROFILE, QUESTION, retrieved, term, words


class LastWord(Reranker):
    """Prefers sentences with more tokens, and says what it was given."""

    def score(self, question: Vector, sentences: Sequence[Vector], same: Sequence[bool]) -> Vector:
        assert len(question) == 1 and len(sentences) == len(same)
        return np.array([100.0 * len(one) for one in sentences], np.float32)


def test_the_best_sentences_are_read_anew_and_no_other_passes_them() -> None:
    parts = tuple(f"Kiln {number} of Lembang burns{' hot' * number}." for number in range(20))
    passage = retrieved(parts, [NEAR] * 18 + [FAR] * 2)
    spans = np.array([match.span() for match in re.finditer(r"\S+", passage.passage.text)], np.uint16).T
    tokens = TokenVectors(np.ones((spans.shape[1], 1), np.int8), *spans)
    question = QuestionVectors(QUESTION.question, TokenVectors(tokens.values[:1], *spans[:, :1]))
    terms = [term("kilns", 2.0), term("lembang")]
    found = [replace(passage, tokens=tokens)]
    before = score_sentences(PROFILE, terms, question, found, words, {}, load_weights())
    after = score_sentences(PROFILE, terms, question, found, words, {}, load_weights(), reranker=LastWord({}, 0))
    read = sorted(before[:10], key=lambda one: -len(one.text.split()))
    assert [one.text for one in after[:10]] == [one.text for one in read]
    assert [one.text for one in after[10:]] == [one.text for one in before[10:]]
    assert [one.text for one in before] != [one.text for one in after]
