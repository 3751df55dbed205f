"""POST and DELETE /v1/documents: papers received into the collection, and papers that cease to answer.

Only with the owner's token, which is looked at before a byte of the body is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import UploadFile

from ingest.errors import RecordFull, UnknownDocument
from ingest.home import Home
from ingest.summary import IngestSummary, Report
from ingest.uploads import NameTaken, forget_upload, keep_upload, safe_name
from qa.api.access import GuardedRoute, needs
from qa.api.bodies import Body
from qa.api.documents import DocumentId
from qa.api.errors import RequestError, documented, language_of, problem_of
from qa.api.job_queue import JobBody
from qa.api.state import Service, service_of

router = APIRouter(route_class=GuardedRoute, tags=["documents"])
removals = APIRouter(route_class=GuardedRoute, tags=["documents"])

MOST_FILES = 20
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_FILES,
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                }
            }
        },
    }
}


class RemovedBody(Body):
    """A paper that does not answer any more. `file_deleted` is false when it was read from a folder of the server's
    machine: the file lies there still, and the next ingestion of that folder brings the paper back."""

    id: str
    passages: int
    file_deleted: bool


@router.post(
    "/v1/documents",
    status_code=202,
    openapi_extra=_BODY,
    responses=documented(400, 401, 409, 413, 422, 503),
)
@needs("ingest")
async def upload(
    request: Request,
    service: Annotated[Service, Depends(service_of)],
    replace: Annotated[bool, Query(description="Take the place of a paper received under the same name.")] = False,
) -> JobBody:
    """Receive one or several papers (`file`, multipart) and ingest them; /v1/jobs/{id} tells what became of each."""
    sitasi = service.sitasi
    language, request_id = language_of(request), request.state.request_id
    home, limit = Home(service.settings.home), service.settings.ingest.max_file_bytes
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        received = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        files = [(part.filename or "", await part.read(limit + 1)) for part in received]
    _check(files, limit)

    def keep() -> list[Any]:
        """All files, or none where one of them may not be kept."""
        return [keep_upload(home, name, content, replace=replace) for name, content in files]

    try:
        paths = await service.read(keep)
    except NameTaken as taken:
        raise RequestError("name_taken") from taken
    except OSError as fault:
        raise RecordFull(f"The upload cannot be kept: {fault.strerror or fault}.") from fault

    def work(report: Report) -> IngestSummary:
        """The job itself, on its own thread."""
        return service.ingest(sitasi, paths, False, report)

    return service.jobs.start(work, lambda error: problem_of(error, language, request_id, operator=True))


def _check(files: Sequence[tuple[str, bytes]], limit: int) -> None:
    if not files:
        raise RequestError("no_file")
    if any(len(content) > limit for _, content in files):
        raise RequestError("body_too_large")
    if len({safe_name(name) for name, _ in files}) < len(files):
        raise RequestError("name_taken")


@removals.delete(
    "/v1/documents/{document_id}",
    responses=documented(401, 404, 422, 503),
)
@needs("ingest")
async def remove(document_id: DocumentId, service: Annotated[Service, Depends(service_of)]) -> RemovedBody:
    """Take a paper out of the collection. Answers that cite it keep what they quote."""
    library = service.sitasi.library
    home = Home(service.settings.home)

    def work() -> RemovedBody:
        """In one go: a run of ingestion that is under way is waited for."""
        with library.one_run():
            stored = next((one for one in library.record.catalogue() if one.card.id == document_id), None)
            if stored is None:
                raise UnknownDocument(f"There is no paper with the id {document_id}.")
            change = library.remove([document_id])
            library.settle()
            deleted = forget_upload(home, stored.source.path)
        return RemovedBody(id=document_id, passages=len(change.removed), file_deleted=deleted)

    return await service.read(work)
