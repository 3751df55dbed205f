"""DocumentCard → words of both languages, by which the language of a question is not judged."""

from __future__ import annotations

import pytest

from ingest.types import Bibliography, DocumentCard
from qa.language import detect_language
from qa.shared_words import shared_words

CARDS = [
    DocumentCard(
        "tenun",
        "v1",
        "id",
        Bibliography(
            title="Collaborative governance dalam pengembangan lurik di Klaten",
            original_title="Developing lurik weaving in Klaten",
            place="Desa Tlingsing, Klaten",
            keywords=("collaborative governance", "perajin"),
        ),
    ),
    DocumentCard("garam", "v1", "id", Bibliography(title="Garam rakyat", place="Kabupaten Pati")),
]
SHARED = shared_words(CARDS)


def test_places_and_what_titles_and_keywords_of_both_languages_hold_are_shared() -> None:
    assert {"tlingsing", "klaten", "pati", "lurik", "collaborative", "governance"} == SHARED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Klaten lurik jobs", "en"),
        ("kendala lurik Klaten", "id"),
        ("ukuran keberhasilan collaborative governance", "id"),
        ("garam Pati", "id"),
    ],
)
def test_shared_words_do_not_decide_the_language(text: str, language: str) -> None:
    assert detect_language(text, names=SHARED) == language


def test_without_them_a_question_about_a_place_is_taken_for_indonesian() -> None:
    assert detect_language("Klaten lurik jobs") == "id"


def test_without_papers_nothing_is_shared() -> None:
    assert shared_words([]) == frozenset()
