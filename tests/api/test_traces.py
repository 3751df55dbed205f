"""OpenTelemetry: off without an address; with one, spans of requests and of the language model, without words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

import qa.api.traces
from qa.api.app import create_app
from qa.generate import LlmEndpoint
from qa.settings import LlmSettings, ServerSettings, TracesSettings
from tests.api.conftest import BASE_URL
from tests.fakes import FakeSitasi
from tests.scripted_endpoint import Call, saying, scripted

memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter", reason="no extra `traces`")
pytest.importorskip("openinference.instrumentation.llama_index", reason="the extra `traces` is not installed")
pytest.importorskip("llama_index.llms.openai_like", reason="the extra `llm` is not installed")

ASKED = {"question": "Where do the potters of Lembang dry clay, canary?"}
PROMPT = "a prompt with a canary"


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Takes the spans instead of an address."""
    kept = memory.InMemorySpanExporter()
    start = qa.api.traces.start_traces
    monkeypatch.setattr("qa.api.app.start_traces", lambda app, settings: start(app, settings, kept))
    yield kept


def ask(sitasi: FakeSitasi, script: Any, *, url: str | None = "http://127.0.0.1:9", **server: Any) -> int:
    """One question to a service whose answer asks a language model; the status of its answer."""
    with scripted(script) as endpoint:
        settings = LlmSettings.model_validate({"url": endpoint.url, "key": "sk-traces-canary"})
        model = LlmEndpoint(settings)
        sitasi.answers.before = lambda: list(model.write("system", PROMPT, 20.0))
        whole = sitasi.settings.model_copy(
            update={"server": ServerSettings(**server), "traces": TracesSettings.model_validate({"url": url})}
        )
        app = create_app(sitasi.loaded, whole, lambda *_: pytest.fail("ingest"))
        with TestClient(app, base_url=BASE_URL, raise_server_exceptions=False) as client:
            while client.get("/readyz").status_code != 200:
                pass
            return client.post("/v1/answers", json=ASKED).status_code


def told(exporter: Any) -> str:
    """Everything that the spans say."""
    return json.dumps([json.loads(span.to_json()) for span in exporter.get_finished_spans()])


def test_requests_and_the_model_are_traced_as_one_without_words(sitasi: FakeSitasi, exporter: Any) -> None:
    assert ask(sitasi, saying("Clay [1].")) == 200
    spans = exporter.get_finished_spans()
    (request,) = [span for span in spans if span.name == "POST /v1/answers"]
    model = [span for span in spans if span.attributes.get("openinference.span.kind") == "LLM"]
    assert model and all(span.context.trace_id == request.context.trace_id for span in model)
    assert "canary" not in told(exporter) and "Clay" not in told(exporter)
    assert not any("readyz" in span.name for span in spans)


def test_what_a_failing_model_said_stays_out_too(sitasi: FakeSitasi, exporter: Any) -> None:
    def refuse(call: Call) -> None:
        call.head("401 Unauthorized", "application/json")
        call.send(json.dumps({"error": {"message": f"bad key {call.headers['authorization']} {PROMPT}"}}))

    assert ask(sitasi, refuse) == 502
    assert exporter.get_finished_spans() and "canary" not in told(exporter)


def test_words_are_there_where_the_settings_say_so(sitasi: FakeSitasi, exporter: Any) -> None:
    """Negative control: the look sees them when they are let through."""
    ask(sitasi, saying("Clay [1]."), log_questions=True)
    assert PROMPT in told(exporter) and "sk-traces" not in told(exporter)


def test_without_an_address_nothing_is_traced(sitasi: FakeSitasi, exporter: Any) -> None:
    assert ask(sitasi, saying("Clay [1]."), url=None) == 200
    assert exporter.get_finished_spans() == ()


def test_the_address_is_one_and_holds_no_name_or_key() -> None:
    for wrong in ("ftp://x", "http://name:key@x", "x:4318", "http://x/?key=1", "http://", "file:///etc/passwd"):
        with pytest.raises(ValueError):
            TracesSettings(url=wrong)
