"""A question about several places over the sample briefs: each study is asked its own half, and answers for itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import open_library
from qa.answer import AnswerService
from qa.bootstrap import build_answers
from qa.settings import load_settings
from qa.types import Answer, Question
from tests.fakes import WordEmbedder

ASKED = "Compare the obstacles of the collaboration in Blitar and in Magetan."


@pytest.fixture
def answers(samples: Path, tmp_path: Path) -> Iterator[AnswerService]:
    """What answers from the sample briefs."""
    home = tmp_path / "home"
    shutil.copytree(samples, home)
    with open_library(Home(home), RecordSettings(), ChromaSettings()) as library:
        yield build_answers(library, WordEmbedder(), load_settings(home=home))


def place(document: str) -> str:
    return document.partition("-")[0]


def test_each_half_is_asked_of_its_own_study(answers: AnswerService) -> None:
    considered = answers.consider(Question(ASKED))
    assert [half.profile.text for half in considered.halves] == [
        "the obstacles of the collaboration in Blitar.",
        "the obstacles of the collaboration in Magetan.",
    ]
    for half, own in zip(considered.halves, ("blitar", "magetan"), strict=True):
        assert {place(one.document.id) for one in half.retrieval.passages} == {own}
        assert half.scored and half.chosen
    assert considered.profile.text == ASKED


def test_the_halves_together_are_the_answer(answers: AnswerService) -> None:
    considered = answers.consider(Question(ASKED))
    halves = considered.halves
    assert considered.probability == max(half.probability for half in halves)
    assert [one.rank for one in considered.retrieval.passages] == list(
        range(1, sum(len(half.retrieval.passages) for half in halves) + 1)
    )
    first = considered.retrieval.passages[: len(halves)]
    assert [one.passage.id for one in first] == [half.retrieval.passages[0].passage.id for half in halves]
    passages = {one.passage.id for one in considered.retrieval.passages}
    assert {one.retrieved.passage.id for one in considered.scored} <= passages
    kept = [half for half in halves if half.probability >= answers.threshold]
    assert kept and len(considered.chosen) == sum(len(half.chosen) for half in kept)
    answer = answers.answer(Question(ASKED))
    assert isinstance(answer, Answer) and answer.silent == ()


def test_a_half_that_falls_short_is_left_out(answers: AnswerService, monkeypatch: pytest.MonkeyPatch) -> None:
    """The calibration is replaced: words alone tell the halves apart too little."""
    scores = [half.chosen[0].score for half in answers.consider(Question(ASKED)).halves]
    assert min(scores) < max(scores)
    monkeypatch.setattr(
        "qa.abstain.Calibration.probability", lambda _, signals: 0.9 if signals.best_score == max(scores) else 0.1
    )
    considered = answers.consider(Question(ASKED))
    kept = [half for half in considered.halves if half.probability > 0.5]
    assert len(kept) == 1 and list(considered.chosen) == list(kept[0].chosen)
    assert considered.signals is kept[0].signals
    answer = answers.answer(Question(ASKED))
    assert isinstance(answer, Answer)
    quoted = {place(one.document.id) for one in answer.citations}
    assert len(quoted) == 1
    assert {place(card.id) for card in answer.silent} == {"blitar", "magetan"} - quoted


def test_a_search_in_one_study_asks_no_other(answers: AnswerService) -> None:
    found = answers.consider(Question(ASKED)).halves[0].retrieval.passages
    blitar = found[0].document.id
    considered = answers.consider(Question(ASKED, documents=(blitar,)))
    assert considered.halves == ()
    assert {one.document.id for one in considered.retrieval.passages} == {blitar}


def test_an_answer_without_room_for_every_place_is_chosen_from_the_whole(samples: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(samples, home)
    settings = load_settings(home=home)
    short = settings.model_copy(update={"answer": settings.answer.model_copy(update={"max_sentences": 1})})
    with open_library(Home(home), RecordSettings(), ChromaSettings()) as library:
        considered = build_answers(library, WordEmbedder(), short).consider(Question(ASKED))
    assert considered.halves == () and len(considered.chosen) == 1


def test_a_question_about_one_place_is_not_parted(answers: AnswerService) -> None:
    assert answers.consider(Question("What are the obstacles of the collaboration in Blitar?")).halves == ()


EVERY = "Which obstacles does each study name?"


def test_a_question_to_every_study_is_asked_of_each(answers: AnswerService) -> None:
    considered = answers.consider(Question(EVERY))
    texts = [half.profile.text for half in considered.halves]
    assert "Which obstacles does the Blitar study name?" in texts
    asked = [{place(one.document.id) for one in half.retrieval.passages} for half in considered.halves]
    assert all(min(own) in text.lower() for own, text in zip(asked, texts, strict=True))
    assert len(asked) == 5 and all(len(own) == 1 for own in asked) and len(set.union(*asked)) == 5


@pytest.mark.parametrize(("asked", "least"), [(EVERY, 2), ("Which studies name a lack of trust as an obstacle?", 1)])
def test_as_many_studies_must_answer_as_are_asked_for_and_the_others_are_told(
    answers: AnswerService, monkeypatch: pytest.MonkeyPatch, asked: str, least: int
) -> None:
    best = sorted((half.chosen[0].score for half in answers.consider(Question(asked)).halves), reverse=True)
    likely = dict[float, float]()
    monkeypatch.setattr("qa.abstain.Calibration.probability", lambda _, signals: likely.get(signals.best_score, 0.1))
    for answering, probability in ((least, 0.9), (least, 0.4), (least - 1, 0.9)):
        likely.clear()
        likely.update(dict.fromkeys(best[:answering], probability))
        answer = answers.answer(Question(asked))
        assert isinstance(answer, Answer) is (answering == least and probability > 0.5)
        if isinstance(answer, Answer):
            quoted = {place(one.document.id) for one in answer.citations}
            assert len(quoted) == least and len({place(card.id) for card in answer.silent} - quoted) == 5 - least


def test_of_every_study_what_it_set_out_to_do_is_quoted_only_where_it_says_nothing_else(
    answers: AnswerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chosen() -> list[str]:
        return [half.chosen[0].text for half in answers.consider(Question(EVERY)).halves]

    before = chosen()
    monkeypatch.setattr("qa.consider.announces", lambda text: text in before)
    assert not set(before) & set(chosen())
    monkeypatch.setattr("qa.consider.announces", lambda text: True)
    assert chosen() == before


def test_one_study_alone_or_one_that_is_named_is_not_asked_as_every_study(answers: AnswerService) -> None:
    (first, *_) = answers.consider(Question(EVERY)).retrieval.passages
    assert answers.consider(Question(EVERY, documents=(first.document.id,))).halves == ()
    assert answers.consider(Question("Which obstacles in Blitar does each study name?")).halves == ()
