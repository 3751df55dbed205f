"""Record → published passages: the read path of every question, measured in microseconds a passage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from ingest.index import IndexManifest
from ingest.record_codec import decode_bibliography, decode_matrix, decode_passage
from ingest.record_publish import ANSWERING, PUBLISHED, read_manifest
from ingest.record_schema import documents, passages, state, versions
from ingest.types import Collection, DocumentCard, PublishedPassage, SourceFile

Value = TypeVar("Value")

# Built once: for every question anew this takes longer than the database does.
_IDS = passages.c.id.in_(bindparam("ids", expanding=True))
_PASSAGES = select(
    passages.c.id,
    passages.c.document_id,
    passages.c.version,
    passages.c.ordinal,
    passages.c.body,
    passages.c.sentence_vectors,
    passages.c.vector,
).where(_IDS)
TOKEN_VECTORS = select(passages.c.id, passages.c.token_vectors).where(_IDS)
"""Token vectors of the passages `ids`, as they are stored."""


@dataclass(frozen=True, slots=True)
class CorpusState:
    """What answers now. `version` changes with every published or removed document; the counts are of `answering`."""

    version: str
    answering: Collection
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A published document as a catalogue lists it. `characters` counts stored text; `answers` is False for samples
    that have withdrawn. `policy` is the digest of the manifest it was made under."""

    card: DocumentCard
    collection: Collection
    source: SourceFile
    policy: str
    media_type: str
    ocr: bool
    passages: int
    stored_at: float
    answers: bool


@dataclass(frozen=True, slots=True)
class View:
    """The documents that answer in one state of the corpus. `dimension` is 0 while nothing was ever published."""

    state: CorpusState
    made_under: IndexManifest | None
    cards: dict[str, DocumentCard]

    @property
    def dimension(self) -> int:
        """Length of a vector; 0 while nothing was ever published."""
        return self.made_under.dimension if self.made_under else 0

    def answers(self, card: DocumentCard) -> bool:
        """Whether this version of the document answers."""
        current = self.cards.get(card.id)
        return current is not None and current.version == card.version


class Recent(Generic[Value]):
    """What was decoded last, by passage id, in two generations of at most `generation` each: what is used stays, what
    is not falls out with the older one.

    A passage never changes under its id, so nothing here goes stale; whether it answers is asked each time."""

    def __init__(self, generation: int) -> None:
        self._generation = generation
        self._young: dict[str, Value] = {}
        self._old: dict[str, Value] = {}

    def find(self, ids: Sequence[str]) -> dict[str, Value]:
        """Those of `ids` that are at hand."""
        young, old = self._young, self._old
        found = {i: value for i in ids if (value := young.get(i) or old.get(i)) is not None}
        young.update(found)
        return found

    def keep(self, fresh: Mapping[str, Value]) -> None:
        """Have these at hand from now on."""
        if len(self._young) + len(fresh) > self._generation:
            self._old, self._young = self._young, {}
        self._young.update(fresh)


def load_published(connection: Connection, view: View, ids: list[str]) -> dict[str, PublishedPassage]:
    """Those of `ids` that answer in `view`, read in the transaction that it was read in."""
    rows = [
        (passage_id, view.cards[document_id], ordinal, body, raw, vector)
        for passage_id, document_id, version, ordinal, body, raw, vector in connection.execute(_PASSAGES, {"ids": ids})
        if document_id in view.cards and view.cards[document_id].version == version
    ]
    # One conversion for all rows: sixty small ones cost more than reading them.
    matrix = decode_matrix(b"".join(row[4] for row in rows), view.dimension)
    vectors = decode_matrix(b"".join(row[5] for row in rows), view.dimension)
    loaded = {}
    start = 0
    for place, (passage_id, card, ordinal, body, _, _) in enumerate(rows):
        passage = decode_passage(passage_id, card.id, card.version, ordinal, body)
        end = start + len(passage.sentences)
        loaded[passage_id] = PublishedPassage(passage, card, matrix[start:end], vectors[place])
        start = end
    return loaded


def current_view(connection: Connection, last: View | None) -> View:
    """What answers in this transaction; `last` again when nothing was published since."""
    row = connection.execute(select(state)).one()
    if last is not None and last.state.version == row.version:
        return last
    made_under = read_manifest(connection)
    columns = (versions.c.document_id, versions.c.version, versions.c.language, versions.c.bibliography)
    query = select(*columns).join(documents, PUBLISHED).where(documents.c.collection == row.answering)
    cards = {card.id: card for card in map(card_of, connection.execute(query))}
    now = CorpusState(row.version, Collection(row.answering), row.documents, row.passages)
    return View(now, made_under, cards)


def card_of(row: Any) -> DocumentCard:
    """The card in a row of `versions`."""
    return DocumentCard(row.document_id, row.version, row.language, decode_bibliography(row.bibliography))


def list_documents(connection: Connection) -> list[StoredDocument]:
    """Every published document, samples that withdrew included, ordered by id."""
    columns = [column for column in versions.c if column.name not in ("layout", "sketch", "text")]
    query = select(*columns, documents.c.collection, ANSWERING.label("answering")).join(documents, PUBLISHED)
    return [
        StoredDocument(
            card=card_of(row),
            collection=Collection(row.collection),
            source=source_of(row),
            policy=row.policy,
            media_type=row.media_type,
            ocr=row.ocr,
            passages=row.passages,
            stored_at=row.stored_at,
            answers=row.collection == row.answering,
        )
        for row in connection.execute(query.order_by(versions.c.document_id))
    ]


def source_of(row: Any) -> SourceFile:
    """The file in a row of `versions`."""
    return SourceFile(Path(row.source_path), row.source_name, row.source_sha256, row.size_bytes)
