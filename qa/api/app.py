"""settings + loaded parts → the HTTP application; the one place where routes, errors and middleware meet."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from qa.api import answers, chat, compare, copies, documents, errors, feedback, health, jobs, pages, uploads
from qa.api.access import READING, SECURITY_SCHEME, Gate
from qa.api.edge import Edge
from qa.api.embedding import embedding_origins
from qa.api.mcp import mcp_tools
from qa.api.state import IngestPapers, Service
from qa.api.traces import start_traces, stop_traces
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi

_ROUTERS = (
    answers.router,
    chat.router,
    compare.router,
    copies.router,
    documents.router,
    feedback.router,
    jobs.router,
    health.router,
    pages.embedding,
    pages.router,
)
_KEY_SCHEME = {"type": "http", "scheme": "bearer", "description": "A key that `sitasi keys create` made."}
_DESCRIPTION = (
    "Sitasi answers questions about research papers in Indonesian and English. Every sentence of an answer carries a "
    "citation that was checked by machine: `stored_text[start:end] == quote`. Offsets are code points, half-open and "
    "0-based. Errors are RFC 9457 problem documents in the language of the question or of Accept-Language."
)


class _Described(FastAPI):
    """FastAPI, whose description names the problem document instead of its own validation error, how to show a key and
    how long a question may be; where everybody may read, it says that no key is needed for that."""

    def __init__(self, gate: Gate, longest_question: int, **named: Any) -> None:
        super().__init__(**named)
        self._gate, self._longest_question = gate, longest_question

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI description, made once."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        schema = super().openapi()
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas |= errors.problem_schemas()
        schema["components"]["securitySchemes"] = {SECURITY_SCHEME: _KEY_SCHEME}
        for asking, name in (("AnswerRequest", "question"), ("SearchRequest", "query")):
            schemas[asking]["properties"][name]["maxLength"] = self._longest_question
        for operation in (one for item in schema["paths"].values() for one in item.values()):
            if self._gate.open and operation["security"] in ([{SECURITY_SCHEME: [scope]}] for scope in READING):
                operation["security"] = [*operation["security"], {}]
        return schema


def create_app(
    sitasi: Callable[[], Sitasi],
    settings: Settings,
    ingest: IngestPapers,
    loaded: Callable[[Service], None] = lambda _: None,
) -> FastAPI:
    """The application. `sitasi` is called once, in the background, when the server starts: requests are answered at
    once, questions as soon as it has returned; an error that it raises is told by /readyz. `loaded` is called after it
    has returned or failed, with the service, whose `fault` is the error. `ingest` runs the jobs of local commands."""
    service = Service(settings, sitasi, ingest)

    def load() -> None:
        service.load()
        loaded(service)

    tools = mcp_tools(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        """Load everything before the first request; let go of it after the last."""
        # A plain thread: the pool of the event loop would make a stop wait until loading has finished.
        threading.Thread(target=load, name="sitasi-load", daemon=True).start()
        try:
            async with tools.running():
                yield
        finally:
            service.close()
            stop_traces(app)

    app = _Described(
        service.gate,
        settings.answer.max_question_characters,
        title="Sitasi",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    app.state.service = service
    errors.install(app)
    # The limit stands on the routes and not on the application, so that the edge sees the refusal and words it.
    routes = APIRouter(max_body_size=settings.server.max_body_bytes)
    for router in _ROUTERS:
        routes.include_router(router)
    routes.include_router(uploads.removals)
    app.include_router(routes)
    papers = APIRouter(
        max_body_size=uploads.MOST_FILES * settings.ingest.max_file_bytes + settings.server.max_body_bytes
    )
    papers.include_router(uploads.router)
    app.include_router(papers)
    app.router.routes.extend(tools.routes)
    pages.mount_files(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    origins = embedding_origins(settings.server)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["accept-language", "authorization", "content-type"],
            expose_headers=["content-language", "retry-after", "x-request-id"],
        )
    app.add_middleware(Edge, settings=settings.server)
    start_traces(app, settings)
    return app
