"""Proof that the gate bites: six parts are broken on purpose, and each is caught by the measure that should catch it.

The sample collection is asked with the model that ships. Homes are kept in the checkout's `.sitasi`, so only the first
run embeds.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from eval.answer_measures import Better
from eval.baseline import load_baseline, save_rows
from eval.cases import build_cases
from eval.corpora import SAMPLES, fill, open_home, own_home
from eval.dataset import Expect, QuestionSet, load_questions
from eval.gate import GateResult, judge
from eval.in_process import InProcess
from eval.run import Asking, run_questions
from eval.run_file import Scope
from eval.scores import ScoreSheet, score
from ingest.documents import cut_passages
from ingest.settings import PassageSettings
from ingest.types import Collection, Document, Passage, Sentence
from qa.abstain import Calibration
from qa.extract import DraftClaim, draft_extractive
from qa.messages import FURTHER, LEAD_INS, PLAIN_LEAD_IN
from qa.prompting import Prompts, answer_messages
from qa.retrieve import HybridRetriever, Retrieval
from qa.settings import LlmSettings, Settings
from qa.types import Mode, Verification

EVERY = 8
ANSWERABLE_EVERY = 2
SENTENCES = re.compile(r"(\d+) (?:sentences|kalimat)")
SENTENCES_ASKED = re.compile(r"(?:at most|paling banyak) \$sentences (?:sentences|kalimat)")
EVIDENCE = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
CHARACTERS = 180


@pytest.fixture(scope="module")
def questions() -> QuestionSet:
    """Every eighth development question with its evidence in the samples."""
    whole = load_questions(gold="samples").split("development")
    items = whole.items[::EVERY]
    kept = {item.id for item in items}
    return QuestionSet(items=items, gold=tuple(row for row in whole.gold if row.item in kept))


class Obedient:
    """A model that does what its prompt says, and knows nothing else: it copies as many pieces of evidence as it may
    write sentences; told no number, one."""

    model = "obedient"

    def __init__(self, settings: LlmSettings) -> None:
        pass

    def write(self, system: str, request: str, seconds: float) -> Generator[str, None, None]:
        """A line for each piece of evidence."""
        allowed = SENTENCES.search(system)
        for number, text in EVIDENCE.findall(request)[: int(allowed[1]) if allowed else 1]:
            lead = "The study says this in its own words" if "English" in system else "Begini bunyinya dalam studi itu"
            yield f"{lead}: “{text}” [{number}]\n"


@contextmanager
def samples(home: Path, name: str) -> Iterator[InProcess]:
    """The sample collection in a home of that name."""
    llm = LlmSettings(url="http://127.0.0.1:9/v1", gloss=False)
    with open_home(Settings(home=home, llm=llm), own_home(home, name)) as (sitasi, _):
        fill(sitasi, [SAMPLES], Collection.SAMPLES)
        yield InProcess(sitasi.answers, sitasi.library.record, {})


@pytest.fixture(scope="module")
def shipped(model_home: Path) -> Iterator[InProcess]:
    """The system as it ships, with an obedient model for answers that are to be written; tests break it by patching."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.bootstrap.LlmEndpoint", Obedient)
        with samples(model_home, "gate-bites") as system:
            yield system


def scores(system: InProcess, questions: QuestionSet, *scopes: Scope, mode: Mode = Mode.EXTRACTIVE) -> ScoreSheet:
    """What a run gives, with all documents in reach unless `scopes` says otherwise."""
    run = run_questions(system, questions, Asking(gold="samples", scopes=scopes or ("all",), mode=mode))
    return score(build_cases(run, questions))


@dataclass(frozen=True)
class Accepted:
    """The sound system, accepted as baseline; `against` puts other scores to the gate."""

    folder: Path
    questions: QuestionSet

    def accept(self, system: InProcess, *scopes: Scope, mode: Mode = Mode.EXTRACTIVE) -> None:
        """Accept what this system gives."""
        run = run_questions(system, self.questions, Asking(gold="samples", scopes=scopes, mode=mode))
        cases = build_cases(run, self.questions)
        save_rows("samples", self.questions.digest, "sound", cases, score(cases), self.folder)

    def against(self, sheet: ScoreSheet) -> GateResult:
        """The gate's verdict, with the expectations that ship for what these questions measure. Floors are left out:
        only the fall counts here."""
        baseline, slices = load_baseline("samples", folder=self.folder), sheet.slices()
        measured = {name for reply in baseline.replies.values() for name in reply.rows}
        free = tuple(
            replace(one, floor=1e9 if sheet.named(one.measure).better is Better.LOWER else -1e9)
            for one in baseline.expectations
            if one.paired and one.slice in slices and one.measure in measured
        )
        return judge(sheet, self.questions.digest, replace(baseline, expectations=free))


@pytest.fixture(scope="module")
def accepted(shipped: InProcess, questions: QuestionSet, tmp_path_factory: pytest.TempPathFactory) -> Accepted:
    """The system as it ships, accepted."""
    made = Accepted(tmp_path_factory.mktemp("accepted"), questions)
    made.accept(shipped, "all", "other-language")
    return made


def caught(result: GateResult) -> set[str]:
    """Measures that stop the merge."""
    return {check.expectation.name for check in result.checks if check.failed}


def test_the_gate_is_open_for_what_was_accepted(accepted: Accepted, shipped: InProcess) -> None:
    result = accepted.against(scores(shipped, accepted.questions, "all", "other-language"))
    assert caught(result) == set()
    assert result.worse == ()


def test_broken_retrieval_is_caught_by_retrieval_measures(
    accepted: Accepted, shipped: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = HybridRetriever.retrieve

    def upside_down(self: HybridRetriever, profile: object, documents: Sequence[str], limit: int) -> Retrieval:
        found = sound(self, profile, documents, 100)  # type: ignore[arg-type]
        return replace(found, passages=tuple(reversed(found.passages))[:limit])

    monkeypatch.setattr(HybridRetriever, "retrieve", upside_down)
    result = accepted.against(scores(shipped, accepted.questions))
    assert {"nDCG@10", "R@5"} <= caught(result)


def test_broken_chunking_is_caught_by_recall_on_spans(
    accepted: Accepted, model_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clipped(document: Document, settings: PassageSettings) -> tuple[Passage, ...]:
        """The longest passage taken for characters instead of tokens: whatever stands beyond is lost."""
        return tuple(clip(passage) for passage in cut_passages(document, settings))

    def clip(passage: Passage) -> Passage:
        end = min(passage.end, passage.start + CHARACTERS)
        held = tuple(one for one in passage.sentences if one.end <= end) or (
            Sentence(passage.start, end, passage.language),
        )
        return replace(passage, end=end, text=passage.text[: end - passage.start], sentences=held)

    monkeypatch.setattr("ingest.pipeline.cut_passages", clipped)
    with samples(model_home, "gate-bites-clipped") as system:
        result = accepted.against(scores(system, accepted.questions))
    assert {"R@5", "citation-recall", "key-fact-recall"} <= caught(result)


def test_a_broken_verifier_is_caught_by_groundedness(
    accepted: Accepted, shipped: InProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both before and after, every second claim is drafted with a number that no paper holds, as a model might."""

    def lying(*arguments: object, several_places: bool) -> tuple[DraftClaim, ...]:
        drafts = draft_extractive(*arguments, several_places=several_places)  # type: ignore[arg-type]
        return tuple(replace(one, text=f"{one.text} (98765)") if place % 2 else one for place, one in enumerate(drafts))

    monkeypatch.setattr("qa.answer.draft_extractive", lying)
    verified = Accepted(tmp_path, accepted.questions)
    verified.accept(shipped, "all")
    monkeypatch.setattr("qa.grounding.verify", lambda *_: Verification(True, True, True, 1.0))
    result = verified.against(scores(shipped, accepted.questions))
    assert "groundedness" in caught(result)
    assert "verbatim" not in caught(result)


def test_a_system_that_never_refuses_is_caught_by_refusal_recall(
    accepted: Accepted, shipped: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Calibration, "probability", lambda *_: 1.0)
    result = accepted.against(scores(shipped, accepted.questions))
    assert "refusal-recall" in caught(result)
    assert "false-refusals" not in caught(result)


def test_a_system_that_refuses_too_much_is_caught_by_false_refusals(
    accepted: Accepted, shipped: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Calibration, "probability", lambda *_: 0.0)
    result = accepted.against(scores(shipped, accepted.questions))
    assert {"false-refusals", "fully-correct"} <= caught(result)
    assert "refusal-recall" not in caught(result)


def test_wording_in_the_wrong_language_is_caught_by_language_match(
    accepted: Accepted, shipped: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.extract.LEAD_INS", {"id": LEAD_INS["en"], "en": LEAD_INS["id"]})
    monkeypatch.setattr("qa.extract.PLAIN_LEAD_IN", {"id": PLAIN_LEAD_IN["en"], "en": PLAIN_LEAD_IN["id"]})
    monkeypatch.setattr("qa.extract.FURTHER", {"id": FURTHER["en"], "en": FURTHER["id"]})
    result = accepted.against(scores(shipped, accepted.questions, "other-language"))
    assert "language-match, scope other-language" in caught(result)
    assert "R@5, scope other-language" not in caught(result)


def test_a_prompt_that_asks_for_less_is_caught_by_key_facts(
    shipped: InProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def terse(prompts: Prompts, *rest: Any) -> tuple[str, str]:
        edited = {
            key: replace(prompt, text=SENTENCES_ASKED.sub("briefly", prompt.text)) for key, prompt in prompts.items()
        }
        return answer_messages(edited, *rest)

    # The first sentence alone states the key facts of many a question: the loss shows on more of them.
    whole = load_questions(gold="samples").split("development")
    items = tuple(item for item in whole.items if item.expect is Expect.ANSWER)[::ANSWERABLE_EVERY]
    questions = QuestionSet(items=items, gold=tuple(row for row in whole.gold if row.item in {i.id for i in items}))
    written = Accepted(tmp_path, questions)
    written.accept(shipped, "all", mode=Mode.AUTO)
    monkeypatch.setattr("qa.writing.answer_messages", terse)
    result = written.against(scores(shipped, questions, mode=Mode.AUTO))
    assert {"key-fact-recall", "citation-recall"} <= caught(result)
    assert not {"nDCG@10", "R@5", "verbatim", "groundedness", "language-match"} & caught(result)
