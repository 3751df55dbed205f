"""Passage → embedded passage, for documents on their way to be published; nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.errors import ModelNotReady
from ingest.failpoints import failpoint
from ingest.record import Record
from ingest.types import Document, EmbeddedDocument, EmbeddedPassage, Embedder, Passage, PassageVectors


@dataclass(frozen=True, slots=True)
class CutDocument:
    """A document with its passages, in reading order."""

    document: Document
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class EmbeddedBatch:
    """Documents ready to be published, and how many of their passages were embedded now and how many reused."""

    documents: tuple[EmbeddedDocument, ...]
    embedded: int
    reused: int


def embed_batch(batch: Sequence[CutDocument], embedder: Embedder, record: Record, vector_space: str) -> EmbeddedBatch:
    """Vectors for every passage: the record's where the embedder would see the same input, new ones otherwise.

    Raises ModelNotReady when the embedder gives vectors that are no unit vectors of its dimension."""
    every = [passage for cut in batch for passage in cut.passages]
    vectors: dict[str, PassageVectors] = record.reusable_vectors(every, vector_space)
    reused = len(vectors)
    fresh = [passage for passage in every if passage.id not in vectors]
    if fresh:
        made = embedder.embed_passages(fresh)
        for passage, found in zip(fresh, made, strict=True):
            _check(passage, found, embedder)
            vectors[passage.id] = found
    failpoint("ingest.embedded")
    return EmbeddedBatch(tuple(_with_vectors(cut, vectors) for cut in batch), len(fresh), reused)


def _with_vectors(cut: CutDocument, vectors: Mapping[str, PassageVectors]) -> EmbeddedDocument:
    return EmbeddedDocument(cut.document, tuple(EmbeddedPassage(one, vectors[one.id]) for one in cut.passages))


def _check(passage: Passage, vectors: PassageVectors, embedder: Embedder) -> None:
    expected = (len(passage.sentences), embedder.dimension)
    rows = np.vstack([vectors.passage[None, :], vectors.sentences]) if passage.sentences else vectors.passage[None, :]
    right_shape = vectors.passage.shape == (embedder.dimension,) and vectors.sentences.shape == expected
    # A vector of zeros is no direction, and one that is not finite would poison the whole index.
    if not right_shape or not np.isfinite(rows).all() or not np.linalg.norm(rows[0]) > 0.5:
        raise ModelNotReady(f"{embedder.name} gave unusable vectors for a passage of {passage.document_id}.")
