"""Working stand-ins for the parts that need a model: small, deterministic, and honest about what they cannot do."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from ingest.record import Record
from ingest.types import NO_TOKENS, Language, Passage, PassageVectors, QuestionVectors, Vector
from qa.compare import Comparer
from qa.language import detect_language
from qa.settings import Settings
from qa.theme_match import ThemeWeights
from qa.types import (
    Abstention,
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Corpus,
    Engine,
    Mode,
    Question,
    Reason,
    RetrievedPassage,
    Trace,
    Verification,
)
from tests.factories import DIMENSION, unit_vector

_WORD = re.compile(r"\w{3,}")


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


@dataclass
class WordAnswers:
    """Answers from a record by counting shared words: quotes the two best sentences, abstains when no word is shared.

    `before` runs first in every call, so that a test can make a call wait or fail."""

    record: Record
    before: Callable[[], Any] = lambda: None
    asked: list[Question] = field(default_factory=list)

    def retrieve(self, question: Question, limit: int) -> tuple[RetrievedPassage, ...]:
        """Passages that share a word with the question, most shared words first."""
        self.before()
        wanted = _words(question.text)
        cards = self.record.cards()
        scored: list[tuple[float, Passage]] = [
            (float(len(wanted & _words(passage.text))), passage)
            for batch in self.record.answering_passages()
            for passage in batch
            if not question.documents or passage.document_id in question.documents
        ]
        best = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].id))[:limit]
        return tuple(
            RetrievedPassage(
                passage=passage,
                document=cards[passage.document_id],
                rank=rank,
                score=score,
                dense=score,
                lexical=0.0,
                sentence_vectors=np.zeros((1, 2), np.float32),
                likeness=np.zeros((0, 0), np.float32),
            )
            for rank, (score, passage) in enumerate(best, start=1)
        )

    def answer(self, question: Question, tell: Any = None, heard: Any = None) -> Answer | Abstention:
        """Verbatim sentences, each its own claim and citation, or an abstention; nothing is told before the end."""
        self.asked.append(question)
        found = self.retrieve(question, 2)
        if heard is not None:
            heard(found)
        trace = self._trace(question)
        if not found:
            return Abstention(trace, Reason.BELOW_THRESHOLD, "The papers do not answer this.", (), 0)
        claims, citations, text = [], [], ""
        for number, one in enumerate(found, start=1):
            quote = one.passage.text
            start = len(text)
            text += f"{quote} [{number}] "
            claims.append(
                Claim(ClaimKind.QUOTATION, quote, start, start + len(quote), ((0, len(quote)),), (number,), 0.9)
            )
            citations.append(self._citation(number, one))
        return Answer(trace, text.strip(), tuple(claims), tuple(citations), 0)

    def _citation(self, number: int, one: RetrievedPassage) -> Citation:
        passage = one.passage
        return Citation(
            number=number,
            document=one.document,
            passage_id=passage.id,
            section=passage.section.heading,
            page=passage.page,
            quote=passage.text,
            quote_language=passage.language,
            translation=None,
            start=passage.start,
            end=passage.end,
            source_spans=((passage.start, passage.end),),
            verified=Verification(True, True, True, 0.9),
        )

    def _trace(self, question: Question) -> Trace:
        state = self.record.corpus()
        return Trace(
            id=f"ans_{secrets.token_hex(16)}",
            question=question.text,
            standalone_question=None,
            language=question.language or detect_language(question.text),
            corpus=Corpus(state.version, state.documents, state.passages),
            engine=Engine(Mode.EXTRACTIVE),
            timings_ms=(("total", 1.0),),
        )


@dataclass
class FakeSitasi:
    """The loaded parts with a real record and `WordAnswers`; `closed` tells whether they were let go."""

    settings: Settings
    record: Record
    answers: WordAnswers
    closed: bool = False
    fault: str | None = None

    def loaded(self) -> Any:
        """Itself, to whoever wants the real parts."""
        return self

    @property
    def comparer(self) -> Comparer:
        """The real thing over the fake record, with words for stems and vectors that mean nothing."""
        statistics = WordStatistics(self.record)
        weights = ThemeWeights(meaning=0.0)
        return Comparer(self.record, statistics, MeaninglessEmbedder(), lambda claim, quotes: 1.0, weights)

    @property
    def library(self) -> Any:
        """What the service needs of the library."""
        ownership = SimpleNamespace(owner=SimpleNamespace(token="owner-token"))
        return SimpleNamespace(
            record=self.record,
            fault=self.fault,
            ownership=ownership,
            health=SimpleNamespace(value="ready"),
            one_run=nullcontext,
            remove=self.record.remove,
            settle=lambda: None,
        )

    def close(self) -> None:
        """Let go of the record."""
        self.closed = True
        self.record.close()


@dataclass
class WordStatistics:
    """What a lexical index knows, with every word its own stem."""

    record: Record

    def analyse(self, text: str, language: Language) -> list[str]:
        """The words in lower case."""
        return [word.lower() for word in _WORD.findall(text)]

    def document_frequency(self, term: str) -> int:
        """Passages that hold the word."""
        return sum(term in _words(one.text) for batch in self.record.answering_passages() for one in batch)

    def passages(self) -> int:
        """Number of passages."""
        return self.record.corpus().passages


@dataclass
class MeaninglessEmbedder:
    """Vectors as `factories.unit_vector` makes them: they depend on the text and say nothing about its meaning."""

    name: str = "fake"
    revision: str = "1"
    dimension: int = DIMENSION

    def embed_questions(self, questions: Sequence[str]) -> Vector:
        """Unit vectors of shape `(len(questions), dimension)`."""
        return np.stack([unit_vector(question) for question in questions])

    def read_question(self, question: str) -> QuestionVectors:
        """The vector of one question, and none of its tokens."""
        return QuestionVectors(unit_vector(question), NO_TOKENS)

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Vectors of each passage, for its sentences too."""
        rows = [unit_vector(passage.text) for passage in passages]
        return [
            PassageVectors(row, row[None, :].repeat(len(passage.sentences), 0))
            for row, passage in zip(rows, passages, strict=True)
        ]


@dataclass
class WordEmbedder:
    """Vectors of counted words, each word in a direction of its own: texts that share words are near each other.

    `embedded` counts the passages it was given; it fails on any that holds `refuses`."""

    name: str = "words"
    revision: str = "1"
    dimension: int = 64
    refuses: str | None = None
    embedded: int = 0

    def embed_questions(self, questions: Sequence[str]) -> Vector:
        """Unit vectors of shape `(len(questions), dimension)`."""
        return np.stack([self._vector(question) for question in questions])

    def read_question(self, question: str) -> QuestionVectors:
        """The vector of one question, and none of its tokens."""
        return QuestionVectors(self._vector(question), NO_TOKENS)

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Vectors of each passage and of its sentences."""
        made = []
        for passage in passages:
            if self.refuses is not None and self.refuses in passage.text:
                raise ValueError("this passage upsets the model")
            parts = [passage.text[s.start - passage.start : s.end - passage.start] for s in passage.sentences]
            rows = [self._vector(part) for part in parts]
            matrix = np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)
            made.append(PassageVectors(self._vector(passage.text), matrix))
        self.embedded += len(made)
        return made

    def _vector(self, text: str) -> Vector:
        total = np.full(self.dimension, 1e-3)
        for word in _WORD.findall(text.lower()):
            total += _direction(f"{self.revision} {word}", self.dimension)
        return (total / np.linalg.norm(total)).astype(np.float16).astype(np.float32)


@cache
def _direction(word: str, dimension: int) -> Vector:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=dimension).astype(np.float32)
