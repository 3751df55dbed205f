"""Pages of the documentation → their fenced code, with where it stands and why it may not be run."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_RUN = re.compile(r"<!-- not run: (.+?) -->")
_FENCE = re.compile(r"^( *)```(\w+)[^\n]*\n(.*?)^\1```$", re.M | re.S)
_ASSIGNMENT = re.compile(r"[A-Z][A-Z0-9_]*=")


@dataclass(frozen=True, slots=True)
class Fence:
    """Fenced code. `line` is 1-based, that of its first line of code; `not_run` is the reason, empty where it runs."""

    page: str
    line: int
    language: str
    text: str
    not_run: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a shell fence: words without comments and redirections, and the variables set before it."""

    line: int
    text: str
    environment: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def pages() -> list[str]:
    """Every page that has readers, relative to the repository."""
    listed = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    names = [path.relative_to(ROOT).as_posix() for path in listed]
    return sorted(name for name in names if not name.startswith("docs/examples/"))


def fences(page: str) -> Iterator[Fence]:
    """The fences of a page, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        before = text[: found.start()].rstrip().rpartition("\n")[2].strip()
        reason = NOT_RUN.fullmatch(before)
        line = text.count("\n", 0, found.start()) + 2
        yield Fence(page, line, found[2], textwrap.dedent(found[3]), reason[1] if reason else "")


def commands(fence: Fence) -> Iterator[Command]:
    """The commands of a shell fence; a line that ends in a backslash goes on."""
    joined, start = "", fence.line
    for number, line in enumerate(fence.text.splitlines(), fence.line):
        if not joined:
            start = number
        if line.endswith("\\"):
            joined += line[:-1]
            continue
        whole, joined = joined + line, ""
        words = _words(whole)
        if words:
            variables = [word.partition("=") for word in words if _ASSIGNMENT.match(word)]
            rest = tuple(word for word in words if not _ASSIGNMENT.match(word)) if variables else tuple(words)
            if "$(" in whole:
                variables, rest = [], tuple(words)
            yield Command(start, whole, tuple((name, value) for name, _, value in variables), rest)


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=">|")
    lexer.whitespace_split, lexer.commenters = True, "#"
    words = list(lexer)
    ends = [at for at, word in enumerate(words) if set(word) <= {">", "|"} and word]
    return words[: ends[0]] if ends else words
