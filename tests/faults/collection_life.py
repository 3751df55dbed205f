"""What the fault tests do in processes of their own: run ingestion, be killed in it, and look at what is left."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

import ingest.lexical
from ingest.home import Home
from ingest.index import IndexManifest
from ingest.pipeline import ingest_paths
from ingest.proven_index import IndexHealth, ProvenIndex
from ingest.record import Record
from ingest.record_publish import Change
from ingest.settings import ChromaSettings, IngestSettings, PassageSettings, RecordSettings
from ingest.store import Library, open_library
from ingest.types import EmbeddedDocument
from tests.fakes import WordEmbedder

# Processes come from a server that has imported everything and opened nothing: a start costs milliseconds.
_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.collection_life", "chromadb"])


@dataclass(frozen=True)
class Tree:
    """The parts of the settings that the pipeline reads."""

    ingest: IngestSettings = field(default_factory=IngestSettings)
    passages: PassageSettings = field(default_factory=lambda: PassageSettings(max_tokens=40, min_tokens=0))
    record: RecordSettings = field(default_factory=RecordSettings)


LONGER = Tree(passages=PassageSettings(max_tokens=80, min_tokens=0))


@dataclass(frozen=True)
class Found:
    """What a fresh process finds in a home: passage texts by document in reading order, and all that is wrong."""

    texts: dict[str, tuple[str, ...]]
    faults: tuple[str, ...]
    health: str


def run_ingest(home: Path, folder: Path, settings: Tree, acknowledged: Path | None = None) -> None:
    """As `sitasi ingest --prune FOLDER` does; appends each published document to `acknowledged` as it happens."""
    # Saved at every turn, so that the places around saving are passed in small collections too.
    ingest.lexical._SMALL, ingest.lexical._SHARE = 0, 0.0
    with open_library(Home(home), RecordSettings(), ChromaSettings()) as library:
        ingest_paths([folder], library, WordEmbedder(), settings, prune=True)
    if acknowledged is not None:
        acknowledged.touch()


def run_ingest_that_deletes_first(home: Path, folder: Path, settings: Tree) -> None:
    """The same with the order of peers: the old version goes before the new one is there."""
    publish = Record.publish

    def delete_then_insert(record: Record, embedded: EmbeddedDocument, made_under: IndexManifest) -> Change:
        record.remove([embedded.document.id])
        return publish(record, embedded, made_under)

    Record.publish = delete_then_insert  # type: ignore[method-assign]
    run_ingest(home, folder, settings)


def look_without_repair(home: Path) -> Found:
    """What a start finds that takes the indexes as they lie."""
    ProvenIndex._follow_record = lambda self: None  # type: ignore[method-assign]
    Library._refresh_lexical = lambda self: ([], set())  # type: ignore[method-assign]
    return look(home)


def ingest_beside(home: Path, folder: Path, record: RecordSettings, chroma: ChromaSettings) -> None:
    """As `sitasi ingest --prune FOLDER` does with a record and an index that servers answer from meanwhile."""
    settings = Tree(passages=PassageSettings(), record=record)
    with open_library(Home(home), record, chroma, proving="late") as library:
        ingest_paths([folder], library, WordEmbedder(), settings, prune=True)


def look(home: Path) -> Found:
    """Open the home as the next start does, let it repair itself, and check everything that answers."""
    with open_library(Home(home), RecordSettings(), ChromaSettings()) as library:
        texts: dict[str, list[str]] = {}
        faults = faults_of(library)
        for one in sorted(_published(library), key=lambda one: one.passage.ordinal):
            texts.setdefault(one.document.id, []).append(one.passage.text)
        for document_id in library.record.cards():
            document = library.record.document(document_id)
            wrong = [t for t in texts.get(document_id, ()) if t not in document.text]
            faults += [f"{document_id}: passage of another text: {text!r}" for text in wrong]
        if library.health is IndexHealth.DEGRADED:
            # Damage that only a question found, which an exact scan answered: what is tried next builds anew.
            faults += library.check()
        return Found({key: tuple(value) for key, value in texts.items()}, tuple(faults), library.health.value)


def _published(library: Library) -> list[Any]:
    return library.record.passages(sorted(library.record.passage_ids()))


def faults_of(library: Library) -> list[str]:
    """All that is wrong with an open library: record, words and vectors disagree, or a vector does not find its own."""
    ids = library.record.passage_ids()
    corpus = library.record.corpus()
    faults = [] if corpus.passages == len(ids) else [f"{corpus.passages} passages are counted, {len(ids)} are there"]
    if library.lexical.ids() != ids:
        faults.append(f"words: {sorted(library.lexical.ids() ^ ids)}")
    if library.index.ids() != ids:
        faults.append(f"vectors: {sorted(library.index.ids() ^ ids)}")
    vectors = {one: row for part, rows in library.record.vectors() for one, row in zip(part, rows, strict=True)}
    if vectors.keys() != ids:
        faults.append("vectors in the record are of other passages")
    for one, row in vectors.items():
        best = [hit.passage_id for hit in library.index.search(row, 3)]
        if not any(found in vectors and np.allclose(vectors[found], row) for found in best):
            faults.append(f"{one} is not found by its own vector")
    return faults


def in_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """The result of `work(*arguments)` in a process of its own; fails when that process does."""
    receiver, sender = _context.Pipe(duplex=False)
    process = _context.Process(target=_send, args=(sender, work, arguments))
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        process.join()
        raise AssertionError(f"the process ended with {process.exitcode}") from None
    finally:
        process.join()


def exit_code(work: Callable[..., Any], *arguments: Any, failpoint: str = "", kill_after: float | None = None) -> int:
    """How a process ends that does this work and dies at `failpoint`, or by SIGKILL after so many seconds."""
    process = _context.Process(target=_die_at, args=(failpoint, work, arguments))
    process.start()
    process.join(kill_after)
    if kill_after is not None:
        process.kill()  # Nothing happens to one that has just ended.
    process.join()
    return int(process.exitcode or 0)


def _send(sender: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    sender.send(work(*arguments))


def _die_at(failpoint: str, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    os.environ["SITASI_FAILPOINT"] = failpoint
    work(*arguments)
