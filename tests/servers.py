"""Real servers on loopback for tests: PostgreSQL and Chroma, that can be killed and started again in the same place."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

CHROMA = Path(sys.executable).with_name("chroma")
_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
_TRIES, _PAUSE = 300, 0.1


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Server:
    """A server process with all its children; `start` returns once it answers."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for _ in range(_TRIES):
            if self.process is None or self.process.poll() is not None:
                self.process = self._launch()
            if self._answers():
                return
            time.sleep(_PAUSE)
        raise AssertionError(f"{type(self).__name__} does not answer")

    def kill(self) -> None:
        """SIGKILL, to the children as well."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _launch(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError


class ChromaServer(Server):
    """`chroma run`."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [str(CHROMA), "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        return subprocess.Popen(command, cwd=self.folder, **_QUIET)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).is_success
        except httpx.TransportError:
            return False


class PostgresServer(Server):
    """`postgres` over a new cluster, as a user other than root, who is refused."""

    @property
    def url(self) -> str:
        """Without the name of a database."""
        return f"postgresql+psycopg://sitasi@127.0.0.1:{self.port}/"

    def create(self, name: str) -> str:
        """The URL of a new, empty database."""
        import psycopg

        with psycopg.connect(self.url.replace("+psycopg", "") + "postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url + name

    def prepare(self) -> None:
        self.folder.chmod(0o755)
        if self._user:
            shutil.chown(self.folder, self._user)
        command = ["initdb", "-D", str(self._data), "-U", "sitasi", "-A", "trust", "-E", "UTF8"]
        subprocess.run(command, check=True, cwd=self.folder, user=self._user, **_QUIET)

    @property
    def _user(self) -> str | None:
        return "nobody" if os.geteuid() == 0 else None

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _launch(self) -> subprocess.Popen[bytes]:
        place = ["-D", str(self._data), "-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder)]
        command = ["postgres", *place, "-c", "fsync=off"]
        return subprocess.Popen(command, cwd=self.folder, user=self._user, **_QUIET)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url.replace("+psycopg", "") + "postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_chroma(folder: Path) -> Iterator[ChromaServer]:
    """A Chroma server inside the `with` block; skips the test where there is none to run."""
    if not CHROMA.exists():
        pytest.skip("the chroma command is not installed beside this Python")
    server = ChromaServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server inside the `with` block; skips the test where there is none to run."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver (psycopg) is not installed")
    if not (shutil.which("initdb") and shutil.which("postgres")):
        pytest.skip("no PostgreSQL server (initdb, postgres) is installed")
    # A folder of its own: those of pytest may be entered by the one who runs the tests only.
    with tempfile.TemporaryDirectory(prefix="sitasi-postgres-", ignore_cleanup_errors=True) as name:
        server = PostgresServer(Path(name))
        server.prepare()
        try:
            server.start()
            yield server
        finally:
            server.kill()
