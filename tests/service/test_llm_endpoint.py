"""Every fault of a language model's address ends in time, as an error of ours that repeats nothing it said."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading

import pytest

from qa.errors import (
    GeneratorBusy,
    GeneratorDenied,
    GeneratorError,
    GeneratorFailed,
    GeneratorGarbled,
    GeneratorRefused,
    GeneratorTimedOut,
    GeneratorUnreachable,
)
from qa.generate import LlmEndpoint
from qa.settings import LlmSettings
from tests.scripted_endpoint import Call, Script, event, saying, scripted

pytest.importorskip("llama_index.llms.openai_like", reason="the extra `llm` is not installed")

pytestmark = pytest.mark.row("R11")
KEY = "sk-very-secret"
PROMPT = "a prompt that stays here"


HURRIED = {"first_token_seconds": 0.5, "idle_seconds": 0.4, "total_seconds": 1.5}


def settings_for(url: str, **changes: object) -> LlmSettings:
    """Limits that a good endpoint keeps also on a busy machine."""
    limits = {
        "connect_seconds": 5,
        "first_token_seconds": 20,
        "idle_seconds": 20,
        "total_seconds": 40,
        "max_tokens": 60,
    }
    return LlmSettings.model_validate({"url": url, "model": "m", "key": KEY, **limits, **changes})


def write(url: str, **changes: object) -> str:
    """A whole draft."""
    return "".join(LlmEndpoint(settings_for(url, **changes)).write("system", PROMPT, 60.0))


def draft_of(script: Script, **changes: object) -> tuple[str, int]:
    """What was written, and how many requests it took."""
    with scripted(script) as endpoint:
        return write(endpoint.url, **changes), len(endpoint.calls)


def test_a_good_draft_arrives_whole_and_the_key_goes_where_it_belongs() -> None:
    with scripted(saying("Batik grew [1].", "Silver shrank [2].")) as endpoint:
        assert write(endpoint.url) == "Batik grew [1].\nSilver shrank [2].\n"
        (call,) = endpoint.calls
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.headers["accept-encoding"] == "identity"
    assert [message["role"] for message in call.body["messages"]] == ["system", "user"]
    assert call.body["max_tokens"] == 60 and "tools" not in call.body


def test_a_key_of_the_environment_is_not_sent_to_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    with scripted(saying("Yes [1].")) as endpoint:
        write(endpoint.url, key=None)
    assert "authorization" not in endpoint.calls[0].headers


TOOL_CALL = event({"tool_calls": [{"index": 0, "id": "t", "function": {"name": "f", "arguments": "{}"}}]})
CHUNK: dict[str, object] = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
NO_CHOICES = f"data: {json.dumps({**CHUNK, 'choices': []})}\n\n"
OK = event({"content": "Ok."})


@pytest.mark.parametrize(
    "chunks",
    [
        ": a comment\r\n\r\n" + OK.replace("\n", "\r\n"),
        OK + TOOL_CALL,
        event({"reasoning_content": "Hm."}) + OK,
        NO_CHOICES + OK,
    ],
    ids=["comments and CR LF", "tool calls", "reasoning", "a chunk without choices"],
)  # fmt: skip
def test_harmless_oddities_are_passed_over(chunks: str) -> None:
    def script(call: Call) -> None:
        call.head()
        call.send(chunks)
        call.end()
        call.send("data: [DONE]\n\n")

    assert draft_of(script) == ("Ok.", 1)


def test_letters_cut_between_two_chunks_are_put_together() -> None:
    def script(call: Call) -> None:
        call.head()
        whole = event({"content": "“Ok”"}).replace("\\u201c", "“").replace("\\u201d", "”").encode()
        place = whole.index("“".encode()) + 1
        call.send(whole[:place])
        call.wait(0.05)
        call.send(whole[place:])
        call.end()

    assert draft_of(script) == ("“Ok”", 1)


def silence(call: Call) -> None:
    """Accepts and says nothing."""
    call.wait()


def stall(call: Call) -> None:
    """Stops in the middle."""
    call.head()
    call.say("Batik ")
    call.wait()


def drip(call: Call) -> None:
    """One byte at a time, for ever."""
    call.head()
    call.say("Batik ")
    for letter in event({"content": "x" * 2000}):
        call.send(letter)
        if call.wait(0.1):
            return


def pings(call: Call) -> None:
    """Keeps the line busy without a word."""
    call.head()
    while not call.wait(0.05):
        call.send(": ping\n\n")


def slow_words(call: Call) -> None:
    """A word now and then, for ever."""
    call.head()
    while not call.wait(0.2):
        call.say("word ")


@pytest.mark.parametrize("script", [silence, stall, drip, pings, slow_words], ids=lambda script: script.__doc__)
def test_whoever_stalls_is_cut(script: Script) -> None:
    with pytest.raises(GeneratorTimedOut):
        draft_of(script, **HURRIED)


def reset(call: Call) -> None:
    """RST in the middle."""
    call.head()
    call.say("Batik ")
    call.reset()


def close(call: Call) -> None:
    """A clean end of the line in the middle."""
    call.head()
    call.say("Batik ")


def close_chunked(call: Call) -> None:
    """A chunked reply that ends before its last chunk."""
    call.send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    data = event({"content": "Batik "})
    call.send(f"{len(data):x}\r\n{data}\r\n")


@pytest.mark.parametrize("script", [reset, close, close_chunked], ids=lambda script: script.__doc__)
def test_a_draft_without_its_end_is_never_taken_for_whole(script: Script) -> None:
    with pytest.raises(GeneratorUnreachable):
        draft_of(script)


def test_nobody_listening() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(GeneratorUnreachable):
        write(f"http://127.0.0.1:{port}/v1")


def test_a_name_that_nobody_knows() -> None:
    with pytest.raises(GeneratorError) as told:
        write("http://nobody.invalid/v1", **HURRIED)
    assert isinstance(told.value, GeneratorUnreachable | GeneratorTimedOut)


def test_something_that_does_not_speak_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def babble() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"\x00\xff garbage \r\n" * 40)

        threading.Thread(target=babble, daemon=True).start()
        with pytest.raises(GeneratorUnreachable):
            write(f"https://127.0.0.1:{listener.getsockname()[1]}/v1")


def refusing(status: str, **headers: str) -> Script:
    """Says no, and in its message everything that it was told."""

    def script(call: Call) -> None:
        call.head(status, "application/json", **headers)
        call.send(json.dumps({"error": {"message": f"bad: {call.headers.get('authorization')} {call.body}"}}))

    return script


@pytest.mark.parametrize(
    ("status", "error", "requests"),
    [
        ("400 Bad Request", GeneratorRefused, 1),
        ("401 Unauthorized", GeneratorDenied, 1),
        ("403 Forbidden", GeneratorDenied, 1),
        ("404 Not Found", GeneratorRefused, 1),
        ("302 Found", GeneratorRefused, 1),
        ("429 Too Many Requests", GeneratorBusy, 2),
        ("500 Internal Server Error", GeneratorFailed, 2),
        ("503 Service Unavailable", GeneratorBusy, 2),
        ("529 Overloaded", GeneratorBusy, 2),
    ],
)
def test_refusals_have_codes_of_their_own_and_at_most_one_retry(
    status: str, error: type[GeneratorError], requests: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with scripted(refusing(status, location="http://127.0.0.1:9/v1", retry_after="0.1")) as endpoint:
        with pytest.raises(error) as told:
            write(endpoint.url)
        assert len(endpoint.calls) == requests
    said = f"{told.value} {told.value.__cause__} {caplog.text}"
    assert KEY not in said and PROMPT not in said


def test_an_endpoint_that_wants_a_long_wait_is_not_asked_again() -> None:
    with scripted(refusing("429 Too Many Requests", retry_after="120")) as endpoint:
        with pytest.raises(GeneratorBusy):
            write(endpoint.url)
        assert len(endpoint.calls) == 1


def test_a_second_try_that_goes_well_is_a_draft() -> None:
    tries: list[Call] = []

    def script(call: Call) -> None:
        tries.append(call)
        (refusing("503 Service Unavailable") if len(tries) == 1 else saying("Ok [1]."))(call)

    assert draft_of(script) == ("Ok [1].\n", 2)


def test_nothing_is_asked_again_once_a_word_was_said() -> None:
    with scripted(reset) as endpoint:
        with pytest.raises(GeneratorUnreachable):
            write(endpoint.url)
        assert len(endpoint.calls) == 1


def replying(body: str | bytes, kind: str = "text/event-stream", **headers: str) -> Script:
    """200 and this."""

    def script(call: Call) -> None:
        call.head(kind=kind, **headers)
        call.send(body)

    return script


NONSENSE: dict[str, str | bytes] = {
    "html": "<!doctype html><h1>Welcome</h1>",
    "nothing": "",
    "an empty object": "data: {}\n\ndata: [DONE]\n\n",
    "no choices": NO_CHOICES + "data: [DONE]\n\n",
    "null content": event({"content": None}) + event({}, "stop"),
    "a number as content": event({"content": 5}) + event({}, "stop"),
    "a list as content": event({"content": ["a"]}) + event({}, "stop"),
    "choices of another kind": f"data: {json.dumps({**CHUNK, 'choices': 'yes'})}\n\n",
    "json cut in half": event({"content": "Batik grew"})[:60] + "\n\n",
    "no utf-8": b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n',
    "an error inside the stream": 'data: {"error": {"message": "sk-very-secret"}}\n\n',
    "only tool calls": TOOL_CALL + event({}, "tool_calls"),
    "whole instead of streamed": json.dumps({"choices": [{"message": {"content": "Batik grew [1]."}}]}),
}  # fmt: skip


@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_named_as_such(body: str | bytes) -> None:
    with pytest.raises(GeneratorError) as told:
        draft_of(replying(body))
    assert isinstance(told.value, GeneratorGarbled | GeneratorUnreachable)
    assert KEY not in str(told.value)


def test_a_line_without_end_is_not_read_to_its_end() -> None:
    sent = []

    def script(call: Call) -> None:
        call.head()
        call.send("data: ")
        for _ in range(100):
            call.send(b"x" * 1_000_000)
            sent.append(1)

    with pytest.raises(GeneratorGarbled):
        draft_of(script)
    assert len(sent) < 50


def test_a_packed_reply_is_not_unpacked() -> None:
    bomb = gzip.compress(b"data: " + b"x" * 50_000_000)
    with pytest.raises(GeneratorGarbled):
        draft_of(replying(bomb, content_encoding="gzip"))


def test_a_model_that_never_ends_is_cut_at_its_longest_draft() -> None:
    def script(call: Call) -> None:
        call.head()
        while not call.stopping.is_set():
            call.say("word " * 20)

    draft, _ = draft_of(script)
    assert len(draft) < 60 * 12 + 200


def test_leaving_early_hangs_up() -> None:
    gone = threading.Event()

    def script(call: Call) -> None:
        call.head()
        try:
            while not call.wait(0.01):
                call.say("word ")
        except OSError:
            gone.set()

    with scripted(script) as endpoint:
        pieces = LlmEndpoint(settings_for(endpoint.url)).write("s", "r", 20)
        assert next(pieces) == "word "
        pieces.close()
        assert gone.wait(10)
