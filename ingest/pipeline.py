"""raw file → published document: runs every stage over many files; one bad file never stops its neighbours.

Text is read ahead in a second thread while passages are embedded in others, in batches that cross files.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from ingest.documents import build_document, cut_passages
from ingest.embed_batch import CutDocument
from ingest.errors import SourceEmpty, SourceError
from ingest.failpoints import failpoint
from ingest.index import expected_manifest
from ingest.parse import parse_file
from ingest.parse.child import ParserChild
from ingest.plan import IngestPlan, KnownSource, plan_ingest
from ingest.publishing import Publisher
from ingest.record import StoredDocument
from ingest.record_codec import encode_bibliography
from ingest.set_aside import FatesOfFiles, Twin, is_lasting
from ingest.settings import IngestSettings, PassageSettings, RecordSettings
from ingest.sidecars import Sidecars, find_sidecars
from ingest.sketch import LATER_EDITION, SAME_PAPER, likeness, sketch
from ingest.sources import find_sources, read_source
from ingest.store import Library
from ingest.summary import IngestSummary, Report
from ingest.tasks import IngestTask, list_remakes, list_tasks
from ingest.types import Collection, Document, Embedder, SourceFile

_READ_AHEAD = 4
_VERSION_CHARACTERS = 12


class PipelineSettings(Protocol):
    """The parts of the settings tree that ingestion looks at."""

    @property
    def ingest(self) -> IngestSettings: ...
    @property
    def passages(self) -> PassageSettings: ...
    @property
    def record(self) -> RecordSettings: ...


def ingest_paths(
    paths: Iterable[Path],
    library: Library,
    embedder: Embedder,
    settings: PipelineSettings,
    collection: Collection = Collection.PAPERS,
    progress: Report | None = None,
    *,
    prune: bool = False,
) -> IngestSummary:
    """Publish every readable file under `paths`; unchanged files cost a look at their bytes and nothing else.

    Each file is published on its own, so that what a run has done stays done however it ends. `prune` removes documents
    whose files are gone from under `paths`. When the library was made under other settings (another model, another
    passage length), all of it is made anew, and the old answers until the last document is ready.

    Raises RecordFull or RecordError when the record fails and ModelNotReady when the embedder does; faults of single
    files stand in the summary."""
    with library.one_run():
        run = _Run(library, embedder, settings, collection, progress)
        return run.over(list(paths), prune)


class _Run:
    """One run over many files: what was published when it began, and what has become of each file so far."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: PipelineSettings,
        collection: Collection,
        progress: Report | None,
    ) -> None:
        self._library, self._settings, self._collection = library, settings, collection
        self._made_under = expected_manifest(embedder, settings.passages)
        self._stored = {one.card.id: one for one in library.record.catalogue()}
        self._anew = bool(self._stored) and library.record.manifest() != self._made_under
        self._child = ParserChild(settings.ingest)
        self._fates = FatesOfFiles(library.record.set_aside, settings.ingest)
        self._sidecars = Sidecars({})
        self._left: set[str] = set()
        self._sketches: dict[str, bytes] = {}
        self._media_types = {one.card.id: one.media_type for one in self._stored.values()}
        self._taken_up: dict[str, IngestTask] = {}
        self._duplicates: list[tuple[str, str]] = []
        self._publisher = Publisher(library, embedder, self._made_under, progress, staged=self._anew)

    def over(self, paths: Sequence[Path], prune: bool) -> IngestSummary:
        """Publish what is under `paths`, remove what is gone if `prune` says so, and give the account of it."""
        started = time.monotonic()
        found = find_sources(paths, self._settings.ingest)
        sources = [replace(source, path=source.path.resolve()) for source in found.files]
        roots = [path.resolve() for path in paths]
        plan = plan_ingest(sources, self._known(), roots, Path.exists)
        plan = self._with_sidecars(plan, sources)
        for document_id, source, _ in plan.moved:
            self._library.record.relocate(document_id, source)
        for fault in (*found.faults, *self._sidecars.faults):
            self._publisher.fail(str(fault).partition(": ")[0], fault)
        self._make(plan, prune)
        removed = self._remove(plan) if prune else ()
        self._fates.save((source.path for source in sources), roots)
        if self._publisher.published or removed:
            self._library.settle()
            self._library.record.prune(self._settings.record.answer_days)
        return self._account(plan, found.skipped, removed, time.monotonic() - started)

    def _account(
        self, plan: IngestPlan, skipped: tuple[str, ...], removed: tuple[str, ...], seconds: float
    ) -> IngestSummary:
        publisher = self._publisher
        return IngestSummary(
            added=self._names(lambda task: task.stored is None),
            updated=self._names(lambda task: task.stored is not None and not task.remake),
            unchanged=tuple(source.name for _, source in plan.unchanged),
            moved=tuple((source.name, old) for _, source, old in plan.moved),
            removed=removed,
            duplicates=(*((source.name, twin) for source, twin in plan.duplicates), *self._duplicates),
            remade=self._names(lambda task: task.remake),
            skipped=skipped,
            failed=tuple(publisher.failed),
            withdrawn=tuple(sorted(set(publisher.withdrawn))),
            passages=publisher.passages,
            embedded=publisher.embedded,
            reused=publisher.reused,
            characters=publisher.characters,
            seconds=seconds,
        )

    def _known(self) -> list[KnownSource]:
        return [
            KnownSource(one.card.id, one.source.path, one.source.name, one.source.sha256)
            for one in self._stored.values()
            if one.collection is self._collection
        ]

    def _with_sidecars(self, plan: IngestPlan, sources: Sequence[SourceFile]) -> IngestPlan:
        """The plan with papers counted as changed of which a file beside them says something new."""
        self._sidecars = find_sidecars(source.path for source in sources)

        def says_something_new(document_id: str, source: SourceFile) -> bool:
            known = self._stored[document_id].card.bibliography
            return self._sidecars.override(source.path, known) != known

        told = [pair for pair in plan.unchanged if says_something_new(*pair)]
        unchanged = tuple(pair for pair in plan.unchanged if pair not in told)
        return replace(plan, unchanged=unchanged, changed=(*plan.changed, *told))

    def _make(self, plan: IngestPlan, prune: bool) -> None:
        tasks = list_tasks(plan, self._stored, self._collection)
        self._left = set(plan.left)
        if not self._anew:
            changed = {document_id for document_id, _ in plan.changed}
            tasks = tuple(task for task in tasks if not self._fares_as_before(task, self._left | changed))
        if any(task.stored is None for task in tasks):
            self._sketches = self._library.record.sketches(self._collection)
        if self._anew:
            tasks += list_remakes(plan, self._stored, plan.gone if prune else ())
        self._publisher.total = len(tasks)
        with self._publisher:
            with (
                ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader,
                self._child,  # left first: a reader that is stopped must not wait for its parser
            ):
                for task, reading in self._read_ahead(reader, tasks):
                    self._publisher.step("reading", task.source.name)
                    cut = self._finished(task, reading)
                    if cut is None:
                        self._publisher.step("reading", task.source.name, files=1)
                    else:
                        self._publisher.add(cut)
            self._publisher.finish()

    def _fares_as_before(self, task: IngestTask, in_motion: set[str]) -> bool:
        """Whether the file need not be read, because the same would become of it as last time; it is then on the
        account. `in_motion` are documents whose own files have changed or gone."""

        def holds(twin: Twin) -> bool:
            at_rest = twin.document_id in self._stored and twin.document_id not in in_motion
            return task.stored is None and at_rest and self._source_of(twin.document_id).sha256 == twin.sha256

        fate = self._fates.recall(task.source, holds)
        if isinstance(fate, Twin):
            self._duplicates.append((task.source.name, self._name_of(fate.document_id)))
        elif fate is not None:
            self._publisher.failed.append(fate)
        return fate is not None

    def _remove(self, plan: IngestPlan) -> tuple[str, ...]:
        # The same paper in another file may have taken the place of one that is gone.
        gone = tuple(one for one in plan.gone if one not in self._taken_up)
        if gone:
            self._library.remove(gone)
        return gone

    def _names(self, chosen: Callable[[IngestTask], bool]) -> tuple[str, ...]:
        tasks = [self._taken_up[one] for one in self._publisher.published]
        return tuple(task.source.name for task in tasks if chosen(task))

    def _read_ahead(
        self, reader: ThreadPoolExecutor, tasks: Iterable[IngestTask]
    ) -> Iterator[tuple[IngestTask, Future[Document]]]:
        ahead: deque[tuple[IngestTask, Future[Document]]] = deque()
        for task in tasks:
            ahead.append((task, reader.submit(self._read, task)))
            if len(ahead) > _READ_AHEAD:
                yield ahead.popleft()
        yield from ahead

    def _read(self, task: IngestTask) -> Document:
        settings = self._settings.ingest
        if task.remake and task.stored is not None:
            try:
                if read_source(task.source.path, task.source.name, settings).sha256 != task.source.sha256:
                    return self._kept(task.stored)
            except SourceError:
                return self._kept(task.stored)
        parsed = parse_file(task.source, settings, self._child)
        document = build_document(task.source, parsed, task.collection, task.document_id)
        known = self._sidecars.override(task.source.path, document.bibliography)
        document = replace(document, bibliography=known)
        failpoint("ingest.parsed")
        return document

    def _kept(self, stored: StoredDocument) -> Document:
        return self._library.record.document(stored.card.id, stored.card.version)

    def _finished(self, task: IngestTask, reading: Future[Document]) -> CutDocument | None:
        """The document cut into passages; None when it is a duplicate or failed, which is then on the account."""
        if task.remake and task.document_id in self._taken_up:
            return None
        try:
            document = reading.result()
            if task.stored is None:
                twin = self._twin(document)
                if twin is not None and twin not in self._left:
                    self._duplicates.append((task.source.name, self._name_of(twin)))
                    self._fates.note(task.source, Twin(twin, self._source_of(twin).sha256))
                    return None
                if twin is not None:
                    # The same paper in a new file, while the old file has gone: it takes the place of the old one.
                    task = replace(task, document_id=twin, stored=self._stored[twin])
                    self._left.discard(twin)
            cut = self._cut(task, document)
            if not cut.passages and not task.remake:
                raise SourceEmpty(f"{task.source.name}: it holds no sentence that an answer could quote.")
        except Exception as fault:
            if task.remake:
                raise
            failed = self._publisher.fail(task.source.name, fault)
            if is_lasting(fault):
                self._fates.note(task.source, failed)
            stored = task.stored
            if not self._anew or stored is None:
                return None
            # Its file has changed into something unreadable: what was published goes on answering, remade.
            task = replace(task, remake=True)
            cut = self._cut(task, self._kept(stored))
        self._taken_up[task.document_id] = task
        self._sketches[task.document_id] = sketch(cut.document.text)
        self._media_types[task.document_id] = cut.document.parsed_media_type
        return cut

    def _cut(self, task: IngestTask, document: Document) -> CutDocument:
        made_from = (
            document.source.sha256,
            self._made_under.digest,
            encode_bibliography(document.bibliography),
            document.text,
        )
        version = hashlib.sha256(repr(made_from).encode("utf-8", "surrogatepass")).hexdigest()[:_VERSION_CHARACTERS]
        document = replace(document, id=task.document_id, version=version)
        return CutDocument(document, cut_passages(document, self._settings.passages))

    def _twin(self, document: Document) -> str | None:
        """The document that is this paper in another format, or was it in a file that has gone. Two files of one format
        that are both there are two papers, however alike: one may be a later edition of the other."""
        mine = sketch(document.text)
        best, twin = 0.0, None
        for one, other in self._sketches.items():
            left = one in self._left
            if left or self._media_types[one] != document.parsed_media_type:
                same_name = left and self._name_of(one) == document.source.name
                alike = likeness(mine, other)
                if alike >= (LATER_EDITION if same_name else SAME_PAPER) and alike > best:
                    best, twin = alike, one
        return twin

    def _name_of(self, document_id: str) -> str:
        return self._source_of(document_id).name

    def _source_of(self, document_id: str) -> SourceFile:
        task = self._taken_up.get(document_id)
        return task.source if task else self._stored[document_id].source
