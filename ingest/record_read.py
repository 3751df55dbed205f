"""Record → published passages: the read path of every question, measured in microseconds a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from ingest.record_codec import decode_bibliography, decode_matrix, decode_passage
from ingest.record_publish import PUBLISHED, read_manifest
from ingest.record_schema import documents, passages, state, versions
from ingest.types import Collection, DocumentCard, PublishedPassage

_GENERATION = 2048


@dataclass(frozen=True, slots=True)
class View:
    """The documents that answer in one state of the corpus. `dimension` is 0 while nothing was ever published."""

    version: str
    answering: Collection
    dimension: int
    cards: dict[str, DocumentCard]

    def answers(self, card: DocumentCard) -> bool:
        """Whether this version of the document answers."""
        current = self.cards.get(card.id)
        return current is not None and current.version == card.version


class Decoded:
    """The passages decoded last, in two generations: what is used stays, what is not falls out with the older one.

    A passage never changes under its id, so nothing here goes stale; whether it answers is asked each time."""

    def __init__(self) -> None:
        self._young: dict[str, PublishedPassage] = {}
        self._old: dict[str, PublishedPassage] = {}

    def find(self, ids: Sequence[str]) -> dict[str, PublishedPassage]:
        """Those of `ids` that are at hand."""
        young, old = self._young, self._old
        found = {i: passage for i in ids if (passage := young.get(i) or old.get(i)) is not None}
        young.update(found)
        return found

    def keep(self, fresh: dict[str, PublishedPassage]) -> None:
        """Have these at hand from now on."""
        if len(self._young) + len(fresh) > _GENERATION:
            self._old, self._young = self._young, {}
        self._young.update(fresh)


def load_published(connection: Connection, view: View, ids: list[str]) -> dict[str, PublishedPassage]:
    """Those of `ids` that answer in `view`, read in the transaction that it was read in."""
    p = passages.c
    query = select(p.id, p.document_id, p.version, p.ordinal, p.body, p.sentence_vectors).where(p.id.in_(ids))
    rows = [
        (passage_id, view.cards[document_id], ordinal, body, raw)
        for passage_id, document_id, version, ordinal, body, raw in connection.execute(query)
        if document_id in view.cards and view.cards[document_id].version == version
    ]
    # One conversion for all rows: sixty small ones cost more than reading them.
    matrix = decode_matrix(b"".join(raw for *_, raw in rows), view.dimension)
    loaded = {}
    start = 0
    for passage_id, card, ordinal, body, _ in rows:
        passage = decode_passage(passage_id, card.id, card.version, ordinal, body)
        end = start + len(passage.sentences)
        loaded[passage_id] = PublishedPassage(passage, card, matrix[start:end])
        start = end
    return loaded


def current_view(connection: Connection, last: View | None) -> View:
    """What answers in this transaction; `last` again when nothing was published since."""
    row = connection.execute(select(state.c.version, state.c.answering)).one()
    if last is not None and last.version == row.version:
        return last
    made_under = read_manifest(connection)
    columns = (versions.c.document_id, versions.c.version, versions.c.language, versions.c.bibliography)
    query = select(*columns).join(documents, PUBLISHED).where(documents.c.collection == row.answering)
    cards = {card.id: card for card in map(card_of, connection.execute(query))}
    return View(row.version, Collection(row.answering), made_under.dimension if made_under else 0, cards)


def card_of(row: Any) -> DocumentCard:
    """The card in a row of `versions`."""
    return DocumentCard(row.document_id, row.version, row.language, decode_bibliography(row.bibliography))
