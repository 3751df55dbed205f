"""Told to stop under load: streams end as they should, what was published stays, within ten seconds, exit code 0."""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from ingest.record import Record
from tests.counting import RecordCount, scaled, seed
from tests.faults.stopping_children import Child, serving

STREAMS = 20
SECONDS = 10.0
OWNER = {"authorization": "Bearer owner-token"}
ENDLESS = 600.0


def last_event(url: str, begun: threading.Semaphore) -> str:
    """Ask for a stream and read it to its end; the name of its last event, or how the line broke."""
    event = "nothing"
    try:
        with (
            httpx.Client(base_url=url, timeout=30, trust_env=False) as client,
            client.stream("POST", "/v1/answers", json={"question": "Where is clay dried?", "stream": True}) as response,
        ):
            begun.release()
            for line in response.iter_lines():
                event = line.removeprefix("event: ") if line.startswith("event: ") else event
                if event == "error" and line.startswith("data: "):
                    event = f"error {json.loads(line.removeprefix('data: '))['code']}"
        return event
    except httpx.HTTPError as fault:
        return f"{event}, then {type(fault).__name__}"


def stopped_well(child: Child, seconds: float, *, streams: int = STREAMS, ingesting: bool = True) -> list[str]:
    """One round; what was not as it should be."""
    url = child.begin(seconds)
    begun = threading.Semaphore(0)
    with ThreadPoolExecutor(streams) as readers:
        heard = [readers.submit(last_event, url, begun) for _ in range(streams)]
        if ingesting:
            started = httpx.post(f"{url}/v1/jobs", json={"paths": ["/papers"]}, headers=OWNER, trust_env=False)
            assert started.status_code == 202
        for _ in range(streams):
            assert begun.acquire(timeout=30)
        told = time.monotonic()
        child.process.send_signal(signal.SIGTERM)
        line = child.line()
        took = time.monotonic() - told
        ends = [one.result() for one in heard]
    wrong = [] if line == "stopped" else [f"it printed {line!r}"]
    wrong += [f"it took {took:.1f} s"] if took > SECONDS else []
    good = {"done", "error service_stopping"}
    wrong += [f"a stream ended with {end}" for end in ends if end not in good]
    record = Record(None, child.home / "record.sqlite3")
    lost = child.published() - {one.card.id for one in record.catalogue()}
    record.close()
    return wrong + [f"{one} is lost" for one in sorted(lost)]


@pytest.mark.row("R23")
def test_sigterm_under_load_loses_nothing(tmp_path: Path, record_count: RecordCount) -> None:
    rounds, chance = scaled(quick=2, ci=20, release=200), random.Random(seed())
    good = 0
    with serving(tmp_path / "home") as child:
        for number in range(rounds):
            # Now and then answers that would never end: they are told to.
            seconds = ENDLESS if number % 10 == 1 else chance.uniform(0.0, 0.6)
            wrong = stopped_well(child, seconds)
            print(f"round {number}, answers of {seconds:.2f} s: {wrong or 'good'}")
            good += not wrong
        assert len(child.published()) > rounds
        assert child.process.stdin is not None
        child.process.stdin.close()
        assert child.process.wait(20) == 0
    record_count("R23", good, rounds)


@pytest.mark.control("R23")
def test_without_being_told_an_endless_stream_is_cut(tmp_path: Path) -> None:
    with serving(tmp_path / "home", TELL_NOBODY="1") as child:
        wrong = stopped_well(child, ENDLESS, streams=1, ingesting=False)
    assert any("a stream ended" in one for one in wrong), wrong
