"""GET /metrics: what Prometheus reads, true to what was asked, and silent about the words of it."""

from __future__ import annotations

import threading

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from tests.api.conftest import Serve
from tests.fakes import FakeSitasi

CLAY = {"question": "Where do the potters of Lembang dry clay?"}
NOTHING = {"question": "Quantum chromodynamics?"}


def measured(client: TestClient) -> dict[str, float]:
    """Every sample by its name and labels."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_answers_and_abstentions_are_counted_however_they_were_asked(client: TestClient) -> None:
    client.post("/v1/answers", json=CLAY)
    client.post("/v1/answers", json={**CLAY, "stream": True})
    chat = {"model": "sitasi", "messages": [{"role": "user", "content": CLAY["question"]}]}
    assert client.post("/v1/chat/completions", json=chat).status_code == 200
    client.post("/v1/answers", json=NOTHING)
    told = measured(client)
    assert told["sitasi_questions_total language=en mode=extractive outcome=answered"] == 3
    assert told["sitasi_questions_total language=en mode=extractive outcome=below_threshold"] == 1
    assert told["sitasi_stage_seconds_count stage=total"] == 4
    assert told["sitasi_citations_total"] == 6
    assert told["sitasi_dropped_claims_total"] == 0


def test_health_and_size_are_as_they_are_now(client: TestClient, sitasi: FakeSitasi) -> None:
    told = measured(client)
    assert (told["sitasi_ready"], told["sitasi_documents"], told["sitasi_questions_in_work"]) == (1, 2, 0)
    assert told["sitasi_vector_index state=ready"] == 1
    sitasi.record.remove(["clay"])
    assert measured(client)["sitasi_documents"] == 1


def test_it_answers_while_the_service_is_starting(serve: Serve, sitasi: FakeSitasi) -> None:
    hold = threading.Event()

    def load() -> FakeSitasi:
        assert hold.wait(20)
        return sitasi

    told = measured(serve(load=load, wait=False))
    hold.set()
    assert told["sitasi_ready"] == 0


def test_nothing_says_what_was_asked(client: TestClient) -> None:
    client.post("/v1/answers", json={"question": "canary clay of Lembang"})
    assert "canary" not in client.get("/metrics").text
