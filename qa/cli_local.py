"""command → answer without a server: owns the home for as long as one command takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ingest.errors import HomeInUse, IndexMismatch
from ingest.home import Home, read_owner
from ingest.proven_index import Proving
from ingest.summary import IngestSummary, Report
from qa.api.bodies import AnswerBody, SearchBody
from qa.api.compare_bodies import MatrixBody, matrix_body
from qa.api.document_bodies import ListBody, TextBody, VersionBody, entry_body, text_body, version_body
from qa.api.feedback_bodies import FeedbackListBody, feedback_body
from qa.api.keeping import KeptBody, answer_and_keep, kept_answer, search
from qa.api.schemas import AnswerRequest, CompareRequest, SearchRequest
from qa.bootstrap import Sitasi, open_sitasi
from qa.collection import Intake, open_intake, renew_samples
from qa.settings import Settings

__all__ = ["LocalAccess", "load_server", "open_intake", "open_local", "put_papers"]


_PATIENCE_SECONDS = 30.0
_PAUSE = 0.2


class LocalAccess:
    """Commands on a home that this process owns."""

    def __init__(self, sitasi: Sitasi, heard: Callable[[AnswerBody], None] = lambda _: None) -> None:
        """`heard` is told every answer that is given."""
        self._sitasi, self._heard = sitasi, heard

    def ask(self, request: AnswerRequest) -> AnswerBody:
        """Answer a question."""
        body = answer_and_keep(self._sitasi, request.to_question(self._longest))
        self._heard(body)
        return body

    def search(self, request: SearchRequest) -> SearchBody:
        """Find passages."""
        return search(self._sitasi, request.to_question(self._longest), request.limit)

    def compare(self, request: CompareRequest) -> MatrixBody:
        """Compare studies theme by theme."""
        return matrix_body(self._sitasi.comparer.compare(request.to_comparison(request.language or "en")))

    def documents(self) -> ListBody:
        """The published papers."""
        return ListBody(documents=tuple(map(entry_body, self._sitasi.library.record.catalogue())))

    def answer(self, answer_id: str) -> KeptBody:
        """An answer that was given before."""
        return kept_answer(self._sitasi.library.record, answer_id)

    def version(self, document_id: str, version: str) -> VersionBody:
        """One version of a paper."""
        record = self._sitasi.library.record
        found = record.document(document_id, version)
        card = record.cards().get(document_id)
        current = card is not None and card.version == found.version
        return version_body(found, current=current, href=f"/papers/{quote(found.id, safe='')}")

    def text(self, document_id: str, version: str | None, start: int, end: int | None) -> TextBody:
        """Stored text `[start, end)` of one version of a paper, clipped to its length."""
        return text_body(self._sitasi.library.record.document(document_id, version), start, end)

    def feedback(self) -> FeedbackListBody:
        """What readers said of answers."""
        return feedback_body(self._sitasi.library.record)

    @property
    def _longest(self) -> int:
        return self._sitasi.settings.answer.max_question_characters


@contextmanager
def open_local(settings: Settings) -> Iterator[LocalAccess]:
    """The home inside the `with` block, with the sample collection while there is nothing else. Raises ModelNotReady,
    HomeInUse, IndexMismatch, RecordError or SettingsError."""
    # A fresh home is filled with the samples now, and that must reach the vector index too; a shared one is proven by
    # the servers that answer from it.
    there = settings.chroma.url is not None or Home(settings.home).record.exists()
    sitasi = _open_current(settings, proving="never" if there else "now")
    try:
        if not sitasi.library.record.corpus().documents:
            Intake(sitasi.library, sitasi.embedder, settings).ensure_samples()
        yield LocalAccess(sitasi)
    finally:
        sitasi.close()


def load_server(settings: Settings, url: str) -> Sitasi:
    """What a server answers from: the home, announced under `url`, with the samples while there is no paper."""
    sitasi = _open_when_free(settings, url)
    try:
        Intake(sitasi.library, sitasi.embedder, settings).ensure_samples()
        sitasi.answers.warm_up()
    except BaseException:
        sitasi.close()
        raise
    return sitasi


def _open_current(settings: Settings, *, proving: Proving, url: str | None = None) -> Sitasi:
    """Open the home; samples that an earlier Sitasi made are made anew first, because nobody asked for them."""
    try:
        return open_sitasi(settings, url=url, proving=proving)
    except IndexMismatch:
        if not renew_samples(settings):
            raise
        return open_sitasi(settings, url=url, proving=proving)


def _open_when_free(settings: Settings, url: str) -> Sitasi:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _open_current(settings, url=url, proving="background")
        except HomeInUse:
            # A single command owns the home for a moment only; another server does not let go.
            owner = read_owner(Home(settings.home))
            if (owner is not None and owner.url is not None) or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)


def put_papers(sitasi: Sitasi, paths: Sequence[Path], prune: bool, report: Report) -> IngestSummary:
    """Ingest into an open home, for the server's jobs."""
    return Intake(sitasi.library, sitasi.embedder, sitasi.settings).ingest(paths, prune=prune, progress=report)
