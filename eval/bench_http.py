"""questions → answers over HTTP, eight clients at a time: the service, and LlamaIndex's starter behind FastAPI."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from eval.bench_questions import LLAMA, OURS, bench_texts
from ingest.errors import IngestError

CLIENTS = 8
_START_SECONDS = 180.0
# Nobody is to be told to come back: rates are measured elsewhere.
_UNHURRIED = {"SITASI_SERVER__QUESTIONS_PER_MINUTE": "1000000", "SITASI_SERVER__REQUESTS_PER_MINUTE": "1000000"}


@dataclass(frozen=True, slots=True)
class Load:
    """Questions a second with all clients asking, milliseconds of each, and how many failed."""

    per_second: float
    clock: tuple[float, ...]
    failed: int

    @property
    def typical(self) -> float:
        """Median."""
        return sorted(self.clock)[len(self.clock) // 2]

    @property
    def worst(self) -> float:
        """95th percentile."""
        return sorted(self.clock)[int(0.95 * (len(self.clock) - 1))]


def time_load(home: Path, models: Path, rounds: int) -> dict[str, list[Load]]:
    """Both services over one home, one after the other in turn, `rounds` times. Raises IngestError when one does not
    start."""
    texts = bench_texts()
    found: dict[str, list[Load]] = {OURS: [], LLAMA: []}
    for _ in range(rounds):
        for name in found:
            with _serving(name, home, models) as (url, path):
                found[name].append(_ask_all(url + path, texts))
    return found


def _ask_all(url: str, texts: Sequence[str]) -> Load:
    with httpx.Client(timeout=60.0, limits=httpx.Limits(max_connections=CLIENTS)) as client:

        def ask(text: str) -> tuple[float, bool]:
            started = time.perf_counter()
            try:
                good = client.post(url, json={"question": text}).status_code == 200
            except httpx.HTTPError:
                good = False
            return 1e3 * (time.perf_counter() - started), good

        # What only the first questions pay is paid before the clock starts.
        for text in texts[:CLIENTS]:
            ask(text)
        with ThreadPoolExecutor(CLIENTS) as clients:
            started = time.perf_counter()
            asked = list(clients.map(ask, texts[CLIENTS:]))
            seconds = time.perf_counter() - started
    return Load(len(asked) / seconds, tuple(took for took, _ in asked), sum(not good for _, good in asked))


@contextmanager
def _serving(name: str, home: Path, models: Path) -> Iterator[tuple[str, str]]:
    """The address of a running service and the path that takes questions."""
    port = _free_port()
    command = (
        [sys.executable, "-m", "qa", "serve"]
        if name == OURS
        else [sys.executable, "-m", "eval.bench_llama_server", str(port)]
    )
    given: Mapping[str, str] = {
        "SITASI_HOME": str(home),
        "SITASI_EMBEDDING__MODELS": str(models),
        "SITASI_SERVER__PORT": str(port),
        **_UNHURRIED,
    }
    with subprocess.Popen(
        command, env={**os.environ, **given}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url + "/readyz", child, name)
            yield url, "/v1/answers"
        finally:
            child.terminate()


def _wait(url: str, child: subprocess.Popen[bytes], name: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and child.poll() is None:
        try:
            if httpx.get(url, timeout=5.0).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise IngestError(f"{name} did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
