"""Document → record: the one owner of what is known. A version is published in one transaction or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, Row, and_, delete, exists, insert, select, update
from sqlalchemy.engine import Connection

from ingest.errors import UnknownDocument
from ingest.failpoints import failpoint
from ingest.index import IndexManifest, check_manifest
from ingest.record_answers import (
    KeptAnswer,
    KeptFeedback,
    forget_answers,
    read_answer,
    read_feedback,
    set_shared,
    write_answer,
    write_feedback,
)
from ingest.record_aside import SetAsideFiles
from ingest.record_codec import (
    decode_bibliography,
    decode_layout,
    decode_matrix,
    decode_passage,
    decode_vector,
    input_hash,
)
from ingest.record_publish import (
    BATCH,
    PUBLISHED,
    Change,
    adopt_manifest,
    answering,
    drop_passages,
    flip,
    published_ids,
    read_manifest,
    write_version,
)
from ingest.record_read import (
    TOKEN_VECTORS,
    CorpusState,
    Recent,
    StoredDocument,
    View,
    current_view,
    list_documents,
    load_published,
    source_of,
)
from ingest.record_schema import (
    Glance,
    answer_citations,
    documents,
    manifest,
    open_engine,
    passages,
    reading,
    state,
    versions,
    writing,
)
from ingest.record_turn import Turn
from ingest.token_vectors import decode_tokens
from ingest.types import (
    Collection,
    Document,
    DocumentCard,
    EmbeddedDocument,
    Passage,
    PassageVectors,
    PublishedPassage,
    SourceFile,
    TokenVectors,
    Vector,
)

__all__ = ["GRACE_SECONDS", "CorpusState", "Record", "StoredDocument"]

GRACE_SECONDS = 3600.0
_DECODED, _DECODED_TOKENS = 4096, 1024


class Record:
    """The SQL record: documents, versions, passages with their vectors, answers, and the manifest they were made under.

    `turn` tells which of the processes that share it may change it; `set_aside` holds files that are no documents.
    Where `expected` is set, reading what answers raises IndexMismatch once another process has made all of it anew
    under other settings. Safe to share between threads. Every method is one transaction; each raises RecordError when
    the database fails."""

    def __init__(self, url: str | None, sqlite_path: Path) -> None:
        self._engine: Engine = open_engine(url, sqlite_path)
        self._glance = Glance(self._engine)
        self._seen: View | None = None
        self._decoded: Recent[PublishedPassage] = Recent(_DECODED)
        self._tokens: Recent[TokenVectors] = Recent(_DECODED_TOKENS)
        self.turn = Turn(self._engine)
        self.expected: IndexManifest | None = None
        self.set_aside = SetAsideFiles(self._engine)
        with writing(self._engine) as connection:
            if connection.execute(select(state.c.id)).first() is None:
                first = {"id": 1, "version": "empty", "answering": "samples", "documents": 0, "passages": 0}
                connection.execute(insert(state).values(first))

    def close(self) -> None:
        """Let go of all connections."""
        self._glance.close()
        self._engine.dispose()

    # ------------------------------------------------------------------ what answers now

    def corpus(self) -> CorpusState:
        """Version and size of what answers now."""
        return self._now().state

    def cards(self) -> dict[str, DocumentCard]:
        """The documents that answer now, by id: the same dictionary while they are the same, to be left as it is."""
        return self._now().cards

    def passages(self, ids: Sequence[str]) -> list[PublishedPassage]:
        """Those of `ids` that answer now, in the order given, all from one state of the record; others are left out."""
        found = self._decoded.find(ids)
        missing = [passage_id for passage_id in ids if passage_id not in found]
        if missing:
            with reading(self._engine) as connection:
                view = self._current(connection)
                fresh = load_published(connection, view, missing)
            self._decoded.keep(fresh)
            found |= fresh
        else:
            view = self._now()
        return [found[i] for i in ids if i in found and view.answers(found[i].document)]

    def token_vectors(self, ids: Sequence[str]) -> dict[str, TokenVectors]:
        """Token vectors of passages by id, for the few that a question comes down to; unknown ids are left out."""
        found = self._tokens.find(ids)
        missing = [passage_id for passage_id in ids if passage_id not in found]
        if missing:
            with reading(self._engine) as connection:
                rows = connection.execute(TOKEN_VECTORS, {"ids": missing})
                fresh = {passage_id: decode_tokens(raw) for passage_id, raw in rows}
            self._tokens.keep(fresh)
            found |= fresh
        return found

    def answering_versions(self) -> set[tuple[str, str]]:
        """(document id, version) of everything that answers now: little to read, and it tells what has changed."""
        with reading(self._engine) as connection:
            return {(card.id, card.version) for card in self._current(connection).cards.values()}

    def passages_of(self, document_ids: Sequence[str]) -> list[str]:
        """Ids of the passages of these documents that answer now."""
        parts = (document_ids[i : i + BATCH] for i in range(0, len(document_ids), BATCH))
        with reading(self._engine) as connection:
            queries = (answering(passages.c.id).where(passages.c.document_id.in_(part)) for part in parts)
            return [one for query in queries for one in connection.execute(query).scalars()]

    def passage_ids(self) -> set[str]:
        """Ids of all passages that answer now."""
        with reading(self._engine) as connection:
            return set(connection.execute(answering(passages.c.id)).scalars())

    def vectors(self, batch: int = 1000) -> Iterator[tuple[list[str], Vector]]:
        """Ids and unit vectors, shape `(n, dim)`, of all passages that answer now, `batch` at a time: for a rebuild."""
        query = answering(passages.c.id, passages.c.vector).order_by(passages.c.id)
        with reading(self._engine) as connection:
            result = connection.execution_options(yield_per=batch).execute(query)
            for rows in result.partitions():
                yield _stacked(rows)

    def answering_passages(self, ids: Sequence[str] | None = None, batch: int = BATCH) -> Iterator[list[Passage]]:
        """All passages that answer now (or those of `ids`), `batch` at a time, in no particular order."""
        columns = (passages.c.id, passages.c.document_id, passages.c.version, passages.c.ordinal, passages.c.body)
        wanted = [None] if ids is None else [ids[i : i + batch] for i in range(0, len(ids), batch)]
        with reading(self._engine) as connection:
            for part in wanted:
                query = answering(*columns) if part is None else answering(*columns).where(passages.c.id.in_(part))
                for rows in connection.execution_options(yield_per=batch).execute(query).partitions():
                    yield [decode_passage(*row) for row in rows]

    def vectors_of(self, ids: Sequence[str]) -> tuple[list[str], Vector]:
        """Those of `ids` that answer now, and their vectors, shape `(n, dim)`, all in memory."""
        parts = list(self.vectors_of_many(ids))
        found = [one for part, _ in parts for one in part]
        return found, np.concatenate([rows for _, rows in parts]) if parts else np.zeros((0, 0), np.float32)

    def vectors_of_many(self, ids: Sequence[str]) -> Iterator[tuple[list[str], Vector]]:
        """Those of `ids` that answer now, and their vectors, shape `(n, dim)`, a few hundred at a time."""
        for part in (ids[i : i + BATCH] for i in range(0, len(ids), BATCH)):
            query = answering(passages.c.id, passages.c.vector).where(passages.c.id.in_(part))
            with reading(self._engine) as connection:
                rows = connection.execute(query).all()
            if rows:
                yield _stacked(rows)

    def document_vectors(self, document_ids: Sequence[str]) -> tuple[list[str], Vector]:
        """Ids and vectors, shape `(n, dim)`, of the passages of these documents that answer now: for an exact scan."""
        query = answering(passages.c.id, passages.c.vector).where(passages.c.document_id.in_(document_ids))
        with reading(self._engine) as connection:
            dimension = self._current(connection).dimension
            rows = connection.execute(query.order_by(passages.c.id)).all()
        return [row.id for row in rows], decode_matrix(b"".join(row.vector for row in rows), dimension)

    # ------------------------------------------------------------------ documents

    def document(self, document_id: str, version: str | None = None) -> Document:
        """The document with text, sections and segments: the version that answers now, or any that is still kept.

        Raises UnknownDocument."""
        query = select(versions, documents.c.collection).join(documents, documents.c.id == versions.c.document_id)
        with reading(self._engine) as connection:
            if version is None:
                card = self._current(connection).cards.get(document_id)
                version = card.version if card else ""
            key = and_(versions.c.document_id == document_id, versions.c.version == version)
            row = connection.execute(query.where(key)).first()
        if row is None:
            raise UnknownDocument(f"There is no document {document_id!r}{f' in version {version}' if version else ''}.")
        layout = decode_layout(row.layout)
        return Document(
            id=document_id,
            version=row.version,
            collection=Collection(row.collection),
            source=source_of(row),
            parsed_media_type=row.media_type,
            language=row.language,
            text=row.text,
            segments=layout.segments,
            pages=layout.pages,
            sections=layout.sections,
            bibliography=decode_bibliography(row.bibliography),
            ocr=row.ocr,
            doubtful=layout.doubtful,
        )

    def catalogue(self) -> list[StoredDocument]:
        """Every published document, samples that withdrew included, ordered by id."""
        with reading(self._engine) as connection:
            return list_documents(connection)

    def sketches(self, collection: Collection) -> dict[str, bytes]:
        """`ingest.sketch` of every published document of a collection, by id."""
        query = select(versions.c.document_id, versions.c.sketch).join(documents, PUBLISHED)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(documents.c.collection == collection.value)).all()
        return {row.document_id: row.sketch for row in rows}

    def relocate(self, document_id: str, source: SourceFile) -> None:
        """Note that the published version's file has moved; its content is the same. Raises UnknownDocument."""
        published = select(documents.c.published_version).where(documents.c.id == document_id).scalar_subquery()
        where = and_(versions.c.document_id == document_id, versions.c.version == published)
        with writing(self._engine) as connection:
            moved = update(versions).where(where).values(source_path=str(source.path), source_name=source.name)
            if connection.execute(moved).rowcount == 0:
                raise UnknownDocument(f"There is no document {document_id!r}.")

    # ------------------------------------------------------------------ publishing

    def manifest(self) -> IndexManifest | None:
        """What the contents were made under; None while nothing was ever published."""
        with reading(self._engine) as connection:
            return read_manifest(connection)

    def reusable_vectors(self, batch: Sequence[Passage], vector_space: str) -> dict[str, PassageVectors]:
        """Vectors that are stored already, by the id of each passage of `batch` whose embedder input is unchanged."""
        hashes = {passage.id: input_hash(passage, vector_space) for passage in batch}
        wanted = list(dict.fromkeys(hashes.values()))
        found: dict[str, PassageVectors] = {}
        with reading(self._engine) as connection:
            for part in (wanted[i : i + BATCH] for i in range(0, len(wanted), BATCH)):
                p = passages.c
                columns = (p.input_hash, p.vector, p.sentence_vectors, p.token_vectors)
                for row in connection.execute(select(*columns).where(passages.c.input_hash.in_(part))):
                    vector = decode_vector(row.vector)
                    sentences = decode_matrix(row.sentence_vectors, len(vector))
                    found[row.input_hash] = PassageVectors(vector, sentences, decode_tokens(row.token_vectors))
        return {passage_id: found[key] for passage_id, key in hashes.items() if key in found}

    def publish(self, embedded: EmbeddedDocument, made_under: IndexManifest) -> Change:
        """Make this version answer, in one transaction; the version that answered before is superseded.

        The first real paper withdraws the samples in the same transaction. Raises IndexMismatch if the record holds
        documents made under another manifest."""
        with writing(self._engine) as connection:
            adopt_manifest(connection, made_under)
            write_version(connection, embedded, made_under)
            failpoint("record.inside_publish")
            change = flip(connection, {embedded.document.id: embedded.document.version})
        failpoint("record.after_publish")
        return change

    def stage(self, embedded: EmbeddedDocument, made_under: IndexManifest) -> None:
        """Write a version that nobody sees until `publish_staged`."""
        with writing(self._engine) as connection:
            write_version(connection, embedded, made_under)

    def publish_staged(self, staged: dict[str, str], made_under: IndexManifest) -> Change:
        """Make the staged versions (document id → version) the whole of what is published, under a new manifest, in
        one transaction. Documents that are not among them cease to be published."""
        with writing(self._engine) as connection:
            connection.execute(delete(manifest))
            connection.execute(insert(manifest).values(id=1, **asdict(made_under)))
            kept = set(connection.execute(published_ids()).scalars())
            return flip(connection, {document_id: staged.get(document_id) for document_id in kept | staged.keys()})

    def remove(self, document_ids: Iterable[str]) -> Change:
        """Stop these documents answering, in one transaction; unknown ids are ignored. When the last paper goes, the
        samples return. Versions that a kept answer cites stay readable."""
        with writing(self._engine) as connection:
            known = set(connection.execute(published_ids()).scalars())
            change = flip(connection, {document_id: None for document_id in document_ids if document_id in known})
            failpoint("record.inside_remove")
        failpoint("record.after_remove")
        return change

    # ------------------------------------------------------------------ answers

    def save_answer(self, answer_id: str, body: bytes, cites: Iterable[tuple[str, str]]) -> None:
        """Keep an answer (`body` is stored as it is) and the versions (document id, version) that it cites."""
        with writing(self._engine, alone=False) as connection:
            write_answer(connection, answer_id, body, cites, time.time())

    def answer(self, answer_id: str) -> KeptAnswer | None:
        """The kept answer, or None when there is none under this id (any more)."""
        with reading(self._engine) as connection:
            return read_answer(connection, answer_id)

    def share_answer(self, answer_id: str) -> bool:
        """Keep this answer for good; False when there is none under this id."""
        with writing(self._engine) as connection:
            return set_shared(connection, answer_id)

    def save_feedback(self, answer_id: str, verdict: str, comment: str | None) -> bool:
        """Keep a reader's verdict beside a copy of the answer; False when there is no answer under this id."""
        with writing(self._engine, alone=False) as connection:
            return write_feedback(connection, answer_id, verdict, comment, time.time())

    def feedback(self) -> list[KeptFeedback]:
        """All verdicts of readers, oldest first."""
        with reading(self._engine) as connection:
            return read_feedback(connection)

    def prune(self, answer_days: float, grace_seconds: float = GRACE_SECONDS) -> tuple[int, int]:
        """Forget answers older than `answer_days` that were not shared, then superseded versions that no kept answer
        cites. Those superseded less than `grace_seconds` ago stay: an answer that cites them may be on its way.

        Returns the numbers of answers and versions forgotten."""
        now = time.time()
        cited = exists().where(
            answer_citations.c.document_id == versions.c.document_id, answer_citations.c.version == versions.c.version
        )
        published = exists().where(PUBLISHED)
        due = and_(~published, ~cited, versions.c.superseded_at <= now - grace_seconds)
        orphaned = ~exists().where(versions.c.document_id == documents.c.id)
        with writing(self._engine) as connection:
            forgotten = forget_answers(connection, now - answer_days * 86_400)
            for key in connection.execute(select(versions.c.document_id, versions.c.version).where(due)).all():
                drop_passages(connection, *key)
            pruned = connection.execute(delete(versions).where(due)).rowcount
            connection.execute(delete(documents).where(documents.c.published_version.is_(None), orphaned))
        return forgotten, pruned

    def _now(self) -> View:
        """What answers now, read only when another version answers than was read last."""
        seen = self._seen
        if seen is not None and self._glance.version() == seen.state.version:
            return seen
        with reading(self._engine) as connection:
            return self._current(connection)

    def _current(self, connection: Connection) -> View:
        view = current_view(connection, self._seen)
        if view is not self._seen:
            if self.expected is not None and view.made_under is not None and view.cards:
                check_manifest(view.made_under, self.expected)
            self._seen = view
        return view


def _stacked(rows: Sequence[Row[tuple[str, bytes]]]) -> tuple[list[str], Vector]:
    """Ids and vectors, in one conversion, of rows of which there is at least one."""
    ids, raw = zip(*rows, strict=True)
    return list(ids), decode_vector(b"".join(raw)).reshape(len(ids), -1)
