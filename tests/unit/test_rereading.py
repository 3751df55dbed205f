"""The best sentences are read together with the question; the others keep their order behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.types import QuestionVectors, TokenVectors, Vector
from qa.evidence import FollowedVectors, load_weights, score_sentences
from qa.reranker import Reranker
from tests.unit.test_evidence import FAR, NEAR, PROFILE, QUESTION, retrieval_of, retrieved, term, words


class LastWord(Reranker):
    """Prefers sentences with more tokens, and says what it was given."""

    def score(self, question: Vector, sentences: Sequence[Vector], same: Sequence[bool]) -> Vector:
        assert len(question) == 1 and len(sentences) == len(same)
        return np.array([100.0 * len(one) for one in sentences], np.float32)


class OwnWord(Reranker):
    """Prefers the sentence whose first token is most like the question's."""

    def score(self, question: Vector, sentences: Sequence[Vector], same: Sequence[bool]) -> Vector:
        return np.array([10.0 * float(one[0] @ question[0]) for one in sentences], np.float32)


def test_the_best_sentences_are_read_anew_and_no_other_passes_them() -> None:
    parts = tuple(f"Kiln {number} of Lembang burns{' hot' * number}." for number in range(20))
    passage = retrieved(parts, [NEAR] * 18 + [FAR] * 2)
    spans = np.array([match.span() for match in re.finditer(r"\S+", passage.passage.text)], np.uint16).T
    tokens = TokenVectors(np.ones((spans.shape[1], 1), np.int8), *spans)
    question = QuestionVectors(QUESTION.question, TokenVectors(tokens.values[:1], *spans[:, :1]))
    terms = [term("kilns", 2.0), term("lembang")]
    found = [replace(passage, tokens=tokens)]
    retrieval = retrieval_of(found, terms, question)
    before = score_sentences(PROFILE, retrieval, words, load_weights())
    after = score_sentences(PROFILE, retrieval, words, load_weights(), LastWord({}, 0))
    read = sorted(before[:10], key=lambda one: -len(one.text.split()))
    assert [one.text for one in after[:10]] == [one.text for one in read]
    assert [one.text for one in after[10:]] == [one.text for one in before[10:]]
    assert [one.text for one in before] != [one.text for one in after]


def asked(*axes: float) -> QuestionVectors:
    """A question of one token."""
    tokens = TokenVectors(np.array([axes], np.int8), np.array([0], np.uint16), np.array([1], np.uint16))
    return QuestionVectors(QUESTION.question, tokens)


def test_what_follows_is_answered_by_what_answers_its_own_words_and_not_by_what_was_told_already() -> None:
    passage = retrieved(("Lembang fires kilns.", "Lembang bakes clay.", "Lembang sells pots."), [NEAR, NEAR, NEAR])
    spans = np.array([match.span() for match in re.finditer(r"\S+", passage.passage.text)], np.uint16).T
    values = np.repeat(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.int8), 3, axis=0)
    found = [replace(passage, tokens=TokenVectors(values, *spans))]
    retrieval = retrieval_of(found, [term("lembang")], asked(0.0, 0.0, 0.0))

    def order(followed: FollowedVectors | None) -> list[str]:
        scored = score_sentences(PROFILE, retrieval, words, load_weights(), OwnWord({}, 0), followed)
        assert all(one.reread == 0.0 for one in scored)
        return [one.text.split()[1] for one in scored]

    alone, nothing = order(None), asked(0.0, 0.0, 0.0)
    for at, text in enumerate(("fires", "bakes", "sells")):
        own = asked(*(float(one == at) for one in range(3)))
        assert order(FollowedVectors(own, nothing))[0] == text
        assert order(FollowedVectors(nothing, own)) == [one for one in alone if one != text] + [text]
