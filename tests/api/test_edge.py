"""Who may ask, what every response carries, and what the log may hold."""

from __future__ import annotations

import logging

import pytest

from qa.api.edge import host_is_served, host_name, origin_may_write
from qa.settings import ServerSettings
from tests.api.conftest import Serve
from tests.api.test_errors import check_problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors "
)


def test_every_response_carries_the_strict_headers(serve: Serve) -> None:
    for path in ("/healthz", "/v1/nothing", "/openapi.json"):
        headers = serve().get(path).headers
        assert headers["content-security-policy"] == POLICY + "'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert len(headers["x-request-id"]) == 16


def test_listed_sites_may_frame_the_pages(serve: Serve) -> None:
    headers = serve(frame_ancestors=("https://portal.example",)).get("/healthz").headers
    assert headers["content-security-policy"] == POLICY + "https://portal.example"
    assert "x-frame-options" not in headers


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("Example.org:8000", "example.org"),
        ("example.org.", "example.org"),
        ("[::1]:8000", "::1"),
        ("", ""),
        ("[::1", ""),
        ("a@localhost", "localhost"),
    ],
)
def test_host_names(authority: str, name: str) -> None:
    assert host_name(authority) == name


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:9", "LOCALHOST"])
def test_a_loopback_server_answers_to_this_machine(host: str) -> None:
    assert host_is_served(host, ServerSettings())


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "", "[::1"])
def test_a_loopback_server_answers_to_no_other_name(host: str) -> None:
    assert not host_is_served(host, ServerSettings())


def test_listed_hosts_replace_the_default() -> None:
    settings = ServerSettings(host="0.0.0.0", allowed_hosts=("Sitasi.example",), public_url="https://front.example")
    assert host_is_served("sitasi.example:443", settings)
    assert host_is_served("front.example", settings)
    assert host_is_served("localhost", settings)
    assert not host_is_served("other.example", settings)
    assert host_is_served("any.example", ServerSettings(host="0.0.0.0"))


def test_a_foreign_host_is_a_problem_document(serve: Serve) -> None:
    check_problem(serve().get("/healthz", headers={"host": "evil.example"}), 400, "host_refused")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:8000.evil.example",
        "http://127.0.0.1:9999",
        "file://127.0.0.1:8000",
    ],
)
def test_pages_of_other_sites_may_not_send_anything(origin: str, serve: Serve) -> None:
    response = serve().post("/v1/search", json={"query": "clay"}, headers={"origin": origin})
    check_problem(response, 403, "origin_refused")
    assert "access-control-allow-origin" not in response.headers


def test_own_pages_and_callers_without_a_page_may(serve: Serve) -> None:
    client = serve()
    for headers in ({}, {"origin": "http://127.0.0.1:8000"}):
        assert client.post("/v1/search", json={"query": "clay"}, headers=headers).status_code == 200
    assert origin_may_write("https://front.example", "backend:8000", ServerSettings(public_url="https://front.example"))


def test_listed_sites_may_call_from_a_browser(serve: Serve) -> None:
    portal = {"origin": "https://portal.example"}
    client = serve(allowed_origins=("https://portal.example",))
    asked = client.options(
        "/v1/answers",
        headers={**portal, "access-control-request-method": "POST", "access-control-request-headers": "content-type"},
    )
    assert asked.status_code == 200
    response = client.post("/v1/search", json={"query": "clay"}, headers=portal)
    assert response.headers["access-control-allow-origin"] == "https://portal.example"
    assert "access-control-allow-credentials" not in response.headers
    check_problem(
        client.post("/v1/search", json={"query": "clay"}, headers={"origin": "https://portal.example.evil"}),
        403,
        "origin_refused",
    )


def test_the_log_holds_no_question_and_no_control_character(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    client = serve()
    with caplog.at_level(logging.DEBUG, logger="sitasi"):
        client.post("/v1/answers", json={"question": "canary clay"})
        client.get("/v1/documents/%1b[31m%0d%0aforged")
        client.get("/v1/documents?q=canary")
    lines = [record.getMessage() for record in caplog.records if record.name == "sitasi.http"]
    assert len(lines) == 3
    assert not any("canary" in line or not line.isprintable() for line in lines)
