"""Errands of chat clients are told from questions by their form, and answered in the form they ask for."""

from __future__ import annotations

import json

import pytest

from qa.api.housekeeping import housekeeping_reply

CHAT = (
    "### Chat History:\n<chat_history>\nUSER: Siapa yang membina perajin batik?\nASSISTANT: Dinas. [1]\n</chat_history>"
)


def task(wanted: str, form: str) -> str:
    return f"### Task:\n{wanted}\n### Guidelines:\n- Be short.\n### Output:\nJSON format: {form}\n{CHAT}"


def test_a_title_is_the_beginning_of_the_first_question() -> None:
    reply = housekeeping_reply(task("Generate a title that sums up the chat.", '{ "title": "your title here" }'))
    assert json.loads(reply or "") == {"title": "Siapa yang membina perajin batik?"}


def test_a_long_first_question_is_cut_at_a_word() -> None:
    prompt = task("Name the chat.", '{ "title": "…" }').replace("Siapa yang membina perajin batik?", "kata " * 40)
    title = json.loads(housekeeping_reply(prompt) or "")["title"]
    assert len(title) <= 61
    assert title.endswith("kata…")


@pytest.mark.parametrize(
    ("form", "reply"),
    [
        ('{ "tags": ["tag1", "tag2"] }', {"tags": []}),
        ('{ "follow_ups": ["Question 1?"] }', {"follow_ups": []}),
        ('{ "queries": ["query1"] }', {"queries": []}),
        ('{ \\"follow_ups\\": [\\"Question 1?\\"] }', {"follow_ups": []}),
    ],
)
def test_other_errands_get_an_empty_list_in_their_form(form: str, reply: dict[str, list[str]]) -> None:
    assert json.loads(housekeeping_reply(task("Do this for the chat.", form)) or "") == reply


def test_autocompletion_and_emoji() -> None:
    assert json.loads(housekeeping_reply("### Task:\nYou are an autocompletion system. Continue the text.") or "") == {
        "text": ""
    }
    assert housekeeping_reply(f"### Task:\nReflect the mood through a fitting emoji.\n{CHAT}") == "📄"


def test_a_title_asked_for_in_plain_words() -> None:
    wanted = "Provide a concise, 5-word-or-less title for the conversation, in its language."
    prompt = f'{wanted}\n\n||>User:\n"Apa peran koperasi?"'
    assert housekeeping_reply(prompt) == "Apa peran koperasi?"


@pytest.mark.parametrize(
    "question",
    [
        "What tasks did the regent give to villages?",
        "apa tugas dinas koperasi?",
        "Which tags and titles do the papers use?",
        "What is the title of the study about Blitar?",
        "Provide the title and the author of the study on silver.",
        '{"title": "?"} what is this?',
        "### Hasil\nApa hasilnya?",
        "Summarise the chat between the regent and the artisans",
    ],
)
def test_questions_are_not_errands(question: str) -> None:
    assert housekeeping_reply(question) is None


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text", ["#" * 100_000, "### Task:" * 11_000, '{ "' * 33_000, "user :" * 16_000, "generate " * 11_000]
)
def test_hostile_text_is_looked_at_quickly(text: str) -> None:
    housekeeping_reply(text)
