"""One error shape everywhere: RFC 9457, in the caller's language, with a code and what to do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from ingest.errors import IngestError
from qa.api.errors import STATUS
from qa.error_messages import message_for, worded_codes
from qa.errors import Overloaded, QuestionError
from tests.api.conftest import Serve
from tests.fakes import FakeSitasi


def tree(root: type[Any]) -> Iterator[type[Any]]:
    """A class and everything below it."""
    yield root
    for below in root.__subclasses__():
        yield from tree(below)


ERRORS = [*tree(IngestError), *tree(QuestionError)]


def check_problem(response: httpx.Response, status: int, code: str, language: str = "en") -> dict[str, Any]:
    """The one assertion that every error goes through."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == language
    assert response.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    problem: dict[str, Any] = response.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:sitasi:problem:{code}")
    assert problem["request_id"] == response.headers["x-request-id"]
    for member in ("title", "detail", "advice"):
        assert problem[member].strip()
    assert isinstance(problem["retryable"], bool)
    return problem


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_a_status_and_words_in_both_languages(error: type[Any]) -> None:
    assert error in STATUS
    english, indonesian = (message_for(error("x.pdf is odd."), language) for language in ("en", "id"))
    assert english.detail == "X.pdf is odd."
    assert english.advice == error.advice
    assert indonesian.title != english.title
    assert indonesian.advice != english.advice


def test_no_wording_is_left_over() -> None:
    assert worded_codes() == {error.code for error in ERRORS}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_becomes_a_problem_document(error: type[Any], client: TestClient, sitasi: FakeSitasi) -> None:
    def fail() -> None:
        raise error("at /home/someone/x.pdf")

    sitasi.answers.before = fail
    problem = check_problem(client.post("/v1/search", json={"query": "clay"}), STATUS[error], error.code)
    assert problem["retryable"] == error.retryable
    if problem["status"] >= 500 and error.code != "not_ready":
        assert "/home" not in str(problem)


REQUESTS: list[tuple[int, str, dict[str, Any]]] = [
    (404, "not_found", {"method": "GET", "url": "/v1/nothing"}),
    (404, "unknown_document", {"method": "GET", "url": "/v1/documents/nothing"}),
    (405, "method_not_allowed", {"method": "PUT", "url": "/v1/answers"}),
    (413, "body_too_large", {"method": "POST", "url": "/v1/answers", "json": {"question": "x" * 300_000}}),
    (422, "invalid_request", {"method": "POST", "url": "/v1/answers", "json": {}}),
    (422, "invalid_request", {"method": "POST", "url": "/v1/answers", "json": {"question": "a", "colour": "red"}}),
    (422, "invalid_request", {"method": "POST", "url": "/v1/answers", "json": {"question": 7}}),
    (422, "invalid_request", {"method": "POST", "url": "/v1/answers", "json": ["a"]}),
    (422, "invalid_request", {"method": "POST", "url": "/v1/answers", "json": {"question": "a", "language": "fr"}}),
    (422, "invalid_request", {"method": "POST", "url": "/v1/search", "json": {"query": "a", "limit": 0}}),
    (422, "invalid_request", {"method": "POST", "url": "/v1/search", "json": {"query": "a", "limit": "3"}}),
    (422, "invalid_request", {"method": "GET", "url": "/v1/documents/clay/text?start=-1"}),
    (422, "invalid_question", {"method": "POST", "url": "/v1/answers", "json": {"question": ""}}),
    (422, "invalid_question", {"method": "POST", "url": "/v1/answers", "json": {"question": "why " * 600}}),
]


@pytest.mark.parametrize(("status", "code", "request_"), REQUESTS)
@pytest.mark.parametrize("language", ["en", "id"])
def test_requests_that_cannot_be_served(
    status: int, code: str, request_: dict[str, Any], language: str, client: TestClient
) -> None:
    response = client.request(**request_, headers={"accept-language": f"{language}, fr;q=0.5"})
    check_problem(response, status, code, language)


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": NaN}',
        b'{"question": 1e999}',
        b'{"question": "\\ud800"}',
        b'{"question": "a", "documents": ["\\udfff"]}',
        b'{"question": "a\\u0000b"}',
        b'{"question": "a", "history": [{"role": "user", "content": "\\ud800"}]}',
        b'{"question": "a", "\\ud800": 1}',
        b'{"question": "a", "stream": NaN}',
        b"[" * 100_000,
        b'{"question": "a"',
        b"\xff\xfe",
        b"",
    ],
)
def test_odd_json_is_refused_and_never_echoed(body: bytes, client: TestClient) -> None:
    response = client.post("/v1/answers", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    check_problem(response, response.status_code, response.json()["code"])


def test_json_under_another_content_type_is_refused(client: TestClient) -> None:
    # A page of another site can send text/plain without asking first.
    response = client.post("/v1/answers", content=b'{"question": "clay"}', headers={"content-type": "text/plain"})
    check_problem(response, 422, "invalid_request")


def test_a_body_without_a_stated_length_is_cut_off_at_the_limit(client: TestClient) -> None:
    response = client.post(
        "/v1/answers", content=(b"x" * 10_000 for _ in range(100)), headers={"content-type": "application/json"}
    )
    check_problem(response, 413, "body_too_large")


def test_faulty_members_are_named_in_the_callers_language(client: TestClient) -> None:
    body = {"question": "a", "history": [{"role": "boss", "content": "b"}], "colour": "red"}
    answer = client.post("/v1/answers", json=body, headers={"accept-language": "id"})
    problem = check_problem(answer, 422, "invalid_request", "id")
    named = {fault["pointer"]: fault["message"] for fault in problem["errors"]}
    assert set(named) == {"/history/0/role", "/colour"}
    assert named["/colour"] == "tidak dikenal di sini"
    assert "boss" not in answer.text


def test_problems_are_told_in_the_language_of_the_question(client: TestClient, sitasi: FakeSitasi) -> None:
    def fail() -> None:
        raise Overloaded

    sitasi.answers.before = fail
    response = client.post("/v1/answers", json={"question": "Di mana perajin mengeringkan tanah liat?"})
    check_problem(response, 429, "overloaded", "id")


def test_what_was_not_foreseen_tells_nothing_of_its_inside(client: TestClient, sitasi: FakeSitasi) -> None:
    def fail() -> None:
        raise ZeroDivisionError("secret inside")

    sitasi.answers.before = fail
    response = client.post("/v1/answers", json={"question": "clay"})
    check_problem(response, 500, "internal_error")
    assert "secret" not in response.text


def test_too_many_questions_are_told_to_come_back(serve: Serve, sitasi: FakeSitasi) -> None:
    client = serve(concurrent_questions=1, waiting_questions=1)
    entered, release = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        assert release.wait(20)

    sitasi.answers.before = hold
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(client.post, "/v1/search", json={"query": "clay"})
        assert entered.wait(10)
        others = [pool.submit(client.post, "/v1/search", json={"query": "clay"}) for _ in range(2)]
        done, _ = wait(others, timeout=10, return_when=FIRST_COMPLETED)
        refused = done.pop().result()
        problem = check_problem(refused, 429, "overloaded")
        assert problem["retryable"] is True
        assert int(refused.headers["retry-after"]) > 0
        assert client.get("/readyz").status_code == 200, "health is told while questions wait"
        release.set()
        assert first.result().status_code == 200
        assert sorted(other.result().status_code for other in others) == [200, 429]
