"""A process that serves rounds until each is told to stop, as tests hold it; the process itself: `stopping_child`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Child:
    """A process that serves a round for every line that it is given."""

    process: subprocess.Popen[str]
    home: Path

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def begin(self, seconds: float) -> str:
        """Start a round whose answers take so long; its address."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return self.line()

    def published(self) -> set[str]:
        """What ingestion said that it had published."""
        acknowledged = self.home / "published"
        return set(acknowledged.read_text().split()) if acknowledged.exists() else set()


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[Child]:
    """The process, until the block ends."""
    command = [sys.executable, "-m", "tests.faults.stopping_child", str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Child(process, home)
        process.kill()
