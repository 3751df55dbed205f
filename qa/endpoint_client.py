"""settings → an HTTP client for one draft, which reads no more of a reply than a draft can be long."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import httpx

from qa.settings import LlmSettings

# One token of a stream comes in a few hundred bytes of JSON.
_BYTES_PER_TOKEN = 2_000
_LEAST_BYTES = 1_000_000


class OversizedReply(Exception):
    """The endpoint sent more than a draft can hold, or packed it so that nobody can tell."""


class LineSocket:
    """The socket of one draft, as soon as it is connected. Closing it while a thread waits for its next bytes would
    tell the other side nothing before they came; `cut` does at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._cut = False

    def follow(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx's trace of a request: keeps what was connected."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
                cut = self._cut
            if cut:
                self.cut()

    def cut(self) -> None:
        """Hang up, now or as soon as there is a line."""
        with self._lock:
            self._cut = True
            line = self._socket
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class _Capped(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, limit: int) -> None:
        self._stream, self._limit = stream, limit

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for chunk in self._stream:
            read += len(chunk)
            if read > self._limit:
                raise OversizedReply
            yield chunk

    def close(self) -> None:
        self._stream.close()


def open_client(settings: LlmSettings, line: LineSocket) -> httpx.Client:
    """A client that follows no redirect (the key stays where it was meant for), takes no packed reply and reads at most
    as much as `max_tokens` can need; `line` follows its socket. The query of the address and the operator's headers go
    with every request. Close it after the draft."""
    limit = max(_LEAST_BYTES, settings.max_tokens * _BYTES_PER_TOKEN)
    slowest = max(settings.first_token_seconds, settings.idle_seconds)
    timeout = httpx.Timeout(slowest, connect=settings.connect_seconds)

    query = httpx.QueryParams(settings.base_and_query()[1])
    own_headers = {name: value.get_secret_value() for name, value in settings.headers.items()}

    def complete(request: httpx.Request) -> None:
        # Here and not at the OpenAI client, which would join its path to the query, and logs the headers it is given.
        request.url = request.url.copy_merge_params(query)
        if settings.key is None:
            request.headers.pop("authorization", None)
        request.headers.update(own_headers)
        # It sets one limit for everything; connecting has its own here.
        request.extensions["timeout"] = timeout.as_dict()
        request.extensions["trace"] = line.follow
        request.headers["accept-encoding"] = "identity"

    def limit_reading(response: httpx.Response) -> None:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise OversizedReply
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Capped(response.stream, limit)

    hooks: dict[str, list[Callable[..., Any]]] = {"request": [complete], "response": [limit_reading]}
    return httpx.Client(timeout=timeout, follow_redirects=False, event_hooks=hooks)


def retry_after(response: httpx.Response) -> float | None:
    """Seconds that the endpoint asks to wait, or None when it does not say or says it as a date."""
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None
