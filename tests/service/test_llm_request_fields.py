"""Models that think before they write take other fields than the rest, and need room for their thoughts."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from contextlib import suppress

import pytest

from ingest.errors import SettingsError
from qa.errors import GeneratorGarbled, GeneratorRefused
from qa.generate import LlmEndpoint
from qa.settings import load_settings
from tests.scripted_endpoint import Call, Script, event, saying, scripted
from tests.service.test_llm_endpoint import KEY, draft_of, settings_for, write

pytest.importorskip("llama_index.llms.openai_like", reason="the extra `llm` is not installed")


def apart(field: str) -> dict[str, str]:
    """The refused field, as an endpoint tells it."""
    return {"message": KEY, "param": field, "code": "unsupported_parameter"}


def in_words(field: str) -> dict[str, str]:
    """The same, as proxies pass it on."""
    return {"message": f"BadRequestError: Unsupported parameter: '{field}' is not supported with this model."}


def choosy(told: Callable[[str], dict[str, str]], *unwanted: str) -> Script:
    """Takes none of these fields, and names the first that it was sent, as models that reason do. A temperature of 1 is
    as good as none."""

    def script(call: Call) -> None:
        sent = [name for name in unwanted if name in call.body and (name, call.body[name]) != ("temperature", 1.0)]
        if not sent:
            saying("Ok [1].")(call)
            return
        call.head("400 Bad Request", "application/json")
        call.send(json.dumps({"error": told(sent[0])}))

    return script


@pytest.mark.parametrize("told", [apart, in_words])
def test_an_endpoint_that_takes_other_fields_is_asked_in_its_own(told: Callable[[str], dict[str, str]]) -> None:
    with scripted(choosy(told, "max_tokens", "temperature")) as listening:
        endpoint = LlmEndpoint(settings_for(listening.url))
        assert "".join(endpoint.write("s", "r", 60)) == "Ok [1].\n"
        assert len(listening.calls) == 3
        assert listening.calls[-1].body["max_completion_tokens"] == 60
        assert "".join(endpoint.write("s", "r", 60)) == "Ok [1].\n"
        assert len(listening.calls) == 4  # It is known now.


@pytest.mark.parametrize("field", ["messages", "max_tokens", ["max_tokens"], {"max_tokens": 1}], ids=str)
def test_an_endpoint_that_takes_nothing_is_asked_no_more_than_can_help(field: object) -> None:
    def script(call: Call) -> None:
        call.head("400 Bad Request", "application/json")
        call.send(json.dumps({"error": {"message": "no", "param": field}}))

    with scripted(script) as listening:
        endpoint = LlmEndpoint(settings_for(listening.url))
        for requests in (2, 4) if field == "max_tokens" else (1, 2):  # What did not help is not kept.
            with pytest.raises(GeneratorRefused):
                "".join(endpoint.write("s", "r", 60))
            assert len(listening.calls) == requests


def test_further_fields_of_the_operator_are_sent_along() -> None:
    with scripted(saying("Ok [1].")) as endpoint:
        write(endpoint.url, extra={"reasoning_effort": "low", "chat_template_kwargs": {"enable_thinking": False}})
    body = endpoint.calls[0].body
    assert body["reasoning_effort"] == "low" and body["chat_template_kwargs"] == {"enable_thinking": False}
    assert body["max_tokens"] == 60


def test_the_query_of_the_address_and_headers_of_the_operator_go_with_every_request() -> None:
    with scripted(saying("Ok [1].")) as endpoint:
        write(f"{endpoint.url}?api-version=2024-10-21", headers={"api-key": "sk-own", "authorization": "Own 1"})
    (call,) = endpoint.calls
    assert call.target == "/v1/chat/completions?api-version=2024-10-21"
    assert (call.headers["api-key"], call.headers["authorization"]) == ("sk-own", "Own 1")
    assert call.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "delta", [{"reasoning_content": "Hm, hm."}, {"content": "<think>Hm, hm."}], ids=["told apart", "in its text"]
)
def test_a_model_that_spent_its_tokens_on_thinking_is_told_in_the_log(
    delta: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    def script(call: Call) -> None:
        call.head()
        call.send(event(delta))
        call.end("length")

    with suppress(GeneratorGarbled):
        assert "Hm" in draft_of(script)[0]
    assert "SITASI_LLM__MAX_TOKENS" in caplog.text


def test_without_a_key_only_the_operators_headers_speak_for_us() -> None:
    with scripted(saying("Ok [1].")) as endpoint:
        write(endpoint.url, key=None, headers={"api-key": "sk-own"})
    assert "authorization" not in endpoint.calls[0].headers and endpoint.calls[0].headers["api-key"] == "sk-own"


@pytest.mark.parametrize(
    "headers",
    [
        {"api key": "1"},
        {"": "1"},
        {"x:y": "1"},
        {"x": ""},
        {"x": "1\r\ny: 2"},
        {"x": "é"},
        {"x": " y"},
        {"Content-Length": "3"},
    ],
)
def test_a_header_that_cannot_be_sent_is_refused_and_not_repeated(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITASI_LLM__HEADERS", json.dumps(headers))
    with pytest.raises(SettingsError, match="SITASI_LLM__HEADERS"):
        load_settings()
    monkeypatch.setenv("SITASI_LLM__HEADERS", json.dumps({"x": "canary-secret\n"}))
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert "canary-secret" not in f"{told.value} {told.value.__cause__}"


def test_a_key_in_the_place_of_a_name_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITASI_LLM__HEADERS", json.dumps({"Authorization: Bearer canary-secret": ""}))
    with pytest.raises(SettingsError, match="SITASI_LLM__HEADERS:") as told:
        load_settings()
    assert "canary-secret" not in str(told.value).lower()


@pytest.mark.parametrize("wrong", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, "{", "no JSON"])
def test_what_is_no_json_is_a_fault_of_the_settings(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITASI_LLM__HEADERS", wrong)
    monkeypatch.setenv("SITASI_LLM__MODEL", "another")
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert "SITASI_LLM__MODEL" not in str(told.value)


def test_headers_that_are_no_json_are_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITASI_LLM__HEADERS", "{api-key: canary-secret}")
    with pytest.raises(SettingsError, match="SITASI_LLM__HEADERS holds no JSON") as told:
        load_settings()
    assert "canary-secret" not in "".join(traceback.format_exception(told.value))
