"""question as typed → mended: slips are mended where the papers speak of it, and doubtful words stay."""

from __future__ import annotations

import pytest

from qa.spelling import mend_spelling

HELD = {"kerajinan": 9, "tembikar": 7, "pelatihan": 12, "tungku": 5, "obstacles": 3, "kilns": 4, "diadakan": 2}
NAMES = {"lembang", "pleredan"}


def mended(text: str) -> str | None:
    return mend_spelling(text, lambda word: HELD.get(word, 0), lambda word: word in NAMES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pelathan tembikar", "pelatihan tembikar"),
        ("pelatihann tembikar", "pelatihan tembikar"),
        ("peltaihan tembikar", "pelatihan tembikar"),
        ("pelatigan tembikar", "pelatihan tembikar"),
        ("brapa kali pelathan", "berapa kali pelatihan"),
        ("tungku di lembnag", "tungku di lembang"),
        ("Pelathan tembikar", "Pelatihan tembikar"),
        ("tungku diadain di mana", "tungku diadakan di mana"),
        ("what are the obstcles", "what are the obstacles"),
    ],
)
def test_one_slip_is_mended(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "pelatihan tembikar di lembang",
        "resep rendang yang empuk",
        "who sells the kilns",
        "apa itu KPLT",
        "tembikar 2019 qx7",
        "Siapa Zuhrotun dari Wxyz?",
        "",
    ],
)
def test_words_that_may_be_right_stay(typed: str) -> None:
    assert mended(typed) is None


def test_a_name_is_mended_only_into_a_name_of_the_collection() -> None:
    assert mended("tungku di Lembamg") == "tungku di Lembang"
    assert mended("tungku di Tungkuu") is None


def test_a_single_strange_word_is_not_turned_into_one_that_no_paper_uses() -> None:
    assert mended("kenapa ajek") is None
