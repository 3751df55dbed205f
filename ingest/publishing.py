"""Cut documents → published documents, in batches that cross files; keeps account of what became of each file.

While one batch is embedded, the one before it is published and the next is read and cut: embedding, which takes nearly
all of the time, waits for nobody.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from ingest.embed_batch import CutDocument, EmbeddedBatch, embed_batch
from ingest.errors import IngestError
from ingest.failpoints import failpoint
from ingest.index import IndexManifest
from ingest.store import Library
from ingest.summary import FailedFile, IngestProgress, Report, Stage
from ingest.types import Embedder

log = logging.getLogger("sitasi.ingest")

_BATCH_PASSAGES = 48
_BATCHES_UNDER_WAY = 2


class Publisher:
    """Embeds and publishes what it is given, a batch at a time, to be used in a `with` block and by one thread. With
    `staged`, nothing is seen until `finish` makes all of it answer at once, in place of everything that was published
    before."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        made_under: IndexManifest,
        progress: Report | None = None,
        *,
        staged: bool = False,
    ) -> None:
        self.failed: list[FailedFile] = []
        self.withdrawn: list[str] = []
        self.published: list[str] = []
        self.passages = self.embedded = self.reused = self.characters = 0
        self._library, self._embedder, self._made_under = library, embedder, made_under
        self._waiting: list[CutDocument] = []
        self._staged: dict[str, str] | None = {} if staged else None
        self._progress, self._done = progress, 0
        self._embedding = ThreadPoolExecutor(1, thread_name_prefix="embed")
        self._publishing = ThreadPoolExecutor(1, thread_name_prefix="publish")
        self._under_way: deque[tuple[Sequence[CutDocument], Future[EmbeddedBatch]]] = deque()
        self.total = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in (self._embedding, self._publishing):
            one.shutdown(cancel_futures=True)

    def fail(self, name: str, fault: Exception) -> FailedFile:
        """Note that a file did not become a document; an unforeseen fault is logged with its trace."""
        if isinstance(fault, IngestError):
            failed = FailedFile(name, fault.code, str(fault), fault.advice)
        else:
            log.error("%s: unforeseen fault", name, exc_info=fault)
            reason = f"{name}: it cannot be read ({type(fault).__name__})."
            failed = FailedFile(name, IngestError.code, reason, IngestError.advice)
        self.failed.append(failed)
        return failed

    def step(self, stage: Stage, name: str, files: int = 0) -> None:
        """Report that `files` more are through, and which file is at hand."""
        self._done += files
        if self._progress is not None:
            self._progress(IngestProgress(stage, self._done, self.total, self.passages, name))

    def add(self, cut: CutDocument) -> None:
        """Take a document in; it is published as soon as enough passages wait to fill a batch."""
        self._waiting.append(cut)
        if sum(len(one.passages) for one in self._waiting) >= _BATCH_PASSAGES:
            self.flush()

    def flush(self) -> None:
        """Have embedded and published what waits, after what is under way."""
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        self.step("embedding", batch[0].document.source.name)
        embedded = self._embedding.submit(self._embed, batch)
        published = self._publishing.submit(lambda: self._publish(embedded.result()))
        self._under_way.append((batch, published))
        self._settle(_BATCHES_UNDER_WAY)

    def finish(self) -> None:
        """Publish what waits and, when staged, make all of it answer."""
        self.flush()
        self._settle(0)
        if self._staged is not None:
            change = self._library.replace_all(self._staged, self._made_under)
            self.withdrawn.extend(change.withdrawn)

    def _embed(self, batch: Sequence[CutDocument]) -> EmbeddedBatch:
        return embed_batch(batch, self._embedder, self._library.record, self._made_under.vector_space)

    def _publish(self, ready: EmbeddedBatch) -> EmbeddedBatch:
        if self._staged is None:
            for change in self._library.publish(ready.documents, self._made_under):
                self.withdrawn.extend(change.withdrawn)
        else:
            for one in ready.documents:
                self._library.record.stage(one, self._made_under)
                self._staged[one.document.id] = one.document.version
            failpoint("ingest.staged")
        return ready

    def _settle(self, left: int) -> None:
        """Wait until no more than `left` batches are under way, and take what has become of the others down."""
        while len(self._under_way) > left:
            batch, published = self._under_way.popleft()
            try:
                self._count(published.result())
            except IngestError:
                raise
            except Exception as fault:
                self._one_by_one(batch, fault)
            self.step("publishing", batch[-1].document.source.name, len(batch))

    def _count(self, ready: EmbeddedBatch) -> None:
        self.published.extend(one.document.id for one in ready.documents)
        self.passages += sum(len(one.passages) for one in ready.documents)
        self.characters += sum(len(one.document.text) for one in ready.documents)
        self.embedded += ready.embedded
        self.reused += ready.reused

    def _one_by_one(self, batch: Sequence[CutDocument], fault: Exception) -> None:
        # One of them upset the embedder: find out which, and let the others through.
        if len(batch) == 1:
            if self._staged is not None:
                raise fault
            self.fail(batch[0].document.source.name, fault)
            return
        for one in batch:
            try:
                self._count(self._publish(self._embed([one])))
            except IngestError:
                raise
            except Exception as own_fault:
                self._one_by_one([one], own_fault)
