"""question set and baseline → the gate's report: asks (or reads a run), scores, accepts when told to, compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.baseline import (
    BASELINE,
    Baseline,
    Place,
    begin_baseline,
    load_baseline,
    rows_path,
    save_rows,
    save_values,
    slice_of,
)
from eval.cases import Case, build_cases
from eval.dataset import DATA, QuestionSet
from eval.gate import judge
from eval.opening import load_set, open_system
from eval.outcome import Before, before_of_baseline, before_of_run
from eval.report import Report
from eval.run import Asking, Progress, run_questions
from eval.run_file import Run, Scope, load_run
from eval.scores import ScoreSheet, in_full, score
from eval.system import System
from qa.types import Mode


@dataclass(frozen=True, slots=True)
class Gating:
    """What is put to the gate. Without `papers` it is the sample collection; `questions` is a folder like ours or a
    team's own file, with a `baseline` of its own; `run_file` is judged instead of asking; `against` is an earlier run
    whose answers are shown side by side. `mode` unset asks our own questions without a model, so that the baseline
    holds on every machine, and a team's questions as the team's readers are answered."""

    papers: tuple[Path, ...] = ()
    questions: Path = DATA
    baseline: Path = BASELINE
    url: str | None = None
    run_file: Path | None = None
    against: Path | None = None
    mode: Mode | None = None

    @property
    def corpus(self) -> str:
        """Which table of the baseline counts."""
        return "own" if self.questions.is_file() else "papers" if self.papers or self.url else "samples"

    @property
    def rows_folder(self) -> Path:
        """Where the scores of single questions stand: with our data, or beside a baseline of one's own."""
        return DATA if self.baseline == BASELINE else self.baseline.resolve().parent

    @property
    def kept(self) -> tuple[Path, Path]:
        """The files that hold what was accepted: values, and scores of single questions."""
        return self.baseline, rows_path(self.corpus, self.rows_folder)

    def accepted(self) -> Baseline:
        """The baseline as it stands. Raises DatasetError."""
        return load_baseline(self.corpus, self.baseline, self.rows_folder)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier run to compare with: its answers by case key, its scores, and how to name it."""

    before: dict[str, Before]
    name: str
    sheet: ScoreSheet


def run_gate(gating: Gating, *, update: bool = False, progress: Progress | None = None) -> Report:
    """The report with its gate result; with `update` this run is accepted first.

    Raises DatasetError, NoReplyError, or what opening the system raises."""
    questions = load_set(gating.questions, gating.corpus, gating.papers)
    accepted = None if update else gating.accepted()
    run, quoted = (load_run(gating.run_file), {}) if gating.run_file else _ask(gating, questions, accepted, progress)
    cases = build_cases(run, questions)
    sheet = score(cases)
    if update:
        accept(gating, run, cases, sheet)
    baseline = accepted or gating.accepted()
    result = judge(sheet, questions.digest, baseline, remote=run.head.remote)
    if gating.against:
        earlier = earlier_run(gating.against, questions)
        return Report(run, cases, sheet, result, earlier.before, earlier.name, earlier.sheet)
    before = before_of_baseline(baseline, run, quoted)
    return Report(run, cases, sheet, result, before, f"the baseline accepted at {baseline.commit or 'no time'}")


def _ask(
    gating: Gating, questions: QuestionSet, accepted: Baseline | None, progress: Progress | None
) -> tuple[Run, dict[Place, str]]:
    """Development questions, on the samples also with only the documents in the other language in reach; and what the
    accepted answers quoted."""
    scopes: tuple[Scope, ...] = ("all", "other-language") if gating.corpus == "samples" else ("all",)
    with open_system(gating.url, gating.papers, gating.corpus == "samples") as system:
        mode = gating.mode or (Mode.AUTO if gating.corpus == "own" else Mode.EXTRACTIVE)
        asking = Asking(gold=gating.corpus, scopes=scopes, mode=mode)
        run = run_questions(system, questions, asking, progress)
        return run, _quoted(accepted, system) if accepted else {}


def _quoted(baseline: Baseline, system: System) -> dict[Place, str]:
    """The text at every place that the baseline quotes, where the system still stores that version."""
    held = {(one.id, one.version) for one in system.describe().documents}
    places = {place for reply in baseline.replies.values() for place in reply.quotes if place[:2] in held}
    return {place: system.stored_text(*place[:2])[place[2] : place[3]] for place in places}


def accept(gating: Gating, run: Run, cases: Sequence[Case], sheet: ScoreSheet) -> None:
    """Make this run the baseline of its corpus: values into the TOML file, single scores beside it."""
    if not gating.baseline.exists():
        measured = {one.name for one in sheet.measured if sheet.figure(one, in_full)}
        begin_baseline(gating.baseline, gating.corpus, measured)
    expectations = gating.accepted().expectations
    figures = {one.name: sheet.figure(*slice_of(sheet, one)) for one in expectations}
    save_values(gating.corpus, {name: figure.value for name, figure in figures.items() if figure}, gating.baseline)
    save_rows(gating.corpus, run.head.dataset_digest, run.head.commit, cases, sheet, gating.rows_folder)


def earlier_run(path: Path, questions: QuestionSet) -> Earlier:
    """What an earlier run said and scored. Raises DatasetError."""
    run = load_run(path)
    cases = build_cases(run, questions)
    sheet = score(cases)
    name = f"the run of {run.head.made:%d %B %Y, %H:%M} UTC at commit {run.head.commit}"
    return Earlier(before_of_run(cases, sheet), name, sheet)
