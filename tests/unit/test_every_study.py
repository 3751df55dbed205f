"""question to every study → the same question to the study of each place."""

from __future__ import annotations

import pytest

from ingest.types import Language
from qa.every_study import (
    among_all,
    announces,
    asks_every_study,
    asks_what_was_found,
    asks_which_studies,
    beside_others,
    put_to_study,
    several_answer,
)


def put(asked: str, place: str = "Cepu") -> str | None:
    language: Language = "en" if asked.startswith(("W", "H", "In", "Do")) else "id"
    return put_to_study(asked, place, language) if asks_every_study(asked) else None


@pytest.mark.parametrize(
    ("asked", "one"),
    [
        ("Teori apa yang dipakai di masing-masing penelitian?", "Teori apa yang dipakai di penelitian Cepu?"),
        ("Kendala apa yang ditemukan di masing-masing penelitian?", "Kendala apa di penelitian Cepu?"),
        ("Aktor mana yang disebutkan setiap studi?", "Aktor mana di penelitian Cepu?"),
        (
            "Motif apa yang ditemukan perajin menurut tiap studi?",
            "Motif apa yang ditemukan perajin menurut penelitian Cepu?",
        ),
        ("Apa hasil seluruh penelitian ini?", "Apa hasil penelitian Cepu?"),
        ("Penelitian mana saja yang memakai wawancara?", "penelitian Cepu yang memakai wawancara?"),
        ("Siapa informan di kelima penelitian?", "Siapa informan di penelitian Cepu?"),
        ("Which of the three studies used interviews?", "the Cepu study used interviews?"),
        ("What did each of these papers find?", "What did the Cepu study find?"),
        ("What do all the studies recommend?", "What do the Cepu study recommend?"),
        ("What do the three studies recommend?", "What do the Cepu study recommend?"),
        ("What recurs across the studies?", "What recurs across the Cepu study?"),
        ("Apa peran dinas di tiap daerah?", "Apa peran dinas di Cepu?"),
        ("Apa hambatan yang paling besar di tiap daerah?", "Apa hambatan yang paling besar di Cepu?"),
        ("Berapa perajin di setiap lokasi penelitian?", "Berapa perajin di Cepu?"),
        ("Who paid in each region?", "Who paid in Cepu?"),
        ("Who paid in each of the five regions, and how much?", "Who paid in Cepu, and how much?"),
    ],
)
def test_what_is_asked_of_every_study_is_put_to_each(asked: str, one: str) -> None:
    assert put(asked) == one


@pytest.mark.parametrize(
    ("asked", "one"),
    [
        ("Which studies mention waste water?", "Is there waste water in Cepu?"),
        ("Which of the studies talk about kilns?", "Is there kilns in Cepu?"),
        ("Which studies report that income rose?", "Is it so that income rose in Cepu?"),
        ("Penelitian mana saja yang membahas PT. Semen?", "Apakah ada PT. Semen di Cepu?"),
        ("Penelitian mana saja yang menyebutkan bahwa upah naik?", "Apakah upah naik di Cepu?"),
    ],
)
def test_what_a_study_is_to_tell_of_is_looked_for_itself(asked: str, one: str) -> None:
    assert put(asked) == one


@pytest.mark.parametrize(
    "asked",
    [
        "Which towns have kilns?",
        "Apa hasil penelitian ini?",
        "Daerah mana saja yang punya tungku?",
        "Siapa menulis setiap surat?",
        # Said by a study, not asked of all.
        "Siapa yang mewajibkan setiap daerah punya tungku?",
        "Apa program di setiap wilayah binaannya?",
        "Apakah upah naik di seluruh wilayah Indonesia?",
        "Is there a kiln in every region of East Java?",
        "Berapa peserta di setiap studi banding?",
        "Which white papers did the government publish?",
        "Apa bedanya dengan semua penelitian terdahulu?",
        "How many people are in every study group?",
        # Asked of the studies together.
        "How many of the five studies used interviews?",
        "Dari kelima penelitian, mana yang paling banyak informannya?",
        "Do all the studies agree on trust?",
        "Apa persamaan kelima penelitian?",
    ],
)
def test_nothing_else_is_put_to_each(asked: str) -> None:
    assert put(asked) is None


def test_a_study_without_a_place_is_this_study() -> None:
    asked = [put("Apa hasil setiap penelitian di tiap daerah?", place) for place in ("Cepu", "")]
    assert asked == ["Apa hasil penelitian Cepu di Cepu?", "Apa hasil penelitian ini di penelitian ini?"]
    assert put("Which studies mention kilns?", "") == "this study mention kilns?"


def test_nothing_is_looked_for_in_a_place() -> None:
    assert (
        put("What did each study find?", r"each study of \\1 {Bali}")
        == r"What did the each study of \\1 {Bali} study find?"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Penelitian ini bertujuan mengkaji hambatan para pembuat tembikar.",
        "Kajian ini memfokuskan pada faktor penghambat.",
        "Perumusan masalah penelitian ini yaitu apa saja kendalanya.",
        "This study examines what holds the potters back.",
        "The aim of this paper is to find what holds the potters back.",
    ],
)
def test_what_a_study_set_out_to_do_is_told_from_what_it_found(sentence: str) -> None:
    assert announces(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Hasil penelitian ini menunjukkan bahwa dana kurang.",
        "Program ini difokuskan pada pelatihan.",
        "The study found that the kilns are old.",
        "The cooperative focuses on exports.",
    ],
)
def test_what_it_found_is_not_taken_for_it(sentence: str) -> None:
    assert not announces(sentence)


def test_aims_and_methods_are_no_findings() -> None:
    assert asks_what_was_found("Hambatan apa yang ditemukan di masing-masing penelitian?")
    assert asks_what_was_found("What obstacles did each study find?")
    assert not asks_what_was_found("Apa tujuan masing-masing penelitian?")
    assert not asks_what_was_found("What does each study examine?")
    assert not asks_what_was_found("Metode apa yang dipakai tiap penelitian?")


def test_studies_are_picked_only_where_they_are_asked_for() -> None:
    assert asks_which_studies("Which of the five studies used interviews?")
    assert asks_which_studies("Penelitian mana saja yang memakai wawancara?")
    assert not asks_which_studies("What did each study find?")


def test_the_more_studies_are_expected_to_answer_the_likelier_it_is() -> None:
    fitted = 0.288
    assert several_answer([0.6, 0.55, 0.5, 0.3, 0.15]) > fitted > several_answer([0.6, 0.45, 0.25, 0.0, 0.0])
    assert several_answer([0.97, 0.0, 0.0]) < fitted < several_answer([0.8, 0.8])
    assert several_answer([]) == 0


def test_beside_others_a_study_answers_less_often_than_alone_and_oftener_than_among_all() -> None:
    for alone in (0.1, 0.5, 0.9):
        assert among_all(alone) < beside_others(alone) < alone
    assert beside_others(0.45) == pytest.approx(0.29, abs=0.01) and beside_others(1.0) > 0.99


def test_among_all_a_study_answers_less_often() -> None:
    assert among_all(0.0) == 0 and among_all(0.5) == pytest.approx(0.213, abs=1e-3) and among_all(1.0) > 0.99
    assert among_all(0.6) == pytest.approx(0.29, abs=0.01)
