"""command → answer: through the server that owns the home when there is one, else by owning the home for a moment."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

from ingest.home import Home, Owner, read_owner
from ingest.summary import IngestProgress, IngestSummary, Report
from ingest.types import Language
from qa.api.bodies import AnswerBody, SearchBody
from qa.api.compare_bodies import MatrixBody
from qa.api.document_bodies import ListBody, TextBody, VersionBody
from qa.api.feedback_bodies import FeedbackListBody
from qa.api.keeping import KeptBody
from qa.api.schemas import AnswerRequest, CompareRequest, SearchRequest
from qa.cli_wording import CommandError
from qa.settings import Settings

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 600.0
START_SECONDS = 60.0
_PAUSE = 0.2


class ServerRefusalError(Exception):
    """A problem document of the server: already one sentence, with advice, in the user's language."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or problem))
        self.problem = problem


class Access(Protocol):
    """What a command needs, wherever it is done."""

    def ask(self, request: AnswerRequest) -> AnswerBody:
        """Answer a question."""
        ...

    def search(self, request: SearchRequest) -> SearchBody:
        """Find passages."""
        ...

    def compare(self, request: CompareRequest) -> MatrixBody:
        """Compare studies theme by theme."""
        ...

    def documents(self) -> ListBody:
        """The published papers."""
        ...

    def answer(self, answer_id: str) -> AnswerBody:
        """An answer that was given before."""
        ...

    def version(self, document_id: str, version: str) -> VersionBody:
        """One version of a paper."""
        ...

    def text(self, document_id: str, version: str | None, start: int, end: int | None) -> TextBody:
        """Stored text `[start, end)` of one version of a paper, clipped to its length."""
        ...

    def feedback(self) -> FeedbackListBody:
        """What readers said of answers."""
        ...


@contextmanager
def open_access(settings: Settings, language: Language) -> Iterator[Access]:
    """A way to ask questions inside the `with` block. Raises CommandError, ServerRefusalError, IngestError or
    QuestionError."""
    owner = serving_owner(settings)
    if owner is not None and owner.url is not None:
        with open_server(owner, language) as server:
            yield server
        return
    # Imported here because it loads the index and the model's runtime, which a command through a server never needs.
    from qa.cli_local import open_local

    with open_local(settings) as local:
        yield local


@contextmanager
def open_server(owner: Owner, language: Language) -> Iterator[ServerAccess]:
    """The server of this owner. Raises CommandError when it does not answer, ServerRefusalError for what it refuses."""
    headers: dict[str, str] = {"accept-language": language}
    if owner.token:
        headers["authorization"] = f"Bearer {owner.token}"
    timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
    # Proxies of the environment are for the network; this server is on this machine.
    with httpx.Client(base_url=str(owner.url), headers=headers, timeout=timeout, trust_env=False) as client:
        try:
            yield ServerAccess(client)
        except httpx.HTTPError as fault:
            raise CommandError("server_silent", url=owner.url, pid=owner.pid) from fault


def serving_owner(settings: Settings) -> Owner | None:
    """The process that owns the home. One that has not named its address yet may be a server that is starting: wait a
    little for the address, or for the home to be free."""
    home = Home(settings.home)
    deadline = time.monotonic() + START_SECONDS
    owner = read_owner(home)
    while owner is not None and owner.url is None and time.monotonic() < deadline:
        time.sleep(_PAUSE)
        owner = read_owner(home)
    return owner


class ServerAccess:
    """Commands through the running server."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def ask(self, request: AnswerRequest) -> AnswerBody:
        """Answer a question."""
        return AnswerBody.model_validate_json(self._send("POST", "/v1/answers", request.model_dump(mode="json")))

    def search(self, request: SearchRequest) -> SearchBody:
        """Find passages."""
        return SearchBody.model_validate_json(self._send("POST", "/v1/search", request.model_dump(mode="json")))

    def compare(self, request: CompareRequest) -> MatrixBody:
        """Compare studies theme by theme."""
        return MatrixBody.model_validate_json(self._send("POST", "/v1/compare", request.model_dump(mode="json")))

    def documents(self) -> ListBody:
        """The published papers."""
        return ListBody.model_validate_json(self._send("GET", "/v1/documents"))

    def answer(self, answer_id: str) -> AnswerBody:
        """An answer that was given before."""
        return KeptBody.model_validate_json(self._send("GET", f"/v1/answers/{quote(answer_id, safe='')}"))

    def version(self, document_id: str, version: str) -> VersionBody:
        """One version of a paper."""
        path = f"/v1/documents/{quote(document_id, safe='')}"
        return VersionBody.model_validate_json(self._send("GET", path, params={"version": version}))

    def text(self, document_id: str, version: str | None, start: int, end: int | None) -> TextBody:
        """Stored text `[start, end)` of one version of a paper, clipped to its length."""
        path = f"/v1/documents/{quote(document_id, safe='')}/text"
        wanted = {"version": version, "start": start, "end": end}
        params = {name: str(value) for name, value in wanted.items() if value is not None}
        return TextBody.model_validate_json(self._send("GET", path, params=params))

    def feedback(self) -> FeedbackListBody:
        """What readers said of answers."""
        return FeedbackListBody.model_validate_json(self._send("GET", "/v1/feedback"))

    def ingest(self, paths: Sequence[Path], *, prune: bool, progress: Report) -> IngestSummary:
        """Have the server ingest these paths, and wait until it is done."""
        body = {"paths": [str(path) for path in paths], "prune": prune}
        job = _JOB.validate_json(self._send("POST", "/v1/jobs", body))
        while job["status"] in ("queued", "running"):
            if job.get("progress"):
                progress(IngestProgress(**job["progress"]))
            time.sleep(_PAUSE)
            job = _JOB.validate_json(self._send("GET", f"/v1/jobs/{job['id']}"))
        if job["status"] == "failed":
            raise ServerRefusalError(job["problem"])
        return TypeAdapter(IngestSummary).validate_python(job["summary"])

    def readiness(self) -> dict[str, Any]:
        """What /readyz says, whatever its status."""
        told: dict[str, Any] = self._client.get("/readyz").json()
        return told

    def _send(self, method: str, path: str, body: Any = None, params: dict[str, str] | None = None) -> bytes:
        deadline = time.monotonic() + START_SECONDS
        while True:
            response = self._client.request(method, path, json=body, params=params)
            if response.is_success:
                return response.content
            problem = _problem(response)
            if problem.get("code") != "not_ready" or time.monotonic() > deadline:
                raise ServerRefusalError(problem)
            time.sleep(_PAUSE)


_JOB: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        told = response.json()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"detail": f"HTTP {response.status_code}", "advice": ""}
