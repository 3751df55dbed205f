"""settings → a listening server, until it is told to stop; with its slow clients held to a time limit."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from qa.api.app import create_app
from qa.api.deadline import KEEP_ALIVE_SECONDS, protocol_with_deadline
from qa.api.state import IngestPapers, Service
from qa.settings import ServerSettings, Settings

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi

_BACKLOG = 1024
# Told to stop: answers may end by themselves, then they are told to end, then they are cut; ten seconds in all.
_FINISH_SECONDS = 4
_GRACE_SECONDS = 6
_MOST_DESCRIPTORS = 65_536
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
    """Answer requests on `listening` until SIGINT or SIGTERM, and end within ten seconds of it; `ready` is called once
    questions can be asked.

    Raises what `load` raised when the start failed, and KeyboardInterrupt after SIGINT."""
    failed: list[Exception] = []

    def loaded(service: Service) -> None:
        if service.fault is None:
            ready()
        else:
            failed.append(service.fault)
            server.should_exit = True

    app = create_app(load, settings, ingest, loaded)
    server = _Server(
        uvicorn.Config(
            app,
            http=protocol_with_deadline(settings.server.receive_seconds),
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        ),
        app.state.service,
    )
    _allow_many_connections()
    with _ending_well():
        server.run(sockets=[listening])
    if failed:
        raise failed[0]


class _Server(uvicorn.Server):
    """Tells answers in the making that the time is over, so that their readers hear it."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests; wait for those in work, for a while."""
        asyncio.get_running_loop().call_later(_FINISH_SECONDS, self._service.stopping.now)
        await super().shutdown(sockets)


@contextmanager
def _ending_well() -> Iterator[None]:
    """SIGTERM is how services are told to stop: uvicorn raises it anew when it has stopped, and that is no fault."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _allow_many_connections() -> None:
    """As many open sockets as the system lets us have: a thousand slow clients are more than the usual limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
