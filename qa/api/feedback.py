"""POST /v1/feedback, and GET for the owner: what readers think of answers."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from qa.api.access import GuardedRoute, needs
from qa.api.bodies import Body
from qa.api.errors import documented
from qa.api.feedback_bodies import FeedbackListBody, feedback_body
from qa.api.schemas import FeedbackRequest
from qa.api.state import Service, service_of
from qa.errors import UnknownAnswer

router = APIRouter(route_class=GuardedRoute, tags=["feedback"])


class NotedBody(Body):
    """The verdict has been stored."""

    answer_id: str
    verdict: Literal["up", "down"]


@router.post("/v1/feedback", status_code=201, responses=documented(400, 404, 413, 422, 503))
@needs("ask")
async def give(body: FeedbackRequest, service: Annotated[Service, Depends(service_of)]) -> NotedBody:
    """Say whether an answer was good, with or without a comment."""
    record = service.sitasi.library.record
    if not await service.read(lambda: record.save_feedback(body.answer_id, body.verdict, body.comment)):
        raise UnknownAnswer(f"No answer is kept under the id {body.answer_id!r}.")
    return NotedBody(answer_id=body.answer_id, verdict=body.verdict)


@router.get("/v1/feedback", responses=documented(401, 422, 503))
@needs("admin")
async def listed(service: Annotated[Service, Depends(service_of)]) -> FeedbackListBody:
    """All verdicts with their answers, for local commands that show the owner's token."""
    record = service.sitasi.library.record
    return await service.read(lambda: feedback_body(record))
