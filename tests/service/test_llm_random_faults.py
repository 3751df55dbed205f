"""Random lives of a language model's address: whatever it does, a draft or an error of ours comes of it, in time."""

from __future__ import annotations

import json
import random
import threading
import time

import pytest

from qa.errors import GeneratorError
from qa.generate import LlmEndpoint
from qa.settings import LlmSettings
from tests.counting import RecordCount, scaled, seed
from tests.scripted_endpoint import Call, Script, event, scripted

pytest.importorskip("llama_index.llms.openai_like", reason="the extra `llm` is not installed")

KEY = "sk-random-faults-key"
PROMPT = "a prompt that stays here"
LIMIT = 15.0
STATUSES = ["200 OK"] * 12 + [
    "400 No",
    "401 No",
    "404 No",
    "429 Wait",
    "500 No",
    "503 No",
    "529 No",
    "302 Go",
    "204 No",
]
KINDS = ["text/event-stream"] * 6 + ["text/html", "application/json", "", "text/event-stream; charset=utf-16"]
PIECES = [
    event({"content": "Batik grew [1]. "}),
    event({"content": None}),
    event({"content": ["x"]}),
    event({"content": 7}),
    event({"content": "x" * 5000}),
    event({"tool_calls": [{"index": 0, "id": "t", "function": {"name": "f", "arguments": "{"}}]}),
    event({}, "stop"),
    event({}, "length"),
    "data: [DONE]\n\n",
    "data: {}\n\n",
    "data: []\n\n",
    "data: null\n\n",
    'data: {"choices": []}\n\n',
    'data: {"choices": "yes"}\n\n',
    'data: {"error": {"message": "no"}}\n\n',
    event({"content": "cut"})[:40],
    "event: ping\n\n",
    ": comment\r\n\r\n",
    "\r\r\n\n",
    "id: 1\nretry: 5\n\n",
    "<html><body>Welcome</body></html>",
    "\x00\x01\x02",
    "data: " + "[" * 3000 + "\n\n",
    "data: " + "9" * 5000 + "\n\n",
]


def script_of(chance: random.Random) -> Script:
    """One random life."""
    status, kind = chance.choice(STATUSES), chance.choice(KINDS)
    does: list[object] = []
    for _ in range(chance.randrange(8)):
        does.append(chance.choice([chance.choice(PIECES), chance.choice(PIECES), chance.randbytes(20), 0.05]))
    end = chance.choice(["close", "close", "reset", "stall", "finish", "finish"])
    before = chance.choice(["head"] * 10 + ["nothing", "garbage", "reset"])

    def script(call: Call) -> None:
        if before == "reset":
            call.reset()
            return
        if before == "garbage":
            call.send(b"\xff\xfe no HTTP at all\r\n\r\n")
        elif before == "head":
            call.head(status, kind, location="http://127.0.0.1:9/v1", retry_after=chance.choice(["0", "x", "-1", "99"]))
            for one in does:
                call.wait(one) if isinstance(one, float) else call.send(one)  # type: ignore[arg-type]
        if end == "finish":
            call.send(event({"content": "Ok."}))
            call.end()
        elif end == "stall":
            call.wait()
        elif end == "reset":
            call.reset()

    return script


def kept(script: Script) -> str | None:
    """What was wrong with how it ended; None when nothing was."""
    limits = {"first_token_seconds": 0.4, "idle_seconds": 0.4, "total_seconds": 2, "max_tokens": 60}
    with scripted(script) as endpoint:
        settings = LlmSettings.model_validate({"url": endpoint.url, "model": "m", "key": KEY, **limits})
        began = time.monotonic()
        try:
            said = "".join(LlmEndpoint(settings).write("system", PROMPT, 60.0))
        except GeneratorError as error:
            said = str(error)
            if error.__cause__ is not None:
                return f"the cause was kept: {error.__cause__!r}"
        except Exception as fault:
            return f"{type(fault).__name__}: {fault}"
    if time.monotonic() - began > LIMIT:
        return "it took too long"
    return "it repeats a secret" if KEY in said or PROMPT in said else None


@pytest.mark.row("R11")
@pytest.mark.timeout(7200)
def test_whatever_it_does_a_draft_or_an_error_comes_of_it(record_count: RecordCount) -> None:
    tries, good = scaled(quick=12, ci=60, release=1000), 0
    for number in range(tries):
        wrong = kept(script_of(random.Random(seed() + number)))
        if wrong is not None:
            print(f"life {seed() + number}: {wrong}")
        good += wrong is None
    left = [one for one in threading.enumerate() if one.name == "sitasi-llm"]
    for one in left:
        one.join(5)
    assert not any(one.is_alive() for one in left), "a thread still reads"
    record_count("R11", good, tries)


@pytest.mark.control("R11")
def test_an_endpoint_that_repeats_the_prompt_would_be_seen() -> None:
    def repeating(call: Call) -> None:
        call.head()
        call.say(json.dumps(call.body["messages"]))
        call.end()

    assert kept(repeating) == "it repeats a secret"
