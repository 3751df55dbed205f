"""Document → record: the tables of the SQL record and how its database is opened, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Boolean,
    Column,
    Engine,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from ingest.errors import RecordError, RecordFull, SettingsError

BUSY_SECONDS = 30.0
CONNECT_SECONDS = 5
# Processes that start at the same time on an empty database make its tables one after the other.
_MAKING_TABLES = 0x534954415350

metadata = MetaData()

state = Table(
    "corpus_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", String(32), nullable=False),
    Column("answering", String(16), nullable=False),
    Column("documents", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
)

manifest = Table(
    "manifest",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schema_version", Integer, nullable=False),
    Column("embedder_name", Text, nullable=False),
    Column("embedder_revision", Text, nullable=False),
    Column("dimension", Integer, nullable=False),
    Column("passage_policy", Text, nullable=False),
    Column("text_version", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("collection", String(16), nullable=False),
    Column("published_version", String(64)),
)

versions = Table(
    "versions",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("policy", String(32), nullable=False),
    Column("source_path", Text, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("source_sha256", String(64), nullable=False, index=True),
    Column("size_bytes", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("ocr", Boolean, nullable=False),
    Column("bibliography", LargeBinary, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("stored_at", Float, nullable=False),
    Column("superseded_at", Float),
    # Long ones last: whoever reads a column walks over all that stand before it.
    Column("sketch", LargeBinary, nullable=False),
    Column("layout", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("id", String(300), primary_key=True),
    Column("document_id", String(200), nullable=False),
    Column("version", String(64), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("input_hash", String(40), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("sentence_vectors", LargeBinary, nullable=False),
    Column("token_vectors", LargeBinary, nullable=False),
    ForeignKeyConstraint(["document_id", "version"], ["versions.document_id", "versions.version"]),
    Index("passages_of_version", "document_id", "version", "ordinal"),
)

# Files that did not become documents, and why: not read again while nothing has changed.
set_aside = Table(
    "set_aside",
    metadata,
    Column("path", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source_sha256", String(64), nullable=False),
    Column("conditions", String(16), nullable=False),
    Column("fate", LargeBinary, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Float, nullable=False, index=True),
    Column("shared", Boolean, nullable=False),
)

answer_citations = Table(
    "answer_citations",
    metadata,
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", String(200), primary_key=True),
    Column("version", String(64), primary_key=True),
    Index("citations_of_version", "document_id", "version"),
)

# Holds the answer itself: what a reader said of it stays useful after the answer has been forgotten.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer_id", String(64), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("comment", Text),
    Column("answer", LargeBinary, nullable=False),
    Column("created_at", Float, nullable=False),
)


def open_engine(url: str | None, sqlite_path: Path) -> Engine:
    """An engine on `url`, or on the SQLite file `sqlite_path` when it is None, with the tables in place.

    Raises SettingsError for an unusable URL or a missing driver and RecordError when the database cannot be opened."""
    try:
        target = make_url(url) if url else URL.create("sqlite", database=str(sqlite_path))
        if target.get_backend_name() == "sqlite":
            engine = create_engine(target, connect_args={"timeout": BUSY_SECONDS})
            _use_sqlite_transactions(engine)
        else:
            # A host that has vanished is noticed in seconds: the question then gets its typed error.
            waits = {"connect_timeout": CONNECT_SECONDS} if target.get_backend_name() == "postgresql" else {}
            engine = create_engine(target, isolation_level="REPEATABLE READ", pool_pre_ping=True, connect_args=waits)
    except (ArgumentError, ImportError) as fault:
        raise SettingsError(f"SITASI_RECORD__URL cannot be used: {fault}") from fault
    with translated(), engine.connect() as plain:
        shared = engine.dialect.name == "postgresql"
        # A repeatable read would go on seeing what was there before the wait.
        connection = plain.execution_options(isolation_level="READ COMMITTED") if shared else plain
        with connection.begin():
            if shared:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING_TABLES})
            metadata.create_all(connection)
            _refuse_other_tables(connection)
    return engine


@contextmanager
def translated() -> Iterator[None]:
    """Turns the database library's faults into RecordFull or RecordError."""
    try:
        yield
    except SQLAlchemyError as fault:
        cause = fault.orig if isinstance(fault, DBAPIError) else fault
        message = " ".join(str(cause).split())
        full = "disk is full" in message or getattr(cause, "sqlstate", None) == "53100"
        raise (RecordFull if full else RecordError)(f"The record failed: {message}") from fault


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees a single state of the record throughout."""
    with translated(), engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, *, alone: bool = True) -> Iterator[Connection]:
    """One transaction that is kept whole or not at all, serialised with every other writer; with `alone` False only
    where the database can do no other (SQLite): for rows that no other writer touches."""
    with translated(), engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        with connection.begin():
            if alone and engine.dialect.name != "sqlite":
                connection.exec_driver_sql("LOCK TABLE corpus_state IN SHARE ROW EXCLUSIVE MODE")
            yield connection


class Glance:
    """Tells which version of the corpus answers, in a few microseconds; only SQLite can."""

    def __init__(self, engine: Engine) -> None:
        self._lock = threading.Lock()
        # A connection of its own, never inside a transaction: every look sees what was committed last.
        self._connection: Any = engine.connect() if engine.dialect.name == "sqlite" else None
        self._cursor: Any = self._connection.connection.cursor() if self._connection is not None else None

    def version(self) -> str | None:
        """The version that a transaction would read now; None where it cannot be told."""
        if self._cursor is None:
            return None
        try:
            with self._lock:
                return str(self._cursor.execute("SELECT version FROM corpus_state").fetchone()[0])
        except Exception:
            # Whatever is wrong with the database is told by whoever reads it next, and in its own words.
            return None

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            with self._lock:
                self._cursor = None
                self._connection.close()


def _refuse_other_tables(connection: Connection) -> None:
    """Tables are never altered on opening: a record of another version of Sitasi is named as such."""
    there = inspect(connection)
    for table in metadata.sorted_tables:
        missing = {column.name for column in table.columns} - {one["name"] for one in there.get_columns(table.name)}
        if missing:
            raise RecordError(
                f"The record was made by another version of Sitasi ({table.name} lacks {', '.join(sorted(missing))}): "
                "choose a new SITASI_HOME or SITASI_RECORD__URL and ingest the papers again."
            )


def _use_sqlite_transactions(engine: Engine) -> None:
    # Python's sqlite3 opens transactions late and never for reads: take over, so that a read is one snapshot
    # and a writer waits for its turn at BEGIN instead of failing at its first write.
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
