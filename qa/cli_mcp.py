"""command line → MCP over stdio: every call goes through the running server, or owns the home for a moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from qa.cli_access import open_access
from qa.cli_terminal import public_base, settings_for, terminal_of
from qa.cli_wording import CommandError


def mcp(ctx: typer.Context) -> None:
    """Offer the papers as tools to an MCP host (Claude Desktop, editors, agents) over standard input and output."""
    import anyio
    import anyio.to_thread

    try:
        from qa.mcp_server import Papers, build_mcp
    except ImportError as fault:
        raise CommandError("no_mcp") from fault
    terminal, settings = terminal_of(ctx), settings_for()

    async def use(job: Callable[[Papers], Any]) -> Any:
        """Opened for each call, so that a host that stays open for days blocks no other command."""

        def run() -> Any:
            """In a thread: the home is opened and let go of there."""
            with open_access(settings, terminal.language) as access:
                return job(access)

        return await anyio.to_thread.run_sync(run)

    anyio.run(build_mcp(use, lambda: public_base(settings)).run_stdio_async)
