"""Document → record and both indexes, in step: one `Library` that publishes, removes, checks and repairs.

The record decides. Vectors and words reach the indexes before a version is published and leave them after it has been
superseded, so that at every moment whatever answers can be found; ids that do not answer are left out by the record.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import numpy as np

from ingest.errors import IngestError, RecordError
from ingest.failpoints import failpoint
from ingest.home import Home, Ownership, own_folder, own_home
from ingest.index import IndexManifest, check_manifest
from ingest.lexical import LexicalIndex
from ingest.proven_index import IndexHealth, ProvenIndex, Proving
from ingest.record import Record
from ingest.record_publish import Change
from ingest.settings import ChromaSettings, RecordSettings
from ingest.types import EmbeddedDocument, PassageIndex

log = logging.getLogger("sitasi.library")


class Library:
    """The record with its two indexes. `record` and both legs are for reading; changes go through this object.

    `index` finds passages by meaning and `lexical` by words; both may name passages that do not answer any more, which
    `record.passages` leaves out."""

    def __init__(
        self,
        record: Record,
        index: ProvenIndex,
        lexical: LexicalIndex,
        lock: threading.RLock,
        ownership: Ownership | None = None,
    ) -> None:
        self.record = record
        self.lexical = lexical
        self.ownership = ownership
        self._index = index
        self._writing = lock
        self._running = threading.Lock()
        self._lexical_version = ""
        self._held: set[tuple[str, str]] | None = None

    @property
    def index(self) -> PassageIndex:
        """Finds passages by meaning."""
        return self._index

    @property
    def health(self) -> IndexHealth:
        """Who finds passages by meaning at the moment; `fault` says why it is not Chroma."""
        return self._index.health

    @property
    def fault(self) -> str | None:
        """Why Chroma cannot be used, in one sentence; None when it can."""
        return self._index.fault

    @contextmanager
    def one_run(self) -> Iterator[None]:
        """Held by a run of ingestion from its plan to its end: a second run, in this process or in another one on the
        same record, waits, and then plans with what the first has published."""
        with self._running, self.record.turn.taken():
            self.refresh()
            yield

    def publish(self, batch: Sequence[EmbeddedDocument], made_under: IndexManifest) -> list[Change]:
        """Make these versions answer, each in one transaction, in the order given; returns what each changed.

        Raises IndexMismatch, RecordFull or RecordError; what was published before the fault stays published."""
        fresh = [one for document in batch for one in document.passages]
        with self._changing():
            failpoint("index.before_upsert")
            if fresh:
                vectors = np.stack([one.vectors.passage for one in fresh])
                self._index.upsert([one.passage.id for one in fresh], vectors)
            failpoint("index.after_upsert")
            self.lexical.update([one.passage for one in fresh])
            failpoint("lexical.after_update")
            # Whoever else has got the turn meanwhile may have taken the new vectors for left-overs.
            self.record.turn.check()
            changes: list[Change] = []
            for document in batch:
                try:
                    change = self.record.publish(document, made_under)
                except IngestError:
                    self._take_back(batch[len(changes) :])
                    raise
                self._follow(change)
                changes.append(change)
            return changes

    def remove(self, document_ids: Iterable[str]) -> Change:
        """Stop these documents answering, in one transaction; unknown ids are ignored."""
        with self._changing():
            change = self.record.remove(document_ids)
            self._follow(change)
            return change

    def replace_all(self, staged: dict[str, str], made_under: IndexManifest) -> Change:
        """Make the staged versions (document id → version) everything that is published, under a new manifest, and
        build both indexes anew."""
        with self._changing():
            change = self.record.publish_staged(staged, made_under)
            self._rebuild()
            return change

    def rebuild(self) -> None:
        """Build both indexes anew from the record, without embedding; questions go on being answered meanwhile."""
        with self._changing():
            self._rebuild()

    def check(self) -> list[str]:
        """Ids of passages that answer and that a search for their own vector does not find, after repair."""
        with self._writing:
            return self._index.prove()

    def refresh(self) -> None:
        """Take over what another process has published in a shared record; costs one small read when nothing was. The
        shared vector index holds it already: what it does not find of it is compared one by one here."""
        if self.record.corpus().version == self._lexical_version:
            return
        with self._writing:
            before = self._lexical_version
            come, gone = self._refresh_lexical()
            self._index.scan.follow(before, self._lexical_version, come, gone)
            self._index.bring_in_step(come, gone)

    def settle(self) -> None:
        """To be called after a run of changes: saves what has grown, and proves that what was added can be found."""
        with self._writing:
            self.lexical.save(self._lexical_version)
            self._index.prove_new()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self.record.turn.taken(), self._writing:
            self.refresh()
            yield

    def _rebuild(self) -> None:
        # Chroma holds Python's lock while it takes vectors in, but not while the proof asks it: meanwhile words are
        # analysed.
        with ThreadPoolExecutor(1, thread_name_prefix="rebuild-words") as beside:
            words = beside.submit(self._rebuild_words)
            self._index.rebuild()
            words.result()

    def _rebuild_words(self) -> None:
        version, documents = self.record.corpus().version, self.record.answering_versions()
        every = self.record.answering_passages()
        # One by one: all texts of a large collection at the same time would take gigabytes.
        self.lexical.update((passage for batch in every for passage in batch), self.lexical.ids())
        self.lexical.save(version)
        self._held, self._lexical_version = documents, version

    def _follow(self, change: Change) -> None:
        # A return of the samples adds passages that were never handed to the indexes.
        held = self.lexical.ids() if change.returned else None
        if held is not None:
            self._add([one for one in change.added if one not in held])
        if change.removed:
            self.lexical.update((), change.removed)
            self._index.delete(change.removed)
            failpoint("index.after_delete")
        self._index.scan.follow(self._lexical_version, change.corpus_version, change.added, change.removed)
        self._held, self._lexical_version = None, change.corpus_version

    def _take_back(self, unpublished: Sequence[EmbeddedDocument]) -> None:
        # Left in the indexes, they would take the places of passages that answer, until the next start.
        ids = [one.passage.id for document in unpublished for one in document.passages]
        with suppress(RecordError):
            answering = {one.passage.id for one in self.record.passages(ids)}
            gone = [one for one in ids if one not in answering]
            self.lexical.update((), gone)
            self._index.delete(gone)

    def _add(self, ids: list[str]) -> None:
        for batch in self.record.answering_passages(ids):
            self.lexical.update(batch)
        found, vectors = self.record.vectors_of(ids)
        self._index.upsert(found, vectors)

    def _refresh_lexical(self) -> tuple[list[str], set[str]]:
        """Ids of passages that have come and gone since the last look."""
        # Read first: what is published meanwhile shows as another version at the next look.
        version, documents = self.record.corpus().version, self.record.answering_versions()
        missing, gone = self._difference(documents)
        if missing or gone:
            added = self.record.answering_passages(missing)
            self.lexical.update((passage for batch in added for passage in batch), gone)
            self.lexical.save(version if self._held is None else "")
        self._held, self._lexical_version = documents, version
        return missing, gone

    def _is_as_saved(self) -> bool:
        corpus = self.record.corpus()
        saved = self.lexical.saved_version == corpus.version and not self._lexical_version
        return saved and self.lexical.passages() == corpus.passages

    def _difference(self, documents: set[tuple[str, str]]) -> tuple[list[str], set[str]]:
        """Ids of passages that the lexical index lacks and of those that it holds in vain: of the documents that differ
        from what it held at the last look, else of all."""
        if self._held is None and self._is_as_saved():
            return [], set()
        if self._held is None:
            wanted, held = self.record.passage_ids(), self.lexical.ids()
            return sorted(wanted - held), held - wanted
        come, superseded = documents - self._held, self._held - documents
        missing = self.record.passages_of(sorted(document_id for document_id, _ in come))
        gone = {one for one in self.lexical.ids() if version_of(one) in superseded} if superseded else set()
        return sorted(missing), gone


@contextmanager
def open_library(
    home: Home,
    record: RecordSettings,
    chroma: ChromaSettings,
    wanted: IndexManifest | None = None,
    *,
    proving: Proving = "now",
) -> Iterator[Library]:
    """The library in `home`, owned by this process inside the `with` block; on a PostgreSQL record with a Chroma server
    it is shared, and has no owner: every process keeps its own words, and all take turns to change what is shared.

    `wanted` is the manifest that questions are embedded under: raises IndexMismatch when the contents were made under
    another one. `proving` says when the vector index is looked at and mended: "now", before this returns; in the
    "background", while an exact scan answers; "late", once something changes, unless it was not closed in order or was
    touched since; or "never", for a single question. Raises HomeInUse, RecordError or
    SettingsError."""
    with ExitStack() as stack:
        shared = record.url is not None and not record.url.startswith("sqlite") and chroma.url is not None
        home.create()
        ownership = None if shared else stack.enter_context(own_home(home))
        opened = _open_record(home, record, wanted)
        stack.callback(opened.close)
        lock = threading.RLock()
        index = ProvenIndex(opened, chroma, home, lock)
        stack.callback(index.close)
        words = home.lexical if ownership is not None else stack.enter_context(own_folder(home.lexical))
        library = Library(opened, index, LexicalIndex(words), lock, ownership)
        library.refresh()
        index.start(proving)
        yield library


@contextmanager
def read_library(
    home: Home, record: RecordSettings, chroma: ChromaSettings, wanted: IndexManifest | None = None
) -> Iterator[Library]:
    """The library in `home` for answering beside the process that owns it: words of its own, and every vector compared
    in memory (1.5 kB a passage), because an embedded Chroma is for one process. `refresh` takes over what the owner has
    published since; nothing is changed through this one.

    Raises IndexMismatch, RecordError or SettingsError."""
    with ExitStack() as stack:
        opened = _open_record(home, record, wanted)
        stack.callback(opened.close)
        lock = threading.RLock()
        index = ProvenIndex(opened, chroma, home, lock)
        stack.callback(index.close)
        words = stack.enter_context(own_folder(home.lexical, beside=True))
        library = Library(opened, index, LexicalIndex(words), lock)
        library.refresh()
        yield library


def _open_record(home: Home, record: RecordSettings, wanted: IndexManifest | None) -> Record:
    opened = Record(record.url, home.record)
    try:
        stored = opened.manifest()
        if wanted is not None and stored is not None and opened.corpus().documents:
            check_manifest(stored, wanted)
    except BaseException:
        opened.close()
        raise
    opened.expected = wanted
    return opened


def version_of(passage_id: str) -> tuple[str, str]:
    """Document id and version in a passage id `document@version#ordinal`."""
    document_id, _, rest = passage_id.rpartition("@")
    return document_id, rest.partition("#")[0]
