"""More than the service can do: it says so at once and when to come back, and is as quick as before afterwards."""

from __future__ import annotations

import asyncio
import http.client
import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.api.real_server import served
from tests.counting import RecordCount, scaled
from tests.fakes import FakeSitasi
from tests.faults.stopping_children import serving

ROOT = Path(__file__).parents[2]
WORK_SECONDS = 0.05
PLACES, WAITING = 4, 8
QUERY = {"query": "clay"}


@dataclass
class Load:
    """How requests fared: how many of each status, how long refusals took, what broke."""

    statuses: Counter[int] = field(default_factory=Counter)
    refusals: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


async def press(url: str, clients: int, seconds: float) -> Load:
    """So many clients that ask again as soon as they are answered: for so long, and each of them once at least."""
    load = Load()

    async def one(client: httpx.AsyncClient, until: float) -> None:
        began = 0.0
        while not began or time.monotonic() < until:
            began = time.monotonic()
            try:
                response = await client.post("/v1/search", json=QUERY)
            except httpx.HTTPError as fault:
                load.broken.append(type(fault).__name__)
                continue
            load.statuses[response.status_code] += 1
            if response.status_code in (429, 503):
                load.refusals.append(time.monotonic() - began)
                if not response.headers.get("retry-after", "").isdigit():
                    load.broken.append("no Retry-After")
                await asyncio.sleep(0.05)

    # A client each, as readers are: one pool for all looks through all of its connections at every request, and would
    # be slower than the server.
    async with AsyncExitStack() as opened:
        each = [httpx.AsyncClient(base_url=url, timeout=30, verify=False, trust_env=False) for _ in range(clients)]
        ready = [await opened.enter_async_context(client) for client in each]
        # Counted from here: on a busy machine, many clients alone take longer to make than a short press lasts.
        await asyncio.gather(*[one(client, time.monotonic() + seconds) for client in ready])
    return load


@pytest.mark.row("R15")
def test_five_times_too_many_questions_are_told_to_come_back(sitasi: FakeSitasi, record_count: RecordCount) -> None:
    sitasi.answers.before = lambda: time.sleep(WORK_SECONDS)
    seconds = scaled(quick=2, ci=30, release=300)
    with served(sitasi, concurrent_questions=PLACES, waiting_questions=WAITING) as url:
        load = asyncio.run(press(url, 5 * (PLACES + WAITING), seconds))
        after = asyncio.run(press(url, 1, 0.5))
    print(load.statuses, f"slowest refusal {max(load.refusals):.3f} s")
    assert load.broken == []
    assert load.statuses[200] > 0 and load.statuses[429] > 0
    assert set(load.statuses) <= {200, 429, 503}
    if scaled(0, 0, 1):
        assert sorted(load.refusals)[int(len(load.refusals) * 0.95)] <= 0.1
    assert set(after.statuses) == {200}
    record_count("R15", seconds, seconds)


@pytest.mark.row("R15")
def test_a_connection_outlives_the_patience_of_its_client(sitasi: FakeSitasi, record_count: RecordCount) -> None:
    """httpx gives a silent connection up after five seconds; a server that did so too would now and then close it at
    the moment at which the client sends its next question."""
    with served(sitasi) as url, closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)) as line:
        for silence in (0, 5.5):
            time.sleep(silence)
            line.request("POST", "/v1/search", json.dumps(QUERY), {"Content-Type": "application/json"})
            response = line.getresponse()
            assert response.status == 200
            response.read()
    record_count("R15", 1, 1)


@pytest.mark.control("R15")
def test_without_a_bound_everybody_waits(sitasi: FakeSitasi) -> None:
    sitasi.answers.before = lambda: time.sleep(WORK_SECONDS)
    with served(sitasi, concurrent_questions=PLACES, waiting_questions=10_000) as url:
        load = asyncio.run(press(url, 5 * (PLACES + WAITING), 1))
    assert set(load.statuses) == {200}


DEADLINE = float(scaled(quick=2, ci=2, release=20))


def besieged(url: str, connections: int) -> tuple[list[float], list[float], list[int]]:
    """How long each slow connection lasted; how long each request of others took meanwhile; their statuses. Server,
    slow clients and this look are processes of their own, so that none is taken for another's slowness."""
    command = [sys.executable, "-m", "tests.api.slow_clients", url, str(connections)]
    took, statuses = list[float](), list[int]()
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as siege,
        httpx.Client(base_url=url, timeout=30, trust_env=False) as client,
    ):
        assert siege.stdout is not None and siege.stdout.readline() == "begun\n"
        while siege.poll() is None:
            began = time.monotonic()
            statuses.append(client.get("/v1/models").status_code)
            took.append(time.monotonic() - began)
            time.sleep(0.02)
        return json.loads(siege.stdout.read()), took, statuses


@pytest.mark.row("R13")
def test_slow_connections_are_closed_and_harm_nobody(tmp_path: Path, record_count: RecordCount) -> None:
    connections = scaled(quick=50, ci=300, release=1000)
    with serving(tmp_path / "home", RECEIVE_SECONDS=str(DEADLINE)) as child:
        url = child.begin(0.0)
        _, calm, _ = besieged(url, 1)
        lasted, took, statuses = besieged(url, connections)
    p95, baseline = (sorted(one)[int(len(one) * 0.95)] for one in (took, calm))
    print(
        f"{connections} slow connections, longest {max(lasted):.1f} s; others {p95 * 1e3:.1f} ms, {baseline * 1e3:.1f}"
    )
    assert set(statuses) == {200}
    if scaled(0, 0, 1):
        assert p95 <= max(2 * baseline, 0.05)
    record_count("R13", sum(one < DEADLINE + 10 for one in lasted), connections)


@pytest.mark.control("R13")
def test_without_a_deadline_they_stay(tmp_path: Path) -> None:
    with serving(tmp_path / "home", RECEIVE_SECONDS="3600") as child:
        command = [sys.executable, "-m", "tests.api.slow_clients", child.begin(0.0), "3"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as siege:
            assert siege.stdout is not None and siege.stdout.readline() == "begun\n"
            time.sleep(3)
            assert siege.poll() is None
            siege.kill()
