"""A real server under a long mixed life: questions, readers who leave, papers that come, change, go, or are bad."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from ingest.home import Home, read_owner

ROOT = Path(__file__).parents[2]
GOODS = ("bowls", "tiles", "jars", "lamps", "bricks", "cups", "urns", "plates")
KINDS = {"ask": 8, "stream": 6, "leave": 4, "search": 6, "list": 3, "upload": 2, "remove": 1, "bad": 1, "wrong": 2}
PAPERS = 8
SERVER = "tests.service.serve_words"


@dataclass(frozen=True)
class Held:
    """What a process holds."""

    memory: int
    descriptors: int
    threads: int


def held_by(pid: int) -> Held:
    """Resident bytes, open descriptors and threads of a process, without its children."""
    status = Path(f"/proc/{pid}/status").read_text()
    memory, threads = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("VmRSS", "Threads"))  # type: ignore[index]
    return Held(1024 * memory, len(list(Path(f"/proc/{pid}/fd").iterdir())), threads)


@dataclass
class Visitor:
    """Does things to a server at random and knows how each should end."""

    client: httpx.Client
    chance: random.Random
    wrong: list[str] = field(default_factory=list)
    done: int = 0

    def act(self) -> None:
        """One thing."""
        kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
        try:
            getattr(self, f"_{kind}")()
        except (httpx.HTTPError, AssertionError) as fault:
            self.wrong.append(f"{kind}: {type(fault).__name__}: {fault}")
        self.done += 1

    def _question(self) -> dict[str, object]:
        wanted = f"What did the workshop sell besides {self.chance.choice(GOODS)}?"
        return {"question": wanted, "history": [{"role": "user", "content": "Who sold urns?"}]}

    def _expect(self, answered: httpx.Response, *wanted: int) -> None:
        assert answered.status_code in wanted, f"{answered.status_code}: {answered.text[:300]}"

    def _ask(self) -> None:
        self._expect(self.client.post("/v1/answers", json=self._question()), 200)

    def _stream(self) -> None:
        with self.client.stream("POST", "/v1/answers", json=self._question() | {"stream": True}) as answered:
            told = b"".join(answered.iter_bytes())
        assert b"event: done" in told, told[-300:]

    def _leave(self) -> None:
        with self.client.stream("POST", "/v1/answers", json=self._question() | {"stream": True}) as answered:
            next(answered.iter_bytes(), b"")

    def _search(self) -> None:
        self._expect(self.client.post("/v1/search", json={"query": self.chance.choice(GOODS)}), 200)

    def _list(self) -> None:
        for path in ("/v1/documents", "/readyz", "/metrics", "/", "/openapi.json"):
            self._expect(self.client.get(path), 200)

    def _wrong(self) -> None:
        self._expect(self.client.post("/v1/answers", content=b'{"question": NaN}'), 415, 422, 400)
        self._expect(self.client.get("/v1/documents/nobody"), 404)

    def _upload(self) -> None:
        number, days = self.chance.randrange(PAPERS), range(self.chance.randrange(4, 30))
        lines = [f"The workshop sold {' and '.join(self.chance.sample(GOODS, 3))} on day {day}." for day in days]
        told = self._ingested(
            f"paper-{number}.md", f"# Paper {number}\n\n## Findings\n\n{chr(10).join(lines)}".encode()
        )
        assert told["failed"] == [], told["failed"]

    def _bad(self) -> None:
        number = self.chance.randrange(10**9)
        told = self._ingested(f"bad-{number % 3}.pdf", b"%PDF-1.7\n" + str(number).encode())
        assert len(told["failed"]) == 1, told

    def _remove(self) -> None:
        gone = self.client.delete(f"/v1/documents/paper-{self.chance.randrange(PAPERS)}")
        self._expect(gone, 200, 404)

    def _ingested(self, name: str, content: bytes) -> dict[str, list[object]]:
        started = self.client.post("/v1/documents", params={"replace": True}, files={"file": (name, content)})
        self._expect(started, 202)
        for _ in range(1200):
            job = self.client.get(f"/v1/jobs/{started.json()['id']}").json()
            if job["status"] not in ("queued", "running"):
                assert job.get("summary"), job
                return dict(job["summary"])
            time.sleep(0.05)
        raise AssertionError(f"a job that does not end: {job}")


@contextmanager
def visited(home: Path, seed: int, *, module: str = SERVER) -> Iterator[tuple[Visitor, int]]:
    """A visitor of a server of its own, and the server's process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SITASI_", "LC_", "LANG"))}
    command = [sys.executable, "-m", module, "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment | {"SITASI_HOME": str(home), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        owner = read_owner(Home(home))
        assert found and owner is not None
        headers = {"authorization": f"Bearer {owner.token}"}
        with httpx.Client(base_url=found[0], headers=headers, timeout=120, trust_env=False) as client:
            yield Visitor(client, random.Random(seed)), process.pid
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()
