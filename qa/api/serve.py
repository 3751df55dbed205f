"""settings → a listening server, until it is told to stop; with its slow clients held to a time limit."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from qa.api.app import create_app
from qa.api.deadline import protocol_with_deadline
from qa.api.state import IngestPapers, Service
from qa.settings import ServerSettings, Settings

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi

_BACKLOG = 1024
_GRACE_SECONDS = 5
# Compared with, not bound to.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # nosec B104


def listen(settings: ServerSettings) -> socket.socket:
    """A socket that listens where the settings say; port 0 takes a free one. Raises OSError when it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port in the state TIME_WAIT may be had again at once; one that somebody listens on may not.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def local_url(listening: socket.socket) -> str:
    """The address under which commands on this machine reach the socket."""
    host, port = listening.getsockname()[:2]
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    listening: socket.socket,
    settings: Settings,
    load: Callable[[], Sitasi],
    ingest: IngestPapers,
    ready: Callable[[], None],
) -> None:
    """Answer requests on `listening` until SIGINT or SIGTERM; `ready` is called once questions can be asked.

    Raises what `load` raised when the start failed."""
    failed: list[Exception] = []

    def loaded(service: Service) -> None:
        if service.fault is None:
            ready()
        else:
            failed.append(service.fault)
            server.should_exit = True

    app = create_app(load, settings, ingest, loaded)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=protocol_with_deadline(settings.server.receive_seconds),
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    server.run(sockets=[listening])
    if failed:
        raise failed[0]
