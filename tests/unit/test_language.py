"""question text → language."""

import pytest

from ingest.types import Language
from qa.language import detect_language

INDONESIAN = (
    "apa peran koperasi bagi perajin?|siapa yang mendanai pelatihan|peran dinas batik|metode penelitian|apa saja tahapan collaborative "
    "governance|UMKM digital|knp kolaborasi macet|berapa jumlah perajin tahun 2019|gimana cara kerja klaster|trust antar aktor|"
    "hambatan stakeholder engagement di desa|Bandingkan Kotagede dan Magetan"
).split("|")
ENGLISH = (
    "why did the collaboration stall|who paid for the training|What is Batik Kharisma Madura?|role of the government in batik|"
    "obstacles of silver craft|how many craftsmen are there in Kotagede|deep learning|compare Kotagede and Magetan|what does dinas koperasi do|"
    "who is the ketua paguyuban|silver workshop training"
).split("|")


@pytest.mark.parametrize("text", INDONESIAN)
def test_indonesian_questions_are_indonesian(text: str) -> None:
    assert detect_language(text) == "id"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_questions_are_english(text: str) -> None:
    assert detect_language(text) == "en"


def test_text_without_letters_takes_the_default() -> None:
    assert detect_language("2019?", default="en") == "en"
    assert detect_language("2019?", default="id") == "id"


def test_words_that_nobody_knows_tell_nothing_and_take_the_default() -> None:
    languages: tuple[Language, ...] = ("id", "en")
    for default in languages:
        assert detect_language("AMIKOM Ngadirejo", default=default, names={"ngadirejo"}) == default
    assert detect_language("kilns Ngadirejo", names={"ngadirejo"}) == "en"


def test_the_same_text_is_always_in_the_same_language() -> None:
    assert len({detect_language("Batik Kharisma") for _ in range(30)}) == 1
