"""The real application on a real port, with `StudyAnswers` over the shelf of test papers."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import uvicorn

from ingest.record import Record
from qa.api.app import create_app
from qa.settings import ServerSettings, Settings
from tests.browser.shelf import fill
from tests.browser.study_answers import StudyAnswers
from tests.fakes import FakeSitasi


@contextlib.contextmanager
def listening(app: Any, host: str = "127.0.0.1") -> Iterator[str]:
    """The address of `app`, served in a thread on a free port until the block ends."""
    taken = socket.socket()
    taken.bind((host, 0))
    taken.listen()  # Whoever calls before the thread has started waits instead of being refused.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{taken.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        taken.close()


@contextlib.contextmanager
def sitasi_at(folder: Path, **server: Any) -> Iterator[tuple[str, FakeSitasi]]:
    """Address and parts of a service that has finished loading; `server` are its settings."""
    record = Record(None, folder / "record.sqlite3")
    fill(record)
    settings = Settings(home=folder / "home", server=ServerSettings(**server))
    parts = FakeSitasi(settings, record, StudyAnswers(record))
    nobody: Any = None  # No paper is ingested through the pages.
    with listening(create_app(cast(Any, lambda: parts), settings, nobody)) as address:
        deadline = time.monotonic() + 20
        while httpx.get(f"{address}/readyz").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield address, parts
