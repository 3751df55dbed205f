"""Servers that the contracts are also held against: Chroma's own and PostgreSQL, on loopback, or a reason to skip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PostgresServer, running_chroma, running_postgres


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_chroma(tmp_path_factory.mktemp("chroma-server")) as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_database(postgres: PostgresServer, tmp_path: Path) -> str:
    """The URL of a new, empty database."""
    return postgres.create("".join(one if one.isalnum() else "_" for one in tmp_path.name.lower()))
