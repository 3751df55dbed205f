"""POST /v1/jobs and GET /v1/jobs/{id}: papers on this machine's disk are ingested by the server that owns the home.

Only for commands of the user who started the server: the token stands in a file that nobody else may read.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi import Path as InPath
from pydantic import Field

from ingest.summary import IngestSummary, Report
from qa.api.errors import RequestError, documented, language_of, problem_of
from qa.api.job_queue import JobBody
from qa.api.schemas import PlainText, Strict
from qa.api.state import Service, service_of

router = APIRouter(tags=["jobs"])


class JobRequest(Strict):
    """Files and folders to ingest, as absolute paths on the server's machine."""

    paths: list[PlainText] = Field(min_length=1, max_length=10_000, examples=[["/home/ani/papers"]])
    prune: bool = Field(False, description="Also remove papers whose files are gone from under these paths.")


def owner_only(
    service: Annotated[Service, Depends(service_of)],
    authorization: Annotated[str | None, Header(max_length=200)] = None,
) -> None:
    """Let pass only who shows the token of the process that owns the home."""
    ownership = service.sitasi.library.ownership
    token = ownership.owner.token if ownership is not None else None
    scheme, _, shown = (authorization or "").partition(" ")
    known = token is not None and scheme.lower() == "bearer"
    if not (known and hmac.compare_digest(shown.strip().encode(), str(token).encode())):
        raise RequestError("token_refused", {"www-authenticate": "Bearer"})


@router.post(
    "/v1/jobs", status_code=202, dependencies=[Depends(owner_only)], responses=documented(400, 401, 413, 422, 503)
)
async def start_job(body: JobRequest, request: Request, service: Annotated[Service, Depends(service_of)]) -> JobBody:
    """Ingest files and folders of the server's machine, for local commands that show the owner's token."""
    sitasi = service.sitasi
    language, request_id = language_of(request), request.state.request_id

    def work(report: Report) -> IngestSummary:
        """The job itself, on its own thread."""
        return service.ingest(sitasi, [Path(path) for path in body.paths], body.prune, report)

    return service.jobs.start(work, lambda error: problem_of(error, language, request_id, operator=True))


@router.get("/v1/jobs/{job_id}", dependencies=[Depends(owner_only)], responses=documented(401, 404, 422, 503))
async def job(
    job_id: Annotated[str, InPath(max_length=64)], service: Annotated[Service, Depends(service_of)]
) -> JobBody:
    """How far a job has come."""
    found = service.jobs.get(job_id)
    if found is None:
        raise RequestError("unknown_job")
    return found
