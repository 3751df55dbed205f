"""POST /v1/jobs and GET /v1/jobs/{id}: papers on this machine's disk are ingested by the server that owns the home.

For keys that open ingestion, and for commands of the user who started the server: their token stands in a file that
nobody else may read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from pydantic import Field

from ingest.summary import IngestSummary, Report
from qa.api.access import GuardedRoute, needs
from qa.api.errors import RequestError, documented, language_of, problem_of
from qa.api.job_queue import JobBody
from qa.api.schemas import PlainText, Strict
from qa.api.state import Service, service_of

router = APIRouter(route_class=GuardedRoute, tags=["jobs"])


class JobRequest(Strict):
    """Files and folders to ingest, as absolute paths on the server's machine."""

    paths: list[PlainText] = Field(min_length=1, max_length=10_000, examples=[["/home/ani/papers"]])
    prune: bool = Field(False, description="Also remove papers whose files are gone from under these paths.")


@router.post("/v1/jobs", status_code=202, responses=documented(400, 401, 413, 422, 503))
@needs("ingest")
async def start_job(body: JobRequest, request: Request, service: Annotated[Service, Depends(service_of)]) -> JobBody:
    """Ingest files and folders of the server's machine, for local commands that show the owner's token."""
    sitasi = service.sitasi
    language, request_id = language_of(request), request.state.request_id

    def work(report: Report) -> IngestSummary:
        """The job itself, on its own thread."""
        return service.ingest(sitasi, [Path(path) for path in body.paths], body.prune, report)

    return service.jobs.start(work, lambda error: problem_of(error, language, request_id, operator=True))


@router.get("/v1/jobs/{job_id}", responses=documented(401, 404, 422, 503))
@needs("ingest")
async def job(
    job_id: Annotated[str, InPath(max_length=64)], service: Annotated[Service, Depends(service_of)]
) -> JobBody:
    """How far a job has come."""
    found = service.jobs.get(job_id)
    if found is None:
        raise RequestError("unknown_job")
    return found
