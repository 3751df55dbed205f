"""answer → terminal: each quote once, and where it stands."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from qa.api.bodies import AnswerBody
from qa.api.examples import ANSWERED
from qa.cli_output import print_answer

(CITED,) = ANSWERED["citations"]
QUOTE = CITED["quote"]


def claim(text: str, *quoted: tuple[int, int]) -> dict[str, Any]:
    return {**ANSWERED["claims"][0], "text": text, "end": len(text), "quoted": quoted}


def printed(*claims: dict[str, Any], translation: str | None = None) -> str:
    text = "\n".join(f"{one['text']} [1]" for one in claims)
    changed = {"claims": claims, "text": text, "citations": [{**CITED, "translation": translation}]}
    console = Console(width=200)
    with console.capture() as shown:
        print_answer(console, AnswerBody.model_validate({**ANSWERED, **changed}))
    return shown.get()


QUOTED = claim(f"It says: “{QUOTE}”", (10, 10 + len(QUOTE)))
TOLD = claim("It says so in other words.")


def test_a_quote_that_the_answer_holds_is_not_printed_again() -> None:
    told = printed(QUOTED)
    assert told.count(QUOTE) == 1
    assert f"[1] {CITED['document']['title']}" in told and f"{CITED['start']}–{CITED['end']}" in told


def test_a_quote_that_the_answer_tells_in_other_words_stands_under_it() -> None:
    for claims in ((TOLD,), (QUOTED, TOLD), (claim(f"Its words are: {QUOTE}", (0, 3)),)):
        told = printed(*claims)
        assert f"[1] “{QUOTE}”" in told
        assert told.index(f"[1] “{QUOTE}”") < told.index(CITED["document"]["title"])


def test_a_translation_stands_under_its_quote() -> None:
    for one in (QUOTED, TOLD):
        assert "In the other language." in printed(one, translation="In the other language.")
