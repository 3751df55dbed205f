"""Every command and every example of the pages runs, page by page in order, against a live service of its own.

The service is the real one over the sample collection, with an embedder that counts words. What would take minutes or
needs the network (serve, setup, gate, make, pip) is checked down to each option, file, extra and setting that it names.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
import typer.main
import yaml

import eval.cli
import qa.bootstrap
import qa.cli_local
import qa.collection
from ingest.home import Home
from qa.api.app import create_app
from qa.cli import app as commands_of_sitasi
from qa.keys import KeyRing
from qa.settings import load_settings
from tests.browser.serving import listening
from tests.docs.export_of_ojs import export
from tests.docs.fences import ROOT, Command, Fence, commands, fences, pages
from tests.service.conftest import Run

ADDRESS = "http://127.0.0.1:8000"
LANGUAGES = {"sh", "python", "js", "json", "yaml", "html", "text", "csv", "ini", "nginx", "php", "toml", "markdown"}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
# Commands that answer at once; of all others the options are checked.
AT_ONCE = {"keys", "ingest", "ask", "search", "documents", "doctor", "compare", "feedback", "version"}


@contextmanager
def live(home: Path) -> Iterator[str]:
    """Address of a service that owns `home`, with every route that changes the collection."""
    settings = load_settings(home=home)
    told: Queue[str] = Queue()
    app = create_app(lambda: qa.cli_local.load_server(settings, told.get()), settings, qa.cli_local.put_papers)
    with listening(app) as address:
        told.put(address)
        deadline = time.monotonic() + 60
        while httpx.get(f"{address}/readyz").status_code != 200:
            assert time.monotonic() < deadline, "the service was never ready"
            time.sleep(0.02)
        yield address


@pytest.fixture
def home(samples: Path, tmp_path: Path, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the pages assume it: this repository with papers of one's own, and a home with the sample briefs."""
    for name in ("docs", "constraints.txt", "pyproject.toml", "Makefile"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "papers").mkdir()
    shutil.copy(ROOT / "docs" / "examples" / "kiln.md", tmp_path / "papers")
    (tmp_path / "export.xml").write_text(export(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    home = Path(shutil.copytree(samples, tmp_path / ".sitasi"))
    monkeypatch.setenv("KEY", KeyRing(Home(home)).create("the pages", ["ask", "ingest"])[1])
    return home


@pytest.mark.parametrize("page", [page for page in pages() if any(not fence.not_run for fence in fences(page))])
def test_every_example_of_the_page_runs(page: str, home: Path, sitasi: Run, request: pytest.FixtureRequest) -> None:
    runnable = [fence for fence in fences(page) if not fence.not_run]
    assert {fence.language for fence in fences(page)} <= LANGUAGES
    with live(home) as address:
        for fence in runnable:
            where = f"{page}:{fence.line}"
            if fence.language == "sh":
                for command in commands(fence):
                    _run(command, f"{page}:{command.line}", fence, address, sitasi)
            elif fence.language == "python":
                _python(fence, where, address, home)
            elif fence.language == "js":
                _javascript(fence, where, address, request)
            elif fence.language == "json":
                json.loads(fence.text)
            elif fence.language == "yaml":
                given = yaml.safe_load(fence.text)
                if "must_say" in fence.text:
                    Path("questions.yaml").write_text(fence.text, encoding="utf-8")
                assert given, where


def test_what_does_not_run_says_why() -> None:
    silent = [
        f"{one.page}:{one.line}" for page in pages() for one in fences(page) if one.not_run and len(one.not_run) < 10
    ]
    assert silent == []


def test_an_option_that_does_not_exist_is_noticed() -> None:
    fence = Fence("x", 1, "sh", ".venv/bin/sitasi eval gate --qestions a.yaml\n", "")
    with pytest.raises(Exception, match="qestions"):
        _options(next(iter(commands(fence))).words[1:])


def _run(command: Command, where: str, fence: Fence, address: str, run: Run) -> None:
    program, *words = command.words
    name = Path(program).name
    if command.environment:
        with pytest.MonkeyPatch.context() as scene:
            for variable, value in command.environment:
                scene.setenv(variable, value)
            load_settings()
    if name == "sitasi":
        _sitasi(words, where, run, command)
    elif name == "make":
        assert {word for word in words if "=" not in word} <= TARGETS, where
    elif name == "pip":
        named = [part for word in words for part in re.findall(r"\[(.+)\]", word)]
        assert {extra for part in named for extra in part.split(",")} <= set(EXTRAS), where
    elif name == "pytest" or words[:2] == ["-m", "pytest"]:
        assert all((ROOT / word.partition("::")[0]).exists() for word in words if word.startswith("tests/")), where
    elif name == "python" and words[:1] == ["-m"]:
        assert importlib.util.find_spec(words[1]) is not None, where
    else:
        _shell(fence if "$" in fence.text else command, where, address)


def _sitasi(words: list[str], where: str, run: Run, command: Command) -> None:
    if words[:2] == ["eval", "check"]:
        typer.main.get_command(eval.cli.app)(words[1:], standalone_mode=False)
    elif words[0] in AT_ONCE and "--watch" not in words and "…" not in command.text:
        ran = run(*words, **dict(command.environment))
        assert ran.code in ((0, 1) if words[0] == "doctor" else (0,)), f"{where}: {ran.err or ran.out}"
    else:
        _options(words)


def _options(words: list[str] | tuple[str, ...]) -> None:
    """Parse the command as it would be parsed, without running it."""
    group: Any = typer.main.get_command(eval.cli.app if words[0] == "eval" else commands_of_sitasi)
    name, *rest = words[1:] if words[0] == "eval" else words
    group.commands[name].make_context(name, list(rest))


def _shell(told: Fence | Command, where: str, address: str) -> None:
    """What the shell does with it; curl fails on an HTTP error."""
    Path(".curlrc").write_text("fail-with-body\n", encoding="utf-8")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", told.text.replace(ADDRESS, address)],
        env={**os.environ, "CURL_HOME": str(Path.cwd())},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{where}: {done.stdout}{done.stderr}"


def _python(fence: Fence, where: str, address: str, home: Path) -> None:
    code = compile(fence.text.replace(ADDRESS, address), where, "exec")
    with pytest.MonkeyPatch.context() as scene:
        if "open_sitasi(" in fence.text:  # It owns the home that it opens, and the service owns the other.
            scene.setenv("SITASI_HOME", str(shutil.copytree(home, home.with_name("another"), dirs_exist_ok=True)))
        names: dict[str, Any] = {"__name__": where}
        exec(code, names)
        if "sitasi" in names:
            names["sitasi"].close()


def _javascript(fence: Fence, where: str, address: str, request: pytest.FixtureRequest) -> None:
    code = fence.text.replace(ADDRESS, address)
    node = shutil.which("node")
    if node is None:
        if "node:" in code:
            return
        page = request.getfixturevalue("page_of")(address)
        page.evaluate(f"async () => {{ {code} }}")
        return
    done = subprocess.run([node, "--input-type=module", "-e", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{where}: {done.stderr}"
    assert done.stdout.strip(), where


@pytest.fixture
def page_of() -> Iterator[Callable[[str], Any]]:
    """A page of the service in Chromium, for JavaScript where there is no Node."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="neither node nor playwright is installed")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("neither node nor chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])

        def open_page(address: str) -> Any:
            page = browser.new_page()
            page.goto(address)
            return page

        yield open_page
        browser.close()
