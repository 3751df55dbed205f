"""Requests made from the API description: no server error, nothing that the description does not say, no open door."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI

from ingest.summary import IngestSummary
from qa.api.app import create_app
from qa.settings import ServerSettings
from tests.counting import RecordCount, scaled, seed
from tests.fakes import FakeSitasi

asgi = pytest.importorskip("schemathesis.python.asgi", reason="schemathesis is not installed")

from tests.api.api_cases import Tried, try_api  # noqa: E402 - it is there only where schemathesis is

PLENTY = {"questions_per_minute": 1_000_000, "requests_per_minute": 1_000_000}


@contextmanager
def loaded(sitasi: FakeSitasi, **server: Any) -> Iterator[FastAPI]:
    """The application, started as schemathesis starts it."""
    settings = sitasi.settings.model_copy(update={"server": ServerSettings(**PLENTY, **server)})
    started = threading.Event()
    app = create_app(
        sitasi.loaded,
        settings,
        lambda *_: IngestSummary(),
        lambda _: started.set(),
    )
    asgi._start_lifespan(app)
    assert started.wait(20)
    yield app
    asgi.shutdown_lifespans()


def tell(tried: Tried) -> None:
    """What was tried, and the first faults."""
    print(
        f"{tried.cases} cases, {dict(tried.by_phase)}, statuses {dict(sorted(tried.statuses.items()))}, seed {seed()}"
    )
    print("\n\n".join(tried.failures[:10]))


# Who calls: the first alone at the scale `quick`.
CALLERS = (
    pytest.param("keys", "owner-token", id="keys needed, with one"),
    pytest.param("auto", "owner-token", id="open, with a key"),
    pytest.param("keys", None, id="keys needed, without"),
    pytest.param("auto", None, id="open, without a key"),
)[: scaled(1, 4, 4)]


@pytest.mark.row("R10")
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize(("access", "key"), CALLERS)
def test_no_request_is_a_fault_of_ours(
    access: str, key: str | None, sitasi: FakeSitasi, record_count: RecordCount
) -> None:
    with loaded(sitasi, access=access) as app:
        tried = try_api(app, seed=seed(), examples=scaled(1, 5, 100), key=key, least=scaled(0, 1_300, 12_500))
    tell(tried)
    record_count("R10", tried.cases - len(tried.failures), tried.cases)


@pytest.mark.control("R10")
@pytest.mark.parametrize(
    ("path", "answer", "check"),
    [
        ("/v1/models", lambda: 1 / 0, "not_a_server_error"),
        ("/healthz", lambda: {"status": "perhaps"}, "response_schema_conformance"),
    ],
)
def test_a_fault_put_in_on_purpose_is_found(
    path: str, answer: Callable[[], Any], check: str, sitasi: FakeSitasi
) -> None:
    with loaded(sitasi) as app:
        description = app.openapi()
        item = description["paths"][path]
        app.router.routes.insert(0, _route(path, answer))
        app.openapi_schema = {**description, "paths": {path: item}}
        tried = try_api(app, seed=seed(), examples=1, key=None)
    assert any(f": {check}:" in one for one in tried.failures), tried.failures


def _route(path: str, answer: Callable[[], Any]) -> Any:
    bare = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    bare.get(path)(answer)
    return next(route for route in bare.router.routes if getattr(route, "path", "") == path)
