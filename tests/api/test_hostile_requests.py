"""Requests made to break something: refused with a problem document, quickly, and never with a 500."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.conftest import Serve
from tests.api.test_errors import check_problem
from tests.api.test_jobs import OWNER

JSON = {"content-type": "application/json"}
ASKING = ("/v1/answers", "/v1/search", "/v1/compare", "/v1/chat/completions", "/v1/feedback")
NO_JSON: dict[str, bytes] = {
    "NaN": b'{"question": NaN}',
    "infinity": b'{"question": -Infinity}',
    "beyond a double": b'{"temperature": 1e999}',
    "half a character": b'{"question": "\\ud800"}',
    "half a character in a name": b'{"\\udfff": 1}',
    "half a character in what is passed over": b'{"messages": [], "user": "\\ud800"}',
    "deep": b"[" * 100_000,
    "deep and closed": b"[" * 5_000 + b"]" * 5_000,
    "no utf-8": b'{"question": "\xff\xfe"}',
    "cut": b'{"question": "clay',
    "nothing but space": b"   ",
    "two values": b"{} {}",
    "a comment": b"{} // clay",
    "utf-16": '{"question": "clay"}'.encode("utf-16"),
    "control character": b'{"question": "\x00"}',
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON.keys())
def test_what_is_no_json_is_refused_everywhere(body: bytes, client: TestClient) -> None:
    for path in ASKING:
        check_problem(client.post(path, content=body, headers=JSON), 422, "invalid_json")
    check_problem(client.post("/v1/jobs", content=body, headers=JSON | OWNER), 422, "invalid_json")


def test_a_lenient_parser_lets_them_through() -> None:
    """Negative control: the same bodies before the framework's own parser."""
    lenient = FastAPI()

    @lenient.post("/v1/answers")
    def echo(body: dict[str, object]) -> dict[str, object]:
        return body

    bare = TestClient(lenient, raise_server_exceptions=False)
    told = {name: bare.post("/v1/answers", content=body, headers=JSON).status_code for name, body in NO_JSON.items()}
    assert {"NaN", "infinity", "beyond a double", "half a character"} <= {n for n, s in told.items() if s in (200, 500)}


LONG = {
    "question": {"question": "clay " * 401},
    "history": {"question": "clay", "history": [{"role": "user", "content": "clay"}] * 41},
    "turn": {"question": "clay", "history": [{"role": "user", "content": "x" * 20_001}]},
    "documents": {"question": "clay", "documents": ["x"] * 1001},
    "document": {"question": "clay", "documents": ["x" * 201]},
}


@pytest.mark.parametrize("body", LONG.values(), ids=LONG.keys())
def test_what_is_too_long_is_refused(body: object, client: TestClient) -> None:
    response = client.post("/v1/answers", json=body)
    assert response.status_code == 422
    assert response.json()["code"] in ("invalid_question", "invalid_request")


def test_bodies_over_the_limit_are_refused_with_and_without_a_length(client: TestClient) -> None:
    large = b'{"question": "' + b"x" * 300_000 + b'"}'

    def chunks() -> Iterator[bytes]:
        yield from (large[start : start + 10_000] for start in range(0, len(large), 10_000))

    bodies: tuple[bytes | Iterator[bytes], ...] = (large, chunks())
    for content in bodies:
        response = client.post("/v1/answers", content=content, headers=JSON)
        check_problem(response, 413, "body_too_large")
    assert client.post("/mcp", content=large, headers=JSON).status_code == 413


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "99999999999999999999999"])
def test_a_length_that_is_none_is_no_fault_of_ours(length: str, client: TestClient) -> None:
    response = client.post("/v1/answers", content=b"{}", headers=JSON | {"content-length": length})
    assert 400 <= response.status_code < 500


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
def test_a_page_of_another_site_cannot_smuggle_json_past_cors(kind: str, client: TestClient) -> None:
    response = client.post("/v1/answers", content=b'{"question": "clay"}', headers={"content-type": kind})
    assert response.status_code in (400, 422)


def part(name: bytes = b"file", filename: bytes = b"a.txt", content: bytes = b"words") -> bytes:
    """One part of a form."""
    head = b'--B\r\nContent-Disposition: form-data; name="' + name + b'"; filename="' + filename + b'"\r\n\r\n'
    return head + content + b"\r\n"


FORMS: dict[str, tuple[str, bytes]] = {
    "a hundred thousand parts": ("B", part(content=b"") * 100_000 + b"--B--\r\n"),
    "more files than may be": ("B", part() * 21 + b"--B--\r\n"),
    "a boundary of a megabyte": ("b" * 1_000_000, b"x"),
    "no boundary": ("", part()),
    "a preamble of megabytes": ("B", b"x" * 5_000_000),
    "no end": ("B", part()[:-2]),
    "a header of a megabyte": ("B", b"--B\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n\r\n--B--\r\n"),
    "ten thousand headers": ("B", b"--B\r\n" + b"X: y\r\n" * 10_000 + b"\r\n\r\n--B--\r\n"),
    "a part that is no file": ("B", b'--B\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--B--\r\n'),
    "a part without a name": ("B", b"--B\r\n\r\nx\r\n--B--\r\n"),
    "no utf-8": ("B", part(name=b"\xff", filename=b"\xfe\xff") + b"--B--\r\n"),
    "a field of two megabytes": (
        "B",
        b'--B\r\nContent-Disposition: form-data; name="x"\r\n\r\n' + b"x" * 2_000_000 + b"\r\n--B--\r\n",
    ),
}


@pytest.mark.parametrize(("boundary", "body"), FORMS.values(), ids=FORMS.keys())
def test_a_hostile_form_is_refused_quickly_and_keeps_nothing(
    boundary: str, body: bytes, serve: Serve, tmp_path: Path
) -> None:
    client = serve(ingest=lambda *_: pytest.fail("it was ingested"))
    kind = {"content-type": f"multipart/form-data; boundary={boundary}"}
    started = time.process_time()
    response = client.post("/v1/documents", content=body, headers=kind | OWNER)
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert time.process_time() - started < 10
    assert not list((tmp_path / "home" / "uploads").glob("*"))


@pytest.mark.parametrize(
    "ranges",
    [
        ",".join(f"{start}-{start}" for start in range(10_000)),
        ",".join("0-" for _ in range(2_000)),
        "-" * 5_000,
        "1-0",
        "a-b",
        "99999999999999-",
        "0-99999999999999999999999999",
        "",
        "0-0,,,",
    ],
)
def test_ranges_of_files_cost_little_whatever_is_asked(ranges: str, client: TestClient) -> None:
    started = time.process_time()
    response = client.get("/static/base.css", headers={"range": f"bytes={ranges}"})
    assert response.status_code in (200, 206, 400, 416)
    assert len(response.content) < 2_000_000
    assert time.process_time() - started < 2


@pytest.mark.parametrize("header", ["accept-language", "authorization", "origin", "if-none-match", "referer"])
@pytest.mark.parametrize("value", [b"\xff\xfe", b"x" * 60_000, b"", b"," * 30_000, b"Bearer " + b"\xf0\x9f\x92\xa9"])
def test_no_header_is_a_fault_of_ours(header: str, value: bytes, client: TestClient) -> None:
    for method, path in (("GET", "/v1/documents"), ("GET", "/"), ("POST", "/v1/answers"), ("GET", "/v1/feedback")):
        body = b"{}" if method == "POST" else None
        response = client.request(method, path, headers=[(header.encode(), value)], content=body)
        assert response.status_code < 500, (method, path)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents/%00",
        "/v1/documents/%ff%fe",
        "/v1/documents/..%2f..%2fetc%2fpasswd",
        "/static/..%2f..%2fsettings.py",
        "/static//etc/passwd",
        "/static/%2e%2e/settings.py",
        "/papers/%f0%9f%92%a9?version=%00",
        "/a/" + "x" * 5_000,
        "/v1/answers/%0d%0aSet-Cookie:x",
        "/oembed?url=" + "http://x/" * 200,
        "/oembed?url=http://[",
        "/oembed?url=%00&format=json",
        "/v1/documents/clay/text?start=-1",
        "/v1/documents/clay/text?start=99999999999999999999",
        "/v1/documents/clay/text?start=5&end=1",
        "/?embed=" + "x" * 5_000,
    ],
)
def test_no_address_is_a_fault_of_ours(path: str, client: TestClient) -> None:
    response = client.get(path)
    assert response.status_code < 500
    assert "root:" not in response.text and "BaseSettings" not in response.text


def test_what_is_refused_is_never_repeated(client: TestClient) -> None:
    for body in ({"question": "canary", "colour": "canary-colour"}, {"question": ["canary"]}, {"canary": 1}):
        told = client.post("/v1/answers", json=body)
        assert told.status_code == 422
        assert "canary" not in json.dumps({**told.json(), "errors": None, "detail": None})
