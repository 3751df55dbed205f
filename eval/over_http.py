"""question → Reply over HTTP: any running Sitasi, asked through contract v1."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from time import perf_counter, sleep
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from eval.system import Asked, FoundPassage, HeldDocument, NoReplyError, SystemCard
from ingest.offsets import source_spans
from ingest.types import Document
from qa.api.bodies import AnswerBody, PassageBody, SearchBody
from qa.api.document_bodies import EntryBody, ListBody, TextBody
from qa.types import Question

Files = Mapping[str, Document]
Sent = TypeVar("Sent", bound=BaseModel)
_SEARCHED = 10
_TRIES = 5
_LONGEST_WAIT = 60.0


class OverHttp:
    """A `System` behind a URL. Close it, or use it as a context manager."""

    def __init__(self, url: str, files: Files | None = None, client: httpx.Client | None = None) -> None:
        """`files` are those that the service has ingested (see `read_files`), with which passages are mapped back;
        without them retrieval is not judged. `client` replaces the one that would be opened."""
        self._files = files
        self._known: dict[str, Document] = {}
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
        held = tuple(self._held(entry) for entry in entries)
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
        retrieved = self._search(answer, question) if self._known else None
        return Asked(answer, retrieved, confidence=None, forced=None, milliseconds=milliseconds)

    def stored_text(self, document: str, version: str) -> str:
        """The text of a version as the service stores it. Raises NoReplyError."""
        if (document, version) not in self._texts:
            body = self._read("GET", f"/v1/documents/{document}/text?version={version}", TextBody)
            self._texts[document, version] = body.text
        return self._texts[document, version]

    def _held(self, entry: EntryBody) -> HeldDocument:
        """The document, with its file's checksum where a file of that name gives the very text that is stored."""
        mine = (self._files or {}).get(PurePosixPath(entry.source).name)
        if mine is None or mine.text != self.stored_text(entry.id, entry.version):
            return HeldDocument(entry.id, entry.version, entry.language, entry.source, None)
        self._known[entry.version] = mine
        return HeldDocument(entry.id, entry.version, entry.language, entry.source, mine.source.sha256)

    def _search(self, answer: AnswerBody, question: Question) -> tuple[FoundPassage, ...]:
        query = {"query": answer.standalone_question or question.text, "documents": list(question.documents)}
        found = self._read("POST", "/v1/search", SearchBody, {**query, "limit": _SEARCHED}).passages
        return tuple(_passage(one, self._known.get(one.document.version)) for one in found)

    def _sent(self, method: str, path: str, body: Any) -> httpx.Response:
        """The response; a service that asks to come back later is asked again when it says."""
        for _ in range(_TRIES):
            response = self._client.request(method, path, json=body)
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            sleep(min(float(response.headers.get("retry-after", "1")), _LONGEST_WAIT))
        return response

    def _read(self, method: str, path: str, model: type[Sent], body: Any = None) -> Sent:
        try:
            response = self._sent(method, path, body)
            response.raise_for_status()
            return model.model_validate_json(response.content)
        except httpx.HTTPStatusError as fault:
            raise NoReplyError(f"{path} answered {fault.response.status_code}: {fault.response.text[:200]}") from fault
        except httpx.HTTPError as fault:
            raise NoReplyError(f"{path} cannot be reached ({fault}). Check address and service.") from fault
        except ValidationError as fault:
            raise NoReplyError(f"{path} does not speak contract v1: {fault.errors()[0]['msg']}") from fault


def _passage(one: PassageBody, document: Document | None) -> FoundPassage:
    return FoundPassage(
        id=one.passage_id,
        document=one.document.id,
        language=one.language,
        section=one.section,
        start=one.start,
        end=one.end,
        source_spans=source_spans(document.segments, one.start, one.end) if document else (),
        text=one.text,
    )
