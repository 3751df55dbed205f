"""GET /v1/answers/{id}/copies and /v1/documents/{id}/references: answers and papers as scholars paste them."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request

from ingest.types import DocumentCard
from qa.api.access import GuardedRoute, needs
from qa.api.bodies import Body
from qa.api.documents import DocumentId, Version
from qa.api.errors import documented, language_of
from qa.api.keeping import kept_answer
from qa.api.pages import base_of
from qa.api.state import Service, service_of
from qa.copying import copy_answer
from qa.references import ReferenceFormat, references

router = APIRouter(route_class=GuardedRoute, tags=["answers"])
AnswerId = Annotated[str, Path(max_length=64, description="Id of an answer.")]


class CopiesBody(Body):
    """One text in each format."""

    plain: str
    markdown: str
    apa: str
    bibtex: str
    ris: str


@router.get("/v1/answers/{answer_id}/copies", responses=documented(404, 422, 503))
@needs("ask")
async def copies(answer_id: AnswerId, request: Request, service: Annotated[Service, Depends(service_of)]) -> CopiesBody:
    """An answer with its references, in each format; BibTeX and RIS hold the cited papers. Empty when it cites none."""
    base = base_of(request, service.settings.server)

    def read() -> CopiesBody:
        """Everything from the versions that the answer cites."""
        record = service.sitasi.library.record
        answer = kept_answer(record, answer_id)
        cited = {one.document.id: one.document.version for one in answer.citations}
        papers = [record.document(document, version) for document, version in cited.items()]
        cards = {one.id: DocumentCard(one.id, one.version, one.language, one.bibliography) for one in papers}
        made = {
            one.value: copy_answer(one, answer, cards, lambda citation: f"{base}{citation.href}")
            for one in ReferenceFormat
        }
        return CopiesBody(**made)

    return await service.read(read)


@router.get("/v1/documents/{document_id}/references", responses=documented(404, 422, 503))
@needs("ask")
async def document_references(
    document_id: DocumentId,
    request: Request,
    service: Annotated[Service, Depends(service_of)],
    version: Version = None,
    language: Annotated[Literal["id", "en"] | None, Query(description="The caller's when unset.")] = None,
) -> CopiesBody:
    """The reference of one paper, in each format."""
    base = base_of(request, service.settings.server)
    spoken = language or language_of(request)

    def read() -> CopiesBody:
        """The version that was asked for."""
        found = service.sitasi.library.record.document(document_id, version)
        card = DocumentCard(found.id, found.version, found.language, found.bibliography)
        address = f"{base}/papers/{quote(found.id, safe='')}"
        return CopiesBody(**{one.value: references([card], one, spoken, lambda _: address) for one in ReferenceFormat})

    return await service.read(read)
