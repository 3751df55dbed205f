"""Servers that the contracts are also held against: Chroma's own and PostgreSQL, on loopback, or a reason to skip."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

CHROMA = Path(sys.executable).with_name("chroma")


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not CHROMA.exists():
        pytest.skip("the chroma command is not installed beside this Python")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    folder = tmp_path_factory.mktemp("chroma-server")
    command = [str(CHROMA), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) as process:
        try:
            for _ in range(300):
                try:
                    httpx.get(f"{url}/api/v2/heartbeat", timeout=1)
                    break
                except httpx.TransportError:
                    assert process.poll() is None, "the server ended at once"
                    time.sleep(0.1)
            yield url
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    pytest.importorskip("psycopg", reason="the PostgreSQL driver (psycopg) is not installed")
    if not (shutil.which("initdb") and shutil.which("postgres")):
        pytest.skip("no PostgreSQL server (initdb, postgres) is installed")
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    # A folder of its own: those of pytest may be entered by the one who runs the tests only.
    with tempfile.TemporaryDirectory(prefix="sitasi-postgres-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if user:
            shutil.chown(folder, user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        data = folder / "data"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, "user": user}
        subprocess.run(["initdb", "-D", str(data), "-U", "sitasi", "-A", "trust", "-E", "UTF8"], check=True, **quiet)
        server = ["postgres", "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-c", "fsync=off"]
        with subprocess.Popen(server, **quiet) as process:
            try:
                yield f"postgresql+psycopg://sitasi@127.0.0.1:{port}/"
            finally:
                process.terminate()


@pytest.fixture
def postgres_database(postgres: str, tmp_path: Path) -> str:
    """The URL of a new, empty database."""
    import psycopg

    name = "".join(character if character.isalnum() else "_" for character in tmp_path.name.lower())
    for _ in range(100):
        try:
            with psycopg.connect(postgres.replace("+psycopg", "") + "postgres", autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
            break
        except psycopg.OperationalError:
            time.sleep(0.1)
    return f"{postgres}{name}"
