"""Who may do what: the whole matrix of callers and operations, from the service's own description of itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from ingest.home import Home
from qa.api.access import GuardedRoute, is_open, needs
from qa.keys import SCOPES, KeyRing
from qa.settings import ServerSettings
from tests.api.conftest import Serve
from tests.api.test_errors import check_problem
from tests.counting import RecordCount

# What needs no key, and must hold nothing that one protects: whether the process lives and can answer.
OPEN = {"GET /healthz", "GET /readyz"}
NEEDS = {
    "GET /metrics": "observe",
    "POST /v1/documents": "ingest",
    "DELETE /v1/documents/{document_id}": "ingest",
    "POST /v1/jobs": "ingest",
    "GET /v1/jobs/{job_id}": "ingest",
    "GET /v1/feedback": "admin",
}
"""Operations that need more than `ask`; a new one is `ask` here until somebody says otherwise."""
PORTAL = "https://portal.example"
EVERYWHERE = {"host": "0.0.0.0", "embed_tokens": {"pub_portal": (PORTAL,)}}


def operations(client: TestClient) -> list[tuple[str, str]]:
    """Method and path of every operation; `/mcp` is another application's, and not in the description."""
    paths = client.get("/openapi.json").json()["paths"]
    return [*((method.upper(), path) for path, item in paths.items() for method in item), ("POST", "/mcp")]


def send(client: TestClient, method: str, path: str, headers: dict[str, str]) -> int:
    """Status of the operation, asked for with something in the place of each parameter, and with an empty body."""
    address = path.replace("{", "").replace("}", "")
    return client.request(method, address, headers=headers, json={} if method == "POST" else None).status_code


def home_of(client: TestClient) -> Home:
    """The home that the application serves."""
    app: Any = client.app
    return Home(app.state.service.settings.home)


def callers(client: TestClient) -> dict[str, tuple[dict[str, str], set[str]]]:
    """Every kind of caller: headers, and the scopes that these open."""
    ring = KeyRing(home_of(client))
    shown = {scope: ring.create(scope, [scope])[1] for scope in SCOPES}
    gone, revoked = ring.create("revoked", ["admin"])
    ring.revoke(gone.id)
    kinds = {scope: ({"authorization": f"Bearer {text}"}, {scope}) for scope, text in shown.items()}
    kinds["admin"] = (kinds["admin"][0], set(SCOPES))
    return {
        **kinds,
        "owner": ({"authorization": "Bearer owner-token"}, set(SCOPES)),
        "portal": ({"authorization": "Bearer pub_portal", "origin": PORTAL}, {"ask"}),
        "nobody": ({}, set()),
        "stranger": ({"authorization": "Bearer sitasi_00000000_invented"}, set()),
        "revoked": ({"authorization": f"Bearer {revoked}"}, set()),
        "embed token of nobody": ({"authorization": "Bearer pub_invented"}, set()),
        "basic": ({"authorization": f"Basic {shown['admin']}"}, set()),
        "bare": ({"authorization": shown["admin"]}, set()),
        "other header": ({"x-api-key": shown["admin"]}, set()),
        "cookie": ({"cookie": f"key={shown['admin']}"}, set()),
    }


def let_in(client: TestClient, headers: dict[str, str]) -> set[str]:
    """The operations that do not refuse a caller with these headers."""
    return {f"{m} {p}" for m, p in operations(client) if send(client, m, p, headers) not in (401, 403)}


@pytest.mark.row("R20")
def test_every_cell_of_the_matrix_is_as_declared(serve: Serve, record_count: RecordCount) -> None:
    client = serve(**EVERYWHERE)
    everything = {f"{method} {path}" for method, path in operations(client)}
    assert len(everything) >= 22 and set(NEEDS) | OPEN <= everything
    cells = wrong = 0
    for name, (headers, scopes) in callers(client).items():
        expected = {one for one in everything if one in OPEN or NEEDS.get(one, "ask") in scopes}
        other = let_in(client, headers) ^ expected
        if other:
            print(name, sorted(other))
        cells, wrong = cells + len(everything), wrong + len(other)
    record_count("R20", cells - wrong, cells)


@pytest.mark.control("R20")
def test_the_probe_sees_an_open_service(serve: Serve) -> None:
    """Negative control: without the protection, the same look finds everything that is only read."""
    client = serve(host="0.0.0.0", access="public")
    everything = {f"{method} {path}" for method, path in operations(client)}
    assert let_in(client, {}) == {one for one in everything if NEEDS.get(one, "ask") in ("ask", "observe")}


def test_the_description_says_what_each_operation_needs(serve: Serve) -> None:
    keyed, loopback = serve(**EVERYWHERE), serve()
    for client, free in ((keyed, []), (loopback, [{}])):
        for path, item in client.get("/openapi.json").json()["paths"].items():
            for method, operation in item.items():
                name = f"{method.upper()} {path}"
                scope = NEEDS.get(name, "ask")
                reading = free if scope in ("ask", "observe") else []
                assert operation["security"] == ([] if name in OPEN else [{"key": [scope]}, *reading]), name
                if name not in OPEN:
                    assert {"401", "403", "429"} <= set(operation["responses"]), name


def bytes_read_before_refusal(client: TestClient, method: str, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """Status, and how often the application asked for the body."""
    asked, status = 0, 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def answer(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    sent = {"host": "127.0.0.1", "content-type": "application/json", "content-length": "2", **headers}
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "scheme": "http",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("192.0.2.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
        "root_path": "",
    }
    app: Any = client.app
    asyncio.run(app(scope, receive, answer))
    return status, asked


@pytest.mark.row("R20")
def test_a_refusal_comes_before_the_body_is_read(serve: Serve, record_count: RecordCount) -> None:
    client = serve(**EVERYWHERE)
    closed = [(method, path) for method, path in operations(client) if f"{method} {path}" not in OPEN]
    unread = sum(bytes_read_before_refusal(client, method, path, {}) == (401, 0) for method, path in closed)
    record_count("R20", unread, len(closed))


@pytest.mark.control("R20")
def test_that_look_sees_a_body_being_read(serve: Serve) -> None:
    """Negative control."""
    status, asked = bytes_read_before_refusal(serve(), "POST", "/v1/search", {})
    assert status == 422 and asked > 0


def test_two_keys_in_one_request_are_none(serve: Serve) -> None:
    client = serve(**EVERYWHERE)
    key = callers(client)["ask"][0]["authorization"]
    twice = client.get("/v1/documents", headers=[("authorization", key), ("authorization", key)])
    check_problem(twice, 401, "key_refused")


def test_an_operation_that_says_nothing_cannot_be_built() -> None:
    router = APIRouter(route_class=GuardedRoute)
    with pytest.raises(TypeError, match="does not say what it needs"):

        @router.get("/forgotten")
        async def forgotten() -> None: ...

    @router.get("/thought-of")
    @needs("ask")
    async def thought_of() -> None: ...


@pytest.mark.parametrize(
    ("settings", "everybody"),
    [
        ({}, True),
        ({"host": "localhost"}, True),
        ({"host": "::1"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "::"}, False),
        ({"host": ""}, False),
        ({"host": "192.168.1.5"}, False),
        ({"host": "127.0.0.1.evil.example"}, False),
        ({"access": "keys"}, False),
        ({"host": "0.0.0.0", "access": "public"}, True),
    ],
)
def test_reading_is_open_on_loopback_or_where_the_settings_say_so(settings: Any, everybody: bool) -> None:
    assert is_open(ServerSettings(**settings)) is everybody


def test_a_refusal_says_what_to_do_in_both_languages(serve: Serve) -> None:
    client = serve(**EVERYWHERE)
    told = client.get("/v1/documents", headers={"accept-language": "id"})
    assert "sitasi keys create" in check_problem(told, 401, "key_needed", "id")["advice"]
    assert told.headers["www-authenticate"] == "Bearer"
    ask = callers(client)["ask"][0]
    check_problem(client.get("/v1/feedback", headers=ask), 403, "scope_missing")


def test_pages_hold_nothing_that_a_key_protects(serve: Serve) -> None:
    client = serve(**EVERYWHERE)
    owner = {"authorization": "Bearer owner-token"}
    given = client.post("/v1/answers", json={"question": "Where is clay dried?"}, headers=owner).json()
    assert given["status"] == "answered"
    for path in (f"/a/{given['id']}", "/papers/clay", "/papers/unknown", "/", "/compare"):
        page = client.get(path)
        assert page.status_code == 200
        assert "clay" not in page.text.lower() and "potter" not in page.text.lower()
    assert "clay" in serve().get(f"/a/{given['id']}").text.lower()


def test_a_portals_frame_works_with_the_portals_token_where_a_key_is_needed(serve: Serve) -> None:
    client = serve(**EVERYWHERE)
    owner, token = {"authorization": "Bearer owner-token"}, {"authorization": "Bearer pub_portal"}
    given = client.post("/v1/answers", json={"question": "Where is clay dried?"}, headers=owner).json()["id"]
    # The page in the frame is the service's own: it sends no Origin to read and its own to write.
    assert client.get(f"/v1/answers/{given}", headers=token).status_code == 200
    own = token | {"origin": "http://127.0.0.1:8000"}
    assert client.post("/v1/feedback", json={"answer_id": given, "verdict": "up"}, headers=own).status_code == 201
    client.post(f"/v1/answers/{given}/share", headers=owner)
    shared = {"url": f"http://127.0.0.1:8000/a/{given}"}
    assert client.get("/oembed", params={**shared, "embed": "pub_portal"}).json()["type"] == "rich"
    check_problem(client.get("/oembed", params=shared), 401, "key_needed")
    check_problem(client.get("/v1/documents?embed=pub_portal"), 401, "key_needed")


def test_clients_that_always_send_some_key_may_read_where_all_may(serve: Serve) -> None:
    client = serve()
    assert client.get("/v1/models", headers={"authorization": "Bearer sk-none"}).status_code == 200


def test_a_damaged_file_of_keys_opens_nothing(serve: Serve, tmp_path: Path) -> None:
    client = serve(**EVERYWHERE)
    headers = callers(client)["admin"][0]
    home_of(client).keys.write_text("{")
    assert client.get("/v1/documents", headers=headers).status_code == 500
    assert client.get("/v1/documents").status_code == 401
