"""any error → one RFC 9457 problem document in the caller's language, with a stable `code` and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from ingest import errors as ingest_errors
from ingest.errors import IngestError
from ingest.types import Language
from qa import errors as qa_errors
from qa.api import http_wording
from qa.error_messages import Message, message_for
from qa.errors import QuestionError
from qa.leaving import ReaderLeft

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[IngestError | QuestionError], int] = {
    ingest_errors.IngestError: 500,
    ingest_errors.SettingsError: 500,
    ingest_errors.ModelNotReady: 503,
    ingest_errors.SourceError: 422,
    ingest_errors.SourceUnreadable: 422,
    ingest_errors.SourceEmpty: 422,
    ingest_errors.SourceTooLarge: 413,
    ingest_errors.SourceProtected: 422,
    ingest_errors.SourceDamaged: 422,
    ingest_errors.SourceScanned: 422,
    ingest_errors.SidecarUnclear: 422,
    ingest_errors.SourceTooCostly: 413,
    ingest_errors.UnsupportedFormat: 415,
    ingest_errors.RecordError: 503,
    ingest_errors.UnknownDocument: 404,
    ingest_errors.RecordFull: 507,
    ingest_errors.PassageIndexError: 503,
    ingest_errors.IndexMismatch: 503,
    ingest_errors.IndexDamaged: 503,
    ingest_errors.HomeInUse: 409,
    qa_errors.QuestionError: 500,
    qa_errors.InvalidQuestion: 422,
    qa_errors.UnknownAnswer: 404,
    qa_errors.NotReady: 503,
    qa_errors.Overloaded: 429,
    qa_errors.ServiceStopping: 503,
    qa_errors.GeneratorError: 502,
    qa_errors.GeneratorUnreachable: 502,
    qa_errors.GeneratorTimedOut: 504,
    qa_errors.GeneratorBusy: 503,
    qa_errors.GeneratorDenied: 502,
    qa_errors.GeneratorRefused: 502,
    qa_errors.GeneratorFailed: 502,
    qa_errors.GeneratorGarbled: 502,
}

RETRY_AFTER_SECONDS = 2
READER_LEFT = 499
_OPENAI_PATHS = ("/v1/chat/", "/v1/models")


class FieldProblem(BaseModel):
    """What is wrong with one member of the request; `pointer` is a JSON Pointer into the body, or names a parameter."""

    pointer: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem document: the one shape of every error."""

    type: str = Field(examples=["urn:sitasi:problem:invalid_question"])
    title: str = Field(examples=["The question cannot be used"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["The question is empty."])
    code: str = Field(examples=["invalid_question"])
    advice: str = Field(examples=["Send a question of at least one word and within the length limit."])
    retryable: bool = Field(examples=[False], description="Whether the same request may succeed later.")
    request_id: str = Field(examples=["b7c1f0a2d94e4c36"])
    errors: list[FieldProblem] | None = None


class RequestError(Exception):
    """The request itself is refused before any question is looked at; `code` is a key of the HTTP wording."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.headers = headers


def language_of(request: Request) -> Language:
    """Language to write to this caller in: that of the question when known, else the header, else English."""
    known = getattr(request.state, "language", None)
    if known == "id" or known == "en":
        language: Language = known
        return language
    return http_wording.preferred_language(request.headers.get("accept-language", ""))


def problem_of(error: Exception, language: Language, request_id: str, *, operator: bool = False) -> Problem:
    """The problem document of any exception. Unknown ones become `internal_error` and tell nothing of their inside;
    faults of the service tell their own words (which may name a folder) to the `operator` only."""
    if isinstance(error, IngestError | QuestionError):
        status = _status_of(error)
        told = message_for(error, language, specific=operator or status < 500 or isinstance(error, qa_errors.NotReady))
        return _problem(told, status, error.retryable, request_id)
    if isinstance(error, RequestValidationError):
        return _invalid_request(error, language, request_id)
    if isinstance(error, RequestError):
        status, told = http_wording.told(error.code, language)
        return _problem(told, status, status == 429, request_id)
    if isinstance(error, HTTPException):
        status, told = http_wording.told_status(error.status_code, language)
        return _problem(told, status, status in (429, 503), request_id)
    status, told = http_wording.told("internal_error", language)
    return _problem(told, status, False, request_id)


def problem_response(
    error: Exception, language: Language, request_id: str, *, status: int | None = None, as_openai: bool = False
) -> JSONResponse:
    """The problem document as a response with the headers that its status asks for; `status` overrides the error's.

    `as_openai` adds the member `error`, in which OpenAI's clients look for the message."""
    problem = problem_of(error, language, request_id)
    if status is not None:
        problem = problem.model_copy(update={"status": status})
    content = problem.model_dump(exclude_none=True)
    if as_openai:
        content["error"] = openai_error(problem)
    headers = {"content-language": language, "cache-control": "no-store"}
    if isinstance(error, HTTPException | RequestError) and error.headers:
        headers.update(error.headers)
    if problem.status in (429, 503):
        headers.setdefault("retry-after", str(RETRY_AFTER_SECONDS))
    return JSONResponse(content, problem.status, headers=headers, media_type=MEDIA_TYPE)


def openai_error(problem: Problem) -> dict[str, Any]:
    """The problem as OpenAI's clients read it."""
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    return {"message": f"{problem.detail} {problem.advice}", "type": kind, "param": None, "code": problem.code}


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""

    async def answer(request: Request, error: Exception) -> JSONResponse:
        """One problem document for any fault."""
        request_id = getattr(request.state, "request_id", "")
        if isinstance(error, HTTPException) and error.status_code == 405:
            # The library names the methods of the first route at this address, which need not be the only one.
            error.headers = {"allow": ", ".join(_methods_at(request))}
        as_openai = request.url.path.startswith(_OPENAI_PATHS)
        return problem_response(error, language_of(request), request_id, as_openai=as_openai)

    async def nobody(_: Request, __: Exception) -> Response:
        """Whoever asked has left; the status is for the log, as nginx writes it."""
        return Response(status_code=READER_LEFT)

    app.add_exception_handler(ReaderLeft, nobody)
    for kind in (IngestError, QuestionError, RequestError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


def _methods_at(request: Request) -> list[str]:
    """The methods that this address takes."""
    return [
        method
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.router.routes
        )
    ]


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI `responses` for these statuses, all with the one problem shape."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": http_wording.told_status(status, "en")[1].title, "content": content}
        for status in statuses
    }


def problem_schemas() -> dict[str, Any]:
    """JSON schemas of the problem document, by name, for the OpenAPI description."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    inner: dict[str, Any] = schema.pop("$defs", {})
    return {**inner, "Problem": schema}


def _status_of(error: IngestError | QuestionError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _problem(
    told: Message, status: int, retryable: bool, request_id: str, errors: list[FieldProblem] | None = None
) -> Problem:
    return Problem(
        type=f"urn:sitasi:problem:{told.code}",
        title=told.title,
        status=status,
        detail=told.detail,
        code=told.code,
        advice=told.advice,
        retryable=retryable,
        request_id=request_id,
        errors=errors,
    )


def _invalid_request(error: RequestValidationError, language: Language, request_id: str) -> Problem:
    """Names every faulty member, and never repeats its value: that may be anything, and may not even be text."""
    faults: Sequence[Mapping[str, Any]] = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        status, told = http_wording.told("invalid_json", language)
        return _problem(told, status, False, request_id)
    fields = [
        FieldProblem(pointer=_pointer(fault["loc"]), message=http_wording.told_fault(fault, language))
        for fault in faults
    ]
    status, told = http_wording.told("invalid_request", language)
    named = "; ".join(f"{field.pointer}: {field.message}" for field in fields[:5])
    detail = f"{told.title}: {named}."
    return _problem(Message(told.code, told.title, detail, told.advice), status, False, request_id, fields[:50])


def _pointer(location: Sequence[Any]) -> str:
    """`("body", "history", 0, "role")` → `/history/0/role`; parameters keep their place in front."""
    parts = [str(part).encode("utf-8", "replace").decode()[:100] for part in location]
    if parts and parts[0] == "body":
        return "/" + "/".join(parts[1:]) if len(parts) > 1 else "/"
    return " ".join(parts)
