"""A team's own questions, end to end: from what readers said to a draft, a checked file, a baseline, and a gate that
bites."""

import json
import re
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from eval.cli import app
from eval.draft import draft_from_feedback
from eval.surface import gate_checks
from qa.api.feedback_bodies import FeedbackBody, FeedbackListBody, draft_questions
from qa.errors import GeneratorUnreachable
from qa.prompting import Prompts, answer_messages
from qa.settings import LlmSettings
from tests.eval_factories import make_answer, make_quote

PAPER = """# Clay of Lembang

## Findings

The potters of Lembang fire their kilns twice a week with coconut husk. Clay dries in the shade for eleven days.
The cooperative has 48 members, most of them women, and sells in Bandung.
"""
QUOTE = "The potters of Lembang fire their kilns twice a week with coconut husk."
SENTENCES = re.compile(r"(?:at most|paling banyak) (?:\d+|\$sentences) (?:sentences|kalimat)")
EVIDENCE = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
runner = CliRunner()
Call = Callable[..., tuple[int, str]]


def said(verdict: str, *quotes: str, question: str = "How often are kilns fired?", **more: object) -> str:
    """A line of `sitasi feedback --drafts`."""
    answer = make_answer([make_quote(text=quote) for quote in quotes]).model_copy(update={"question": question, **more})
    given = FeedbackBody(verdict=verdict, comment="Thanks.", created_at=1.0, answer=answer)  # type: ignore[arg-type]
    (line,) = draft_questions(FeedbackListBody(feedback=(given,)))
    return line


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """One paper of our own words."""
    path = tmp_path / "clay.md"
    path.write_text(PAPER, encoding="utf-8")
    return path


@pytest.fixture
def call(tmp_path: Path, model_home: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """`sitasi eval …` in a home of its own, with the model that ships: exit status and what was printed."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "models").symlink_to(model_home / "models", target_is_directory=True)
    monkeypatch.setenv("SITASI_HOME", str(tmp_path / "home"))

    def run(*arguments: object) -> tuple[int, str]:
        done = runner.invoke(app, [str(one) for one in arguments])
        return done.exit_code, done.output

    return run


def test_what_readers_said_becomes_questions_to_complete(tmp_path: Path, paper: Path, call: Call) -> None:
    lines = [
        said("up", QUOTE),
        said("down", "Clay dries in the shade for eleven days.", question="How many members are there?"),
        said("up", question="Who buys the pots?"),
        said("up", QUOTE, question="and how often?", standalone_question="How often do potters fire kilns?"),
    ]
    (tmp_path / "said.jsonl").write_text("\n".join(lines), encoding="utf-8")
    draft = tmp_path / "own.yaml"
    assert call("new", draft, "--feedback", tmp_path / "said.jsonl")[0] == 0
    content, wanting, refused, followed = rows = yaml.safe_load(draft.read_text(encoding="utf-8"))
    assert content["quotes"] == [{"document": "clay", "text": QUOTE}]
    assert "quotes" not in wanting and wanting["note"].startswith("down: Thanks.")
    assert refused["expect"] == "abstain"
    assert followed["question_en"] == "How often do potters fire kilns?"
    code, told = call("check", draft, "--papers", paper)
    assert code == 2 and "must_say is empty" in told
    for row, must_say in zip(rows, (["twice"], ["48"], None, ["twice"]), strict=True):
        row |= {"must_say": must_say} if must_say else {}
    draft.write_text(yaml.safe_dump(rows), encoding="utf-8")
    code, told = call("check", draft, "--papers", paper)
    assert code == 0 and "4 questions are ready: 3 to be answered, 1 to be refused" in told


def test_verdicts_on_one_question_are_one_row_and_any_doubt_takes_its_quotes_away() -> None:
    (row,) = draft_from_feedback([said("up", QUOTE), said("down", QUOTE)])
    assert "quotes" not in row
    assert [line.partition(":")[0] for line in str(row["note"]).splitlines()] == ["up", "down"]


@pytest.mark.parametrize("line", ["{", "[]", '{"question": "x"}', json.dumps({"verdict": "up"})])
def test_what_is_no_feedback_is_refused_in_one_line(line: str, tmp_path: Path, call: Call) -> None:
    (tmp_path / "said.jsonl").write_text(line, encoding="utf-8")
    code, told = call("new", tmp_path / "own.yaml", "--feedback", tmp_path / "said.jsonl")
    assert code == 2 and "sitasi feedback --drafts" in told and "Traceback" not in told
    assert not (tmp_path / "own.yaml").exists()


QUESTIONS = """
- id: kilns
  question: How often do the potters of Lembang fire their kilns?
  must_say: [twice]
  document: clay.md
  quote: The potters of Lembang fire their kilns twice a week with coconut husk.
- id: clay
  question: How long does clay dry in the shade?
  must_say: [eleven | "11"]
"""


def test_a_team_gates_on_its_own_questions_from_the_command_line_and_from_pytest(
    tmp_path: Path, paper: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions, baseline = tmp_path / "own.yaml", tmp_path / "gate" / "baseline.toml"
    questions.write_text(QUESTIONS, encoding="utf-8")
    options = ("--questions", questions, "--papers", paper, "--baseline", baseline)
    code, told = call("gate", *options)
    assert code == 2 and "--update" in told
    code, told = call("gate", *options, "--update")
    assert code == 0 and "baseline-own.jsonl. Commit these files on their own." in told
    assert call("gate", *options)[0] == 0
    checks = gate_checks(questions, paper, baseline=baseline)
    assert {str(one) for one in checks} >= {"fully-correct", "groundedness", "verbatim"}
    assert all(one.passed for one in checks)
    monkeypatch.setenv("SITASI_ANSWER__THRESHOLD", "1.0")
    failed = {one.name: one for one in gate_checks(questions, paper, baseline=baseline) if not one.passed}
    assert set(failed["false-refusals"].worse) == {"kilns/en", "clay/en"}
    assert "fully-correct" in failed["fully-correct"].why
    code, told = call("gate", *options)
    assert code == 1 and "The gate is closed." in told


class Copyist:
    """A model that does what its prompt says: it copies all evidence; told to be brief, the last piece of it."""

    model = "copyist"

    def __init__(self, settings: LlmSettings) -> None:
        self.away = settings.model == "away"

    def write(self, system: str, request: str, seconds: float) -> Generator[str, None, None]:
        """A line for each piece of evidence."""
        if self.away:
            raise GeneratorUnreachable
        shown = EVIDENCE.findall(request)
        for number, text in shown if SENTENCES.search(system) else shown[-1:]:
            yield f"{text} [{number}]\n"


def test_a_changed_prompt_is_asked_of_the_team_s_model_and_stops_the_merge(
    tmp_path: Path, paper: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def terse(prompts: Prompts, *rest: Any) -> tuple[str, str]:
        edited = {key: replace(one, text=SENTENCES.sub("briefly", one.text)) for key, one in prompts.items()}
        return answer_messages(edited, *rest)

    questions = tmp_path / "own.yaml"
    questions.write_text(QUESTIONS, encoding="utf-8")
    comment = tmp_path / "comment.md"
    options = ("--questions", questions, "--papers", paper, "--baseline", tmp_path / "b.toml", "--markdown", comment)
    monkeypatch.setattr("qa.bootstrap.LlmEndpoint", Copyist)
    monkeypatch.setenv("SITASI_LLM__URL", "http://127.0.0.1:9/v1")
    assert call("gate", *options, "--update")[0] == 0
    assert call("gate", *options)[0] == 0
    with monkeypatch.context() as patch:
        patch.setattr("qa.writing.answer_messages", terse)
        code, told = call("gate", *options)
        assert code == 1 and "worse: kilns/en" in told
        assert "➖ Clay dries in the shade for eleven days." in comment.read_text(encoding="utf-8")
        assert call("gate", *options, "--mode", "extractive")[0] == 0
    monkeypatch.setenv("SITASI_LLM__MODEL", "away")
    assert "2 of 2 answers were not written by the model: generator_unreachable 2." in call("gate", *options)[1]
