"""What the fits learn from, over the sample collection with an embedder that counts words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.dataset import Both, Expect, History, QuestionItem
from eval.judged import JudgedQuote, JudgedQuotes
from eval.weighed import Weighed, Weighing, open_weighing
from qa.settings import load_settings
from tests.service.conftest import words


@pytest.fixture
def weighing(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Weighing]:
    monkeypatch.setattr("qa.bootstrap.load_embedder", words)
    with open_weighing(load_settings(home=tmp_path / "home"), []) as opened:
        yield opened


def weighed(weighing: Weighing, item: QuestionItem) -> Weighed:
    """As asked in English."""
    return next(one for one in weighing._weighed([item]) if one.language == "en")


def item(text: str, **more: object) -> QuestionItem:
    told = {"id": "q", "fact": "q", "type": "x", "split": "development", "expect": Expect.ANSWER}
    return QuestionItem.model_validate(told | {"question": Both(id=text, en=text)} | more)


def test_a_follow_up_is_asked_with_what_was_said_before(weighing: Weighing) -> None:
    turns = ("What hinders batik in Blitar?", "Budget cuts.")
    one = weighed(weighing, item("Since when?", history=History(id=turns, en=turns)))
    assert "Blitar" in one.considered.profile.text
    assert [answerable for _, answerable in weighing.asked(one)] == [True]


def test_lessons_hold_follow_ups(weighing: Weighing) -> None:
    assert any(one.history for one in weighing._learned)


def test_of_a_comparison_each_half_is_answered_where_its_study_answers(weighing: Weighing) -> None:
    asked = item("Compare the obstacles in Blitar and in Magetan.")
    one = weighed(weighing, asked)
    told = next(said.retrieved for said in one.considered.scored if said.retrieved.document.id.startswith("blitar"))
    document = weighing._document(told.document.id, told.document.version)
    quote = JudgedQuote(spans=((0, 5),), grade=3)
    weighing._by_item["q"] = [
        JudgedQuotes(item="q", document=told.document.id, sha256=document.source.sha256, judged=(quote,))
    ]
    halves = list(weighing.asked(one))
    assert [half.profile.text for half, _ in halves] == ["the obstacles in Blitar.", "the obstacles in Magetan."]
    assert [answerable for _, answerable in halves] == [True, False]


def test_no_half_of_a_near_miss_is_answered(weighing: Weighing) -> None:
    one = weighed(weighing, item("Compare the profits in Blitar and in Magetan.", expect=Expect.ABSTAIN))
    assert [answerable for _, answerable in weighing.asked(one)] == [False, False]
