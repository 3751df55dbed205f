"""Passage → index: what built an index, stated in a manifest that is written at ingest and compared at every start.

The contract of a vector index itself is `PassageIndex` in `ingest.types`.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields

from ingest.errors import IndexMismatch
from ingest.settings import PassageSettings
from ingest.text import TEXT_POLICY
from ingest.types import Embedder

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class IndexManifest:
    """Everything that shapes the stored text, passages and vectors. Equal manifests mean interchangeable contents."""

    schema_version: int
    embedder_name: str
    embedder_revision: str
    dimension: int
    passage_policy: str
    text_version: str

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with any field."""
        return _digest(tuple(asdict(self).values()))

    @property
    def vector_space(self) -> str:
        """Sixteen hexadecimal digits that change when vectors stop being comparable."""
        return _digest((self.embedder_name, self.embedder_revision, self.dimension))


def expected_manifest(embedder: Embedder, passages: PassageSettings) -> IndexManifest:
    """The manifest that ingesting with these parts would write, and that questions put with them need."""
    policy = " ".join(f"{name}={value}" for name, value in sorted(passages.model_dump().items()))
    return IndexManifest(SCHEMA_VERSION, embedder.name, embedder.revision, embedder.dimension, policy, TEXT_POLICY)


def check_manifest(stored: IndexManifest, wanted: IndexManifest) -> None:
    """Raises IndexMismatch, naming both sides of each field that differs; changes nothing."""
    differing = [
        f"{field.name.replace('_', ' ')} is {getattr(stored, field.name)!r} in the index "
        f"and {getattr(wanted, field.name)!r} in the settings"
        for field in fields(IndexManifest)
        if getattr(stored, field.name) != getattr(wanted, field.name)
    ]
    if differing:
        raise IndexMismatch("; ".join(differing) + ".")


def _digest(values: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
