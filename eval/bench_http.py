"""questions → answers over HTTP, eight clients at a time: the service, and LlamaIndex's starter behind FastAPI."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import SimpleQueue

import httpx

from eval.bench_questions import LLAMA, OURS, bench_halves
from ingest.errors import IngestError

CLIENTS = 8
_START_SECONDS = 180.0
_PATH = "/v1/answers"
_PROCESSES = os.cpu_count() or 1
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
    before, measured = bench_halves()
    found: dict[str, list[Load]] = {OURS: [], LLAMA: []}
    for _ in range(rounds):
        for name in found:
            with _serving(name, home, models) as address:
                found[name].append(_ask_all(address, before, measured))
    return found


def _ask_all(url: str, before: Sequence[str], measured: Sequence[str]) -> Load:
    """The clock starts after the questions of `before`."""
    with ThreadPoolExecutor(CLIENTS) as clients, ExitStack() as stack:
        # As little work as a client can have: it takes its time from the same cores.
        lines: SimpleQueue[HTTPConnection] = SimpleQueue()
        for _ in range(CLIENTS):
            lines.put(stack.enter_context(closing(HTTPConnection(url, timeout=60.0))))

        def ask(text: str) -> tuple[float, bool]:
            line, started = lines.get(), time.perf_counter()
            try:
                line.request("POST", _PATH, json.dumps({"question": text}), {"content-type": "application/json"})
                response = line.getresponse()
                good = bool(response.read()) and response.status == HTTPStatus.OK
            except (OSError, HTTPException):
                line.close()
                good = False
            lines.put(line)
            return 1e3 * (time.perf_counter() - started), good

        list(clients.map(ask, before))
        started = time.perf_counter()
        asked = list(clients.map(ask, measured))
        seconds = time.perf_counter() - started
    return Load(len(asked) / seconds, tuple(took for took, _ in asked), sum(not good for _, good in asked))


@contextmanager
def _serving(name: str, home: Path, models: Path) -> Iterator[str]:
    """Host and port of a running service, Sitasi's with a process for each core."""
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
        "SITASI_SERVER__PROCESSES": str(_PROCESSES),
        **_UNHURRIED,
    }
    with subprocess.Popen(
        command, env={**os.environ, **given}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        try:
            address = f"127.0.0.1:{port}"
            _wait(f"http://{address}", child, name)
            yield address
        finally:
            child.terminate()


def _wait(url: str, child: subprocess.Popen[bytes], name: str) -> None:
    ready = f"sitasi_answering_processes {float(_PROCESSES)}"
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and child.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5.0).status_code == HTTPStatus.OK and (
                name != OURS or ready in httpx.get(f"{url}/metrics", timeout=5.0).text.splitlines()
            ):
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise IngestError(f"{name} did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
