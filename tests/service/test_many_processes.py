"""Four servers on one PostgreSQL record and one Chroma server, ingestion beside them: any of them may be killed."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.failpoints import EXIT_CODE
from ingest.home import Home, read_owner
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import open_library
from tests.faults.collection_life import exit_code, faults_of, ingest_beside
from tests.servers import ChromaServer, PostgresServer, running_chroma, running_postgres

ROOT = Path(__file__).parents[2]
SERVERS = 4
GOODS = ("bowls", "tiles", "jars", "lamps", "whistles", "bricks", "pots", "cups", "urns", "plates", "beads", "ridges")
# How long a server may take to notice what the test waits for; far beyond what it takes.
PATIENCE = 60.0


@dataclass
class Api:
    """One `sitasi serve`, in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    def post(self, path: str, **body: Any) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", json=body, timeout=30)

    def answer(self, question: str) -> dict[str, Any]:
        response = self.post("/v1/answers", question=question)
        assert response.is_success, response.text
        body: dict[str, Any] = response.json()
        return {name: body[name] for name in ("status", "text", "claims", "citations", "grounding", "corpus")}

    def found(self, query: str) -> list[str]:
        """Texts of the passages found for a query."""
        return [one["text"] for one in self.post("/v1/search", query=query, limit=5).json()["passages"]]

    def corpus(self) -> str:
        return str(self.answer("Who fires the kilns?")["corpus"]["version"])

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass
class Scene:
    """The whole of it, with one home for every process."""

    postgres: PostgresServer
    chroma: ChromaServer
    database: str
    place: Path
    apis: list[Api] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SITASI_", "LC_", "LANG"))}
        own = {"HOME": self.place / "home", "RECORD__URL": self.database, "CHROMA__URL": self.chroma.url}
        # The embedder that counts words is not what abstention was fitted on.
        return kept | {f"SITASI_{name}": str(value) for name, value in own.items()} | {"SITASI_ANSWER__THRESHOLD": "0"}

    @property
    def shared(self) -> tuple[RecordSettings, ChromaSettings]:
        return RecordSettings(url=self.database), ChromaSettings(url=self.chroma.url)

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """A command of its own process."""
        command = [sys.executable, "-m", "tests.service.serve_words", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def start(self, count: int = 1) -> None:
        """So many servers more, started at the same time."""
        processes = [self.run("serve", "--port", "0") for _ in range(count)]
        for process in processes:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = re.search(r"http://127\.0\.0\.1:\d+", line)
            if url is None:
                process.kill()
                pytest.fail(f"it printed {line!r} and said {process.communicate()[1]!r}")
            self.apis.append(Api(process, url[0]))

    def ingest(self, failpoint: str = "") -> int:
        """How a run over the papers ends, in a process beside the servers that dies at `failpoint`."""
        home, papers = self.place / "home", self.place / "papers"
        return exit_code(ingest_beside, home, papers, *self.shared, failpoint=failpoint)

    def write_paper(self, number: int, edition: int = 1) -> str:
        """Puts a paper into the folder; returns its first finding."""
        folder = self.place / "papers"
        folder.mkdir(exist_ok=True)
        name = name_of(number)
        finding = f"The kilns of {name} are fired {GOODS[(number + edition) % 12]} and all, {edition} times a week."
        text = f"# Kilns of {name}\n\n## Findings\n\n{finding}\n\nSalt is boiled in {name} by nineteen families.\n"
        (folder / f"{name}.md").write_text(text)
        return finding

    def wait_until_same(self) -> str:
        """The version of the corpus that every server answers from."""
        for _ in _patiently():
            seen = {api.corpus() for api in self.apis}
            if len(seen) == 1:
                return seen.pop()
        raise AssertionError("the servers do not come to answer from the same version")

    def assert_found_by_all(self, sentence: str) -> None:
        for api in self.apis:
            for _ in _patiently():
                if any(sentence in text for text in api.found(sentence)):
                    break
            else:
                pytest.fail(f"{api.url} does not find {sentence!r}")

    def assert_nothing_lost(self) -> None:
        """As a process sees it that starts now: words, vectors and record agree, each passage by its own vector."""
        with open_library(Home(self.place / "looking"), *self.shared) as library:
            assert library.health == "ready", library.fault
            assert faults_of(library) == []


def name_of(number: int) -> str:
    """A word that no other paper holds."""
    return "".join("bdgklmnprst"[int(digit)] + "ua"[int(digit) % 2] for digit in f"{number:03d}") + "wati"


def question_of(number: int) -> str:
    return f"Which families boil salt in {name_of(number)}?"


def _patiently() -> Iterator[None]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        yield
        time.sleep(0.1)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    place = tmp_path_factory.mktemp("many")
    (place / "chroma").mkdir()
    with running_postgres() as postgres, running_chroma(place / "chroma") as chroma:
        whole = Scene(postgres, chroma, postgres.create("shared"), place)
        try:
            whole.start(SERVERS)
            for number in range(6):
                whole.write_paper(number)
            assert whole.ingest() == 0
            whole.wait_until_same()
            yield whole
        finally:
            for api in whole.apis:
                api.kill()


@contextmanager
def questions_going_on(scene: Scene) -> Iterator[Counter[str]]:
    """Inside the `with` block every server is asked, one after the other; counts how they replied."""
    replies: Counter[str] = Counter()
    stop = threading.Event()

    def ask() -> None:
        for number, api in enumerate(itertools.cycle(list(scene.apis))):
            if stop.is_set():
                return
            replies[_reply(api, number)] += 1

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        try:
            yield replies
        finally:
            stop.set()
            asking.result()


def _reply(api: Api, number: int) -> str:
    alive = api.process.poll() is None
    try:
        response = api.post("/v1/answers", question=question_of(number % 6))
    except httpx.TransportError as fault:
        # The connections of a killed process close a moment before it is known to have ended.
        try:
            api.process.wait(1)
        except subprocess.TimeoutExpired:
            return "gone" if not alive else f"silent: {fault!r}"
        return "gone"
    if response.status_code == 503 and response.headers["content-type"] == "application/problem+json":
        return "503" if response.json()["retryable"] else f"final: {response.text}"
    return "answered" if response.is_success and response.json()["status"] == "answered" else response.text


# ---------------------------------------------------------------------- agreement


def test_servers_that_start_together_on_an_empty_record_need_no_home_lock(scene: Scene) -> None:
    assert len(scene.apis) == SERVERS
    assert all(api.process.poll() is None for api in scene.apis)
    assert read_owner(Home(scene.place / "home")) is None


def test_every_server_gives_the_same_answer(scene: Scene) -> None:
    for number in range(4):
        question = question_of(number)
        first, *others = [api.answer(question) for api in scene.apis]
        assert first["status"] == "answered"
        assert all(other == first for other in others)


def test_what_is_ingested_beside_them_is_answered_from_a_moment_later(scene: Scene) -> None:
    sentence = scene.write_paper(20)
    assert not any(sentence in text for text in scene.apis[0].found(sentence)), "it is there before it is ingested"
    assert scene.ingest() == 0
    began = time.monotonic()
    scene.assert_found_by_all(sentence)
    print(f"found by all {SERVERS} servers {time.monotonic() - began:.2f} s after ingestion ended")
    (scene.place / "papers" / f"{name_of(20)}.md").unlink()
    assert scene.ingest() == 0
    scene.wait_until_same()
    assert not any(sentence in text for api in scene.apis for text in api.found(sentence))


def test_throughput_of_four_servers_and_of_one(scene: Scene) -> None:
    def asked_of(apis: list[Api]) -> float:
        questions = [(apis[n % len(apis)], question_of(n % 6)) for n in range(60)]
        with ThreadPoolExecutor(8) as clients:
            began = time.monotonic()
            answers = list(clients.map(lambda one: one[0].answer(one[1]), questions))
        assert all(answer["status"] == "answered" for answer in answers)
        return len(questions) / (time.monotonic() - began)

    one, four = asked_of(scene.apis[:1]), asked_of(scene.apis)
    print(f"8 clients, {os.cpu_count()} cores: {one:.0f} questions/s by one server, {four:.0f} by {SERVERS}")


# ---------------------------------------------------------------------- one at a time


def test_a_second_ingestion_waits_for_the_first(scene: Scene) -> None:
    sentence = scene.write_paper(30)
    with open_library(Home(scene.place / "looking"), *scene.shared, proving="never") as library:
        with library.one_run():
            waiting = scene.run("ingest", str(scene.place / "papers"))
            assert waiting.stderr is not None
            assert "this one waits for it to end" in next(line for line in waiting.stderr if "process" in line)
            assert waiting.poll() is None
            assert not any(sentence in text for text in scene.apis[0].found(sentence))
        assert waiting.wait(PATIENCE) == 0
    scene.assert_found_by_all(sentence)


# ---------------------------------------------------------------------- kills


def test_a_killed_server_takes_nothing_with_it(scene: Scene) -> None:
    with questions_going_on(scene) as replies:
        time.sleep(0.3)
        scene.apis[0].process.send_signal(signal.SIGKILL)
        time.sleep(1.5)
    scene.apis.pop(0).process.communicate()
    scene.start()
    print(dict(replies))
    assert replies["answered"] > 0
    assert replies.keys() <= {"answered", "gone"}
    scene.wait_until_same()
    scene.assert_nothing_lost()


@pytest.mark.parametrize("failpoint", ["index.after_upsert", "record.inside_publish", "record.after_publish"])
def test_killed_ingestion_leaves_old_or_new(failpoint: str, scene: Scene) -> None:
    new = scene.write_paper(0, edition=2 + len(failpoint))
    with questions_going_on(scene) as replies:
        assert scene.ingest(failpoint) == EXIT_CODE
    assert replies.keys() == {"answered"}
    scene.wait_until_same()
    scene.assert_nothing_lost()
    assert scene.ingest() == 0
    scene.assert_found_by_all(new)


def test_the_vector_server_may_be_killed(scene: Scene) -> None:
    sentence = scene.write_paper(40)
    with questions_going_on(scene) as replies:
        scene.chroma.kill()
        assert scene.ingest() == 0
        time.sleep(0.5)
        scene.chroma.start()
    print(dict(replies))
    assert replies.keys() == {"answered"}, "every vector in the record is compared while Chroma is away"
    scene.assert_found_by_all(sentence)
    scene.assert_nothing_lost()


def test_the_database_may_be_killed(scene: Scene) -> None:
    with questions_going_on(scene) as replies:
        time.sleep(0.3)
        scene.postgres.kill()
        time.sleep(1)
        refused = scene.apis[0].post("/v1/answers", question="Who fires the kilns?")
        assert (refused.status_code, refused.json()["code"]) == (503, "record_error")
        scene.postgres.start()
        for _ in _patiently():
            if all(api.post("/v1/answers", question="Who fires the kilns?").is_success for api in scene.apis):
                break
    print(dict(replies))
    assert replies["answered"] > 0
    assert replies["503"] > 0
    assert replies.keys() <= {"answered", "503"}
    sentence = scene.write_paper(50)
    assert scene.ingest() == 0
    scene.assert_found_by_all(sentence)
    scene.assert_nothing_lost()
