"""A service on a real port, and readers that leave while its answers wait for a language model."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from qa.api.app import create_app
from qa.api.deadline import KEEP_ALIVE_SECONDS, protocol_with_deadline
from qa.api.serve import listen, local_url
from qa.generate import LlmEndpoint
from qa.settings import LlmSettings, ServerSettings
from tests.fakes import FakeSitasi
from tests.scripted_endpoint import Call, Script, ScriptedEndpoint, scripted

CONCURRENT = 10


@contextmanager
def served(sitasi: FakeSitasi, ingest: Any = None, **server: Any) -> Iterator[str]:
    """The address of a real server over these parts."""
    limits = {"concurrent_questions": CONCURRENT, "questions_per_minute": 100_000, "requests_per_minute": 100_000}
    settings = ServerSettings(port=0, **{**limits, **server})
    listening = listen(settings)
    started = threading.Event()
    whole = sitasi.settings.model_copy(update={"server": settings})
    app = create_app(sitasi.loaded, whole, ingest, lambda _: started.set())
    running = uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            http=protocol_with_deadline(settings.receive_seconds),
        )
    )
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    assert started.wait(20)
    try:
        yield local_url(listening)
    finally:
        running.should_exit = True
        thread.join(20)
        listening.close()


@dataclass
class Upstream:
    """What the language model's address saw: when it was asked, and when the line to it was closed."""

    endpoint: ScriptedEndpoint
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    closed: list[float] = field(default_factory=list)


def silent(upstream: Upstream, *, after_head: bool) -> Script:
    """Says nothing, or the head of a stream and a word; then waits until the line is closed, and notes when."""

    def script(call: Call) -> None:
        if after_head:
            call.head()
            call.say("Clay ")
        upstream.asked.release()
        call.socket.settimeout(30)
        try:
            while call.socket.recv(4096):
                pass
        except TimeoutError:
            return
        except OSError:
            pass
        upstream.closed.append(time.monotonic())

    return script


@contextmanager
def waiting_model(sitasi: FakeSitasi, *, after_head: bool) -> Iterator[Upstream]:
    """Every answer waits for a model that does not end."""
    with scripted(lambda _: None) as endpoint:
        upstream = Upstream(endpoint)
        endpoint.script = silent(upstream, after_head=after_head)
        settings = LlmSettings.model_validate({"url": endpoint.url, "total_seconds": 60, "idle_seconds": 60})
        sitasi.answers.before = lambda: list(LlmEndpoint(settings).write("system", "question", 60.0))
        yield upstream


def leave_after_asking(address: str, upstream: Upstream, path: str, body: bytes, readers: int = 1) -> float:
    """Ask from so many connections, wait until the model has been asked by all, close them; gives when."""
    place = urlsplit(address)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    with ExitStack() as opened:
        for _ in range(readers):
            reader = opened.enter_context(socket.create_connection((place.hostname, place.port), timeout=60))
            reader.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        for _ in range(readers):
            assert upstream.asked.acquire(timeout=60)
        time.sleep(0.05)
    return time.monotonic()
