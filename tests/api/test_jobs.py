"""Ingesting through the server that owns the home: for its own user's commands only, one job after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.errors import RecordFull
from ingest.summary import IngestProgress, IngestSummary, Report
from tests.api.conftest import Serve
from tests.api.test_errors import check_problem

OWNER = {"authorization": "Bearer owner-token"}


def wait(client: TestClient, job_id: str, *states: str) -> dict[str, Any]:
    """The job once it is in one of `states`."""
    while True:
        job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}", headers=OWNER).json()
        if job["status"] in states:
            return job


def test_a_job_is_queued_told_and_summed_up(serve: Serve) -> None:
    seen: list[Any] = []
    go_on, told = threading.Event(), threading.Event()

    def ingest(_: Any, paths: Sequence[Path], prune: bool, report: Report) -> IngestSummary:
        seen.append((list(paths), prune))
        report(IngestProgress("embedding", 1, 2, 7, "a.md"))
        told.set()
        assert go_on.wait(20)
        return IngestSummary(added=("a.md", "b.md"), passages=9)

    client = serve(ingest=ingest)
    started = client.post("/v1/jobs", json={"paths": ["/papers"], "prune": True}, headers=OWNER)
    assert started.status_code == 202
    assert told.wait(10)
    running = wait(client, started.json()["id"], "running")
    assert running["progress"] == {"stage": "embedding", "done": 1, "total": 2, "passages": 7, "name": "a.md"}
    go_on.set()
    done = wait(client, started.json()["id"], "done")
    assert (done["summary"]["added"], done["summary"]["passages"], done["problem"]) == (["a.md", "b.md"], 9, None)
    assert seen == [([Path("/papers")], True)]


def test_jobs_run_one_after_the_other(serve: Serve) -> None:
    running, most = [0], [0]

    def ingest(*_: Any) -> IngestSummary:
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.01)
        running[0] -= 1
        return IngestSummary()

    client = serve(ingest=ingest)
    ids = [client.post("/v1/jobs", json={"paths": ["/p"]}, headers=OWNER).json()["id"] for _ in range(5)]
    for job_id in ids:
        wait(client, job_id, "done")
    assert most == [1]


def test_a_job_that_fails_says_why_in_the_callers_language_and_the_next_one_runs(serve: Serve) -> None:
    outcomes: list[Exception | IngestSummary] = [RecordFull("no space left"), KeyError("secret"), IngestSummary()]

    def ingest(*_: Any) -> IngestSummary:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    client = serve(ingest=ingest)
    told = []
    for status in ("failed", "failed", "done"):
        started = client.post("/v1/jobs", json={"paths": ["/p"]}, headers={**OWNER, "accept-language": "id"})
        told.append(wait(client, started.json()["id"], status)["problem"])
    assert (told[0]["code"], told[0]["detail"]) == ("record_full", "Ruang penyimpanan habis (no space left).")
    assert told[1]["code"] == "internal_error"
    assert "secret" not in str(told)
    assert told[2] is None


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic owner-token"}, {"authorization": "Bearer "}],
)
def test_only_the_owners_commands_may_start_or_see_jobs(headers: dict[str, str], serve: Serve) -> None:
    client = serve(ingest=lambda *_: pytest.fail("it ran"))
    refused = client.post("/v1/jobs", json={"paths": ["/etc"]}, headers=headers)
    code = "key_refused" if "wrong" in str(headers) else "key_needed"
    check_problem(refused, 401, code)
    assert refused.headers["www-authenticate"] == "Bearer"
    check_problem(client.get("/v1/jobs/job_1", headers=headers), 401, code)


def test_unknown_jobs_are_told_as_such(serve: Serve) -> None:
    check_problem(serve().get("/v1/jobs/job_1", headers=OWNER), 404, "unknown_job")
