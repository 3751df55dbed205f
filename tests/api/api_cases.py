"""Requests that schemathesis makes from the service's own description, in this process, with every phase and check."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from qa.question import content_words

LONGEST_QUESTION = 2000
BASE = "http://127.0.0.1:8000"


@dataclass
class Tried:
    """How many requests were sent, in which phases, and what was wrong with the answers."""

    cases: int = 0
    by_phase: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def try_api(app: Any, *, seed: int, examples: int, key: str | None, least: int = 0) -> Tried:
    """All phases (examples, coverage, fuzzing, stateful) with all checks, `examples` for each operation in the last
    two; fuzzing goes on with other seeds until `least` requests were sent."""
    logging.getLogger("hypothesis").setLevel(logging.ERROR)
    tried, run = Tried(), 0
    while run == 0 or tried.cases < least:
        phases = {} if run == 0 else {"examples": {"enabled": False}, "coverage": {"enabled": False}}
        config = SchemathesisConfig.from_dict(
            {
                "seed": seed + run,
                "base-url": BASE,
                "continue-on-failure": True,
                "auth": {"openapi": {"key": {"bearer": key}}} if key else {},
                # oEmbed itself asks for 501 where a format is not had.
                "operations": [
                    {
                        "include-path": "/oembed",
                        "checks": {"not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "501"]}},
                    }
                ],
                "generation": {"max-examples": examples, "database": "none", "no-shrink": True},
                "phases": phases,
            }
        )
        schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config, headers={"host": "127.0.0.1:8000"})
        for event in from_schema(schema).execute():
            _note(event, tried)
        run += 1
    return tried


def _note(event: Any, tried: Tried) -> None:
    if isinstance(event, NonFatalError | FatalError):
        tried.failures.append(f"{type(event).__name__}: {event.__dict__ if hasattr(event, '__dict__') else event}")
    if not isinstance(event, ScenarioFinished):
        return
    sent = event.recorder.interactions
    tried.cases += len(sent)
    tried.by_phase[str(event.phase.value)] += len(sent)
    tried.statuses.update(one.response.status_code for one in sent.values() if one.response is not None)
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure = check.failure_info.failure
                told = sent[case_id].response if case_id in sent else None
                body = told.content if told is not None else b""
                request = event.recorder.cases[case_id].value
                if _rightly_refused(check.name, request, body):
                    continue
                tried.failures.append(
                    f"{event.label}: {check.name}: {failure.title}: {failure.message[:300]!r} {request.method} "
                    f"{request.formatted_path} {request.query} {request.headers} {str(request.body)[:300]} -> "
                    f"{body[:300]!r}"
                )


def _rightly_refused(check: str, request: Any, body: bytes) -> bool:
    """What a JSON schema cannot say: a question and a theme hold words, a chat a message of its user; and what
    schemathesis takes for the id of a paper is that of the job that reads it."""
    if check == "negative_data_rejection":
        # Too large is refused before anything else is looked at.
        return b'"code":"body_too_large"' in body
    if check == "ensure_resource_availability":
        return "job_" in request.formatted_path and b"unknown_document" in body
    if check != "positive_data_acceptance" or b'"code":"invalid_question"' not in body:
        return False
    sent = request.body
    if "messages" in sent:
        text = _last_words(sent["messages"])
        return not text or len(text) > LONGEST_QUESTION
    if "question" in sent or "query" in sent:
        return not any(mark.isalnum() for mark in sent.get("question", sent.get("query")))
    return any(not content_words(theme) for theme in sent["themes"])


def _last_words(messages: list[dict[str, Any]]) -> str:
    """The letters and digits of what the user of a chat said last."""
    said = [message.get("content") or "" for message in messages if message["role"] == "user"]
    last = said[-1] if said else ""
    if isinstance(last, list):
        last = "".join(part.get("text") or "" for part in last if part["type"] == "text")
    return "".join(mark for mark in last if mark.isalnum())
