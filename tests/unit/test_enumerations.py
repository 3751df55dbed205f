"""scored sentences → the items of a list, on lists of our own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ingest.types import Bibliography, DocumentCard, Passage, Section, SectionKind, Sentence
from qa.enumerations import listed_with
from qa.evidence import ScoredSentence
from qa.question import profile_question
from qa.selection import SelectionLimits, choose, limits_for, to_evidence
from qa.types import RetrievedPassage

LIMITS = SelectionLimits(5, 140, 2.0, listed=5.0)


def said(
    text: str, sentences: Sequence[str], scores: Sequence[float], *, section: str = "Saran", start: int = 0
) -> list[ScoredSentence]:
    """The `sentences` of a passage, which its `text` holds in this order, with these scores; vectors are far apart."""
    spans, at = [], 0
    for one in sentences:
        at = text.index(one, at)
        spans.append(Sentence(start + at, start + at + len(one), "id", True))
        at += len(one)
    end = start + len(text)
    where = Section((section,), SectionKind.RECOMMENDATIONS, start, end, "id")
    passage = Passage(f"kuda@v1#{start}", "kuda", "v1", 0, start, end, text, where, None, "id", tuple(spans))
    card = DocumentCard("kuda", "v1", "id", Bibliography(title="Kuda lumping", authors=("Wulan",), year=2020))
    vectors = np.eye(len(sentences), dtype=np.float32)
    found = RetrievedPassage(passage, card, 1, 1.0, 0.9, 3.0, vectors, np.zeros((len(sentences), 1)))
    return [
        ScoredSentence(
            found, span, one, vectors[row], 0.5, np.zeros(1, np.float32), 0.0, scores[row], reread=scores[row]
        )
        for row, (one, span) in enumerate(zip(sentences, spans, strict=True))
    ]


PARAGRAPHS = "\n\n1. Pawang perlu dilatih ulang.\n\n- Desa harus menyewa gudang.\n\n3. Panggung sebaiknya diberi atap."
ITEMS = ("Pawang perlu dilatih ulang.", "Desa harus menyewa gudang.", "Panggung sebaiknya diberi atap.")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (PARAGRAPHS, ITEMS),
        (
            "Terlihat dari 1) Jadwal yang tetap. 2) Upah pemain yang naik. (3) Penonton yang datang lagi.",
            ("Terlihat dari 1) Jadwal yang tetap.", "Upah pemain yang naik.", "Penonton yang datang lagi."),
        ),
        (
            "Faktor pertama adalah hujan. Faktor kedua ialah jalan rusak. Third, nobody sells tickets.",
            ("Faktor pertama adalah hujan.", "Faktor kedua ialah jalan rusak.", "Third, nobody sells tickets."),
        ),
        ("a. Gamelan baru. b. Topeng lama.", ("Gamelan baru.", "Topeng lama.")),
    ],
    ids=["paragraphs", "in a sentence", "ordinals", "letters"],
)
def test_an_item_finds_the_others_of_its_list(text: str, sentences: tuple[str, ...]) -> None:
    among = said(text, sentences, [1.0] * len(sentences))
    for place, one in enumerate(among):
        assert [two.text for two in listed_with(one, among[::-1])] == [*sentences[:place], *sentences[place + 1 :]]


def test_an_item_that_opens_another_passage_belongs_to_the_list() -> None:
    first = said(
        "1. Pawang dilatih.\n\n2. Desa menyewa gudang.", ("Pawang dilatih.", "Desa menyewa gudang."), [1.0, 1.0]
    )
    then = said("3. Panggung diberi atap.", ("Panggung diberi atap.",), [1.0], start=60)
    assert [one.text for one in listed_with(first[0], [*then, *first])] == [
        "Desa menyewa gudang.",
        "Panggung diberi atap.",
    ]


def test_numbers_that_begin_again_begin_another_list() -> None:
    text = "1. Pawang dilatih.\n\n2. Desa menyewa gudang.\n\n1. Panggung diberi atap.\n\n2. Kuda diberi nama."
    among = said(
        text, ("Pawang dilatih.", "Desa menyewa gudang.", "Panggung diberi atap.", "Kuda diberi nama."), [1.0] * 4
    )
    assert [one.text for one in listed_with(among[0], among)] == ["Desa menyewa gudang."]
    assert [one.text for one in listed_with(among[3], among)] == ["Panggung diberi atap."]


@pytest.mark.parametrize(
    "text",
    [
        "Pawang dilatih setahun sekali. Desa menyewa gudang.",
        "Kedua pihak sepakat. Desa menyewa gudang.",
        "Tahun 2019. Desa menyewa gudang.",
    ],
)
def test_plain_sentences_are_no_list(text: str) -> None:
    sentences = [f"{one}." for one in text.rstrip(".").split(". ")]
    among = said(text, sentences, [1.0] * len(sentences))
    assert [listed_with(one, among) for one in among] == [[]] * len(among)


def test_another_section_is_another_list() -> None:
    here = said("1. Pawang dilatih.", ("Pawang dilatih.",), [1.0])
    there = said("2. Desa menyewa gudang.", ("Desa menyewa gudang.",), [1.0], section="Hasil", start=30)
    assert listed_with(here[0], [*here, *there]) == []


def test_a_list_is_quoted_whole_and_in_its_order_though_its_items_are_hard_to_find() -> None:
    among = sorted(said(PARAGRAPHS, ITEMS, [2.0, 1.0, 5.0]), key=lambda one: -one.score)
    told = to_evidence(choose(among, LIMITS))
    assert [one.text for one in told] == list(ITEMS)


def test_what_lies_too_far_from_the_best_is_left_out_though_it_is_listed_with_it() -> None:
    among = sorted(said(PARAGRAPHS, ITEMS, [2.0, -1.0, 5.0]), key=lambda one: -one.score)
    assert [one.text for one in choose(among, LIMITS)] == [ITEMS[2], ITEMS[0]]


def test_a_list_keeps_to_the_length() -> None:
    among = sorted(said(PARAGRAPHS, ITEMS, [2.0, 1.0, 5.0]), key=lambda one: -one.score)
    assert len(choose(among, SelectionLimits(2, 140, 2.0, listed=5.0))) == 2
    assert len(choose(among, SelectionLimits(5, 8, 2.0, listed=5.0))) == 2


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Apa saja peralatan kuda lumping?", True),
        ("What do the authors recommend to the village?", True),
        ("Apa saran penulis?", True),
        ("Berapa upah pemain kuda lumping?", False),
        ("Mengapa penulis menyarankan gudang?", False),
    ],
)
def test_lists_count_where_several_things_are_asked_for(question: str, several: bool) -> None:
    profile = profile_question(question, "en" if question.startswith("What") else "id")
    assert (limits_for(5, 140, profile, reranked=True).listed > 0) is several
