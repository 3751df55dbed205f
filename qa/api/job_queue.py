"""ingest job → how far it has come: one thread that runs jobs in the order in which they were asked for."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel

from ingest.errors import IngestError
from ingest.summary import IngestProgress, IngestSummary, Report
from qa.api.errors import Problem
from qa.api.stopping import Stopping
from qa.errors import ServiceStopping

_log = logging.getLogger("sitasi.jobs")
_KEPT_JOBS = 100

_END_SECONDS = 3.0

Work = Callable[[Report], IngestSummary]
_Waiting: TypeAlias = tuple[str, Work, Callable[[Exception], Problem]]


class ProgressBody(BaseModel):
    """`done` of `total` files are through `stage`; `name` is the file at hand."""

    stage: Literal["reading", "embedding", "publishing"]
    done: int
    total: int
    passages: int
    name: str


class JobBody(BaseModel):
    """How far a job has come; at its end the `summary` of what became of each file, or the `problem` that ended it."""

    id: str
    status: Literal["queued", "running", "done", "failed"]
    created_at: float
    progress: ProgressBody | None = None
    summary: dict[str, Any] | None = None
    problem: Problem | None = None


class Jobs:
    """Runs jobs one after the other in a thread of its own; remembers the last hundred until the server stops."""

    def __init__(self, stopping: Stopping) -> None:
        """Once `stopping` says so, the job at hand ends before its next file and those that wait are not begun."""
        self._stopping = stopping
        self._kept: OrderedDict[str, JobBody] = OrderedDict()
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self, work: Work, problem: Callable[[Exception], Problem]) -> JobBody:
        """Queue a job; `problem` words the error that ends it."""
        job = JobBody(id=f"job_{secrets.token_hex(8)}", status="queued", created_at=time.time())
        with self._lock:
            self._kept[job.id] = job
            while len(self._kept) > _KEPT_JOBS:
                self._kept.popitem(last=False)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sitasi-jobs", daemon=True)
                self._thread.start()
        self._waiting.put((job.id, work, problem))
        return job

    def get(self, job_id: str) -> JobBody | None:
        """The job as it stands now."""
        with self._lock:
            return self._kept.get(job_id)

    def end(self) -> None:
        """Wait a little until the job at hand has ended; call once `stopping` says so."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(_END_SECONDS)

    def _change(self, job_id: str, **changed: Any) -> None:
        with self._lock:
            if job_id in self._kept:
                self._kept[job_id] = self._kept[job_id].model_copy(update=changed)

    def _run(self) -> None:
        while True:
            waiting = self._waiting.get()
            if waiting is None:
                return
            job_id, work, problem = waiting
            self._change(job_id, status="running")

            def report(progress: IngestProgress, job_id: str = job_id) -> None:
                self._stopping.check()
                self._change(job_id, progress=ProgressBody(**asdict(progress)))

            try:
                self._stopping.check()
                summary = work(report)
            except Exception as error:
                if not isinstance(error, IngestError | ServiceStopping):
                    _log.exception("job %s failed", job_id)
                self._change(job_id, status="failed", problem=problem(error))
            else:
                self._change(job_id, status="done", summary=summary.as_dict())
