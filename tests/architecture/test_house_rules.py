"""Files stay short enough to read, say what they are for, and name no machine."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400


def tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name.endswith(endings) and (ROOT / name).is_file()]


def test_no_file_is_too_long_to_read() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in tracked(".py", ".js")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_python_file_says_what_it_is_for() -> None:
    silent = [path for path in tracked(".py") if ast.get_docstring(ast.parse(path.read_text())) is None]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_every_module_says_first_which_arrow_it_is() -> None:
    """An arrow of the flow, an address or a command at its end, or every one of them."""
    named = re.compile(r"[→⇄↔]|^(?:GET|POST|DELETE) /|^(?:GET|POST) and |^`(?:sitasi|python) |^Every (?:arrow|way)")
    packages = ("ingest", "qa", "prompts", "eval")
    lines = {
        str(path.relative_to(ROOT)): (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        for path in tracked(".py")
        if path.relative_to(ROOT).parts[0] in packages
    }
    assert len(lines) > 200
    assert {name: line for name, line in lines.items() if not named.search(line)} == {}


def test_set_up_names_no_package_index() -> None:
    text = "\n".join(
        (ROOT / name).read_text() for name in ("constraints.txt", "Makefile", "pyproject.toml", "Dockerfile")
    )
    assert re.findall(r"--(?:extra-)?index-url|--find-links|https?://(?!127\.0\.0\.1|localhost)\S+", text) == []


def test_every_pinned_library_is_pinned_exactly() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


# Filled while something is read, and never handed on: a reader, a graph, a paragraph and a count in the making.
FILLED_IN_PLACE = {
    "eval/structure.py",
    "ingest/encoder_graph.py",
    "ingest/packed_e5.py",
    "ingest/parse/print_paragraphs.py",
}
# What it derives is kept beside its members.
WITHOUT_SLOTS = {"ingest/parse/print_words.py"}


def test_values_are_frozen_and_have_no_room_for_more() -> None:
    made = {
        (str(path.relative_to(ROOT)), line)
        for path in tracked(".py")
        if path.relative_to(ROOT).parts[0] in {"ingest", "qa", "prompts", "eval"}
        for line in re.findall(r"^@dataclass.*$", path.read_text(), re.M)
    }
    assert len(made) > 60
    assert {name for name, line in made if "frozen=True" not in line} == FILLED_IN_PLACE
    assert {name for name, line in made if "slots=True" not in line} == WITHOUT_SLOTS
