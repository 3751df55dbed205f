"""The values that travel along raw file → Document → Section → Passage → index; one frozen type per stage.

Offsets are code points, half-open and 0-based. *Stored* offsets count in `Document.text` (cleaned text), *source*
offsets in the decoded file as it was read. Pages are 1-based.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Language: TypeAlias = Literal["id", "en"]
Vector: TypeAlias = NDArray[np.float32]
Span: TypeAlias = tuple[int, int]


class SectionKind(StrEnum):
    """What a section is for; evidence selection prefers some kinds, and never uses the last three."""

    ABSTRACT = "abstract"
    KEYWORDS = "keywords"
    INTRODUCTION = "introduction"
    THEORY = "theory"
    METHOD = "method"
    RESULTS = "results"
    CONCLUSION = "conclusion"
    RECOMMENDATIONS = "recommendations"
    BODY = "body"
    FRONT_MATTER = "front_matter"
    BOILERPLATE = "boilerplate"
    REFERENCES = "references"


NEVER_EVIDENCE = frozenset({SectionKind.FRONT_MATTER, SectionKind.BOILERPLATE, SectionKind.REFERENCES})


class Collection(StrEnum):
    """`SAMPLES` answers until the first real document is published, then it withdraws."""

    SAMPLES = "samples"
    PAPERS = "papers"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A readable file found on disk. `name` is its path relative to the ingested root, with forward slashes."""

    path: Path
    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Page `number` (1-based) begins at code point `start` of the parsed text. A page may be opened again: a footnote
    or a table stands behind the paragraph that it interrupts, also when that ends on the next page."""

    number: int
    start: int


class LineRole(StrEnum):
    """What the layout of a file says of a line. All but the last two open a paragraph."""

    TITLE = "title"
    HEADING = "heading"
    OPENS = "opens"
    GOES_ON = "goes_on"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class LaidOutLine:
    """The line of the parsed text that begins at `start`; `level` is 1-6 for headings whose depth the file states."""

    start: int
    role: LineRole
    level: int = 0


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a parser read: the decoded text as printed, its pages (empty when the format has none), and front matter.

    `metadata` holds what the file itself declares (YAML front matter, PDF or DOCX properties), values as text. `layout`
    tells of every line that is not empty what it is, in order; it is empty for formats that are nothing but text.
    """

    text: str
    media_type: str
    encoding: str | None
    pages: tuple[PageBreak, ...] = ()
    metadata: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    ocr: bool = False
    layout: tuple[LaidOutLine, ...] = ()


@dataclass(frozen=True, slots=True)
class MapSegment:
    """`stored[stored_start:stored_end]` came from `source[source_start:source_end]`.

    `exact` segments have equal lengths and map code point by code point; others map as a whole.
    """

    stored_start: int
    stored_end: int
    source_start: int
    source_end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What is known about a paper. `doubtful` names the fields that were guessed from weak signs."""

    title: str
    authors: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    year: int | None = None
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    place: str | None = None
    keywords: tuple[str, ...] = ()
    original_title: str | None = None
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch `[start, end)` of the stored text under one heading; `start` is where its body begins.

    `path` is the chain of headings down to this one, e.g. ("Hasil dan Pembahasan", "Kepercayaan").
    """

    path: tuple[str, ...]
    kind: SectionKind
    start: int
    end: int
    language: Language

    @property
    def heading(self) -> str:
        """The innermost heading, or the empty string before the first one."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Document:
    """One paper, cleaned. `version` changes whenever the file's bytes or the text policy change. `pages` count in the
    decoded file; `doubtful` are stored spans where the order of the printed lines is not sure (nothing there is
    quoted)."""

    id: str
    version: str
    collection: Collection
    source: SourceFile
    parsed_media_type: str
    language: Language
    text: str
    segments: tuple[MapSegment, ...]
    pages: tuple[PageBreak, ...]
    sections: tuple[Section, ...]
    bibliography: Bibliography
    ocr: bool = False
    doubtful: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """`document.text[start:end]`, without surrounding white space. `complete` is False for fragments such as list
    stubs or table rows, which may be retrieved but are not quoted as answers."""

    start: int
    end: int
    language: Language
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: consecutive sentences of one section. `text == document.text[start:end]`."""

    id: str
    document_id: str
    version: str
    ordinal: int
    start: int
    end: int
    text: str
    section: Section
    page: int | None
    language: Language
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """Unit vectors of the tokens of a text: `values` has shape `(n, d)`, whole numbers from -127 to 127 that stand for
    -1 to 1; `starts` and `ends` are half-open code points in the text, relative to its beginning."""

    values: NDArray[np.int8] = field(repr=False)
    starts: NDArray[np.uint16] = field(repr=False)
    ends: NDArray[np.uint16] = field(repr=False)

    def __len__(self) -> int:
        return len(self.starts)

    def values_within(self, span: Span) -> NDArray[np.int8]:
        """The rows of `values`, shape `(k, d)`, of the tokens that overlap `span`."""
        return self.values[(self.starts < span[1]) & (self.ends > span[0])]

    def within(self, span: Span) -> Vector:
        """The vectors, shape `(k, d)`, of the tokens that overlap `span`, back in floating point."""
        return self.values_within(span).astype(np.float32) / np.float32(127)

    def all(self) -> Vector:
        """All vectors, shape `(n, d)`, in floating point."""
        return self.values.astype(np.float32) / np.float32(127)


NO_TOKENS = TokenVectors(np.zeros((0, 0), np.int8), np.zeros(0, np.uint16), np.zeros(0, np.uint16))


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """Unit vectors of a passage (shape `(dim,)`) and of its sentences (shape `(len(sentences), dim)`), and of its
    tokens
    where the embedder gives them."""

    passage: Vector
    sentences: Vector
    tokens: TokenVectors = NO_TOKENS


@dataclass(frozen=True, slots=True)
class QuestionVectors:
    """The unit vector of a question, shape `(dim,)`, and of its tokens (none where the embedder does not give them)."""

    question: Vector
    tokens: TokenVectors


@dataclass(frozen=True, slots=True)
class EmbeddedPassage:
    """A passage together with its vectors, ready to be published."""

    passage: Passage
    vectors: PassageVectors


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document with all its passages embedded, in reading order: what is published as one version."""

    document: Document
    passages: tuple[EmbeddedPassage, ...]


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """A document as an answer shows it."""

    id: str
    version: str
    language: Language
    bibliography: Bibliography


@dataclass(frozen=True, slots=True)
class PublishedPassage:
    """A passage of the version that answers now, with its document; `sentence_vectors` has shape
    `(len(passage.sentences), dim)`, `vector` that of the passage, `(dim,)`."""

    passage: Passage
    document: DocumentCard
    sentence_vectors: Vector = field(repr=False, compare=False)
    vector: Vector = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage id found by one leg, with that leg's own score (higher is better)."""

    passage_id: str
    score: float


class Embedder(Protocol):
    """Turns text into unit vectors. `name` and `revision` go into the index manifest."""

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def dimension(self) -> int: ...

    def embed_questions(self, questions: Sequence[str]) -> Vector:
        """Unit vectors of shape `(len(questions), dimension)`."""
        ...

    def read_question(self, question: str) -> QuestionVectors:
        """The vector of one question and of its tokens, from one pass."""
        ...

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Vectors of each passage and of its sentences, in the order given."""
        ...


class PassageIndex(Protocol):
    """Finds passages by meaning. Holds ids and vectors only; derived from the record and rebuilt from it at will."""

    def upsert(self, ids: Sequence[str], vectors: Vector) -> None:
        """Add or replace `vectors` (shape `(len(ids), dim)`)."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Forget these ids; unknown ids are ignored."""
        ...

    def search(self, vector: Vector, limit: int) -> list[Hit]:
        """At most `limit` hits, best first; scores are cosine similarities."""
        ...

    def ids(self) -> set[str]:
        """All ids held."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...
