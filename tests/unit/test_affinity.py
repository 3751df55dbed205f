"""question words → which papers are spoken of."""

from __future__ import annotations

import re

import pytest

from ingest.types import Bibliography, DocumentCard, Language
from qa.affinity import PapersByPlace, PapersByStem, document_affinity, innermost_place, place_stems, same_place
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


def card(document: str, place: str | None) -> DocumentCard:
    return DocumentCard(document, "v1", "en", Bibliography(title=document.title(), place=place))


BY_PLACE = PapersByPlace.of(card(paper, next(iter(place)).title()) for paper, place in PLACES.items())


def words(text: str, language: Language) -> list[str]:
    return re.findall(r"\w+", text.lower())


def test_a_place_that_every_paper_shares_points_to_none_of_them_alone() -> None:
    shared = dict.fromkeys(PLACES, frozenset({"java"}))
    found = affinity(term("java"), places=shared)
    assert max(found.values()) < 0.5
    assert PapersByPlace.of(card(paper, "Java") for paper in PLACES).named(found) == ()


def test_several_places_name_several_papers() -> None:
    assert BY_PLACE.named(affinity(term("lembang"), term("tuban"))) == (("clay",), ("salt",))


def test_one_place_names_one_paper() -> None:
    assert BY_PLACE.named(affinity(term("lembang"))) == (("clay",),)


def test_a_place_names_all_papers_of_it_together_unless_they_are_most_of_all() -> None:
    places = {**PLACES, "kiln": frozenset({"lembang"})}
    cards = [*(card(one, next(iter(place)).title()) for one, place in places.items())]
    found = affinity(term("lembang"), places=places)
    assert PapersByPlace.of(cards).named(found) == (("clay", "kiln"),)
    assert PapersByPlace.of(cards[:1] + cards[3:]).named(found) == ()


def test_a_place_is_the_same_in_both_languages_and_whatever_it_lies_in() -> None:
    assert same_place(card("a", "Desa Plered, Jawa Barat")) == same_place(card("b", "Plered village, West Java"))
    assert same_place(card("a", None)) != same_place(card("b", None))


def test_a_word_for_a_kind_of_place_names_none() -> None:
    assert place_stems(card("a", "Kecamatan Plered Utara"), words) == frozenset({"plered"})
    assert place_stems(card("a", "Jakarta Pusat"), words) == frozenset({"jakarta", "pusat"})
    assert place_stems(card("a", "Kota"), words) == frozenset({"kota"})


@pytest.mark.parametrize(
    ("place", "inner"),
    [
        ("Desa Plered, Jawa Barat", "Desa Plered"),
        ("Plered (Purwakarta; Jawa Barat)", "Plered"),
        ("Plered/Cepu", "Plered"),
        ("—", ""),
        ("", ""),
        (None, ""),
        ("P" * 300, "P" * 60),
    ],
)
def test_a_place_is_told_by_its_innermost_part(place: str | None, inner: str) -> None:
    assert innermost_place(card("a", place)) == inner
