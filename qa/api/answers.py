"""POST /v1/answers and /v1/search, GET /v1/answers/{id}: a question in, verified claims out, whole or as a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from qa.api.access import GuardedRoute, needs
from qa.api.bodies import AnswerBody, ClaimBody, RetrievedBody, SearchBody, claim_events
from qa.api.errors import documented, language_of, problem_of
from qa.api.examples import ABSTAINED, ANSWERED, EVENT, STREAM
from qa.api.hearing import answering
from qa.api.keeping import KeptBody, check_documents, kept_answer, search
from qa.api.schemas import AnswerRequest, SearchRequest
from qa.api.state import Service, service_of
from qa.errors import UnknownAnswer
from qa.language import detect_language
from qa.types import Question

router = APIRouter(route_class=GuardedRoute, tags=["answers"])

_STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def _event(name: str, body: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=body.model_dump_json())


async def _stream(service: Service, question: Question, request: Request) -> AsyncIterator[bytes]:
    """The events of one answer. The status line is out by now, so a failure becomes an `error` event and an end."""
    searched, told = False, list[ClaimBody]()
    try:
        async with answering(service, question) as heard:
            async for event in heard.events():
                if isinstance(event, RetrievedBody):
                    searched = True
                    yield _event("retrieved", event)
                else:
                    told.append(event.claim)
                    yield _event("claim", event)
            body = heard.body
        if not searched:
            # A greeting searches nothing; a stream begins alike all the same.
            yield _event("retrieved", RetrievedBody(passages=()))
        # Claims that were written and then given up are followed by those that the answer holds; `done` is the answer.
        for event in claim_events(body):
            if event.claim not in told:
                yield _event("claim", event)
        yield _event("done", body)
    except Exception as error:
        yield _event("error", problem_of(error, language_of(request), request.state.request_id))


@router.post(
    "/v1/answers",
    response_model=AnswerBody,
    responses={
        200: {
            "description": "An answer whose every sentence has a verified citation, or an honest no. "
            "With `stream: true` the same as Server-Sent Events.",
            "content": {
                "application/json": {"examples": {"answered": {"value": ANSWERED}, "abstained": {"value": ABSTAINED}}},
                "text/event-stream": {"schema": EVENT, "example": STREAM},
            },
        },
        **documented(400, 404, 413, 422, 429, 500, 503),
    },
)
@needs("ask", costly=True)
async def answer(
    body: AnswerRequest, request: Request, service: Annotated[Service, Depends(service_of)]
) -> AnswerBody | Response:
    """Answer a question about the papers."""
    question = body.to_question(service.settings.answer.max_question_characters)
    request.state.language = question.language or detect_language(question.text)
    sitasi = service.sitasi
    if body.stream:
        # What can be refused is refused while there still is a status line to do it with.
        await service.read(lambda: check_documents(sitasi.library.record, question))
        return EventSourceResponse(_stream(service, question, request), headers=_STREAM_HEADERS)
    return await service.work_for(request, lambda: service.answer(question))


@router.post("/v1/search", responses=documented(400, 404, 413, 422, 429, 500, 503))
@needs("ask", costly=True)
async def search_passages(
    body: SearchRequest, request: Request, service: Annotated[Service, Depends(service_of)]
) -> SearchBody:
    """Find the passages that are nearest to a question, without answering it."""
    question = body.to_question(service.settings.answer.max_question_characters)
    request.state.language = question.language or detect_language(question.text)
    sitasi = service.sitasi
    return await service.work_for(request, lambda: search(sitasi, question, body.limit))


class SharedBody(BaseModel):
    """Where a shared answer can be seen, for good."""

    id: str
    href: str


AnswerId = Annotated[str, Path(max_length=64, description="Id of an answer.", examples=[ANSWERED["id"]])]


@router.get("/v1/answers/{answer_id}", responses=documented(404, 422, 503))
@needs("ask")
async def kept(answer_id: AnswerId, service: Annotated[Service, Depends(service_of)]) -> KeptBody:
    """An answer as it was given; kept for a limited time unless shared."""
    record = service.sitasi.library.record
    return await service.read(lambda: kept_answer(record, answer_id))


@router.post("/v1/answers/{answer_id}/share", responses=documented(404, 422, 503))
@needs("ask")
async def share(answer_id: AnswerId, service: Annotated[Service, Depends(service_of)]) -> SharedBody:
    """Keep an answer for good under its permalink. Sharing twice changes nothing."""
    record = service.sitasi.library.record
    if not await service.read(lambda: record.share_answer(answer_id)):
        raise UnknownAnswer(f"No answer is kept under the id {answer_id!r}.")
    return SharedBody(id=answer_id, href=f"/a/{answer_id}")
