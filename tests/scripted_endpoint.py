"""A language model's address on loopback that does exactly what a test tells it, byte by byte, faults included."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Script = Callable[["Call"], None]


@dataclass
class Call:
    """One request for `target` (path and query), with the socket to answer it on. `stopping` is set when the test is
    over."""

    socket: socket.socket
    target: str
    headers: dict[str, str]
    body: dict[str, Any]
    stopping: threading.Event

    def send(self, text: str | bytes) -> None:
        """Bytes as they are."""
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def head(self, status: str = "200 OK", kind: str = "text/event-stream", **headers: str) -> None:
        """The status line and headers of a reply that ends when the line is closed."""
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        self.send(f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n{more}\r\n")

    def say(self, text: str, finish: str | None = None) -> None:
        """One piece of a streamed completion."""
        self.send(event({"content": text}, finish))

    def end(self, reason: str = "stop") -> None:
        """The good end of a stream."""
        self.send(event({}, reason) + "data: [DONE]\n\n")

    def reset(self) -> None:
        """Cut the line with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def wait(self, seconds: float = 30.0) -> bool:
        """Do nothing; True when the test is over."""
        return self.stopping.wait(seconds)


def event(delta: dict[str, Any], finish: str | None = None) -> str:
    """One chunk of a streamed chat completion."""
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": choices}
    return f"data: {json.dumps(chunk)}\n\n"


@dataclass
class ScriptedEndpoint:
    """Answers each request with `script`; `calls` holds what it was sent."""

    script: Script
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    _stopping: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """Accept until the listener is closed."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            with connection:
                call = self._read(connection)
                if call is not None:
                    self.calls.append(call)
                    self.script(call)
        except OSError:
            pass  # The caller hung up, as it should when it has had enough.

    def _read(self, connection: socket.socket) -> Call | None:
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = connection.recv(65536)
            if not chunk:
                return None
            received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        request, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(body) < int(headers.get("content-length", "0")):
            body += connection.recv(65536)
        return Call(connection, request.split()[1], headers, json.loads(body or b"{}"), self._stopping)


@contextmanager
def scripted(script: Script) -> Iterator[ScriptedEndpoint]:
    """The endpoint, listening while the block runs."""
    listener = socket.create_server(("127.0.0.1", 0))
    endpoint = ScriptedEndpoint(script)
    endpoint.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    threading.Thread(target=endpoint.serve, args=(listener,), daemon=True).start()
    try:
        yield endpoint
    finally:
        endpoint._stopping.set()
        listener.close()


def saying(*lines: str) -> Script:
    """A well-behaved endpoint that says these lines, word by word."""

    def script(call: Call) -> None:
        call.head()
        for line in lines:
            for word in f"{line}\n".split(" "):
                call.say(word if word.endswith("\n") else f"{word} ")
        call.end()

    return script
