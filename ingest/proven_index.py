"""Passage vectors → index: Chroma once it is proven to reach every passage that answers, an exact scan until then.

Starting looks at every passage (a sample in a very large library), brings the store in step with the record, and builds
it anew when it is damaged: never by embedding again, never while a question waits.
"""

from __future__ import annotations

import logging
import random
import shutil
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Literal, TypeAlias

from ingest.chroma_index import ChromaPassageIndex, Probe
from ingest.errors import IndexDamaged, IngestError, PassageIndexError, RecordError
from ingest.exact_index import ExactIndex, Scan
from ingest.failpoints import failpoint
from ingest.home import Home
from ingest.read_ahead import read_ahead
from ingest.record import Record
from ingest.seal import break_seal, read_seal, write_seal
from ingest.settings import ChromaSettings
from ingest.types import Hit, Vector

log = logging.getLogger("sitasi.index")

_PROVEN_IN_FULL = 20_000
# With more than this share missing or not found, building anew is surer than mending, and no slower.
_BEYOND_MENDING = 0.1
# Up to this size reading all vectors takes less time than opening Chroma.
_SCANNED_SOONER = 10_000
_SOON_SECONDS = 10.0
_FIRST_RETRY_SECONDS = 5.0
_LAST_RETRY_SECONDS = 120.0

Proving: TypeAlias = Literal["now", "background", "late", "never"]


class IndexHealth(StrEnum):
    """Who finds passages: Chroma when `READY`; an exact scan, equally complete, in every other state."""

    READY = "ready"
    PROVING = "proving"
    REBUILDING = "rebuilding"
    DEGRADED = "degraded"
    UNUSED = "unused"


class ProvenIndex:
    """A `PassageIndex` that never answers with less than the record holds.

    Searches may run in any thread. Whoever changes the record and this index holds `lock` throughout, so that proving
    and mending always see the two at rest."""

    def __init__(self, record: Record, settings: ChromaSettings, home: Home, lock: threading.RLock) -> None:
        self._record, self._settings, self._lock = record, settings, lock
        self._folder, self._seal = home.chroma, home.root / "chroma.seal.json"
        self._embedded = settings.url is None
        self._late = False
        self._probe = Probe(settings, home.chroma)
        self._chroma: ChromaPassageIndex | None = None
        self.scan = Scan(record)
        self._starting = threading.Lock()
        self._worker: threading.Thread | None = None
        self._closing = threading.Event()
        self._retry_after, self._retry_at = _FIRST_RETRY_SECONDS, 0.0
        self._generation = ""
        # Set once it is known whether the store is as it was sealed and holds what answers: then it is open soon.
        self._looked, self._in_step = threading.Event(), False
        self._failed_in_use = False
        self._unproven: set[str] = set()
        # What Chroma's graph holds but does not reach is compared one by one, so that nothing is ever out of reach.
        self._strays = ExactIndex()
        self.health = IndexHealth.UNUSED
        self.fault: str | None = None

    # ------------------------------------------------------------------ life

    def start(self, proving: Proving) -> None:
        """Open Chroma and prove it: before this returns, in the background while a scan answers, "late", when something
        is to change in a store that is as it was sealed, or not at all."""
        self._late = proving == "late" and self._embedded and read_seal(self._folder, self._seal) is not None
        if proving == "now" or (proving == "late" and not self._late):
            # On a server the processes that answer have looked at everything.
            self._bring_up(trusted=proving == "late" and not self._embedded)
        elif proving == "background":
            self._work_in_background()

    def close(self) -> None:
        """Let go of the store and seal it, so that the next start need not look at every passage."""
        self._closing.set()
        self._probe.cancel()
        if self._worker is not None:
            self._worker.join()
        with self._lock:
            if self.health is IndexHealth.READY:
                self.prove_new()
            whole = self.health is IndexHealth.READY
            if whole and self._embedded and self._chroma is not None:
                with suppress(PassageIndexError, RecordError):
                    self._chroma.suit(self._record.corpus().passages)
            self._let_go()
            if whole and self._embedded:
                write_seal(self._folder, self._seal, self._strays.ids(), self._corpus_version())
            self.health = IndexHealth.UNUSED
            self.scan.drop()

    # ------------------------------------------------------------------ PassageIndex

    def search(self, vector: Vector, limit: int) -> list[Hit]:
        """At most `limit` hits, best first; scores are cosine similarities."""
        chroma = self._chroma
        if self.health is IndexHealth.READY and chroma is not None:
            try:
                hits = chroma.search(vector, limit)
                if chroma.generation != self._generation:
                    raise PassageIndexError("Another process is building the collection anew.")
                return _best(hits, self._strays.search(vector, limit), limit)
            except PassageIndexError as fault:
                self._failed_in_use = self._embedded
                self._degrade(fault)
        elif self.health is IndexHealth.DEGRADED and time.monotonic() >= self._retry_at:
            self._work_in_background()
        elif self.health is IndexHealth.PROVING and self._comes_soon():
            return self.search(vector, limit)
        return self.scan.now().search(vector, limit)

    def upsert(self, ids: Sequence[str], vectors: Vector) -> None:
        """Add or replace vectors. A fault of Chroma is no fault of the caller's: a scan finds what Chroma lacks."""
        with self._lock:
            self._wake()
            if self.health is IndexHealth.READY and self._chroma is not None:
                self._unproven.update(ids)
                self._strays.delete(ids)
                try:
                    self._chroma.upsert(ids, vectors)
                except PassageIndexError as fault:
                    self._degrade(fault)

    def delete(self, ids: Sequence[str]) -> None:
        """Forget these ids; unknown ids are ignored."""
        with self._lock:
            self._wake()
            if self.health is IndexHealth.READY and self._chroma is not None:
                self._unproven.difference_update(ids)
                self._strays.delete(ids)
                try:
                    self._chroma.delete(ids)
                except PassageIndexError as fault:
                    self._degrade(fault)

    def ids(self) -> set[str]:
        """All ids that can be found."""
        chroma = self._chroma
        return chroma.ids() if self.health is IndexHealth.READY and chroma is not None else self.scan.now().ids()

    def clear(self) -> None:
        """Build the store anew from the record: what the record publishes cannot be forgotten here."""
        self.rebuild()

    # ------------------------------------------------------------------ proof and repair

    def prove_new(self) -> None:
        """Look for everything that was added since the last look."""
        with self._lock:
            self._wake()
            fresh, self._unproven = self._unproven, set()
            if fresh and self.health is IndexHealth.READY and self._chroma is not None:
                try:
                    self._take_in(self._lost_among(self._chosen(fresh)))
                except IndexDamaged as fault:
                    self._rebuild_after(fault)
                except PassageIndexError as fault:
                    self._degrade(fault)

    def prove(self) -> list[str]:
        """Look for every passage that answers (a sample above 20,000), mend what can be mended, and return the ids that
        even then are not found. Raises PassageIndexError when Chroma cannot be used at all."""
        with self._lock:
            if self.health is not IndexHealth.READY:
                self._bring_up()
            if self._chroma is None or self.health is not IndexHealth.READY:
                raise PassageIndexError(self.fault or "The vector index is not in use.")
            chosen = self._chosen(self._record.passage_ids())
            try:
                self._take_in(self._lost_among(chosen))
            except IndexDamaged as fault:
                self._rebuild_after(fault)
            strays = self._strays.ids()
            return [one for one in self._lost_among(chosen) if one not in strays]

    def rebuild(self) -> None:
        """Build the store anew from the record, without embedding; a scan answers meanwhile."""
        with self._lock:
            started = time.monotonic()
            self.health = IndexHealth.REBUILDING
            try:
                if self._embedded:
                    self._wipe()
                    self._open()
                elif self._chroma is not None:
                    self._chroma.clear()
                self._strays.clear()
                count = self._fill()
            except PassageIndexError as fault:
                self._degrade(fault)
                return
            self._be_ready()
            seconds = time.monotonic() - started
            log.warning("The vector index was built anew from the record: %d passages in %.1f s.", count, seconds)

    def _rebuild_after(self, fault: PassageIndexError) -> None:
        with self._record.turn.taken(wait=False) as mine:
            if not mine:
                # Whoever has the turn may be about to add what is missing.
                self._degrade(fault)
                return
            log.warning("The vector index is damaged and is being built anew from the record. %s", fault)
            self.rebuild()

    def bring_in_step(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Take over what another process has published in a shared record and put into the shared store."""
        with self._lock:
            if self.health is IndexHealth.READY:
                gone = set(removed)
                self._strays.delete(list(gone))
                self._unproven = (self._unproven | set(added)) - gone
                self.prove_new()

    def _wake(self) -> None:
        due = self.health is IndexHealth.DEGRADED and not self._embedded and time.monotonic() >= self._retry_at
        if (self._late or due) and not self._closing.is_set():
            self._late = False
            self._bring_up()

    def _bring_up(self, *, trusted: bool = False) -> None:
        with self._lock:
            if self._closing.is_set():
                return
            self.health = IndexHealth.PROVING
            try:
                self._let_go()
                self._strays.clear()
                sealed = read_seal(self._folder, self._seal) if self._embedded else None
                self._in_step = sealed is not None and sealed.corpus == self._record.corpus().version
                self._looked.set()
                if self._failed_in_use:
                    self._failed_in_use = False
                    raise IndexDamaged("It was proven, and failed at a question all the same.")
                lost = self._examine() if sealed is None else sealed.strays
                if self._closing.is_set():
                    self.health = IndexHealth.UNUSED
                    return
                break_seal(self._seal)
                self._open()
                with self._record.turn.taken(wait=False) as mine:
                    if mine and not self._in_step:
                        self._follow_record()
                if not self._embedded and not trusted:
                    lost = self._lost_among(self._chosen(self._record.passage_ids()))
                self._take_in(lost)
            except IndexDamaged as fault:
                self._rebuild_after(fault)
            except PassageIndexError as fault:
                if self._embedded:
                    self._rebuild_after(fault)
                else:
                    self._degrade(fault)
            except RecordError as fault:
                self._degrade(fault)
            else:
                self._be_ready()

    def _examine(self) -> list[str]:
        """Ids that an embedded store without a seal does not find; raises IndexDamaged."""
        if not self._embedded or not self._folder.exists():
            return []
        ids, vectors = self._record.vectors_of(self._chosen(self._record.passage_ids()))
        return self._probe.run(ids, vectors) if ids else []

    def _follow_record(self) -> None:
        assert self._chroma is not None
        wanted, held = self._record.passage_ids(), self._chroma.ids()
        missing, extra = sorted(wanted - held), sorted(held - wanted)
        if len(missing) > max(100, _BEYOND_MENDING * len(wanted)) and self._embedded:
            raise IndexDamaged(f"{len(missing)} of {len(wanted)} passages are not in it.")
        if extra:
            self._chroma.delete(extra)
        for ids, vectors in self._record.vectors_of_many(missing):
            self._chroma.upsert(ids, vectors)
        if missing:
            log.warning("%d passages were missing from the vector index and have been added.", len(missing))
            self._take_in(self._lost_among(self._chosen(missing)))

    def _take_in(self, lost: Sequence[str]) -> None:
        """Have what Chroma does not find compared one by one; raises IndexDamaged when it is more than a few."""
        if len(lost) > max(20, _BEYOND_MENDING * self._record.corpus().passages):
            raise IndexDamaged(f"{len(lost)} passages cannot be found by their own vector.")
        for ids, vectors in self._record.vectors_of_many(lost):
            self._strays.upsert(ids, vectors)
            log.info("%d passages that the graph does not reach are compared one by one.", len(ids))

    def _lost_among(self, ids: Sequence[str]) -> list[str]:
        assert self._chroma is not None
        lost = []
        for found, vectors in read_ahead(self._record.vectors_of_many(ids)):
            lost.extend(self._chroma.unreachable(found, vectors))
        return lost

    def _chosen(self, ids: Iterable[str]) -> list[str]:
        every = sorted(ids)
        return every if len(every) <= _PROVEN_IN_FULL else random.Random(len(every)).sample(every, _PROVEN_IN_FULL)

    # ------------------------------------------------------------------ states

    def _open(self) -> None:
        try:
            self._chroma = ChromaPassageIndex(self._settings, self._folder)
        except PassageIndexError:
            self._chroma = None
            raise

    def _let_go(self) -> None:
        chroma, self._chroma = self._chroma, None
        if chroma is not None:
            chroma.close()

    def _wipe(self) -> None:
        self._let_go()
        break_seal(self._seal)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _fill(self) -> int:
        assert self._chroma is not None
        failpoint("rebuild.before_fill")
        count = 0
        put_in: list[tuple[list[str], Vector]] = []
        for ids, vectors in read_ahead(self._record.vectors()):
            self._chroma.upsert(ids, vectors)
            count += len(ids)
            # What is looked for in full need not be read twice.
            put_in = [*put_in, (ids, vectors)] if count <= _PROVEN_IN_FULL else []
        failpoint("rebuild.filled")
        if count <= _PROVEN_IN_FULL:
            self._take_in([one for ids, vectors in put_in for one in self._chroma.unreachable(ids, vectors)])
        else:
            self._take_in(self._lost_among(self._chosen(self._record.passage_ids())))
        return count

    def _be_ready(self) -> None:
        self._generation = self._chroma.generation if self._chroma is not None else ""
        self.health, self.fault = IndexHealth.READY, None
        self._retry_after = _FIRST_RETRY_SECONDS
        self.scan.drop()

    def _degrade(self, fault: IngestError) -> None:
        self.health, self.fault = IndexHealth.DEGRADED, str(fault)
        self._retry_at = time.monotonic() + self._retry_after
        self._retry_after = min(2 * self._retry_after, _LAST_RETRY_SECONDS)
        log.error("Chroma cannot be used; every vector is compared instead. %s", fault)

    def _work_in_background(self) -> None:
        with self._starting:
            if self._closing.is_set() or (self._worker is not None and self._worker.is_alive()):
                return
            self.health = IndexHealth.PROVING
            self._looked.clear()
            self._worker = threading.Thread(target=self._bring_up, name="prove-index", daemon=True)
            self._worker.start()

    def _comes_soon(self) -> bool:
        """Whether Chroma is ready after a short wait: a large store that is as it was left opens sooner than all its
        vectors are read for a scan."""
        worker = self._worker
        if worker is None or self._record.corpus().passages <= _SCANNED_SOONER:
            return False
        if self._looked.wait(_SOON_SECONDS) and self._in_step:
            worker.join(_SOON_SECONDS)
        return self.health is IndexHealth.READY

    def _corpus_version(self) -> str:
        try:
            return self._record.corpus().version
        except RecordError:
            return ""


def _best(hits: list[Hit], others: list[Hit], limit: int) -> list[Hit]:
    if not others:
        return hits
    known = {hit.passage_id for hit in hits}
    merged = [*hits, *(hit for hit in others if hit.passage_id not in known)]
    return sorted(merged, key=lambda hit: -hit.score)[:limit]
