"""Embed tokens: each is good for its own sites only, calls and frames alike, and for so many questions a visitor."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from qa.api.embedding import visitor_of
from qa.settings import ServerSettings
from tests.api.conftest import Serve
from tests.api.test_errors import check_problem
from tests.api.test_pages import share

LIBRARY, OFFICE = "https://library.example", "https://office.example"
TOKENS = {"pub_library": (LIBRARY,), "pub_office": (OFFICE,)}
QUERY = {"query": "clay"}


@pytest.fixture
def client(serve: Serve) -> TestClient:
    """A service that two sites may embed, each with its token."""
    return serve(embed_tokens=TOKENS, embed_questions_per_minute=2)


def asks(client: TestClient, origin: str, token: str | None, **headers: str) -> object:
    """A search by a page of `origin` that shows `token`."""
    shown = {"authorization": f"Bearer {token}"} if token else {}
    return client.post("/v1/search", json=QUERY, headers={"origin": origin, **shown, **headers})


def test_a_token_opens_the_service_to_its_own_site(client: TestClient) -> None:
    answer = asks(client, LIBRARY, "pub_library")
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == LIBRARY
    asked = {
        "origin": OFFICE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    assert client.options("/v1/answers", headers=asked).headers["access-control-allow-origin"] == OFFICE


@pytest.mark.parametrize(
    ("origin", "token", "status", "code"),
    [
        (LIBRARY, "pub_office", 403, "origin_refused"),
        ("https://evil.example", "pub_library", 403, "origin_refused"),
        ("null", "pub_library", 403, "origin_refused"),
        (LIBRARY, "pub_invented", 401, "embed_token_unknown"),
        (LIBRARY, None, 401, "embed_token_missing"),
    ],
)
def test_a_token_is_good_for_nobody_else(
    client: TestClient, origin: str, token: str | None, status: int, code: str
) -> None:
    check_problem(asks(client, origin, token), status, code)


def test_reading_is_bound_to_the_site_too(client: TestClient) -> None:
    shown = {"origin": LIBRARY, "authorization": "Bearer pub_office"}
    check_problem(client.get("/v1/documents", headers=shown), 403, "origin_refused")
    shown["authorization"] = "Bearer pub_library"
    assert client.get("/v1/documents", headers=shown).headers["access-control-allow-origin"] == LIBRARY


def test_the_tools_for_agents_are_no_way_round(client: TestClient) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    check_problem(client.post("/mcp", json=call, headers={"origin": LIBRARY}), 401, "embed_token_missing")


def test_the_services_own_pages_and_local_commands_need_no_token(client: TestClient) -> None:
    for _ in range(4):
        assert asks(client, "http://127.0.0.1:8000", None).status_code == 200
    assert client.post("/v1/search", json=QUERY).status_code == 200
    owner = {"authorization": "Bearer owner-token"}
    assert client.get("/v1/feedback", headers=owner).status_code == 200


def test_a_visitor_may_ask_so_often_and_is_told_when_again(client: TestClient) -> None:
    assert [asks(client, LIBRARY, "pub_library").status_code for _ in range(2)] == [200, 200]
    refused = asks(client, LIBRARY, "pub_library")
    check_problem(refused, 429, "visitor_limit")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["access-control-allow-origin"] == LIBRARY
    assert "Tunggu" in asks(client, LIBRARY, "pub_library", **{"accept-language": "id"}).json()["advice"]
    assert asks(client, OFFICE, "pub_office").status_code == 200
    shown = {"origin": LIBRARY, "authorization": "Bearer pub_library"}
    assert client.get("/v1/documents", headers=shown).status_code == 200


def test_a_subscriber_with_many_addresses_is_one_visitor() -> None:
    assert visitor_of("2001:db8:1:2::1") == visitor_of("2001:db8:1:2:ffff::9")
    assert visitor_of("2001:db8:1:3::1") != visitor_of("2001:db8:1:2::1")
    assert visitor_of("192.0.2.7") != visitor_of("192.0.2.8")


def test_a_page_may_be_framed_by_the_sites_of_the_token_that_it_names(client: TestClient) -> None:
    framed = client.get("/?embed=pub_library").headers
    assert framed["content-security-policy"].endswith(f"frame-ancestors {LIBRARY}")
    assert "x-frame-options" not in framed
    for path in ("/", "/?embed=pub_invented", "/?embed=https://evil.example"):
        closed = client.get(path).headers
        assert closed["content-security-policy"].endswith("frame-ancestors 'none'")
        assert closed["x-frame-options"] == "DENY"


def test_oembed_frames_a_checked_answer_for_the_site_of_a_token(client: TestClient) -> None:
    given = share(client)
    address = f"http://127.0.0.1:8000/a/{given['id']}"
    rich = client.get("/oembed", params={"url": address, "embed": "pub_library"}).json()
    assert f'src="{address}?embed=pub_library"' in rich["html"]
    assert client.get("/oembed", params={"url": address, "embed": "pub_invented"}).json()["type"] == "link"


@pytest.mark.parametrize(
    "tokens",
    [
        {"secret": ("https://a.example",)},
        {"pub_a b": ("https://a.example",)},
        {"pub_abc": ("https://a.example; script-src *",)},
        {"pub_abc": ("https://*.example",)},
        {"pub_abc": ("https://a.example/path",)},
    ],
)
def test_tokens_and_sites_that_could_mean_more_than_they_say_are_refused(tokens: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValidationError):
        ServerSettings(embed_tokens=tokens)
