"""GET /healthz, /readyz and /metrics: whether the process lives, whether questions can be asked, how it has fared."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from qa.api.access import GuardedRoute, needs
from qa.api.errors import documented, language_of, problem_response
from qa.api.metrics import MEDIA_TYPE
from qa.api.state import Service, service_of

router = APIRouter(route_class=GuardedRoute, tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


@router.get("/healthz")
@needs("nothing")
async def healthz() -> Health:
    """200 as long as the process lives, also while it is starting."""
    return Health()


class Readiness(BaseModel):
    """Questions can be asked. `degraded` names in `reasons` what is missing although answers are given:
    `empty_collection` or `vector_index` (an exact scan answers in its place)."""

    status: Literal["ready", "degraded"]
    reasons: list[str]
    documents: int
    passages: int


@router.get("/readyz", response_model=Readiness, responses=documented(503))
@needs("nothing")
async def readyz(request: Request, service: Annotated[Service, Depends(service_of)]) -> Readiness | JSONResponse:
    """200 when questions can be asked; 503 with the reason while the service starts and after a failed start."""
    if service.fault is not None:
        return problem_response(service.fault, language_of(request), request.state.request_id, status=503)
    library = service.sitasi.library
    corpus = await service.read(library.record.corpus)
    resting = {"empty_collection": not corpus.documents, "vector_index": library.fault is not None}
    reasons = [name for name, holds in resting.items() if holds]
    return Readiness(
        status="degraded" if reasons else "ready",
        reasons=reasons,
        documents=corpus.documents,
        passages=corpus.passages,
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **documented(503)},
)
@needs("observe")
async def metrics(service: Annotated[Service, Depends(service_of)]) -> Response:
    """Counts, times and health for Prometheus; nothing in them says what was asked or by whom."""
    return Response(await service.read(service.measured), media_type=MEDIA_TYPE)
