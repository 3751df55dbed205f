"""What a model made of a question: it counts only where it asks for the same."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import pytest

from prompts import load_prompts
from qa.restating import holds_to, restatements
from qa.types import Turn

PLACES = frozenset({"lembang", "tuban"})
CHATTY = "emang siapa sih yg ngasih duit buat 14 tungku di lembang?"


@dataclass
class Saying:
    """Writes what it was given, in pieces of seven characters."""

    draft: str
    model: str = "saying"
    requests: list[tuple[str, str, float]] = field(default_factory=list)

    def write(self, system: str, request: str, seconds: float) -> Generator[str, None, None]:
        """The draft."""
        self.requests.append((system, request, seconds))
        for start in range(0, len(self.draft), 7):
            yield self.draft[start : start + 7]


@pytest.mark.parametrize(
    "restated",
    [
        "Siapa yang mendanai 14 tungku di Lembang?",
        "Siapakah yang membiayai empat belas tungku di Lembang?",
        "Dari mana dana untuk 14 tungku perajin Lembang berasal?",
    ],
)
def test_other_words_for_the_same_hold(restated: str) -> None:
    assert holds_to(restated, CHATTY, (), PLACES)


@pytest.mark.parametrize(
    "restated",
    [
        pytest.param("Siapa yang mendanai 14 tungku?", id="place lost, however it was spelled"),
        pytest.param("Siapa yang mendanai tungku di Lembang?", id="number lost"),
        pytest.param("Siapa yang mendanai 14 tungku di Lembang pada 2015?", id="number new"),
        pytest.param("Apakah Bank Mandiri mendanai 14 tungku di Lembang?", id="name new"),
        pytest.param("Siapa yang mendanai 14 tungku di Lembang dan Tuban?", id="place new"),
        pytest.param("Lembang", id="no question"),
        pytest.param("Siapa mendanai 14 tungku di Lembang " + "dan " * 40, id="endless"),
        pytest.param("Siapa mendanai 14 tungku di Lembang? https://lembang.example/", id="link"),
        pytest.param("Siapa mendanai 14 tungku di Lembang? <img>", id="markup"),
    ],
)
def test_what_asks_for_something_else_does_not(restated: str) -> None:
    assert not holds_to(restated, CHATTY, (), PLACES)


def test_a_name_of_the_question_stays_and_one_of_the_conversation_may_come() -> None:
    earlier = (Turn("user", "Apa peran Koperasi Mitra di Tuban?"), Turn("assistant", "Koperasi Mitra membeli garam."))
    asked = "terus KPC gimana?"
    assert holds_to("Apa peran KPC bagi petani garam Tuban?", asked, earlier, PLACES)
    assert not holds_to("Apa peran perusahaan bagi petani garam Tuban?", asked, earlier, PLACES)
    assert not holds_to("Apa peran KPC bagi petani garam Tuban?", asked, (), PLACES)


def test_ordinary_words_that_open_a_question_are_no_names() -> None:
    assert not holds_to("Juragan mana yang mendanai perajin?", "siapa yang ngasih duit ke perajin?", (), PLACES)
    known = frozenset({"juragan"}).__contains__
    assert holds_to("Juragan mana yang mendanai perajin?", "siapa yang ngasih duit ke perajin?", (), PLACES, known)


def test_three_ways_are_read_without_numbers_thoughts_or_repeats() -> None:
    draft = "Hm, perhaps.\n</think>\n1. Who funds it?\n\n- Who funds it?\n2) Who pays  for it?\nWho gives?\nA fourth?"
    asked = restatements("who's paying", (), "en", Saying(draft), load_prompts(), 5.0)
    assert asked == ("Who funds it?", "Who pays for it?", "Who gives?")


def test_a_model_hears_the_last_questions_and_no_answers() -> None:
    turns = [Turn("user", f"Question {number}?") for number in range(1, 6)]
    model = Saying("Who pays for it in Lembang?")
    restatements("and in lembang?", (*turns, Turn("assistant", "An answer.")), "en", model, load_prompts(), 5.0)
    ((system, request, seconds),) = model.requests
    mark = request.splitlines()[0]
    assert mark in system and request.splitlines()[-1] == mark and seconds == 5.0
    assert [line for line in request.splitlines() if line.startswith("- ")] == [f"- Question {n}?" for n in (3, 4, 5)]
    assert "Question: and in lembang?" in request and "An answer." not in request
