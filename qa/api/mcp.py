"""service → /mcp: the tools of the MCP server inside the HTTP service, where the extra `mcp` is installed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute, Route

from qa.api.access import GuardedApp, Needs
from qa.api.state import Service

if TYPE_CHECKING:
    from qa.mcp_server import Papers


@dataclass(frozen=True, slots=True)
class McpTools:
    """The routes of the tools, and what must run while they are served; nothing where the extra is missing."""

    routes: Sequence[BaseRoute]
    running: Callable[[], AbstractAsyncContextManager[None]]


def mcp_tools(service: Service) -> McpTools:
    """The tools over this service."""
    if find_spec("mcp") is None:
        return McpTools((), _nothing)
    from qa.mcp_server import build_mcp, http_app

    settings = service.settings.server

    async def use(job: Callable[[Papers], Any]) -> Any:
        """In the thread pool of questions, with its bound on how many wait."""
        # Imported here because it loads the index and the model's runtime, which are there once questions can be asked.
        from qa.cli_local import LocalAccess

        papers = LocalAccess(service.sitasi, service.metrics.answered)
        return await service.work_for(None, lambda: job(papers))

    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    server = build_mcp(use, lambda: base.rstrip("/"))
    app = http_app(server, settings.max_body_bytes)
    for route in app.routes:
        assert isinstance(route, Route)
        route.app = GuardedApp(route.app, Needs("ask", costly=True))

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        """While the service runs."""
        async with server.session_manager.run():
            yield

    return McpTools(app.routes, running)


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield
