"""Training and validation questions: read, checked against the files, kept apart from each other and the test split."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from eval.corpora import SAMPLES
from eval.dataset import DATA, LANGUAGES, DatasetError, Expect, QuestionItem, load_questions
from eval.judged import JudgedQuotes
from eval.run import earlier_turns
from eval.training import load_examination, load_tested, load_training, load_validation
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


def test_a_follow_up_comes_with_what_was_said_before(tmp_path: Path) -> None:
    turns = {"id": ["Siapa membuat tungku?", "Para perajin."], "en": ["Who built the kilns?", "Potters did."]}
    (item,) = load_training(folder(tmp_path, history=turns), "papers", [tmp_path]).items
    assert [(turn.role, turn.content) for turn in earlier_turns(item, "en")] == [
        ("user", "Who built the kilns?"),
        ("assistant", "Potters did."),
    ]
    (alone,) = load_training(folder(tmp_path), "papers", [tmp_path]).items
    assert earlier_turns(alone, "en") == ()


def test_questions_in_parts_are_read_together(tmp_path: Path) -> None:
    whole = folder(tmp_path) / "training-papers.jsonl"
    second = json.loads(whole.read_text(encoding="utf-8")) | {"id": "kiln-fuel"}
    (tmp_path / "training-papers-kilns.jsonl").write_text(json.dumps(second) + "\n", encoding="utf-8")
    loaded = load_training(tmp_path, "papers", [tmp_path])
    assert {item.id for item in loaded.items} == {"kiln-age", "kiln-fuel"}
    assert {row.item for row in loaded.judgements} == {"kiln-age", "kiln-fuel"}


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


def taken(corpus: str, told: Iterable[JudgedQuotes]) -> dict[str, bool]:
    """By question, whether one of its sentences overlaps gold evidence of the test split."""
    reserved: dict[str, list[Span]] = {}
    for row in load_questions(DATA, corpus).split("test").gold:
        reserved.setdefault(row.sha256, []).extend(row.spans)
    found: dict[str, bool] = {}
    for one in told:
        spans = [span for quote in one.judged for span in quote.spans]
        over = any(start < z and a < end for start, end in spans for a, z in reserved.get(one.sha256, ()))
        found[one.item] = found.get(one.item, False) or over
    return found


@pytest.mark.parametrize("corpus", ["papers", "samples"])
def test_sentences_that_answer_the_test_split_are_named_apart(corpus: str) -> None:
    """By place: what `--apart` learns from overlaps no gold evidence of the test split, what it leaves out does."""
    files = [SAMPLES] if corpus == "samples" else []
    apart = taken(corpus, load_training(DATA, corpus, files).judgements)
    tested = taken(corpus, load_tested(DATA, corpus, files).judgements)
    assert len(apart) > 100
    assert [item for item, over in apart.items() if over] == []
    assert len(tested) > 50
    assert [item for item, over in tested.items() if not over] == []


@pytest.mark.parametrize("corpus", ["papers", "samples"])
def test_no_question_that_judges_is_learned(corpus: str) -> None:
    """Neither word for word nor in other letters, after the same turns: of the test split, the validation and the
    examination questions."""

    def words(texts: Iterable[QuestionItem]) -> set[str]:
        said = (
            (*(one.history.of(language) if one.history else ()), one.question.of(language))
            for one in texts
            for language in LANGUAGES
        )
        told = (" ".join(turns).lower() for turns in said)
        return {" ".join("".join(c if c.isalnum() else " " for c in text).split()) for text in told}

    files = [SAMPLES] if corpus == "samples" else []
    tested = words(load_questions(DATA).split("test").items)
    developed = words(load_questions(DATA).split("development").items)
    validated = words(load_validation(DATA, corpus, files).items)
    examined = words(load_examination(DATA, corpus, files).items)
    trained = words((*load_training(DATA, corpus, []).items, *load_tested(DATA, corpus, []).items))
    assert len(validated) > 200
    assert len(examined) > 100
    assert not trained & tested
    assert not validated & (tested | trained | developed)
    assert not examined & (tested | trained | developed | validated)
