"""answer → terminal: each quote once, and where it stands."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from qa.api.bodies import AnswerBody
from qa.api.examples import ANSWERED
from qa.cli_output import print_answer

(CITED,) = ANSWERED["citations"]


def printed(**changed: Any) -> str:
    console = Console(width=200)
    with console.capture() as shown:
        print_answer(console, AnswerBody.model_validate({**ANSWERED, **changed}))
    return shown.get()


def test_a_quote_that_the_answer_holds_is_not_printed_again() -> None:
    told = printed(text=f"It says: “{CITED['quote']}” [1]")
    assert told.count(CITED["quote"]) == 1
    assert f"[1] {CITED['document']['title']}" in told and f"{CITED['start']}–{CITED['end']}" in told


def test_a_quote_that_the_answer_tells_in_other_words_stands_under_it() -> None:
    told = printed(text="It says so in other words. [1]")
    assert f"[1] “{CITED['quote']}”" in told
    assert told.index(CITED["quote"]) < told.index(CITED["document"]["title"])


def test_a_translation_stands_under_its_quote() -> None:
    cited = [{**CITED, "translation": "In the other language."}]
    for text in (f"“{CITED['quote']}” [1]", "In other words. [1]"):
        assert "In the other language." in printed(text=text, citations=cited)
