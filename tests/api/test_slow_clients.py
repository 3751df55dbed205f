"""Clients that never finish their request lose the connection; everybody else is served meanwhile."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.real_server import served
from tests.fakes import FakeSitasi

HEAD = b"POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
BODY = b'{"query": "clay"}'


@pytest.fixture
def server(sitasi: FakeSitasi) -> Iterator[str]:
    """A real server that waits 0.3 seconds for a request; its address."""
    with served(sitasi, receive_seconds=0.3) as address:
        yield address


def connect(server: str) -> socket.socket:
    place = urlsplit(server)
    return socket.create_connection((place.hostname, place.port), timeout=20)


def drip(opened: socket.socket, content: bytes) -> None:
    """Send a byte at a time until the other side has had enough."""
    try:
        for byte in content:
            opened.send(bytes([byte]))
            time.sleep(0.02)
        assert opened.recv(1) == b""
    except (ConnectionResetError, BrokenPipeError):
        return
    finally:
        opened.close()


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nHost:", HEAD, HEAD + BODY[:5]])
def test_a_client_that_falls_silent_is_cut_off(said: bytes, server: str) -> None:
    with connect(server) as opened:
        opened.sendall(said)
        try:
            assert opened.recv(1) == b""
        except ConnectionResetError:
            return


@pytest.mark.parametrize("content", [b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 500, HEAD + BODY[:-1] + b" " * 500])
def test_a_client_that_drips_is_cut_off_and_others_are_served(content: bytes, server: str) -> None:
    slow = [threading.Thread(target=drip, args=(connect(server), content)) for _ in range(20)]
    for thread in slow:
        thread.start()
    assert httpx.get(f"{server}/healthz", trust_env=False).status_code == 200
    for thread in slow:
        thread.join(20)
        assert not thread.is_alive()


def test_a_slow_answer_is_waited_for(server: str, sitasi: FakeSitasi) -> None:
    sitasi.answers.before = lambda: time.sleep(0.6)
    assert httpx.post(f"{server}/v1/search", json={"query": "clay"}, trust_env=False).status_code == 200


def test_one_connection_serves_many_requests(server: str) -> None:
    with httpx.Client(base_url=server, trust_env=False) as client:
        for _ in range(3):
            time.sleep(0.2)
            assert client.post("/v1/search", json={"query": "clay"}).status_code == 200
