"""question words × passage words → how well each word is met."""

from dataclasses import replace

import numpy as np
import pytest

from ingest.types import Passage, QuestionVectors, Section, SectionKind, Sentence, TokenVectors
from qa.interaction import measure_likeness, weighted
from qa.terms import QuestionTerm

TEXT = "Clay dries. Kilns fire."
SECTION = Section((), SectionKind.RESULTS, 0, len(TEXT), "en")
PASSAGE = Passage(
    "p", "d", "v", 0, 0, len(TEXT), TEXT, SECTION, None, "en", (Sentence(0, 11, "en"), Sentence(12, 23, "en"))
)
AXES = np.eye(4, dtype=np.int8) * 127


def tokens(text: str, *axes: int) -> TokenVectors:
    """One token for each word of `text`, on the axis given."""
    spans, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        spans.append((start, at))
    starts, ends = np.array(spans, np.uint16).T
    return TokenVectors(AXES[list(axes)], starts, ends)


def term(word: str) -> QuestionTerm:
    """A known term."""
    return QuestionTerm(word, word, frozenset({word}), frozenset(), 1.0, False, True)


ASKED = QuestionVectors(np.zeros(4, np.float32), tokens("kilns clay", 2, 0))
HELD = {"p": tokens(TEXT, 0, 1, 2, 3)}


def test_each_word_is_met_where_its_like_stands() -> None:
    found = measure_likeness(ASKED, "kilns clay", [term("kilns"), term("clay")], [PASSAGE], HELD)["p"]
    assert found.passage == pytest.approx([1.0, 1.0])
    assert found.sentences == pytest.approx(np.array([[0.0, 1.0], [1.0, 0.0]]))


def test_a_word_of_several_tokens_is_met_by_their_mean() -> None:
    asked = QuestionVectors(np.zeros(4, np.float32), TokenVectors(AXES[[2, 1]], *np.array([[0, 3], [3, 5]], np.uint16)))
    found = measure_likeness(asked, "kilns", [term("kilns")], [PASSAGE], HELD)["p"]
    assert found.sentences == pytest.approx(np.array([[0.5], [0.5]]))


def test_each_passage_is_met_in_its_own_sentences() -> None:
    far = replace(PASSAGE, id="q", start=70_000, end=70_023, sentences=(Sentence(70_012, 70_023, "en"),))
    held = HELD | {"q": tokens(TEXT, 1, 1, 2, 3)}
    found = measure_likeness(ASKED, "kilns clay", [term("kilns"), term("clay")], [PASSAGE, far, PASSAGE], held)
    assert found["p"].sentences == pytest.approx(np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert found["q"].sentences == pytest.approx(np.array([[1.0, 0.0]]))
    assert found["q"].passage == pytest.approx([1.0, 0.0])


def test_without_terms_or_token_vectors_nothing_is_measured() -> None:
    assert measure_likeness(ASKED, "kilns clay", [], [PASSAGE], HELD) == {}
    assert measure_likeness(ASKED, "kilns clay", [term("kilns")], [PASSAGE], {}) == {}


def test_a_heavier_term_counts_more() -> None:
    assert weighted(np.array([1.0, 0.0], np.float32), np.array([3.0, 1.0], np.float32)) == pytest.approx(0.75)
    assert weighted(np.array([1.0, 0.0], np.float32), np.zeros(2, np.float32)) == 0.0
