"""training, validation and examination questions → what the fits learn from, and what they never see.

`training-papers-*.jsonl`, a file for each study, and `training-samples.jsonl` hold questions in both languages with
every sentence of the corpus that belongs into the answer: half-open spans of code points in the decoded file of a
document, with the file's SHA-256, never text. What is not named does not answer. Questions without such sentences are
near misses, to be declined. The encoder and the reranker learn from them and from the development questions; none asks
for what a question of the test split asks for.

`training-tested-papers-*.jsonl` and `training-tested-samples.jsonl` hold the same for questions that are answered by
sentences which answer the test split, too: other questions, the same facts. The encoder and the reranker that ship
learn from them; those that are to be asked the test split as something unknown do not (`--apart` of
`python -m eval.fit_adapter` and `eval.fit_reranker`).

`validation-papers.jsonl` and `validation-samples.jsonl` hold the same for questions that neither of the two learns
from: what weighs its findings (abstention, evidence) is fitted to them, or it would trust what was learned by heart.

`examination-papers.jsonl` and `examination-samples.jsonl` hold the same for questions that nothing is fitted to or
chosen by: they are asked once when all is settled (`python -m eval.validation --examination`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from eval.dataset import Both, DatasetError, Expect, History, QuestionItem, read_rows
from eval.files import decoded_texts
from eval.judged import JudgedQuote, JudgedQuotes, judged_faults


class AnsweringSentences(BaseModel):
    """The sentences of one document that belong into the answer: 3 states it or a part of it, 2 supports it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    sha256: str
    judged: tuple[JudgedQuote, ...] = Field(min_length=1)


class AnsweredQuestion(BaseModel):
    """A question, what was said before it, and all that answers it; `fact` groups those that ask for the same, empty
    where nothing asks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    fact: str = ""
    type: str
    question: Both
    history: History | None = None
    answers: tuple[AnsweringSentences, ...] = ()

    def item(self) -> QuestionItem:
        """The question as one of the development questions, without key facts: its sentences are named instead."""
        expect = Expect.ANSWER if self.answers else Expect.ABSTAIN
        fact = self.fact or self.id
        return QuestionItem(
            id=self.id,
            fact=fact,
            type=self.type,
            split="development",
            expect=expect,
            question=self.question,
            history=self.history,
        )


@dataclass(frozen=True, slots=True)
class AnsweredSet:
    """Questions to learn from, as development questions and verdicts on quotes."""

    items: tuple[QuestionItem, ...]
    judgements: tuple[JudgedQuotes, ...]


def load_training(folder: Path, corpus: str, papers: Sequence[Path]) -> AnsweredSet:
    """Read `training-{corpus}.jsonl` of a folder, and what stands in parts of it (`training-{corpus}-….jsonl`), and
    check it against the files under `papers`; what lies elsewhere is not checked. Raises DatasetError when nothing is
    there or something is faulty."""
    return _load(folder, f"training-{corpus}", papers)


def load_tested(folder: Path, corpus: str, papers: Sequence[Path]) -> AnsweredSet:
    """The same of `training-tested-{corpus}.jsonl` and its parts."""
    return _load(folder, f"training-tested-{corpus}", papers)


def load_validation(folder: Path, corpus: str, papers: Sequence[Path]) -> AnsweredSet:
    """The same of `validation-{corpus}.jsonl`."""
    return _load(folder, f"validation-{corpus}", papers)


def load_examination(folder: Path, corpus: str, papers: Sequence[Path]) -> AnsweredSet:
    """The same of `examination-{corpus}.jsonl`."""
    return _load(folder, f"examination-{corpus}", papers)


def _load(folder: Path, name: str, papers: Sequence[Path]) -> AnsweredSet:
    paths = sorted((*folder.glob(f"{name}.jsonl"), *folder.glob(f"{name}-*.jsonl")))
    if not paths:
        raise DatasetError(f"{name}.jsonl is missing in {folder}. Bring it back from the repository.")
    questions = tuple(one for path in paths for one in read_rows(path, AnsweredQuestion))
    judgements = tuple(
        JudgedQuotes(item=one.id, document=told.document, sha256=told.sha256, judged=told.judged)
        for one in questions
        for told in one.answers
    )
    texts = decoded_texts(papers, {row.document for row in judgements})
    faults = judged_faults(judgements, (one.id for one in questions), texts)
    if faults:
        raise DatasetError(f"{len(faults)} faults in {name}: " + "; ".join(faults[:5]))
    return AnsweredSet(tuple(one.item() for one in questions), judgements)
