"""Training and validation questions: read, checked against the files, kept apart from each other and the test split."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from eval.corpora import SAMPLES
from eval.dataset import DATA, DatasetError, Expect, QuestionItem, load_questions
from eval.training import load_training, load_validation
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


@pytest.mark.parametrize("corpus", ["papers", "samples"])
def test_no_question_that_judges_is_learned(corpus: str) -> None:
    """Neither word for word nor in other letters: of the test split, and of the validation questions."""

    def words(texts: Iterable[QuestionItem]) -> set[str]:
        told = (text.lower() for one in texts for text in (one.question.id, one.question.en))
        return {" ".join("".join(c if c.isalnum() else " " for c in text).split()) for text in told}

    tested = words(load_questions(DATA).split("test").items)
    validated = load_validation(DATA, corpus, [SAMPLES] if corpus == "samples" else []).items
    trained = words(load_training(DATA, corpus, []).items)
    assert len(validated) > 100
    assert not trained & tested
    assert not words(validated) & (tested | trained | words(load_questions(DATA).split("development").items))
