"""question in spoken Indonesian → its words as papers write them, where the collection has these."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lexical_terms import stem_of
from qa.spoken import as_written, endings

HELD = (
    "desa formal memori menata menipis kafe memanipulasi dana pelatihan kepala dinas mengajarkan mencari "
    "menjual mengurus membantu menentukan mengawasi pekerjaan perajin batik ikut memilih makan kursus "
    "izin admin memang naskah"
).split()


def holds(word: str) -> bool:
    """As the collection of these words does, in any form."""
    return stem_of(word, "id") in {stem_of(one, "id") for one in HELD}


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("Duit buat pelatihan dari mana?", "Dana buat pelatihan dari mana?"),
        ("kadis ngapain?", "kepala dinas ngapain?"),
        ("siapa yang ngajarin perajin?", "siapa yang mengajarkan perajin?"),
        ("siapa nyari kursus?", "siapa mencari kursus?"),
        ("Gimana ngejual batik?", "Gimana menjual batik?"),
        ("siapa yg ngurusin izin?", "siapa yg mengurus izin?"),
        ("dinas ngebantu apa?", "dinas membantu apa?"),
        ("siapa nentuin harga?", "siapa menentukan harga?"),
        ("siapa ngawasin?", "siapa mengawasi?"),
        ("perajin dibantuin siapa?", "perajin dibantu siapa?"),
        ("kerjaan perajin apa?", "pekerjaan perajin apa?"),
        ("Halo. Duit dari mana?", "Halo. Dana dari mana?"),
        ("DUIT BUAT KURSUS", "DANA BUAT KURSUS"),
    ],
)  # fmt: skip
def test_spoken_words_become_those_that_the_papers_have(spoken: str, written: str) -> None:
    assert as_written(spoken, holds) == written


@pytest.mark.parametrize(
    "text",
    [
        "medsos apa yang dipakai?",  # No paper speaks of social media.
        "Apa kata Pak Gede tentang Nyari?",  # Names.
        "nggak, memang mungkin, makan, nada, ikut, naskah, izin, admin",
        "desain kain mori, formalin, kafein, nata dan jeruk nipis, manipulasi",  # No paper has these, but like ones.
        "apa peran perajin?",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert as_written(text, holds) is None


def test_a_spoken_word_that_a_paper_has_itself_stays() -> None:
    assert as_written("duit dari mana?", lambda word: word in ("duit", "dana")) is None


def test_endings_of_spoken_verbs() -> None:
    assert list(endings("diadain")) == ["diadakan", "diadai", "diada"]
    assert list(endings("main")) == list(endings("bantu")) == []


@given(st.lists(st.sampled_from([*HELD, "duit", "ngajarin", "Nyari", "?", ".", "kopi"]), max_size=9).map(" ".join))
def test_only_spoken_words_change_and_only_into_what_is_held(text: str) -> None:
    written = as_written(text, holds)
    for before, after in zip(text.split(), (written or text).split(), strict=True):
        assert before == after or (before.lower() in ("duit", "ngajarin", "nyari") and holds(after.lower()))
