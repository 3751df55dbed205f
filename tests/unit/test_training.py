"""Training questions: read, checked against the files, and never asked for what the test split asks for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from eval.corpora import SAMPLES
from eval.dataset import DATA, DatasetError, Expect, load_questions
from eval.training import load_training
from ingest.types import Span

TEXT = "Kiln one is old. Kiln two was built in 1999 by potters. It burns wood."


def folder(tmp_path: Path, **changes: Any) -> Path:
    (tmp_path / "kilns.txt").write_text(TEXT, encoding="utf-8")
    answer = {
        "document": "kilns",
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "judged": [{"spans": [[17, 55]], "grade": 3}],
    }
    row: dict[str, Any] = {
        "id": "kiln-age",
        "fact": "kiln-age",
        "type": "factoid",
        "question": {"id": "Kapan tungku kedua dibuat?", "en": "When was the second kiln made?"},
        "answers": [answer | changes.pop("answer", {})],
    }
    (tmp_path / "training-papers.jsonl").write_text(json.dumps(row | changes) + "\n", encoding="utf-8")
    return tmp_path


def test_a_question_with_its_sentences(tmp_path: Path) -> None:
    loaded = load_training(folder(tmp_path), "papers", [tmp_path])
    (item,), (judged,) = loaded.items, loaded.judgements
    assert item.expect is Expect.ANSWER
    assert judged.judged[0].grade == 3
    assert TEXT[slice(*judged.judged[0].spans[0])] == "Kiln two was built in 1999 by potters."


def test_a_question_without_sentences_is_to_be_declined(tmp_path: Path) -> None:
    loaded = load_training(folder(tmp_path, answers=[]), "papers", [tmp_path])
    assert loaded.items[0].expect is Expect.ABSTAIN
    assert not loaded.judgements


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"answer": {"sha256": "0" * 64}}, "another file"),
        ({"answer": {"judged": [{"spans": [[17, 5500]], "grade": 3}]}}, "outside kilns"),
        ({"answer": {"judged": []}}, "line 1"),
        ({"kind": "new"}, "line 1"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        load_training(folder(tmp_path, **changes), "papers", [tmp_path])


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="training-papers"):
        load_training(tmp_path, "papers", [])


def test_no_sentence_that_answers_a_question_of_the_test_split_is_learned() -> None:
    """Over both collections, by place: a sentence named here may not overlap gold evidence of the test split."""
    for corpus in ("papers", "samples"):
        reserved: dict[str, list[Span]] = {}
        for row in load_questions(DATA, corpus).split("test").gold:
            reserved.setdefault(row.sha256, []).extend(row.spans)
        told = load_training(DATA, corpus, [SAMPLES] if corpus == "samples" else []).judgements
        assert len(told) > 100
        for row in told:
            spans = [span for one in row.judged for span in one.spans]
            taken = [(s, e) for s, e in spans for a, z in reserved.get(row.sha256, ()) if s < z and a < e]
            assert not taken, f"{row.item}: {taken} of {row.document} answers a question of the test split"


def test_no_question_of_the_test_split_is_learned() -> None:
    def words(text: str) -> str:
        return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())

    asked = {
        words(text) for one in load_questions(DATA).split("test").items for text in (one.question.id, one.question.en)
    }
    for corpus in ("papers", "samples"):
        trained = load_training(DATA, corpus, []).items
        assert not asked.intersection(words(text) for one in trained for text in (one.question.id, one.question.en))
