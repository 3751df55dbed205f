"""answers and state of the service → GET /metrics: counts, times and health in Prometheus' text format.

The one file that owns prometheus_client. Labels are from closed lists: no question, paper or reader shows in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from qa.api.bodies import AnswerBody

if TYPE_CHECKING:
    from ingest.store import Library

MEDIA_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """What one service has done since it started. Safe to share between threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "sitasi_questions",
            "Questions by outcome: answered, or the reason of an abstention.",
            ("outcome", "language", "mode"),
            registry=self.registry,
        )
        self._dropped = Counter(
            "sitasi_dropped_claims", "Claims that failed the check and were not shown.", registry=self.registry
        )
        self._citations = Counter("sitasi_citations", "Citations shown, each of them verified.", registry=self.registry)
        self._stages = Histogram(
            "sitasi_stage_seconds",
            "Time of each stage of an answer, and of the whole.",
            ("stage",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._working = Gauge("sitasi_questions_in_work", "Jobs in work or waiting.", registry=self.registry)
        self._processes = Gauge(
            "sitasi_answering_processes",
            "Processes that answer beside the one that serves, and are ready.",
            registry=self.registry,
        )
        self._ready = Gauge("sitasi_ready", "1 when questions can be asked.", registry=self.registry)
        self._papers = Gauge("sitasi_documents", "Papers that answer.", registry=self.registry)
        self._passages = Gauge("sitasi_passages", "Passages that answer.", registry=self.registry)
        self._index = Gauge(
            "sitasi_vector_index",
            "1 for the state that the vector index is in; an exact scan answers unless it is ready.",
            ("state",),
            registry=self.registry,
        )

    def answered(self, body: AnswerBody) -> None:
        """Count one answer or abstention."""
        self._questions.labels(body.reason or body.status, body.language, body.engine.mode).inc()
        self._dropped.inc(body.dropped_claims)
        self._citations.inc(len(body.citations))
        for stage, milliseconds in body.timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def text(self, in_work: int, library: Library | None, processes: int = 0) -> bytes:
        """Everything as Prometheus reads it, with the state of the service as it is now; `library` once it is open."""
        self._working.set(in_work)
        self._processes.set(processes)
        self._ready.set(library is not None)
        if library is not None:
            corpus = library.record.corpus()
            self._papers.set(corpus.documents)
            self._passages.set(corpus.passages)
            self._index.clear()
            self._index.labels(library.health.value).set(1)
        return generate_latest(self.registry)
