"""development, training, validation and examination questions → what was weighed for each: what the fits learn from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from eval.corpora import SAMPLES, files_home, fill, open_home
from eval.dataset import DATA, LANGUAGES, Expect, QuestionItem
from eval.judged import STATES, JudgedQuote, JudgedQuotes, grade_of
from eval.opening import load_set
from eval.run import earlier_turns
from eval.training import load_examination, load_tested, load_training, load_validation
from ingest.offsets import source_spans
from ingest.types import Collection, Document, Language, Sentence, Vector
from qa.bootstrap import Sitasi, build_answers
from qa.consider import Considered
from qa.evidence import ScoredSentence
from qa.evidence_parts import met_terms, score_parts
from qa.quotable import candidates
from qa.settings import Settings
from qa.types import DocumentCard, Question


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question as asked in one language over one corpus, and everything weighed for it."""

    corpus: str
    item: QuestionItem
    language: Language
    considered: Considered


class Weighing:
    """A corpus that holds the development questions' documents, with its verdicts on quotes."""

    def __init__(self, corpus: str, sitasi: Sitasi, paths: Sequence[Path]) -> None:
        self._corpus, self._sitasi = corpus, sitasi
        developed = load_set(DATA, corpus, paths).split("development")
        files = paths or [SAMPLES]
        trained, tested = load_training(DATA, corpus, files), load_tested(DATA, corpus, files)
        validated, examined = load_validation(DATA, corpus, files), load_examination(DATA, corpus, files)
        asked = (one for one in developed.items if one.expect is not Expect.CONTRADICT)
        self._learned, self._tested = (*asked, *trained.items), tested.items
        self._validation, self._examination = validated.items, examined.items
        self._by_item: dict[str, list[JudgedQuotes]] = {}
        for row in chain.from_iterable(one.judgements for one in (developed, trained, tested, validated, examined)):
            self._by_item.setdefault(row.item, []).append(row)
        self._documents: dict[tuple[str, str], Document] = {}

    @property
    def threshold(self) -> float:
        """The probability from which is answered."""
        return self._sitasi.answers.threshold

    def lessons(self, *, apart: bool = False) -> Iterator[Weighed]:
        """What the encoder learns from, in both languages: every development question, false premises apart, and the
        training questions; with `apart` none that a sentence answers which answers the test split."""
        return self._weighed(self._learned if apart else (*self._learned, *self._tested))

    def validation(self) -> Iterator[Weighed]:
        """The validation questions in both languages, which the encoder has not learned from."""
        return self._weighed(self._validation)

    def examination(self) -> Iterator[Weighed]:
        """The examination questions in both languages, which nothing is fitted to."""
        return self._weighed(self._examination)

    def _weighed(self, items: Iterable[QuestionItem]) -> Iterator[Weighed]:
        for item in items:
            for language in LANGUAGES:
                asked = Question(item.question.of(language), language, history=earlier_turns(item, language))
                considered = self._sitasi.answers.consider(asked)
                yield Weighed(self._corpus, item, language, considered)

    def asked(self, weighed: Weighed) -> Iterator[tuple[Considered, bool]]:
        """Everything that was weighed at once, and whether it should be answered: the question or, where it is about
        several places, each of its halves, which is answered where a reader found an answer in that study."""
        item, considered = weighed.item, weighed.considered
        if not considered.halves:
            yield considered, item.expect is Expect.ANSWER
        found = {row.document for row in self._by_item.get(item.id, ())} | {*item.documents}
        for half in considered.halves:
            papers = {one.retrieved.document.id for one in half.scored}
            yield half, item.expect is Expect.ANSWER and not papers.isdisjoint(found)

    def consider(self, text: str) -> Considered:
        """Everything weighed for any question, in the language that it is taken to be in."""
        return self._sitasi.answers.consider(Question(text))

    def judged_parts(self, weighed: Weighed) -> tuple[list[str], Vector, Vector]:
        """The names of the score's parts, their values, shape `(sentences, parts)`, and the grade of each sentence,
        shape `(sentences,)`: the highest where it states a key fact, 0 where it does not and nobody judged it."""
        retrieval = weighed.considered.retrieval
        read = candidates(retrieval.passages, self._sitasi.library.lexical.analyse)
        met = np.stack([met_terms(one, len(retrieval.terms)) for one in read])
        profile, question = weighed.considered.profile, retrieval.question.question
        parts = score_parts(profile, retrieval.terms, read, met, question, retrieval.affinity)
        grades = self._grades(weighed.item, [(one.retrieved.document, one.sentence, one.text) for one in read])
        return list(parts), np.stack(list(parts.values()), axis=1), np.array(grades, np.float32)

    def grades(self, item: QuestionItem, sentences: Sequence[ScoredSentence]) -> list[int]:
        """The grade of each sentence as an answer to `item`, as in `judged_parts`."""
        return self._grades(item, [(one.retrieved.document, one.sentence, one.text) for one in sentences])

    def _grades(self, item: QuestionItem, sentences: Sequence[tuple[DocumentCard, Sentence, str]]) -> list[int]:
        rows = self._by_item.get(item.id, [])
        grades = []
        for card, sentence, text in sentences:
            document = self._document(card.id, card.version)
            judged = [quote for row in rows if row.sha256 == document.source.sha256 for quote in row.judged]
            stated = any(fact.said_in(text) for fact in item.key_facts)
            grades.append(STATES if stated else _grade(document, sentence, judged))
        return grades

    def _document(self, document: str, version: str) -> Document:
        if (document, version) not in self._documents:
            self._documents[document, version] = self._sitasi.library.record.document(document, version)
        return self._documents[document, version]


def _grade(document: Document, sentence: Sentence, judged: Sequence[JudgedQuote]) -> int:
    return grade_of(source_spans(document.segments, sentence.start, sentence.end), judged) or 0


def fold_of(fact: str, folds: int) -> int:
    """Which of `folds` parts a study-fact is in, 0-based; the same in every run."""
    return int(hashlib.sha256(fact.encode()).hexdigest(), 16) % folds


@contextmanager
def open_weighing(settings: Settings, papers: Sequence[Path], *, reranked: bool = True) -> Iterator[Weighing]:
    """The studies in `papers`; without any, the sample collection. What the reranker or the encoder are fitted to is
    weighed without the reranker that is there. Raises what opening and ingesting them raise."""
    files = [path.resolve() for path in papers] or [SAMPLES]
    with open_home(settings, files_home(settings.home, files)) as (sitasi, _):
        fill(sitasi, files, Collection.PAPERS if papers else Collection.SAMPLES)
        if not reranked:
            answers = build_answers(sitasi.library, sitasi.embedder, sitasi.settings, reranked=False)
            sitasi = replace(sitasi, answers=answers)
        yield Weighing("papers" if papers else "samples", sitasi, papers)
