"""question → Reply, seen from outside: what the judge needs of any system that answers, in this process or behind a
URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ingest.offsets import source_spans
from ingest.types import Document, Language, Passage, Span
from qa.api.bodies import AnswerBody
from qa.types import Question


class NoReplyError(Exception):
    """The system under judgement did not answer at all; the message says what came back and what to check."""


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """A document that the system searches. `source` is the name of its file, `sha256` the file's checksum, or None
    where the system does not tell and it cannot be found out."""

    id: str
    version: str
    language: Language
    source: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A retrieved passage: `start`/`end` count in the stored text, `source_spans` in the decoded file."""

    id: str
    document: str
    language: Language
    section: str
    start: int
    end: int
    source_spans: tuple[Span, ...]
    text: str


def found_passage(passage: Passage, document: Document) -> FoundPassage:
    """A passage of this process's own record, seen from outside; `document` is the version that it belongs to."""
    return FoundPassage(
        id=passage.id,
        document=passage.document_id,
        language=passage.language,
        section=passage.section.heading,
        start=passage.start,
        end=passage.end,
        source_spans=source_spans(document.segments, passage.start, passage.end),
        text=passage.text,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What came back for one question. `retrieved` is best first, None where passages cannot be compared with the
    files. `confidence` (0 to 1) and `forced`, the text that it would have answered had it not abstained, are None
    where the system does not tell."""

    answer: AnswerBody
    retrieved: tuple[FoundPassage, ...] | None
    confidence: float | None
    forced: str | None
    milliseconds: float


@dataclass(frozen=True, slots=True)
class SystemCard:
    """Which system was asked, so that a run can be repeated. `facts` holds names and values: models, digests,
    settings."""

    corpus_version: str
    documents: tuple[HeldDocument, ...]
    passages: int
    facts: Mapping[str, str]


class System(Protocol):
    """A system under judgement."""

    def describe(self) -> SystemCard:
        """The documents that it searches and what it is made of."""
        ...

    def ask(self, question: Question) -> Asked:
        """Answer a question. Raises NoReplyError."""
        ...

    def stored_text(self, document: str, version: str) -> str:
        """The stored text into which citations point. Raises NoReplyError."""
        ...
