"""settings → a loaded service: readiness, the thread pool that answers, and the bound on how many questions wait."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import anyio
import anyio.to_thread
from fastapi import Request

from ingest.errors import IngestError
from ingest.home import Home
from ingest.summary import IngestSummary, Report
from qa.api.access import Gate
from qa.api.bodies import AnswerBody
from qa.api.job_queue import Jobs
from qa.api.keeping import answer_and_keep
from qa.api.metrics import Metrics
from qa.api.processes import AnsweringProcesses
from qa.api.stopping import Stopping
from qa.errors import NotReady, Overloaded
from qa.keys import KeyRing
from qa.leaving import waited_for
from qa.settings import Settings
from qa.types import Mode, Question
from qa.writing import Tell

if TYPE_CHECKING:
    from qa.answer import Found
    from qa.bootstrap import Sitasi

_log = logging.getLogger("sitasi.service")

_MOST_READS = 500
T = TypeVar("T")
IngestPapers: TypeAlias = "Callable[[Sitasi, Sequence[Path], bool, Report], IngestSummary]"
"""Puts the papers under some paths into an open home; the flag says whether to remove those whose files are gone."""


class Service:
    """One per application. `sitasi` is there once loading has finished; until then questions are refused politely."""

    def __init__(self, settings: Settings, load: Callable[[], Sitasi], ingest: IngestPapers) -> None:
        self.settings = settings
        self.ingest = ingest
        self.stopping = Stopping()
        self.jobs = Jobs(self.stopping)
        self.metrics = Metrics()
        self.processes = AnsweringProcesses(settings, settings.server.processes)
        self.gate = Gate(settings.server, KeyRing(Home(settings.home)), self._owner_token)
        self.fault: Exception | None = None
        self._load = load
        self._sitasi: Sitasi | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._pool: anyio.CapacityLimiter | None = None
        self._at_once = settings.server.concurrent_questions + settings.server.processes
        self._admitted = self._reading = 0

    @property
    def sitasi(self) -> Sitasi:
        """The loaded parts. Raises NotReady while loading and after a failed start."""
        if self._sitasi is None:
            raise NotReady("The service is still starting." if self.fault is None else "The service could not start.")
        return self._sitasi

    def _owner_token(self) -> str | None:
        ownership = self.sitasi.library.ownership
        return ownership.owner.token if ownership is not None else None

    def check_loaded(self) -> None:
        """Raises NotReady as `sitasi` does, for callers that must refuse before they begin to answer."""
        _ = self.sitasi

    @property
    def loaded(self) -> bool:
        """Whether loading has finished well."""
        return self._sitasi is not None

    def load(self) -> None:
        """Load everything (seconds; call off the event loop). A failed start is kept in `fault`, not raised."""
        try:
            sitasi = self._load()
        except Exception as fault:
            if not isinstance(fault, IngestError):
                _log.exception("the start failed")
            self.fault = fault
            return
        with self._lock:
            if not self._closed:
                self._sitasi = sitasi
                self.processes.start()
                return
        sitasi.close()

    def close(self) -> None:
        """Release the home and the index; also when loading finishes later."""
        self.stopping.now()
        self.jobs.end()
        self.processes.close()
        with self._lock:
            self._closed = True
            sitasi, self._sitasi = self._sitasi, None
        if sitasi is not None:
            sitasi.close()

    def answer(self, question: Question, tell: Tell | None = None, found: Found | None = None) -> AnswerBody:
        """Answer, keep and count one question; call in `work`. Raises as `answer_and_keep` does."""
        body = self._elsewhere(question) if tell is None and found is None else None
        body = body or answer_and_keep(self.sitasi, question, tell, found)
        self.metrics.answered(body)
        told: dict[str, Any] = {
            "outcome": body.reason or body.status,
            "language": body.language,
            "mode": body.engine.mode,
        }
        told |= {"answer_id": body.id, "dropped_claims": body.dropped_claims, "fault": body.engine.fault}
        if self.settings.server.log_questions:
            told["question"] = body.question
        _log.info("answered", extra=told)
        return body

    def _elsewhere(self, question: Question) -> AnswerBody | None:
        """The answer of another process; None where this one is to answer, as always when a language model writes."""
        self.check_loaded()
        writes = self.settings.llm.url is not None and question.mode is not Mode.EXTRACTIVE
        if writes or question.mode is Mode.GENERATIVE:
            return None
        return self.processes.answer(replace(question, mode=Mode.EXTRACTIVE))

    def measured(self) -> bytes:
        """What /metrics tells now."""
        sitasi = self._sitasi
        library = None if sitasi is None else sitasi.library
        return self.metrics.text(self._admitted, library, len(self.processes.ids))

    async def work(self, job: Callable[[], T]) -> T:
        """Run `job` in the thread pool. Raises Overloaded when too many are waiting already."""
        limits = self.settings.server
        if self._pool is None:
            self._pool = anyio.CapacityLimiter(self._at_once)
        # Counted here and not asked of the limiter: a task that is about to wait does not show there yet.
        if self._admitted >= self._at_once + limits.waiting_questions:
            raise Overloaded(f"{limits.waiting_questions} questions are waiting already.")
        self._admitted += 1
        try:
            return await anyio.to_thread.run_sync(job, limiter=self._pool)
        finally:
            self._admitted -= 1

    async def work_for(self, request: Request | None, job: Callable[[], T]) -> T:
        """As `work`, for as long as somebody waits: given up when the sender of `request` leaves (None: whoever sends
        the response finds that out) or the task is cancelled. Raises ReaderLeft, and ServiceStopping."""
        left = threading.Event()

        def attended() -> T:
            """In the thread."""
            with waited_for(left):
                return job()

        work = asyncio.ensure_future(self.work(attended))
        gone = asyncio.ensure_future(_until_gone(request))
        try:
            with self.stopping.interrupting() as stopped:
                waited: set[asyncio.Future[Any]] = {work, gone, stopped}
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if not work.done():
                    left.set()
                    if stopped.done():
                        stopped.result()
            return await work
        finally:
            left.set()
            gone.cancel()
            if not work.done():
                # Not cancelled: a thread cannot be; its slot is free again when it has noticed.
                work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())

    async def read(self, job: Callable[[], T]) -> T:
        """Run a short look into the record in a thread of its own pool, also while many questions wait. Raises
        Overloaded when too many are waiting already."""
        if self._reading >= _MOST_READS:
            raise Overloaded(f"{_MOST_READS} requests are waiting already.")
        self._reading += 1
        try:
            return await anyio.to_thread.run_sync(job)
        finally:
            self._reading -= 1


async def _until_gone(request: Request | None) -> None:
    """Returns when the sender of the request has closed the connection; its body has been read by then."""
    if request is None:
        await asyncio.Event().wait()
        return
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def service_of(request: Request) -> Service:
    """The service that the application of this request was built with. Asynchronous, though it waits for nothing: what
    is not is called in a thread, which costs more than all of it."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service
