"""GET / and the other pages a person opens (chat, paper, permalink, comparison), with their files and their oEmbed."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import Scope

from ingest.errors import IngestError, UnknownDocument
from ingest.types import DocumentCard
from qa.api.access import GuardedRoute, needs
from qa.api.bodies import DocumentBody, document_body
from qa.api.errors import RETRY_AFTER_SECONDS, documented
from qa.api.keeping import KeptBody, kept_answer
from qa.api.permalink import answer_head, oembed, paper_head, with_head
from qa.api.state import Service, service_of
from qa.errors import QuestionError, UnknownAnswer
from qa.settings import ServerSettings

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
embedding = APIRouter(route_class=GuardedRoute, tags=["answers"])

WEB = FilePath(__file__).parent.parent / "web"

# The pages' own files may be loaded by pages of other sites: the widget is made of them, and none holds a secret.
_OPEN = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
# Names do not change with content, so a browser asks whether its copy is still good; the answer is a bodyless 304.
_FRESH = {"cache-control": "no-cache"}
_READ = ["GET", "HEAD"]


class OpenFiles(StaticFiles):
    """Static files that are asked for again only when they have changed, also from other sites."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or 304 when the caller's copy is good. Raises HTTPException(404)."""
        response = await super().get_response(path, scope)
        response.headers.update(_OPEN | _FRESH)
        return response


def mount_files(app: FastAPI) -> None:
    """Serve the pages' files under `/static`."""
    app.mount("/static", OpenFiles(directory=WEB), name="static")


@cache
def _page(name: str) -> str:
    path = WEB / name
    if not path.is_file():
        raise HTTPException(404)
    return path.read_text(encoding="utf-8")


def base_of(request: Request, settings: ServerSettings) -> str:
    """The address under which readers see the service, without a slash at its end."""
    return (settings.public_url or str(request.base_url)).rstrip("/")


def _html(request: Request, text: str, status: int = 200) -> Response:
    content = text.encode()
    headers = {**_FRESH, "etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    if status == 503:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    if status == 200 and headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(content, status, headers=headers)


def _status(error: Exception) -> int:
    return 404 if isinstance(error, UnknownAnswer | UnknownDocument) else 503


@router.api_route("/", methods=_READ)
@needs("nothing")
async def chat(request: Request) -> Response:
    """The chat page."""
    return _html(request, _page("index.html"))


@router.api_route("/compare", methods=_READ)
@needs("nothing")
async def compare(request: Request) -> Response:
    """The comparison page."""
    return _html(request, _page("compare.html"))


@router.api_route("/widget.js", methods=_READ)
@needs("nothing")
async def widget() -> Response:
    """The script that puts Sitasi into another site's page."""
    if not (WEB / "widget.js").is_file():
        raise HTTPException(404)
    return FileResponse(WEB / "widget.js", media_type="text/javascript", headers=_OPEN | _FRESH)


@router.api_route("/papers/{document_id}", methods=_READ)
@needs("nothing")
async def paper(document_id: str, request: Request, service: Annotated[Service, Depends(service_of)]) -> Response:
    """The page of a paper. The page itself says so when there is no such paper; the status does too."""
    page = _page("paper.html")
    if not service.gate.open:
        # A browser cannot show a key when it opens an address: the page asks for it, and then for what it shows.
        return _html(request, page)
    version = request.query_params.get("version")

    def read() -> DocumentBody:
        """Everything from one state of the record."""
        found = service.sitasi.library.record.document(document_id, version)
        return document_body(DocumentCard(found.id, found.version, found.language, found.bibliography))

    try:
        head = await service.read(read)
    except (IngestError, QuestionError) as error:
        return _html(request, page, _status(error))
    lines = paper_head(head, base_of(request, service.settings.server))
    return _html(request, with_head(page, head.language, head.title, lines))


@router.api_route("/a/{answer_id}", methods=_READ)
@needs("nothing")
async def permalink(answer_id: str, request: Request, service: Annotated[Service, Depends(service_of)]) -> Response:
    """The page of one answer, for readers and for machines."""
    page = _page("answer.html")
    if not service.gate.open:
        return _html(request, page)
    try:
        kept = await service.read(lambda: kept_answer(service.sitasi.library.record, answer_id))
    except (IngestError, QuestionError) as error:
        return _html(request, page, _status(error))
    lines = answer_head(kept, base_of(request, service.settings.server))
    return _html(request, with_head(page, kept.language, kept.question, lines))


Size = Annotated[int | None, Query(ge=1, le=10_000)]


@embedding.get("/oembed", responses=documented(404, 422, 501, 503))
@needs("ask")
async def embed(
    request: Request,
    service: Annotated[Service, Depends(service_of)],
    url: Annotated[str, Query(max_length=2000, description="Permalink of a shared answer.")],
    wanted: Annotated[str, Query(alias="format", max_length=10, description="Only `json`.")] = "json",
    embed_token: Annotated[
        str | None, Query(alias="embed", max_length=80, description="Embed token of the site that shows the frame.")
    ] = None,
    maxwidth: Size = None,
    maxheight: Size = None,
) -> dict[str, Any]:
    """oEmbed 1.0 for the permalink of a shared answer: a frame where its pages may be framed, else a link."""
    if wanted != "json":
        raise HTTPException(501)
    settings = service.settings.server
    base = base_of(request, settings)
    kept = await service.read(lambda: _shared(service, _answer_id(url, base)))
    token = embed_token if embed_token in settings.embed_tokens else None
    framed = bool(settings.frame_ancestors) or token is not None
    return oembed(kept, base, framed=framed, width=maxwidth, height=maxheight, token=token)


def _answer_id(url: str, base: str) -> str:
    prefix = f"{base}/a/"
    path = url.split("?")[0].split("#")[0]
    # Embedders may ask with the other scheme, or without the slash that a proxy adds.
    for scheme in ("http", "https"):
        if path.startswith(urlsplit(prefix)._replace(scheme=scheme).geturl()):
            return unquote(path.rsplit("/a/", 1)[1]).rstrip("/")
    raise UnknownAnswer("This is not the permalink of an answer of this service.")


def _shared(service: Service, answer_id: str) -> KeptBody:
    kept = kept_answer(service.sitasi.library.record, answer_id)
    if not kept.shared:
        raise UnknownAnswer("This answer has not been shared.")
    return kept
