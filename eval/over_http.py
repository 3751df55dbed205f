"""question → Reply over HTTP: any running Sitasi, asked through contract v1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from eval.system import Asked, FoundPassage, HeldDocument, NoReplyError, SystemCard
from ingest.documents import build_document
from ingest.errors import SourceError
from ingest.offsets import source_spans
from ingest.parse import parse_file
from ingest.settings import IngestSettings
from ingest.sources import find_sources
from ingest.types import Collection, MapSegment
from qa.api.bodies import AnswerBody, PassageBody, SearchBody
from qa.api.document_bodies import ListBody, TextBody
from qa.types import Question

Segments = Mapping[str, tuple[MapSegment, ...]]
Sent = TypeVar("Sent", bound=BaseModel)
_SEARCHED = 10


class OverHttp:
    """A `System` behind a URL. Close it, or use it as a context manager."""

    def __init__(self, url: str, segments: Segments | None = None, client: httpx.Client | None = None) -> None:
        """`segments` maps document versions back to their files (see `segments_of`); without them retrieval is not
        judged. `client` replaces the one that would be opened."""
        self._segments = segments
        self._client = client or httpx.Client(base_url=url.rstrip("/"), timeout=120.0, follow_redirects=False)
        self._texts: dict[tuple[str, str], str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def describe(self) -> SystemCard:
        """The documents that the service answers from. Raises NoReplyError."""
        entries = [entry for entry in self._read("GET", "/v1/documents", ListBody).documents if entry.answers]
        if not entries:
            raise NoReplyError("The service holds no documents yet. Ingest some and ask again.")
        held = tuple(HeldDocument(entry.id, entry.version, entry.language) for entry in entries)
        probe = self._read("POST", "/v1/answers", AnswerBody, {"question": "Sitasi?"})
        engine = {"model": probe.engine.model or "none", "prompt_digest": probe.engine.prompt_digest or "none"}
        facts = {"url": str(self._client.base_url), "mode": probe.engine.mode, **engine}
        return SystemCard(probe.corpus.version, held, probe.corpus.passages, facts)

    def ask(self, question: Question) -> Asked:
        """Answer, timed, and search with the same question. Raises NoReplyError."""
        history = [{"role": turn.role, "content": turn.content} for turn in question.history]
        body = {"question": question.text, "mode": question.mode.value, "documents": list(question.documents)}
        started = perf_counter()
        answer = self._read("POST", "/v1/answers", AnswerBody, {**body, "history": history})
        milliseconds = (perf_counter() - started) * 1e3
        retrieved = None if self._segments is None else self._search(answer, question, self._segments)
        return Asked(answer, retrieved, confidence=None, forced=None, milliseconds=milliseconds)

    def stored_text(self, document: str, version: str) -> str:
        """The text of a version as the service stores it. Raises NoReplyError."""
        if (document, version) not in self._texts:
            body = self._read("GET", f"/v1/documents/{document}/text?version={version}", TextBody)
            self._texts[document, version] = body.text
        return self._texts[document, version]

    def _search(self, answer: AnswerBody, question: Question, segments: Segments) -> tuple[FoundPassage, ...]:
        query = {"query": answer.standalone_question or question.text, "documents": list(question.documents)}
        found = self._read("POST", "/v1/search", SearchBody, {**query, "limit": _SEARCHED}).passages
        return tuple(_passage(one, segments) for one in found)

    def _read(self, method: str, path: str, model: type[Sent], body: Any = None) -> Sent:
        try:
            response = self._client.request(method, path, json=body)
            response.raise_for_status()
            return model.model_validate_json(response.content)
        except httpx.HTTPStatusError as fault:
            raise NoReplyError(f"{path} answered {fault.response.status_code}: {fault.response.text[:200]}") from fault
        except httpx.HTTPError as fault:
            raise NoReplyError(f"{path} cannot be reached ({fault}). Check address and service.") from fault
        except ValidationError as fault:
            raise NoReplyError(f"{path} does not speak contract v1: {fault.errors()[0]['msg']}") from fault


def _passage(one: PassageBody, segments: Segments) -> FoundPassage:
    return FoundPassage(
        id=one.passage_id,
        document=one.document.id,
        language=one.language,
        section=one.section,
        start=one.start,
        end=one.end,
        source_spans=source_spans(segments.get(one.document.version, ()), one.start, one.end),
        text=one.text,
    )


def segments_of(paths: Iterable[Path]) -> dict[str, tuple[MapSegment, ...]]:
    """For each readable file under `paths`, the map from its stored text to the decoded file, by version."""
    settings = IngestSettings()
    found: dict[str, tuple[MapSegment, ...]] = {}
    for source in find_sources(list(paths), settings).files:
        try:
            document = build_document(source, parse_file(source, settings), Collection.PAPERS)
        except SourceError:
            continue
        found[document.version] = document.segments
    return found
