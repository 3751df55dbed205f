"""GET /v1/documents…: the papers that can be cited, and the very text that citations point into."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query

from qa.api.access import GuardedRoute, needs
from qa.api.document_bodies import ListBody, TextBody, VersionBody, entry_body, text_body, version_body
from qa.api.errors import documented
from qa.api.state import Service, service_of

router = APIRouter(route_class=GuardedRoute, tags=["documents"])

DocumentId = Annotated[str, Path(max_length=200, description="Id of the paper.", examples=["kotagede-perak"])]
Version = Annotated[
    str | None,
    Query(max_length=64, description="A version that an answer cites; unset means the one that answers now."),
]
Offset = Annotated[int, Query(ge=0, le=2_000_000_000, description="First code point of the stored text, 0-based.")]
End = Annotated[
    int | None, Query(ge=0, le=2_000_000_000, description="Code point after the last; unset means the end.")
]


@router.get("/v1/documents", responses=documented(503))
@needs("ask")
async def documents(service: Annotated[Service, Depends(service_of)]) -> ListBody:
    """List the published papers, samples included, ordered by id."""
    record = service.sitasi.library.record
    stored = await service.read(record.catalogue)
    return ListBody(documents=tuple(map(entry_body, stored)))


@router.get("/v1/documents/{document_id}", responses=documented(404, 422, 503))
@needs("ask")
async def document(
    document_id: DocumentId, service: Annotated[Service, Depends(service_of)], version: Version = None
) -> VersionBody:
    """One version of a paper: bibliography, sections and pages."""
    record = service.sitasi.library.record

    def read() -> VersionBody:
        """Everything from one state of the record."""
        found = record.document(document_id, version)
        card = record.cards().get(document_id)
        current = card is not None and card.version == found.version
        return version_body(found, current=current, href=f"/papers/{quote(found.id, safe='')}")

    return await service.read(read)


@router.get("/v1/documents/{document_id}/text", responses=documented(404, 422, 503))
@needs("ask")
async def document_text(
    document_id: DocumentId,
    service: Annotated[Service, Depends(service_of)],
    version: Version = None,
    start: Offset = 0,
    end: End = None,
) -> TextBody:
    """The stored text of a version, whole or `[start, end)`, with the sections that it touches."""
    record = service.sitasi.library.record
    return await service.read(lambda: text_body(record.document(document_id, version), start, end))
