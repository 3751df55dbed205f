"""question → Reply inside this process: the loaded parts of `qa`, with the weighing behind each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Protocol

from eval.system import Asked, FoundPassage, HeldDocument, SystemCard, found_passage
from ingest.record import CorpusState
from ingest.types import Document, DocumentCard
from qa.answer import Outcome
from qa.api.bodies import answer_body
from qa.consider import Considered
from qa.selection import to_evidence
from qa.types import Question, RetrievedPassage


class Answers(Protocol):
    """What is judged: answers, and what was weighed for them."""

    def answer(self, question: Question) -> Outcome:
        """An answer with verified citations, or an abstention."""
        ...

    def consider(self, question: Question) -> Considered:
        """Everything weighed for a question, before deciding."""
        ...


class Papers(Protocol):
    """The reading side of the record."""

    def cards(self) -> dict[str, DocumentCard]:
        """The documents that answer now, by id."""
        ...

    def corpus(self) -> CorpusState:
        """Version and size of what answers now."""
        ...

    def document(self, document_id: str, version: str | None = None) -> Document:
        """A document with its stored text; raises UnknownDocument."""
        ...


class InProcess:
    """A `System` around the answering parts of this process."""

    def __init__(self, answers: Answers, papers: Papers, facts: Mapping[str, str]) -> None:
        """`facts` goes into the run file: models and their revisions, settings, digests."""
        self._answers, self._papers, self._facts = answers, papers, dict(facts)
        self._documents: dict[tuple[str, str], Document] = {}

    def describe(self) -> SystemCard:
        """What the record publishes now."""
        state = self._papers.corpus()
        held = []
        for card in sorted(self._papers.cards().values(), key=lambda card: card.id):
            source = self._document(card.id, card.version).source
            held.append(HeldDocument(card.id, card.version, card.language, source.name, source.sha256))
        return SystemCard(state.version, tuple(held), state.passages, self._facts)

    def ask(self, question: Question) -> Asked:
        """Answer, timed; then weigh the same question again, untimed, for what retrieval found and how sure it was."""
        started = perf_counter()
        outcome = self._answers.answer(question)
        milliseconds = (perf_counter() - started) * 1e3
        considered = self._answers.consider(question)
        return Asked(
            answer=answer_body(outcome),
            retrieved=self._found(considered.retrieval.passages),
            confidence=considered.probability,
            forced="\n".join(one.text for one in to_evidence(considered.chosen)),
            milliseconds=milliseconds,
        )

    def stored_text(self, document: str, version: str) -> str:
        """The text of a version that is kept."""
        return self._document(document, version).text

    def _document(self, document: str, version: str) -> Document:
        if (document, version) not in self._documents:
            self._documents[document, version] = self._papers.document(document, version)
        return self._documents[document, version]

    def _found(self, retrieved: Sequence[RetrievedPassage]) -> tuple[FoundPassage, ...]:
        passages = [one.passage for one in retrieved]
        return tuple(found_passage(one, self._document(one.document_id, one.version)) for one in passages)
