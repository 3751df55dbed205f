"""Document ↔ record: the compact byte forms of what is stored beside the text, and back. No I/O."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import orjson

from ingest.types import (
    Bibliography,
    Document,
    MapSegment,
    PageBreak,
    Passage,
    PassageVectors,
    Section,
    SectionKind,
    Sentence,
    Span,
    Vector,
)

_TUPLES = ("authors", "affiliations", "keywords", "doubtful")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document's text maps to its file, its pages and its sections, and where its order is doubtful."""

    segments: tuple[MapSegment, ...]
    pages: tuple[PageBreak, ...]
    sections: tuple[Section, ...]
    doubtful: tuple[Span, ...]


def encode_bibliography(bibliography: Bibliography) -> bytes:
    """JSON."""
    return orjson.dumps(asdict(bibliography))


def decode_bibliography(raw: bytes) -> Bibliography:
    """The inverse of `encode_bibliography`."""
    fields = orjson.loads(raw)
    return Bibliography(**(fields | {name: tuple(fields[name]) for name in _TUPLES}))


def encode_layout(document: Document) -> bytes:
    """JSON lists, without field names: long papers have thousands of segments."""
    return orjson.dumps(
        [
            [[s.stored_start, s.stored_end, s.source_start, s.source_end, s.exact] for s in document.segments],
            [[page.number, page.start] for page in document.pages],
            [_section_row(section) for section in document.sections],
            document.doubtful,
        ]
    )


def decode_layout(raw: bytes) -> Layout:
    """The inverse of `encode_layout`."""
    segments, pages, sections, doubtful = orjson.loads(raw)
    return Layout(
        segments=tuple(MapSegment(*row) for row in segments),
        pages=tuple(PageBreak(*row) for row in pages),
        sections=tuple(_section(row) for row in sections),
        doubtful=tuple((start, end) for start, end in doubtful),
    )


def encode_passage(passage: Passage) -> bytes:
    """Everything of a passage that is not a column of its row."""
    sentences = [[s.start, s.end, s.language, s.complete] for s in passage.sentences]
    section = _section_row(passage.section)
    return orjson.dumps([passage.start, passage.end, passage.text, section, passage.page, passage.language, sentences])


def decode_passage(passage_id: str, document_id: str, version: str, ordinal: int, body: bytes) -> Passage:
    """The inverse of `encode_passage`, with the columns of the row."""
    start, end, text, section, page, language, sentences = orjson.loads(body)
    return Passage(
        id=passage_id,
        document_id=document_id,
        version=version,
        ordinal=ordinal,
        start=start,
        end=end,
        text=text,
        section=_section(section),
        page=page,
        language=language,
        sentences=tuple([Sentence(*row) for row in sentences]),
    )


def encode_vectors(vectors: PassageVectors) -> tuple[bytes, bytes]:
    """Passage vector and sentence vectors as float16: half the size, and a cosine changes by less than 0.001."""
    return vectors.passage.astype(np.float16).tobytes(), vectors.sentences.astype(np.float16).tobytes()


def decode_vector(raw: bytes) -> Vector:
    """One float32 vector."""
    return np.frombuffer(raw, np.float16).astype(np.float32)


def decode_matrix(raw: bytes, dimension: int) -> Vector:
    """Rows of float32 vectors, shape `(n, dimension)`."""
    return np.frombuffer(raw, np.float16).astype(np.float32).reshape(-1, dimension or 1)


def input_hash(passage: Passage, vector_space: str) -> str:
    """Forty hexadecimal digits, equal for passages that an embedder cannot tell apart: it may read a passage's text,
    language, headings and sentence limits, but not where in the paper they stand."""
    sentences = [(s.start - passage.start, s.end - passage.start) for s in passage.sentences]
    section = passage.section
    readable = (vector_space, passage.text, passage.language, section.path, section.kind.value, sentences)
    return hashlib.sha256(repr(readable).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _section_row(section: Section) -> list[Any]:
    return [section.path, section.kind.value, section.start, section.end, section.language]


def _section(row: list[Any]) -> Section:
    path, kind, start, end, language = row
    return Section(tuple(path), SectionKind(kind), start, end, language)
