"""The command line in this process, over a home with the sample briefs and an embedder that counts words."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import qa.bootstrap
import qa.cli_local
import qa.collection
from qa.cli import main
from qa.settings import load_settings
from tests.fakes import WordEmbedder

KILNS = "# Kilns\n\n## Findings\n\nThe kilns of the northern village are fired twice a week with coconut husk.\n"
SALT = "# Salt\n\n## Findings\n\nSalt is boiled in iron pans by nineteen families along the lagoon.\n"


@dataclass(frozen=True)
class Ran:
    """How a command ended: exit code, what it printed, and what it said beside it."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "kilns.md").write_text(KILNS)
    (folder / "salt.md").write_text(SALT)
    return folder


def words(settings: Any, home: Path) -> WordEmbedder:
    """In place of `load_embedder`."""
    return WordEmbedder()


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample briefs and nothing else; copied for every test, because making it takes a while."""
    root = tmp_path_factory.mktemp("samples") / "home"
    with pytest.MonkeyPatch.context() as scene:
        scene.setattr(qa.bootstrap, "load_embedder", words)
        with qa.cli_local.open_local(load_settings(home=root)):
            pass
    return root


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("SITASI_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def home(samples: Path, tmp_path: Path, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    copied = Path(shutil.copytree(samples, tmp_path / "home"))
    monkeypatch.setenv("SITASI_HOME", str(copied))
    return copied


@pytest.fixture
def sitasi(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`sitasi("ask", "…")` in this process, with an embedder that counts words."""
    for module in (qa.bootstrap, qa.collection):
        monkeypatch.setattr(module, "load_embedder", words)

    def run(*arguments: object, **environment: str) -> Ran:
        with monkeypatch.context() as scene, pytest.raises(SystemExit) as ended:
            for name, value in environment.items():
                scene.setenv(name, value)
            main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Ran(int(ended.value.code or 0), told.out, told.err)

    return run


def refused(ran: Ran, *parts: str) -> None:
    """One line on the error stream that holds `parts`; exit code 2, nothing printed, no traceback."""
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err
    for part in parts:
        assert part in ran.err
