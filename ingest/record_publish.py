"""Document → record: writing a version and making it answer, each function inside its caller's transaction."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from ingest.index import IndexManifest, check_manifest
from ingest.record_codec import encode_bibliography, encode_layout, encode_passage, encode_vectors, input_hash
from ingest.record_schema import documents, manifest, passages, state, versions
from ingest.sketch import sketch
from ingest.token_vectors import encode_tokens
from ingest.types import Collection, EmbeddedDocument, Passage, PassageVectors

BATCH = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction changed: passage ids that began and ceased to answer, and samples that withdrew."""

    corpus_version: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()


PUBLISHED = and_(documents.c.id == versions.c.document_id, documents.c.published_version == versions.c.version)
ANSWERING = select(state.c.answering).scalar_subquery()


def answering(*columns: Any) -> Select[Any]:
    """A query over the passages that answer now."""
    published = and_(passages.c.document_id == documents.c.id, passages.c.version == documents.c.published_version)
    return select(*columns).join(documents, published).where(documents.c.collection == ANSWERING)


def published_ids() -> Select[str]:
    """A query for the ids of published documents, withdrawn samples included."""
    return select(documents.c.id).where(documents.c.published_version.is_not(None))


def read_manifest(connection: Connection) -> IndexManifest | None:
    """What the contents were made under, if anything was ever published."""
    row = connection.execute(select(*(manifest.c[field.name] for field in fields(IndexManifest)))).first()
    return IndexManifest(*row) if row else None


def adopt_manifest(connection: Connection, made_under: IndexManifest) -> None:
    """Write the manifest when nothing is published yet; raises IndexMismatch when something is, under another one."""
    stored = read_manifest(connection)
    if stored == made_under:
        return
    if stored is not None and connection.execute(published_ids().limit(1)).first() is not None:
        check_manifest(stored, made_under)
    connection.execute(delete(manifest))
    connection.execute(insert(manifest).values(id=1, **asdict(made_under)))


def write_version(connection: Connection, embedded: EmbeddedDocument, made_under: IndexManifest) -> None:
    """Store a version that does not answer yet, in place of an earlier attempt at the same one."""
    document = embedded.document
    if connection.execute(select(documents.c.id).where(documents.c.id == document.id)).first() is None:
        connection.execute(insert(documents).values(id=document.id, collection=document.collection.value))
    else:
        moved = update(documents).where(documents.c.id == document.id).values(collection=document.collection.value)
        connection.execute(moved)
    drop_passages(connection, document.id, document.version)
    key = and_(versions.c.document_id == document.id, versions.c.version == document.version)
    row = _version_row(embedded, made_under.digest)
    if connection.execute(update(versions).where(key).values(row)).rowcount == 0:
        connection.execute(insert(versions).values(row))
    space = made_under.vector_space
    rows = [_passage_row(one.passage, one.vectors, space) for one in embedded.passages]
    if rows:
        connection.execute(insert(passages), rows)


def _version_row(embedded: EmbeddedDocument, policy: str) -> dict[str, Any]:
    document = embedded.document
    return {
        "document_id": document.id,
        "version": document.version,
        "policy": policy,
        "source_path": str(document.source.path),
        "source_name": document.source.name,
        "source_sha256": document.source.sha256,
        "size_bytes": document.source.size_bytes,
        "media_type": document.parsed_media_type,
        "language": document.language,
        "ocr": document.ocr,
        "bibliography": encode_bibliography(document.bibliography),
        "layout": encode_layout(document),
        "sketch": sketch(document.text),
        "text": document.text,
        "passages": len(embedded.passages),
        "stored_at": time.time(),
        # Until it is published, a version is as good as superseded: a run that was cut short leaves nothing for good.
        "superseded_at": time.time(),
    }


def _passage_row(passage: Passage, vectors: PassageVectors, space: str) -> dict[str, Any]:
    vector, sentence_vectors = encode_vectors(vectors)
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "version": passage.version,
        "ordinal": passage.ordinal,
        "input_hash": input_hash(passage, space),
        "body": encode_passage(passage),
        "vector": vector,
        "sentence_vectors": sentence_vectors,
        "token_vectors": encode_tokens(vectors.tokens),
    }


def drop_passages(connection: Connection, document_id: str, version: str) -> None:
    """Delete the passages of one version; its text stays."""
    of_version = and_(passages.c.document_id == document_id, passages.c.version == version)
    connection.execute(delete(passages).where(of_version))


def flip(connection: Connection, changes: Mapping[str, str | None]) -> Change:
    """Point each document at its new version (None: at nothing), and tell what thereby began or ceased to answer."""
    before = connection.execute(select(state)).one()
    if not changes:
        return Change(before.version)
    samples = published_ids().where(documents.c.collection == Collection.SAMPLES.value)
    touched = set(changes) | set(connection.execute(samples).scalars())
    answered, answered_in = _answering_among(connection, touched)
    now = time.time()
    for document_id, version in changes.items():
        old = connection.scalar(select(documents.c.published_version).where(documents.c.id == document_id))
        connection.execute(update(documents).where(documents.c.id == document_id).values(published_version=version))
        if old is not None and old != version:
            drop_passages(connection, document_id, old)
            _mark_superseded(connection, document_id, old, now)
        if version is not None:
            _mark_superseded(connection, document_id, version, None)
    _count(connection, _next_version(before.version, changes))
    answers_now, answers_in = _answering_among(connection, touched)
    others_before, others_now = answered_in - changes.keys(), answers_in - changes.keys()
    return Change(
        corpus_version=_next_version(before.version, changes),
        added=tuple(sorted(answers_now - answered)),
        removed=tuple(sorted(answered - answers_now)),
        withdrawn=tuple(sorted(others_before - others_now)),
        returned=tuple(sorted(others_now - others_before)),
    )


def _answering_among(connection: Connection, document_ids: set[str]) -> tuple[set[str], set[str]]:
    found: list[Any] = []
    wanted = sorted(document_ids)
    for part in (wanted[i : i + BATCH] for i in range(0, len(wanted), BATCH)):
        query = answering(passages.c.id, passages.c.document_id).where(passages.c.document_id.in_(part))
        found.extend(connection.execute(query))
    return {row.id for row in found}, {row.document_id for row in found}


def _mark_superseded(connection: Connection, document_id: str, version: str, when: float | None) -> None:
    key = and_(versions.c.document_id == document_id, versions.c.version == version)
    connection.execute(update(versions).where(key).values(superseded_at=when))


def _count(connection: Connection, version: str) -> None:
    is_paper = documents.c.collection == Collection.PAPERS.value
    has_papers = connection.execute(published_ids().where(is_paper).limit(1)).first() is not None
    answering = (Collection.PAPERS if has_papers else Collection.SAMPLES).value
    sizes = select(func.count(), func.coalesce(func.sum(versions.c.passages), 0)).join(documents, PUBLISHED)
    count, total = connection.execute(sizes.where(documents.c.collection == answering)).one()
    connection.execute(update(state).values(version=version, answering=answering, documents=count, passages=total))


def _next_version(version: str, changes: Mapping[str, str | None]) -> str:
    return hashlib.sha256(repr((version, sorted(changes.items(), key=str))).encode()).hexdigest()[:16]
