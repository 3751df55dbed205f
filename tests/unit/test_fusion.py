"""what both legs say of a passage → one score."""

import pytest

from qa.fusion import Found, FusionWeights, first_score, ideal
from qa.terms import QuestionTerm

WEIGHTS = FusionWeights()


def term(weight: float) -> QuestionTerm:
    """A term of some rarity."""
    return QuestionTerm("kiln", "kiln", frozenset({"kiln"}), frozenset(), weight, False, True)


def found(**changed: float) -> Found:
    """A middling candidate; name what differs."""
    return Found(**({"cosine": 0.9, "passage": 0.8, "best_sentence": 0.8, "bm25": 0.0, "affinity": 0.0} | changed))


@pytest.mark.parametrize("better", ["passage", "best_sentence", "bm25", "affinity"])
def test_more_of_anything_is_a_better_score(better: str) -> None:
    assert first_score(found(**{better: 0.9}), 4.0, WEIGHTS) > first_score(found(), 4.0, WEIGHTS)


def test_words_count_by_the_share_of_the_question_that_they_cover() -> None:
    half = first_score(found(bm25=2.0), 4.0, WEIGHTS) - first_score(found(), 4.0, WEIGHTS)
    assert half == pytest.approx(WEIGHTS.words / 2)


def test_words_never_count_more_than_the_whole_question() -> None:
    assert first_score(found(bm25=9.0), 4.0, WEIGHTS) == first_score(found(bm25=4.0), 4.0, WEIGHTS)


def test_a_question_of_stop_words_is_ranked_by_meaning_alone() -> None:
    assert first_score(found(bm25=3.0), 0.0, WEIGHTS) == first_score(found(), 0.0, WEIGHTS)


def test_the_ideal_is_the_rarity_of_all_terms() -> None:
    assert ideal([term(2.0), term(0.5)]) == pytest.approx(2.5)
