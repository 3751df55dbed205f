"""docs/evaluation.md and its examples say what the code does: commands, options, files, counts, measures."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main
import yaml

from eval.answer_measures import ANSWER_MEASURES
from eval.cli import app
from eval.dataset import load_questions
from eval.files import read_files
from eval.user_questions import load_user_questions

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs" / "examples"
WORKFLOW = (EXAMPLES / "gate.yml").read_text(encoding="utf-8")
COMMANDS = re.findall(r"sitasi (eval [^\n`#│|]+)", PAGE) + re.findall(r"sitasi (eval gate.*?)\n {6}- ", WORKFLOW, re.S)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_exists(command: str) -> None:
    group = typer.main.get_command(app)
    _, name, *rest = shlex.split(command)
    known = group.commands[name.strip("….")]  # type: ignore[attr-defined]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options


def test_every_file_it_links_to_exists() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", PAGE)
    assert links and all((ROOT / "docs" / link).exists() for link in links)


def test_the_card_counts_what_the_set_holds() -> None:
    items = load_questions(gold="papers").items
    rows = dict(re.findall(r"^\| ([a-z-]+) \| \d+ \| \d+ \| (\d+) \|", PAGE, re.M))
    assert {kind: int(count) for kind, count in rows.items()} == {
        kind: sum(item.type == kind for item in items) for kind in {item.type for item in items}
    }
    assert f"{len(items)} questions" in PAGE


@pytest.mark.parametrize("name", [one.name for one in ANSWER_MEASURES])
def test_every_measure_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_three_example_files_hold_the_same_questions() -> None:
    papers = read_files([ROOT / "ingest" / "samples"])
    loaded = [load_user_questions(EXAMPLES / f"questions.{form}", papers) for form in ("yaml", "csv", "jsonl")]
    assert loaded[0] == loaded[1] == loaded[2]
    assert len(loaded[0].items) == 3 and loaded[0].gold


def test_the_example_workflow_is_one() -> None:
    steps = yaml.safe_load(WORKFLOW)["jobs"]["gate"]["steps"]
    assert all("uses" in step or "run" in step for step in steps)
