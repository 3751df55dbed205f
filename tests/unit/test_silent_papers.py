"""answer → every place that shows it: where a study that was asked about beside others does not answer, all say so."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from ingest.types import Language
from qa.api.bodies import AnswerBody
from qa.api.chat_bodies import sources_text, without_sources
from qa.api.examples import ANSWERED
from qa.cli_output import print_answer
from qa.mcp_server import answer_text

SILENT = {**ANSWERED["citations"][0]["document"], "id": "garam", "title": "Tambak garam", "year": 2021}


def body(language: Language, *silent: dict[str, Any]) -> AnswerBody:
    return AnswerBody.model_validate({**ANSWERED, "language": language, "silent": silent})


def printed(answer: AnswerBody) -> str:
    console = Console(width=200)
    with console.capture() as shown:
        print_answer(console, answer)
    return shown.get()


@pytest.mark.parametrize(
    ("language", "told"), [("id", "Tidak ditemukan jawaban atas ini dalam"), ("en", "No answer to this was found in")]
)
def test_a_silent_paper_is_named(language: Language, told: str) -> None:
    answer, whole = body(language, SILENT), body(language)
    assert f"{told}: Tambak garam (2021)" in printed(answer)
    assert f"{told}: Tambak garam (2021)." in sources_text(answer, "")
    assert "No answer found in: Tambak garam (2021)" in answer_text(answer, "")
    assert all("Tambak" not in shown for shown in (printed(whole), sources_text(whole, ""), answer_text(whole, "")))


def test_what_a_client_sends_back_is_heard_without_it() -> None:
    answer = body("en", SILENT)
    assert without_sources(answer.text + sources_text(answer, "http://localhost")) == answer.text


def test_answers_that_were_kept_before_have_none() -> None:
    kept = {name: value for name, value in ANSWERED.items() if name != "silent"}
    assert AnswerBody.model_validate(kept).silent == ()
