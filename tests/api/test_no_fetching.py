"""No address that a stranger writes is ever fetched: not in a question, a parameter, a header, nor inside a paper."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ingest.errors import SettingsError
from ingest.parse import parse_bytes
from ingest.settings import ChromaSettings, IngestSettings
from qa.settings import LlmSettings, ServerSettings, TracesSettings, load_settings
from tests.api.conftest import Serve

pytestmark = pytest.mark.row("R21")


@pytest.fixture
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """An address on loopback, and what was sent to it."""
    caught: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1)
                    try:
                        caught.append(connection.recv(2000))
                    except OSError:
                        caught.append(b"")

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/x", caught


def fetched(url: str, caught: list[bytes]) -> list[bytes]:
    """What was caught, after a visit of our own that must be among it: the trap works."""
    place = url.removeprefix("http://").partition("/")[0].split(":")
    with socket.create_connection((place[0], int(place[1]))) as probe:
        probe.sendall(b"our own visit")
    while b"our own visit" not in caught:
        pass
    return [one for one in caught if one != b"our own visit"]


def test_nothing_that_a_request_names_is_fetched(serve: Serve, trap: tuple[str, list[bytes]]) -> None:
    url, caught = trap
    client: TestClient = serve()
    part = {"type": "image_url", "image_url": {"url": url}, "text": url}
    for path, body in (
        ("/v1/answers", {"question": f"What does {url} say of clay?", "documents": [url]}),
        ("/v1/answers", {"question": f"clay {url}", "history": [{"role": "user", "content": url}]}),
        ("/v1/search", {"query": url}),
        ("/v1/compare", {"themes": [url], "documents": [url]}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": [part, {"type": "text", "text": "clay"}]}]}),
        ("/v1/feedback", {"answer_id": url, "verdict": "up", "comment": url}),
    ):
        assert client.post(path, json=body, headers={"referer": url, "x-forwarded-host": url}).status_code < 500
    for path in ("/oembed", "/v1/documents", "/papers/x", "/a/x", "/"):
        told = client.get(path, params={"url": url, "version": url, "embed": url}, headers={"x-forwarded-for": url})
        assert told.status_code < 500
    assert fetched(url, caught) == []


PAPERS = {
    "links.html": "<html><head><link rel=stylesheet href='{u}'><base href='{u}'></head><body><img src='{u}'>"
    "<iframe src='{u}'></iframe><object data='{u}'></object><script src='{u}'></script><p>Clay dries for days.</p>",
    "entity.html": '<?xml version="1.0"?><!DOCTYPE x SYSTEM "{u}" [<!ENTITY e SYSTEM "{u}">]><p>Clay &e; dries.</p>',
    "links.md": "---\ntitle: '{u}'\n---\n# Clay\n\n![x]({u}) [y]({u}) <{u}>\n\nClay dries for days in the shade.\n",
    "links.txt": "Clay dries for days in the shade. See {u} for more.\n" * 3,
}


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_that_a_paper_names_is_fetched(name: str, tmp_path: Path, trap: tuple[str, list[bytes]]) -> None:
    url, caught = trap
    parsed = parse_bytes(PAPERS[name].replace("{u}", url).encode(), name, IngestSettings())
    assert parsed is not None
    assert fetched(url, caught) == []


ADDRESSES = [
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/x",
    "ftp://host/x",
    "http://name:key@host/v1",
    "http://key@host/v1",
    "http://host/v1?key=1",
    "http://host/v1#x",
    "http://",
    "//host/v1",
    "host:8080",
    "http://ho st/",
    "http://host/v1\nx: y",
    "javascript:alert(1)",
    "",
]


@pytest.mark.parametrize("wrong", ADDRESSES)
def test_an_address_in_the_settings_is_http_and_holds_no_key(wrong: str) -> None:
    for section, name in ((LlmSettings, "url"), (TracesSettings, "url"), (ChromaSettings, "url")):
        with pytest.raises(ValueError):
            section(**{name: wrong})
    with pytest.raises(ValueError):
        ServerSettings(public_url=wrong)


def test_a_wrong_address_is_named_and_its_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITASI_LLM__URL", "http://name:canary-secret@host/v1")
    with pytest.raises(SettingsError, match="SITASI_LLM__URL") as told:
        load_settings()
    assert "canary-secret" not in f"{told.value} {told.value.__cause__}"


@pytest.mark.parametrize(
    "query", ["key=canary", "pwd=canary", "sk-canary", "api-version=1&code=canary", "api-version=1#canary", "x=1", ""]
)
def test_behind_the_address_of_a_model_stands_its_version_and_no_key(query: str) -> None:
    assert LlmSettings(url="https://host/v1?api-version=2024-10-21-preview").url
    with pytest.raises(ValueError):
        LlmSettings(url=f"https://host/v1?{query}")


@pytest.mark.parametrize(
    "wrong",
    [
        "http://localhost:8O80/v1",
        "http://[::1/v1",
        "http://127.0.0.1:99999/v1",
        "http://[::1]:0/v1",
        "http://[::1]x/v1",
    ],
)
def test_an_address_that_no_client_can_call_is_a_fault_of_the_settings(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITASI_LLM__URL", wrong)
    with pytest.raises(SettingsError, match="SITASI_LLM__URL"):
        load_settings()
