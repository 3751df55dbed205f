"""docs/evaluation.md, the pages of its figures and its examples say what the code does: commands, files, measures."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from importlib.util import find_spec
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
PAGE, RESULTS, FITTING = (
    (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("evaluation", "results", "fitting")
)
EXAMPLES = ROOT / "docs" / "examples"
WORKFLOW = (EXAMPLES / "gate.yml").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
SCRIPTS = {step["name"]: step["run"] for step in ACTION["runs"]["steps"] if "run" in step}
COMMANDS = [command for page in (PAGE, RESULTS, FITTING) for command in re.findall(r"sitasi (eval [^\n`#│|]+)", page)]
MODULES = sorted(set(re.findall(r"python -m ((?:eval|ingest|tests)\.\w+)", RESULTS + FITTING)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_exists(command: str) -> None:
    group = typer.main.get_group(app)
    _, name, *rest = shlex.split(command)
    known = group.commands[name.strip("….")]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options


@pytest.mark.parametrize("page", [PAGE, RESULTS, FITTING], ids=["evaluation", "results", "fitting"])
def test_every_file_it_links_to_exists(page: str) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", page)
    assert links and all((ROOT / "docs" / link).exists() for link in links)


@pytest.mark.parametrize("module", MODULES)
def test_every_command_that_fits_or_measures_exists(module: str) -> None:
    assert find_spec(module) is not None


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


def test_the_action_asks_what_the_workflow_gives_it() -> None:
    workflow = yaml.safe_load(WORKFLOW)
    (given,) = [step["with"] for step in workflow["jobs"]["gate"]["steps"] if "with" in step]
    assert set(given) <= set(ACTION["inputs"])
    used = set(re.findall(r"inputs\.(\w+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(ACTION["inputs"])
    assert workflow["permissions"]["pull-requests"] == "write"


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_the_scripts_of_the_action_are_sound_and_take_inputs_from_the_environment_only(name: str) -> None:
    assert "${{" not in SCRIPTS[name]
    done = subprocess.run(["bash", "-n"], input=SCRIPTS[name], text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("url", ["", "https://answers.example"])
def test_the_action_puts_the_gate_with_every_form_of_the_report(url: str, tmp_path: Path) -> None:
    program = tmp_path / "sitasi" / "bin" / "sitasi"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 1\n', encoding="utf-8")
    program.chmod(0o755)
    given = {"RUNNER_TEMP": str(tmp_path), "QUESTIONS": "our questions.yaml", "PAPERS": "papers", "BASELINE": "b.toml"}
    done = subprocess.run(
        ["bash", "-e", "-c", SCRIPTS["Gate"]],
        env={**os.environ, **given, "URL": url},
        text=True,
        capture_output=True,
        check=False,
    )
    told = done.stdout.splitlines()
    assert done.returncode == 1, "a closed gate has to fail the job"
    assert told[:4] == ["eval", "gate", "--questions", "our questions.yaml"]
    assert ("--url" in told) is bool(url)
    known = {option for one in typer.main.get_group(app).commands["gate"].params for option in one.opts}
    assert {word for word in told if word.startswith("--")} <= known
