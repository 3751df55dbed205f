"""Processes that answer beside a service: the same answers, nothing lost when one dies, nothing left when it ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import qa.api.state
import qa.bootstrap
import qa.collection
from qa.api.app import create_app
from qa.api.bodies import AnswerBody
from qa.api.keeping import answer_and_keep
from qa.api.processes import AnsweringProcess, AnsweringProcesses, ProcessLost
from qa.bootstrap import Sitasi, open_sitasi
from qa.collection import Intake
from qa.settings import ServerSettings, Settings, load_settings
from qa.types import Mode, Question
from tests.service.conftest import words

COMMAND = ("-m", "tests.service.answer_words")
ASKED = Question("Who dyes the cloth in the village workshops?")


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for module in (qa.bootstrap, qa.collection):
        monkeypatch.setattr(module, "load_embedder", words)
    return load_settings()


@pytest.fixture
def sitasi(settings: Settings) -> Iterator[Sitasi]:
    """The owner of a home with the sample briefs."""
    opened = open_sitasi(settings)
    yield opened
    opened.close()


@pytest.fixture
def processes(sitasi: Sitasi) -> Iterator[AnsweringProcesses]:
    """One process beside the owner, ready."""
    started = AnsweringProcesses(sitasi.settings, 1, COMMAND)
    started.start()
    until(lambda: len(started.ids) == 1)
    yield started
    started.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait for it, within reason."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def told(body: AnswerBody | None) -> dict[str, object]:
    """An answer without what is its own: id and times."""
    assert body is not None
    return body.model_dump(exclude={"id", "href", "timings_ms"})


def shown(body: AnswerBody | None) -> set[str]:
    """Papers that an answer cites, or offers where it is an honest no."""
    assert body is not None
    return {one.document.id for one in (*body.citations, *body.nearest)}


def is_alive(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_answer_is_that_of_the_owner_and_is_kept(sitasi: Sitasi, processes: AnsweringProcesses) -> None:
    own = answer_and_keep(sitasi, ASKED)
    other = processes.answer(ASKED)
    assert told(other) == told(own)
    assert other is not None
    assert other.id != own.id
    assert sitasi.library.record.answer(other.id) is not None


def test_what_has_been_published_is_found_by_the_next_question(
    sitasi: Sitasi, processes: AnsweringProcesses, papers: Path
) -> None:
    asked = Question("How often are the kilns of the northern village fired?")
    assert "kilns" not in shown(processes.answer(asked))
    Intake(sitasi.library, sitasi.embedder, sitasi.settings).ingest([papers], prune=False)
    after = processes.answer(asked)
    assert "kilns" in shown(after)
    assert told(after) == told(answer_and_keep(sitasi, asked))


def test_a_process_that_dies_costs_no_answer_and_is_replaced(processes: AnsweringProcesses) -> None:
    (first,) = processes.ids
    os.kill(first, signal.SIGKILL)
    assert processes.answer(ASKED) is None
    until(lambda: len(processes.ids) == 1)
    assert processes.ids != (first,)
    assert processes.answer(ASKED) is not None


def test_what_is_wrong_with_a_question_is_left_to_the_owner_to_say(processes: AnsweringProcesses) -> None:
    assert processes.answer(Question("who?", documents=("no-such-paper",))) is None
    assert processes.answer(Question("?")) is None
    assert processes.answer(ASKED) is not None


def test_none_is_left_behind(processes: AnsweringProcesses) -> None:
    (one,) = processes.ids
    processes.close()
    assert not is_alive(one)
    assert processes.answer(ASKED) is None


def test_a_process_that_cannot_start_is_no_reason_to_wait(settings: Settings) -> None:
    with pytest.raises(ProcessLost):
        AnsweringProcess(settings, ("-c", "raise SystemExit(1)"))
    hopeless = AnsweringProcesses(settings, 1, ("-c", "raise SystemExit(1)"))
    hopeless.start()
    assert hopeless.answer(ASKED) is None
    hopeless.close()


def test_a_process_that_makes_no_sense_is_replaced(settings: Settings) -> None:
    talking = "import sys; from multiprocessing.connection import Connection; line = Connection(int(sys.argv[1]))\n"
    talking += "while line.recv_bytes() and not line.send_bytes(b''): line.recv_bytes() and line.send_bytes(b'{}')"
    senseless = AnsweringProcesses(settings, 1, ("-c", talking))
    senseless.start()
    until(lambda: len(senseless.ids) == 1)
    (first,) = senseless.ids
    assert senseless.answer(ASKED) is None
    until(lambda: len(senseless.ids) == 1)
    assert senseless.ids != (first,)
    assert not is_alive(first)
    senseless.close()


def test_a_service_has_them_answer_what_they_can(
    sitasi: Sitasi, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.api.state, "AnsweringProcesses", partial(AnsweringProcesses, command=COMMAND))
    expected = told(answer_and_keep(sitasi, ASKED))
    one = settings.model_copy(update={"server": ServerSettings(processes=1)})
    asked_here: list[Mode] = []

    def refuse(question: Question, *_: object) -> None:
        asked_here.append(question.mode)
        raise RuntimeError("not here")

    app = create_app(lambda: sitasi, one, lambda *_: None)  # type: ignore[arg-type, return-value]
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        until(lambda: "sitasi_answering_processes 1.0" in client.get("/metrics").text.splitlines())
        monkeypatch.setattr(sitasi.answers, "answer", refuse)
        answered = client.post("/v1/answers", json={"question": ASKED.text})
        assert told(AnswerBody.model_validate(answered.json())) == expected
        assert not asked_here
        assert client.post("/v1/answers", json={"question": ASKED.text, "mode": "generative"}).status_code == 500
        assert client.post("/v1/answers", json={"question": "who?", "documents": ["no"]}).status_code == 404
        assert asked_here == [Mode.GENERATIVE]
        ids = client.app.state.service.processes.ids  # type: ignore[attr-defined]
    assert not any(is_alive(process) for process in ids)
