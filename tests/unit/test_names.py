"""claim and quote → comparable proper names."""

import pytest

from qa.names import missing_names, names_in, respelled, words_in


def test_directions_and_offices_have_one_form_in_both_languages() -> None:
    assert names_in("East Kutai") == names_in("Kutai Timur")
    assert names_in("South Jakarta Regency") == names_in("Kabupaten Jakarta Selatan")


def test_closed_class_words_at_a_sentence_start_are_no_names() -> None:
    assert names_in("The cooperative grew. Yang lain tidak.") == set()


def test_a_possessive_is_still_the_name() -> None:
    assert names_in("Lembang's potters") <= words_in("perajin di lembang")


@pytest.mark.parametrize(
    "opening", ["Obstacles remain.", "Farmers sold less.", "Kurangnya modal menghambat.", "Trust was low."]
)
def test_ordinary_words_that_open_a_sentence_are_no_names(opening: str) -> None:
    assert names_in(opening) == set()


@pytest.mark.parametrize(
    "town", ["Plered", "Jember", "Bogor", "Pekalongan", "Medan", "Kediri", "Merauke", "Kudus", "Bryant"]
)
def test_a_town_that_opens_a_sentence_is_a_name(town: str) -> None:
    assert names_in(f"{town} has 14 kilns.") == {town.lower()}


def test_an_ordinary_word_before_a_name_belongs_to_it() -> None:
    assert names_in("Cooperative Mekar grew.") == {"koperasi", "mekar"}


def test_offices_have_one_form_in_both_languages() -> None:
    assert names_in("the Trade Office") <= words_in("Dinas Perdagangan")
    assert names_in("the Training and Extension Section") <= words_in("Seksi Pelatihan dan Penyuluhan")
    assert names_in("the Food and Marketing Office") <= words_in("Dinas Pangan dan Pemasaran")


def test_laws_and_ministers_have_one_form_in_both_languages() -> None:
    assert names_in("Law Number 3 of 2014") <= words_in("Undang-Undang Nomor 3 Tahun 2014")
    assert names_in("the Minister of Home Affairs") <= words_in("Menteri Dalam Negeri")
    assert names_in("a Presidential Regulation, the Master Plan") <= words_in("Peraturan Presiden, Rencana Induk")


def test_a_name_that_the_paper_spells_in_two_ways_is_respelled() -> None:
    quote = "Ansel and Gash menyebut Dinas Perindustiran dan warga Ngadirejo."
    paper = f"{quote} Ansell dan Gash (2008). Dinas Perindustrian."
    assert respelled("Ansell and Gash name it.", quote, paper) == "Ansel and Gash name it."
    assert respelled("The Perindustrian office", quote, paper) == "The Perindustiran office"
    # What the paper does not have, what is short, and what is further off stays as it is.
    for text in ("Ngadirojo", "Gush", "Anselin"):
        assert respelled(text, quote, paper + " Gush Anselin") == text


def test_a_preposition_or_possessive_glued_to_a_name_and_initials_hold_it() -> None:
    assert missing_names({"jawa"}, "pelatihan dijawa selama sebulan") == set()
    assert (
        missing_names({"csr"}, "bantuan CSR-nya") == missing_names({"csr"}, "corporate social responsibility") == set()
    )
    assert missing_names({"ipal"}, "instalasi pengolahan air dan limbah") == set()
    assert missing_names({"jawa", "kpc"}, "pelatihan di Bali") == {"jawa", "kpc"}


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        ("Bersama Dinas Mekar, mereka datang.", {"dinas", "mekar"}),
        ("Yes, Mekar grew.", {"mekar"}),
        ("Trainees came.", set()),
        ("Artisans' interest fell.", set()),
        ("Structural obstacles remain.", set()),
        ("Informant RA got credit.", {"ra"}),
        ("Keterbatasan modal menghambat.", set()),
        ("Decision-making is central.", set()),
        ("Namun Dinas Mekar tidak datang.", {"dinas", "mekar"}),
        ("However Mekar did not come.", {"mekar"}),
    ],
)
def test_what_opens_a_sentence_is_told_from_the_name_behind_it(opening: str, names: set[str]) -> None:
    assert names_in(opening, {"decision", "making"}.__contains__) == names
