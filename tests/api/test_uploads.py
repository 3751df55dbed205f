"""Papers received and removed over HTTP: only with the owner's token, under safe names, never outside the home."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.summary import IngestSummary, Report
from ingest.uploads import safe_name
from tests.api.conftest import Serve
from tests.api.test_errors import check_problem
from tests.api.test_jobs import OWNER, wait

HOSTILE = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/shadow",
    "a\x00b.pdf",
    "x" * 400 + ".pdf",
    "line\nbreak.pdf",
    "\u202efdp.exe",
    ".hidden",
    "..",
    "",
    "CON: aux?.pdf",
    "\ud800.pdf",
]


@pytest.fixture
def client(serve: Serve) -> TestClient:
    """A service whose ingestion takes note of what it is given."""

    def ingest(_: Any, paths: Sequence[Path], prune: bool, report: Report) -> IngestSummary:
        return IngestSummary(added=tuple(path.name for path in paths))

    return serve(ingest=ingest)


def send(client: TestClient, *files: tuple[str, bytes], headers: Any = OWNER, query: str = "") -> Any:
    return client.post(f"/v1/documents{query}", files=[("file", file) for file in files], headers=headers)


def test_papers_are_kept_in_the_home_and_ingested_by_a_job(client: TestClient, tmp_path: Path) -> None:
    started = send(client, ("a.pdf", b"%PDF-"), ("b.txt", b"words"))
    assert started.status_code == 202
    done = wait(client, started.json()["id"], "done", "failed")
    assert done["summary"]["added"] == ["a.pdf", "b.txt"]
    assert (tmp_path / "home" / "uploads" / "b.txt").read_bytes() == b"words"


def test_without_the_owners_token_nothing_is_received(client: TestClient, tmp_path: Path) -> None:
    check_problem(send(client, ("a.pdf", b"%PDF-"), headers={}), 401, "key_needed")
    check_problem(client.delete("/v1/documents/clay"), 401, "key_needed")
    assert not (tmp_path / "home" / "uploads").exists()


def test_a_name_is_taken_once_unless_it_is_to_be_replaced(client: TestClient) -> None:
    assert send(client, ("a.txt", b"one")).status_code == 202
    assert send(client, ("a.txt", b"one")).status_code == 202
    check_problem(send(client, ("a.txt", b"two")), 409, "name_taken")
    assert send(client, ("a.txt", b"two"), query="?replace=true").status_code == 202
    check_problem(send(client, ("x/b.txt", b"1"), ("y/b.txt", b"2")), 409, "name_taken")


def test_a_request_without_a_file_is_refused(client: TestClient) -> None:
    check_problem(client.post("/v1/documents", data={"file": "text"}, headers=OWNER), 422, "no_file")


def test_a_file_over_the_limit_is_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    client = serve(ingest=lambda *_: IngestSummary())
    assert isinstance(client.app, FastAPI)
    limits = client.app.state.service.settings.ingest
    monkeypatch.setitem(limits.__dict__, "max_file_bytes", 10)
    check_problem(send(client, ("a.txt", b"x" * 11)), 413, "body_too_large")


@pytest.mark.parametrize("name", HOSTILE)
def test_every_name_is_made_safe(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= 150
    assert not safe.startswith(".")
    assert safe == Path(safe).name
    assert safe.isprintable()


def test_a_paper_that_is_removed_answers_no_more(client: TestClient) -> None:
    removed = client.delete("/v1/documents/clay", headers=OWNER)
    assert removed.status_code == 200
    assert removed.json() == {"id": "clay", "passages": 2, "file_deleted": False}
    assert [one["id"] for one in client.get("/v1/documents").json()["documents"]] == ["yarn dye"]
    check_problem(client.delete("/v1/documents/clay", headers=OWNER), 404, "unknown_document")
