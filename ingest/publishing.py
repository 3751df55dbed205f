"""Cut documents → published documents, in batches that cross files; keeps account of what became of each file."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ingest.embed_batch import CutDocument, EmbeddedBatch, embed_batch
from ingest.errors import IngestError
from ingest.failpoints import failpoint
from ingest.index import IndexManifest
from ingest.store import Library
from ingest.summary import FailedFile, IngestProgress, Report, Stage
from ingest.types import Embedder

log = logging.getLogger("sitasi.ingest")

_BATCH_PASSAGES = 128


class Publisher:
    """Embeds and publishes what it is given, a batch at a time. With `staged`, nothing is seen until `finish` makes all
    of it answer at once, in place of everything that was published before."""

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
        self.total = 0

    def fail(self, name: str, fault: Exception) -> None:
        """Note that a file did not become a document; an unforeseen fault is logged with its trace."""
        if isinstance(fault, IngestError):
            self.failed.append(FailedFile(name, fault.code, str(fault), fault.advice))
        else:
            log.error("%s: unforeseen fault", name, exc_info=fault)
            reason = f"{name}: it cannot be read ({type(fault).__name__})."
            self.failed.append(FailedFile(name, IngestError.code, reason, IngestError.advice))

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
        """Embed and publish what waits."""
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        self.step("embedding", batch[0].document.source.name)
        try:
            self._publish(self._embed(batch))
        except IngestError:
            raise
        except Exception as fault:
            self._one_by_one(batch, fault)
        self.step("publishing", batch[-1].document.source.name, len(batch))

    def finish(self) -> None:
        """Publish what waits and, when staged, make all of it answer."""
        self.flush()
        if self._staged is not None:
            change = self._library.replace_all(self._staged, self._made_under)
            self.withdrawn.extend(change.withdrawn)

    def _embed(self, batch: Sequence[CutDocument]) -> EmbeddedBatch:
        return embed_batch(batch, self._embedder, self._library.record, self._made_under.vector_space)

    def _publish(self, ready: EmbeddedBatch) -> None:
        if self._staged is None:
            for change in self._library.publish(ready.documents, self._made_under):
                self.withdrawn.extend(change.withdrawn)
        else:
            for one in ready.documents:
                self._library.record.stage(one, self._made_under)
                self._staged[one.document.id] = one.document.version
            failpoint("ingest.staged")
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
                self._publish(self._embed([one]))
            except IngestError:
                raise
            except Exception as own_fault:
                self._one_by_one([one], own_fault)
