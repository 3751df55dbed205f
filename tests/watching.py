"""the whole run of tests → what left this machine, and which secrets stood in logs; both must be nothing.

A pytest plugin for R21 and R22 of SECURITY.md, which ride on the main run instead of repeating it. Connections are seen
by an audit hook in this process and in every Python that tests start; logs by a handler beside the others."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from pathlib import Path

import pytest

GUARD = Path(__file__).parent / "guard"
# Whatever opens something: keys that `sitasi keys` makes, the tokens of owners, the keys of endpoints; and words that
# tests ask questions with so that they can be looked for.
KEYS = re.compile(r"sitasi_[0-9a-f]{8}_[\w-]{43}|sk-[\w-]{8,}|Bearer\s+\S{8,}|owner-token")
WORDS = re.compile("canary", re.IGNORECASE)
# Those of the service and of what it is made of; the test client's own (httpx2) are none of them.
_LOGGERS = ("sitasi", "uvicorn", "httpx.", "httpcore", "openai", "llama_index", "chromadb", "sqlalchemy", "mcp")


def tells(line: str, level: int) -> bool:
    """Whether a line holds a secret: a key at any level, words of a question at those that are logged by default."""
    return bool(KEYS.search(line) or (level >= logging.INFO and WORDS.search(line)))


class _Looking(logging.Handler):
    """Notes every line of a log that holds a secret."""

    def emit(self, record: logging.LogRecord) -> None:
        """Look at the line as it would be written, its traceback included."""
        if not f"{record.name}.".startswith(_LOGGERS):
            return
        line = logging.Formatter().format(record)
        if tells(line, record.levelno):
            with Path(os.environ["TEST_SECRETS"]).open("a", encoding="utf-8") as notes:
                notes.write(f"{record.name} {line[:300]!r} in {os.environ.get('PYTEST_CURRENT_TEST', 'no test')}\n")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch, here and in whatever is started from here."""
    if "TEST_CONNECTIONS" not in os.environ:
        folder = tempfile.mkdtemp(prefix="sitasi-watch-")
        os.environ["TEST_CONNECTIONS"] = f"{folder}/connections"
        os.environ["TEST_SECRETS"] = f"{folder}/secrets"
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(GUARD), os.environ.get("PYTHONPATH"))))
        config.stash[_WATCHER] = True
    from tests.guard import sitecustomize

    if not sitecustomize.watching:
        sitecustomize.watch()
    logging.getLogger().addHandler(_Looking())


_WATCHER = pytest.StashKey[bool]()


def noted(name: str) -> list[str]:
    """What was noted so far, each once."""
    path = Path(os.environ[name])
    return sorted(set(path.read_text(encoding="utf-8").splitlines())) if path.exists() else []


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run in which anything left the machine, or a secret stood in a log, is no good run."""
    if session.config.stash.get(_WATCHER, False) and (left() or noted("TEST_SECRETS")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was seen, for the table of SECURITY.md."""
    if not config.stash.get(_WATCHER, False):
        return
    tests = sum(len(reports) for kind, reports in terminalreporter.stats.items() if kind in ("passed", "failed"))
    for row, told, found in (
        ("R21", "connections that left this machine", left()),
        ("R22", "secrets in logs", noted("TEST_SECRETS")),
    ):
        terminalreporter.write_line(f"{row}: {told} in {tests} tests: {len(found)}")
        for line in found[:20]:
            terminalreporter.write_line(f"     {line}", red=True)


def left() -> list[str]:
    """Connections that left; those that a control made on purpose are named for it."""
    return [line for line in noted("TEST_CONNECTIONS") if "/test_watching.py" not in line and "192.0.2.77" not in line]
