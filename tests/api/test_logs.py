"""Logs: one line for each record, with the id of the request, for people or for programs, and never a question."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from qa.api.logs import JsonLine, TextLine, write_logs
from tests.api.conftest import Serve
from tests.api.test_jobs import OWNER
from tests.fakes import FakeSitasi

ASKED = {"question": "Where do the potters of Lembang dry clay, canary?"}


@pytest.fixture
def lines() -> Iterator[Any]:
    """What the service logs, as JSON objects; call it to read them."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine())
    logger = logging.getLogger("sitasi")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_an_answer_is_one_line_and_its_request_another_with_one_id(serve: Serve, lines: Any) -> None:
    response = serve().post("/v1/answers", json=ASKED)
    answered, request = [line for line in lines() if line.get("path") != "/readyz"]
    assert answered["message"] == "answered" and answered["answer_id"] == response.json()["id"]
    assert (request["method"], request["path"], request["status"]) == ("POST", "/v1/answers", 200)
    # From the thread that answered, too.
    assert answered["request_id"] == request["request_id"] == response.headers["x-request-id"]
    assert request["time"].endswith("Z") and request["level"] == "info" and request["ms"] >= 0
    assert "canary" not in json.dumps(lines())


def test_questions_are_logged_only_where_the_settings_say_so(serve: Serve, lines: Any, sitasi: FakeSitasi) -> None:
    asked = {"question": "Where do the potters of Lembang dry clay?"}
    serve(log_questions=True).post("/v1/answers", json=asked)
    assert asked["question"] in [line.get("question") for line in lines()]


def test_an_unforeseen_fault_is_found_by_the_id_that_the_reader_was_told(
    serve: Serve, lines: Any, sitasi: FakeSitasi
) -> None:
    sitasi.answers.before = lambda: 1 / 0
    problem = serve().post("/v1/answers", json=ASKED).json()
    (fault,) = [line for line in lines() if "exception" in line]
    assert fault["request_id"] == problem["request_id"] and "ZeroDivisionError" in fault["exception"]


def test_what_a_stranger_sent_forges_no_line_and_drives_no_terminal() -> None:
    record = logging.makeLogRecord({"name": "sitasi", "levelname": "INFO", "msg": "a\r\nINFO forged\x1b[31m\u202e"})
    assert TextLine().format(record).isprintable()
    assert "\n" not in JsonLine().format(record)
    assert json.loads(JsonLine().format(record))["message"] == record.msg


def test_a_traceback_keeps_its_lines() -> None:
    try:
        raise ValueError("\x1b[31mred")
    except ValueError:
        record = logging.LogRecord("sitasi", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    text = TextLine().format(record)
    assert text.startswith("ERROR sitasi: failed\nTraceback") and "\x1b" not in text


@pytest.mark.parametrize(("form", "is_json"), [("json", True), ("auto", True), ("text", False)])
def test_the_settings_choose_the_form(form: Any, is_json: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before, written = root.handlers[:], io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    try:
        write_logs(form, "info")
        logging.getLogger("sitasi").info("hello")
    finally:
        root.handlers[:] = before
        logging.getLogger("sitasi").setLevel(logging.NOTSET)
    assert written.getvalue().startswith('{"time"' if is_json else "INFO sitasi: hello")


def test_a_method_or_path_that_is_none_is_written_out(serve: Serve, lines: Any) -> None:
    client = serve()
    client.request("GET\tX", "/v1/\u202e", headers=OWNER)
    assert all(line["path"].isprintable() and line["method"].isprintable() for line in lines() if "path" in line)
