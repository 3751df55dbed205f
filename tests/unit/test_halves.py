"""question about several places → the same question about each: what belongs to one is asked of that one alone."""

from __future__ import annotations

import pytest

from qa.halves import as_question, asked_of_each

# Two towns, a place of three words, and two villages of one regency (Wono Sobo).
CEPU, TUBAN = frozenset({"cepu"}), frozenset({"tuban"})
WEST = frozenset({"nusa", "jaya", "barat"})
DIENG, LEMBANG = frozenset({"dieng", "wono", "sobo"}), frozenset({"lembang", "wono", "sobo"})


def stems(word: str) -> frozenset[str]:
    """Words as they are, without a possessive."""
    return frozenset({word.removesuffix("'s")})


@pytest.mark.parametrize(
    ("asked", "first", "second"),
    [
        ("Bandingkan peran koperasi di Cepu dan Tuban", "peran koperasi di Cepu", "peran koperasi di Tuban"),
        ("Apa hambatan pasar di Cepu dan di Tuban?", "Apa hambatan pasar di Cepu?", "Apa hambatan pasar di Tuban?"),
        (
            "Seberapa maju tungku di Cepu dibandingkan dengan Tuban?",
            "Seberapa maju tungku di Cepu?",
            "Seberapa maju tungku di Tuban?",
        ),
        ("dana cepu vs tuban dari mana", "dana cepu dari mana", "dana tuban dari mana"),
        (
            "Compare the part traders play in Cepu with that in Tuban.",
            "the part traders play in Cepu.",
            "the part traders play in Tuban.",
        ),
        ("Cepu dan Tuban: siapa yang bayar?", "Cepu: siapa yang bayar?", "Tuban: siapa yang bayar?"),
        (
            "Is what helped in Cepu done in Tuban, too?",
            "Is what helped in Cepu done, too?",
            "Is what helped done in Tuban, too?",
        ),
        ("Whose kiln is older, Cepu's or Tuban's?", "Whose kiln is older, Cepu's?", "Whose kiln is older, Tuban's?"),
        ("How do prices differ between Cepu and Tuban?", "How do prices between Cepu?", "How do prices between Tuban?"),
    ],
)  # fmt: skip
def test_each_place_gets_the_question_without_the_other(asked: str, first: str, second: str) -> None:
    assert asked_of_each(asked, [CEPU, TUBAN], stems) == (first, second)


def test_the_halves_come_in_the_order_of_the_places_not_of_the_words() -> None:
    assert asked_of_each("siapa ketua di Tuban dan Cepu?", [CEPU, TUBAN], stems) == (
        "siapa ketua di Cepu?",
        "siapa ketua di Tuban?",
    )


def test_three_places_make_three_questions() -> None:
    asked = asked_of_each("Who sells salt in Cepu, Tuban and West Nusa Jaya?", [CEPU, TUBAN, WEST], stems)
    assert asked == ("Who sells salt in Cepu?", "Who sells salt in Tuban?", "Who sells salt in West Nusa Jaya?")


def test_what_kind_of_place_it_is_goes_with_its_name() -> None:
    asked = asked_of_each("pasar di Desa Cepu dan di Kabupaten Nusa Jaya Barat", [CEPU, WEST], stems)
    assert asked == ("pasar di Desa Cepu", "pasar di Kabupaten Nusa Jaya Barat")


def test_a_regency_that_two_places_share_stays_in_both() -> None:
    asked = asked_of_each("panen di Dieng dan Lembang, Wono Sobo", [DIENG, LEMBANG], stems)
    assert asked == ("panen di Dieng, Wono Sobo", "panen di Lembang, Wono Sobo")


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("panen di Wono Sobo", [DIENG, LEMBANG]),
        ("Apa bedanya koperasi dan kelompok di Cepu?", [CEPU]),
        ("Bandingkan Cepu dengan yang lain", [CEPU, TUBAN]),
    ],
)
def test_a_place_without_a_name_of_its_own_leaves_the_question_whole(asked: str, places: list[frozenset[str]]) -> None:
    assert asked_of_each(asked, places, stems) == ()


def test_an_order_to_compare_becomes_a_question() -> None:
    assert as_question("peran koperasi di Cepu", "id") == "Apa peran koperasi di Cepu?"
    assert as_question("the part traders play in Cepu.", "en") == "What is the part traders play in Cepu?"


@pytest.mark.parametrize("asked", ["siapa ketua di Cepu?", "jumlah perajin tuban?", "Why do kilns fail in Tuban"])
def test_what_asks_already_stays(asked: str) -> None:
    assert as_question(asked, "id") == asked
