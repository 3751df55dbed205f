"""question words → which papers are spoken of."""

from __future__ import annotations

from qa.affinity import PapersByStem, document_affinity, named_papers
from qa.terms import QuestionTerm

CARDS = {
    "clay": frozenset({"clay", "lembang"}),
    "salt": frozenset({"salt", "tuban"}),
    "yarn": frozenset({"yarn", "toba"}),
}
PLACES = {"clay": frozenset({"lembang"}), "salt": frozenset({"tuban"}), "yarn": frozenset({"toba"})}


def term(word: str, weight: float = 1.0) -> QuestionTerm:
    return QuestionTerm(word, word, frozenset({word}), frozenset(), weight, False, True)


def affinity(*terms: QuestionTerm, places: dict[str, frozenset[str]] = PLACES) -> dict[str, float]:
    return document_affinity(terms, PapersByStem.of(CARDS), PapersByStem.of(places), {}, str)


def test_a_place_that_one_paper_has_points_to_it_however_common_the_word_is_in_it() -> None:
    found = affinity(term("lembang", 0.1), term("market", 6.0))
    assert found["clay"] == 1.0
    assert set(found) == {"clay"}


def test_a_place_that_every_paper_shares_points_to_none_of_them_alone() -> None:
    shared = dict.fromkeys(PLACES, frozenset({"java"}))
    found = affinity(term("java"), places=shared)
    assert max(found.values()) < 0.5
    assert named_papers(found) == ()


def test_several_places_name_several_papers() -> None:
    assert named_papers(affinity(term("lembang"), term("tuban"))) == ("clay", "salt")


def test_one_place_names_one_paper() -> None:
    assert named_papers(affinity(term("lembang"))) == ("clay",)
