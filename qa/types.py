"""The values that travel along index → RetrievedPassage → Evidence → Answer | Abstention; one frozen type per stage.

Offsets are code points, half-open and 0-based, in the stored text of the document version named beside them, except
`Claim.start`/`end` and `Claim.quoted`, which count in the answer's text and in the claim's text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ingest.types import NO_TOKENS, Language, Passage, Span, TokenVectors, Vector
from ingest.types import DocumentCard as DocumentCard  # re-exported: an answer's documents


class Mode(StrEnum):
    """How an answer is written: `AUTO` uses the LLM when one is configured."""

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"


class Reason(StrEnum):
    """Why there is no answer."""

    NO_PASSAGES = "no_passages"
    BELOW_THRESHOLD = "below_threshold"
    NOTHING_VERIFIED = "nothing_verified"
    CONTRADICTED_PREMISE = "contradicted_premise"
    OFF_TOPIC = "off_topic"
    ABOUT_SITASI = "about_sitasi"
    UNSUPPORTED_LANGUAGE = "unsupported_language"


class ClaimKind(StrEnum):
    """`QUOTATION`: the claim's substance is verbatim text of a paper. `STATEMENT`: it was written by a model."""

    STATEMENT = "statement"
    QUOTATION = "quotation"


class Grounding(StrEnum):
    """Share of drafted claims that were verified: all, some, none."""

    GROUNDED = "grounded"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation; `role` is `user` or `assistant`."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the reader asked. `documents` restricts the search to these ids; empty means all."""

    text: str
    language: Language | None = None
    mode: Mode = Mode.AUTO
    documents: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage found for this question. `score` is the fused score, `dense` the cosine, `lexical` the BM25 score
    (0 when that leg did not find it); `sentence_vectors` has shape `(len(passage.sentences), dim)`, `likeness` (late
    interaction) shape `(len(passage.sentences), terms of the question)` or no rows;
    `tokens` are those of the passage, none where the embedder gives none. `rank` is 1-based."""

    passage: Passage
    document: DocumentCard
    rank: int
    score: float
    dense: float
    lexical: float
    sentence_vectors: Vector = field(repr=False, compare=False)
    likeness: Vector = field(repr=False, compare=False)
    tokens: TokenVectors = field(default=NO_TOKENS, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sentences `[start, end)` of a retrieved passage that were chosen for an answer, with their score."""

    retrieved: RetrievedPassage
    start: int
    end: int
    text: str
    language: Language
    score: float


@dataclass(frozen=True, slots=True)
class Verification:
    """What the machine checked of one citation; `support` is in [0, 1]."""

    verbatim: bool
    numbers: bool
    names: bool
    support: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified pointer from a claim to `document.text[start:end] == quote`. `number` is 1-based within the answer.

    `source_spans` point into the decoded file as it was read."""

    number: int
    document: DocumentCard
    passage_id: str
    section: str
    page: int | None
    quote: str
    quote_language: Language
    translation: str | None
    start: int
    end: int
    source_spans: tuple[Span, ...]
    verified: Verification


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer with the numbers of its citations. `quoted` marks verbatim ranges inside `text`."""

    kind: ClaimKind
    text: str
    start: int
    end: int
    quoted: tuple[Span, ...]
    citations: tuple[int, ...]
    support: float


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was searched: `version` changes with every published or removed document."""

    version: str
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Engine:
    """Who wrote the answer. `fault` is the code of what kept the language model from writing it, when it was to."""

    mode: Mode
    model: str | None = None
    prompt_digest: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What is told about every outcome, answered or not."""

    id: str
    question: str
    standalone_question: str | None
    language: Language
    corpus: Corpus
    engine: Engine
    timings_ms: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Claims that hold, each with verified citations; `text` is the claims in order with `[n]` markers. `silent` are
    the papers of a place that was asked about beside others and that no answer was found on."""

    trace: Trace
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped_claims: int
    silent: tuple[DocumentCard, ...] = ()

    @property
    def grounding(self) -> Grounding:
        """Derived, never stored: partial as soon as one drafted claim was dropped."""
        return Grounding.PARTIAL if self.dropped_claims else Grounding.GROUNDED


@dataclass(frozen=True, slots=True)
class Abstention:
    """An honest no: `text` says it in the reader's language, `nearest` offers the passages that came closest."""

    trace: Trace
    reason: Reason
    text: str
    nearest: tuple[RetrievedPassage, ...]
    dropped_claims: int

    @property
    def grounding(self) -> Grounding:
        """Nothing was claimed."""
        return Grounding.NONE
