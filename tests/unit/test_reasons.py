"""question for a reason × sentence → why, or what came of it, where a word is met by itself alone."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ingest.types import (
    NO_TOKENS,
    Bibliography,
    DocumentCard,
    Language,
    Passage,
    QuestionVectors,
    Section,
    SectionKind,
    Sentence,
    TokenVectors,
)
from qa.evidence import ScoredSentence
from qa.question import profile_question
from qa.reasons import tells_what_came
from qa.retrieve import Retrieval
from qa.terms import QuestionTerm
from qa.types import RetrievedPassage

_DIMENSION = 256


_AXES: dict[str, int] = {}


def axis(word: str) -> int:
    """The axis on which a word lies, its own."""
    return _AXES.setdefault(word, len(_AXES))


def tokens(text: str) -> TokenVectors:
    """A token for each word, on an axis of its own."""
    found = list(re.finditer(r"\w+", text.lower()))
    values = np.zeros((len(found), _DIMENSION), np.int8)
    values[np.arange(len(found)), [axis(one.group()) for one in found]] = 127
    return TokenVectors(
        values, np.array([one.start() for one in found], np.uint16), np.array([one.end() for one in found], np.uint16)
    )


def said(before: str, sentence: str, language: Language) -> ScoredSentence:
    """`sentence` as it stands in a passage, behind another one."""
    text, start = f"{before} {sentence}", len(before) + 1
    sentences = (Sentence(0, len(before), language), Sentence(start, len(text), language))
    section = Section(("Hasil",), SectionKind.RESULTS, 0, len(text), language)
    passage = Passage("kopi@v1#0", "kopi", "v1", 0, 0, len(text), text, section, None, language, sentences)
    card = DocumentCard("kopi", "v1", language, Bibliography(title="Kopi", authors=("Bayu",), year=2020))
    vector = np.ones(1, np.float32)
    found = RetrievedPassage(
        passage, card, 1, 1.0, 0.9, 3.0, np.ones((2, 1), np.float32), np.zeros((2, 1)), tokens(text)
    )
    return ScoredSentence(found, sentences[1], sentence, vector, 0.5, np.zeros(1, np.float32), 0.0, 1.0)


def terms(*words: str) -> tuple[QuestionTerm, ...]:
    """Known terms that stand for themselves."""
    return tuple(QuestionTerm(word, word, frozenset({word}), frozenset(), 1.0, False, True) for word in words)


def told(
    question: str, *asked: str, sentence: str, before: str = "Kedai buka pagi.", language: Language = "id"
) -> float:
    """How surely `sentence` tells what came of the words `asked` of `question`."""
    read = QuestionVectors(np.ones(1, np.float32), tokens(question))
    retrieval = Retrieval((), terms(*asked), read, {}, ())
    return tells_what_came(profile_question(question, language), retrieval, [said(before, sentence, language)])


@pytest.mark.parametrize(
    "sentence",
    [
        "Panen mundur karena hujan deras.",
        "Hujan deras menyebabkan panen mundur.",
        "Hujan deras turun terus sehingga panen mundur.",
        "Panen mundur akibat hujan deras yang turun terus.",
    ],
)
def test_a_joint_tells_a_cause_from_what_came_of_it(sentence: str) -> None:
    assert told("Mengapa panen mundur?", "panen", "mundur", sentence=sentence) == 0.0
    assert told("Mengapa hujan deras?", "hujan", "deras", sentence=sentence) == 1.0


def test_it_does_in_english() -> None:
    sentence = "The harvest came late because of heavy rain."
    assert told("Why was there heavy rain?", "heavy", "rain", sentence=sentence, language="en") == 1.0
    assert told("Why did the harvest come late?", "harvest", "late", sentence=sentence, language="en") == 0.0


def test_what_came_of_something_may_be_asked_for() -> None:
    sentence = "Panen mundur karena hujan deras."
    assert told("Apa dampak hujan deras?", "hujan", "deras", sentence=sentence) == 0.0
    assert told("Apa akibat panen mundur?", "panen", "mundur", sentence=sentence) == 1.0


def test_what_stands_between_two_joints_is_a_cause() -> None:
    sentence = "Kerugian muncul akibat panen mundur sehingga kedai tutup."
    assert told("Kenapa panen mundur?", "panen", "mundur", sentence=sentence) == 1.0
    assert told("Kenapa kedai tutup?", "kedai", "tutup", sentence=sentence) == 0.0


def test_a_sentence_that_points_back_speaks_of_the_one_before() -> None:
    before = "Panen mundur dua bulan."
    assert (
        told("Kenapa panen mundur?", "panen", "mundur", before=before, sentence="Hal ini disebabkan hujan deras.")
        == 0.0
    )
    assert told("Kenapa panen mundur?", "panen", "mundur", before=before, sentence="Akibatnya kedai tutup.") == 1.0


def test_one_sentence_that_gives_the_reason_is_enough() -> None:
    question = "Mengapa panen mundur?"
    retrieval = Retrieval(
        (), terms("panen", "mundur"), QuestionVectors(np.ones(1, np.float32), tokens(question)), {}, ()
    )
    sentences = [
        said("Kedai buka.", one, "id") for one in ("Kedai tutup karena panen mundur.", "Panen mundur karena hujan.")
    ]
    profile = profile_question(question, "id")
    assert tells_what_came(profile, retrieval, sentences[:1]) == 1.0
    assert tells_what_came(profile, retrieval, sentences) == 0.0


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Kapan panen mundur?", "Kedai tutup karena panen mundur."),
        ("Mengapa panen mundur?", "Panen mundur dua bulan."),
        ("Mengapa Bayu pergi?", "Kedai tutup karena panen mundur."),
    ],
    ids=["no reason is asked for", "none is told", "of something else"],
)
def test_nothing_else_is_held_against_an_answer(question: str, sentence: str) -> None:
    assert told(question, *re.findall(r"\w+", question.lower())[1:], sentence=sentence) == 0.0


def test_without_token_vectors_nothing_is_told() -> None:
    question = "Mengapa panen mundur?"
    retrieval = Retrieval((), terms("panen"), QuestionVectors(np.ones(1, np.float32), NO_TOKENS), {}, ())
    sentence = said("Kedai buka.", "Kedai tutup karena panen mundur.", "id")
    assert tells_what_came(profile_question(question, "id"), retrieval, [sentence]) == 0.0
