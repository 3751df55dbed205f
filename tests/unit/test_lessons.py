"""What an encoder learns from: the sentence that holds the answer, in tokens, and what is near it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from eval.lessons import Asked, Lessons, Text, outside_lessons
from ingest.types import Span
from ingest.windows import sentence_tokens

PASSAGE = "Kiln one is old. Kiln two was built in 1999 by potters. It burns wood."


def read_text(text: str, sentences: Sequence[Span]) -> tuple[list[int], list[Span]]:
    """A token a word, between two marks."""
    offsets: list[Span] = []
    for word in text.split():
        start = text.index(word, offsets[-1][1] if offsets else 0)
        offsets.append((start, start + len(word)))
    spans = sentence_tokens(offsets, sentences)
    return [0, *range(10, 10 + len(offsets)), 2], [(start + 1, end + 1) for start, end in spans]


def read_question(text: str) -> list[int]:
    return [0, len(text.split()), 2]


def written(path: Path, *questions: tuple[str, int | None]) -> Path:
    rows = [{"question": text, "language": "en", "answer_start": at, "answer": None} for text, at in questions]
    path.write_text(json.dumps({"passage": PASSAGE, "language": "en", "questions": rows}) + "\n")
    return path


def lessons(path: Path, left_out: frozenset[str] = frozenset(), longest: int = 100) -> Lessons:
    return outside_lessons(path, left_out, read_text, read_question, longest)


def test_the_sentence_that_holds_the_answer_is_worth_one(tmp_path: Path) -> None:
    learned = lessons(written(tmp_path / "r.jsonl", ("When was it built?", PASSAGE.index("1999")), ("Who left?", None)))
    assert learned.texts["0"].sentences == ((1, 5), (5, 13), (13, 16))
    assert [dict(one.gains) for one in learned.asked] == [{("0", 1): 1.0}, {}]
    assert learned.asked[1].near == ("0",)


def test_what_is_measured_with_is_not_learned_from(tmp_path: Path) -> None:
    path = written(
        tmp_path / "r.jsonl", (" When was it built? ", PASSAGE.index("1999")), ("What burns?", len(PASSAGE) - 5)
    )
    assert len(lessons(path, frozenset({"When was it built?"})).asked) == 1


def test_answers_beyond_the_cut_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "r.jsonl", ("How old?", 3), ("What burns?", len(PASSAGE) - 5))
    learned = lessons(path, longest=8)
    assert learned.texts["0"].sentences == ((1, 5),)
    assert len(learned.texts["0"].tokens) == 8
    assert [dict(one.gains) for one in learned.asked] == [{("0", 0): 1.0}]


def test_a_faulty_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"passage": ""}\n')
    with pytest.raises(ValidationError):
        lessons(tmp_path / "r.jsonl")


def several(count: int) -> Lessons:
    texts = {str(n): Text([0, *[7] * (n + 1), 2], ((1, 2), (2, n + 2))) for n in range(count)}
    asked = [Asked([0, n, 2], {(str(n), 0): 1.0}, (str((n + 1) % count),)) for n in range(count)]
    return Lessons(texts, (*asked, Asked([0, 99, 2], {}, ("0", "1"))))


def test_every_text_is_seen_once_a_round_with_its_questions() -> None:
    batches = list(several(10).about_texts(4, random.Random(1)))
    assert sorted(len(text.tokens) for batch in batches for text in batch.texts) == list(range(3, 13))
    for batch in batches:
        assert batch.gains.shape == batch.own.shape == (len(batch.questions), 2 * len(batch.texts))
        answered = batch.gains.sum(1) > 0
        assert (batch.gains[answered].argmax(1) % 2 == 0).all()
    assert sum(len(batch.questions) for batch in batches) == 11


def test_every_question_is_asked_once_a_round_beside_what_answers_it() -> None:
    learned = several(40)
    batches = list(learned.about_questions(16, 5, random.Random(1)))
    assert sorted(question[1] for batch in batches for question in batch.questions) == [*range(40), 99]
    for batch in batches:
        assert 8 <= len(batch.texts) <= 16
        assert len(batch.questions) <= 5
        for question, gains, own in zip(batch.questions, batch.gains, batch.own, strict=True):
            assert np.count_nonzero(gains) == (0 if question[1] == 99 else 1)
            assert own.any()


def test_texts_of_one_document_are_told_apart_from_each_other_and_from_others() -> None:
    texts = {f"{name}#{n}": Text([0, 7, 2], ((1, 2),)) for name in "abcd" for n in range(32)}
    asked = [Asked([0, at, 2], {(key, 0): 1.0}, ()) for at, key in enumerate(texts)]
    documents = {at: key[0] for at, key in enumerate(texts)}
    batches = list(Lessons(texts, tuple(asked)).about_questions(32, 100, random.Random(2)))
    met = [Counter(documents[question[1]] for question in batch.questions) for batch in batches]
    assert sum(map(Counter.total, met)) == len(asked)
    assert all(count >= 16 for one in met for count in one.values())
    assert any(len(one) > 1 for one in met)
