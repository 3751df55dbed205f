"""Liveness, readiness, and what is told while the service starts."""

from __future__ import annotations

import threading

from fastapi.testclient import TestClient

from ingest.errors import HomeInUse, ModelNotReady
from ingest.record import Record
from tests.api.conftest import Serve
from tests.api.test_errors import check_problem
from tests.fakes import FakeSitasi


def test_it_lives_and_refuses_questions_politely_until_it_is_loaded(serve: Serve, sitasi: FakeSitasi) -> None:
    go_on = threading.Event()

    def load() -> FakeSitasi:
        assert go_on.wait(20)
        return sitasi

    client = serve(load=load, wait=False)
    assert client.get("/healthz").json() == {"status": "ok"}
    for response in (client.get("/readyz"), client.post("/v1/answers", json={"question": "clay"})):
        problem = check_problem(response, 503, "not_ready")
        assert problem["retryable"] is True
        assert int(response.headers["retry-after"]) > 0
    go_on.set()
    while client.get("/readyz").status_code != 200:
        pass
    assert client.post("/v1/answers", json={"question": "clay"}).status_code == 200


def test_a_failed_start_is_told_with_its_reason_and_no_path(serve: Serve) -> None:
    def load() -> FakeSitasi:
        raise ModelNotReady("/home/someone/model is damaged.")

    client = serve(load=load, wait=False)
    while client.get("/readyz").json()["code"] == "not_ready":
        pass
    problem = check_problem(client.get("/readyz"), 503, "model_not_ready")
    assert "/home" not in str(problem)
    assert client.get("/healthz").status_code == 200


def test_a_failed_start_is_503_whatever_failed(serve: Serve) -> None:
    def load() -> FakeSitasi:
        raise HomeInUse("in use.")

    client = serve(load=load, wait=False)
    while client.get("/readyz").json()["code"] == "not_ready":
        pass
    check_problem(client.get("/readyz"), 503, "home_in_use")


def test_ready_tells_what_can_be_searched(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "reasons": [], "documents": 2, "passages": 4}


def test_an_empty_collection_is_degraded_and_not_down(client: TestClient, record: Record) -> None:
    record.remove(["clay", "yarn dye"])
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "reasons": ["empty_collection"], "documents": 0, "passages": 0}


def test_answering_without_the_vector_index_is_degraded(client: TestClient, sitasi: FakeSitasi) -> None:
    sitasi.fault = "Chroma is resting."
    response = client.get("/readyz")
    assert (response.status_code, response.json()["reasons"]) == (200, ["vector_index"])


def test_stopping_lets_go_of_everything(serve: Serve, sitasi: FakeSitasi) -> None:
    client = serve()
    client.__exit__(None, None, None)
    assert sitasi.closed
