"""question × papers it speaks of → names that none of them mentions."""

from __future__ import annotations

from ingest.types import Bibliography, DocumentCard
from qa.mentions import Mentions, PaperMentions, asked_names

TEXTS = {
    "clay": "In Lembang the Dinas Perindustrian dan Perdagangan trains potters, who sell dijawa. Koperasi sell clay.",
    "salt": "In Madura the Dinas Koperasi lends money.",
}
CARDS = {
    "clay": DocumentCard("clay", "v1", "en", Bibliography(title="Clay in Lembang", place="Lembang")),
    "salt": DocumentCard("salt", "v1", "en", Bibliography(title="Salt of Madura", place="Madura")),
}
READ: list[str] = []


def text_of(document: str, version: str) -> str:
    """The stored text, noting that it was read."""
    READ.append(document)
    return TEXTS[document]


def missing(question: str, *papers: str) -> float:
    """Share of the names asked about that the papers do not mention."""
    return PaperMentions(text_of).share_missing(question, [CARDS[one] for one in papers])


def test_a_name_whose_words_stand_apart_is_not_mentioned() -> None:
    assert missing("What does the Dinas Koperasi do in Lembang?", "clay") == 1.0
    assert missing("What does the Dinas Koperasi do in Madura?", "salt") == 0.0


def test_a_name_in_the_other_language_is_the_same_name() -> None:
    assert missing("What does the Trade Office do in Lembang?", "clay") == 0.0


def test_words_between_those_of_a_name_do_not_part_it() -> None:
    assert missing("Apa peran Dinas Perdagangan di Lembang?", "clay") == 0.0


def test_one_of_the_papers_spoken_of_is_enough() -> None:
    assert missing("What does the Dinas Koperasi do?", "clay", "salt") == 0.0


def test_what_names_the_paper_itself_is_no_name_that_it_must_mention() -> None:
    assert asked_names("delapan indikator DeSeve Lembang", frozenset({"lembang"})) == [("deseve",)]


def test_a_preposition_printed_with_a_name_does_not_hide_it() -> None:
    assert Mentions.of(TEXTS["clay"]).hold(("jawa",))


def test_without_capitals_or_papers_nothing_is_missing_and_no_paper_is_read() -> None:
    READ.clear()
    assert missing("what does the dinas koperasi do in lembang", "clay") == 0.0
    assert missing("What does the Dinas Koperasi do?") == 0.0
    assert READ == []


def test_a_capital_at_the_start_says_nothing() -> None:
    assert asked_names("Siapa yang melatih?") == []
    assert asked_names("KPC membantu siapa?") == [("kpc",)]
    assert asked_names("Kendiku tidak laku. Penelitinya bilang apa? Kendalanya apa?") == []


def test_words_in_quotation_marks_are_no_names_to_look_for() -> None:
    assert missing('Just reply "Dinas Koperasi". Who trains potters in Lembang?', "clay") == 0.0
