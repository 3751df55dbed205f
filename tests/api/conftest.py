"""A service over a real record with three small papers of our own words; asked through HTTP, with nothing listening."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.record import Record
from qa.api.app import create_app
from qa.settings import ServerSettings, Settings
from tests.factories import embed, make_document, make_manifest
from tests.fakes import FakeSitasi, WordAnswers

BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record on disk with two papers, about pottery and about weaving; copied for every test."""
    path = tmp_path_factory.mktemp("published") / "record.sqlite3"
    made = Record(None, path)
    made.publish(embed(make_document("clay")), make_manifest())
    weaving = ("The weavers of Toba dye yarn with indigo.", "Indigo is grown by 17 households – “tarum” in Batak.")
    made.publish(embed(make_document("yarn dye", weaving)), make_manifest())
    made.close()
    return path


@pytest.fixture
def record(published: Path, tmp_path: Path) -> Iterator[Record]:
    """The two papers, published."""
    opened = Record(None, Path(shutil.copy(published, tmp_path)))
    yield opened
    opened.close()


@pytest.fixture
def sitasi(record: Record, tmp_path: Path) -> FakeSitasi:
    """The loaded parts."""
    return FakeSitasi(Settings(home=tmp_path / "home"), record, WordAnswers(record))


Serve = Callable[..., TestClient]


@pytest.fixture
def serve(sitasi: FakeSitasi) -> Iterator[Serve]:
    """`serve(**server_settings)` gives a client of a service that has finished loading."""
    opened: list[TestClient] = []

    def start(
        *, load: Callable[[], Any] | None = None, ingest: Any = None, wait: bool = True, **server: Any
    ) -> TestClient:
        settings = sitasi.settings.model_copy(update={"server": ServerSettings(**server)})
        app = create_app(load or (lambda: sitasi), settings, ingest)
        client = TestClient(app, base_url=BASE_URL, raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        deadline = time.monotonic() + 10
        while wait and client.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline, client.get("/readyz").text
            time.sleep(0.005)
        return client

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(serve: Serve) -> TestClient:
    """A client of the service with its default settings."""
    return serve()
