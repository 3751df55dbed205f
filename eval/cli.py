"""`sitasi eval …`: the commands that judge answers. Also `python -m eval`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.baseline import load_baseline, save_rows, save_values, slice_of
from eval.cases import Case, build_cases
from eval.cli_questions import add_question_commands
from eval.cli_retrieval import add_retrieval_commands
from eval.console import open_console, print_gate, print_misses, print_scores
from eval.dataset import DATA, DatasetError, QuestionSet, load_questions
from eval.files import read_files
from eval.gate import judge
from eval.outcome import Before, before_of_baseline, before_of_run
from eval.outputs import Outputs, write_outputs
from eval.report import Report
from eval.run import Asking, run_questions
from eval.run_file import Run, Scope, load_run, save_run
from eval.scores import ScoreSheet, score
from eval.system import NoReplyError, System
from eval.test_log import log_test_run
from eval.user_questions import load_user_questions
from ingest.errors import IngestError
from ingest.types import Language
from qa.errors import QuestionError
from qa.settings import load_settings
from qa.types import Mode

app: typer.Typer = typer.Typer(name="eval", help="Judge the answers with a question set.", no_args_is_help=True)

Split = Literal["development", "test", "all"]
SplitOption = Annotated[Split, typer.Option(help="Which questions. Runs on `test` and `all` are logged.")]
UrlOption = Annotated[str | None, typer.Option(help="Ask the service at this address instead of this process.")]
PapersOption = Annotated[
    list[Path] | None, typer.Option(help="Ask about just these files or folders; unset takes what is ingested.")
]
SamplesOption = Annotated[bool, typer.Option("--samples", help="Ask about the sample collection.")]
QuestionsOption = Annotated[
    Path,
    typer.Option(help="A team's own file (CSV, YAML, JSON Lines), or a folder with questions.jsonl and gold-….jsonl."),
]
ModeOption = Annotated[Mode, typer.Option(help="How answers are written.")]


@app.callback()
def _several_commands() -> None:
    """Judge the answers with a question set."""


_FAULTS = (DatasetError, NoReplyError, IngestError, QuestionError)


@contextmanager
def plain_faults() -> Iterator[None]:
    """Faults that a user can mend become one line and exit status 2."""
    try:
        yield
    except _FAULTS as fault:
        advice = fault.advice if isinstance(fault, (IngestError, QuestionError)) else ""
        Console(stderr=True, soft_wrap=True).print(f"{fault} {advice}".strip(), markup=False, highlight=False)
        raise typer.Exit(2) from fault


@contextmanager
def open_system(url: str | None, papers: list[Path] | None, samples: bool) -> Iterator[System]:
    """The system that the options name. Raises NoReplyError or an IngestError."""
    if url:
        from eval.over_http import OverHttp

        with OverHttp(url, read_files(papers) if papers else None) as remote:
            yield remote
        return
    from eval.corpora import open_corpus

    with open_corpus(load_settings(), papers or (), samples=samples) as local:
        yield local


def load_set(questions: Path, gold: str, papers: list[Path] | None) -> QuestionSet:
    """A team's own file, with the papers that it quotes, or a prepared folder. Raises DatasetError."""
    if questions.is_file():
        return load_user_questions(questions, read_files(papers or ()))
    return load_questions(questions, gold)


def ask_all(system: System, questions: QuestionSet, asking: Asking) -> Run:
    """Ask with a progress bar; a run that touches the test split is logged."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Asking", total=None)
        run = run_questions(
            system, questions, asking, lambda done, total: bar.update(task, completed=done, total=total)
        )
    log_test_run(run, DATA)
    return run


@app.command("run")
def run_command(
    split: SplitOption = "development",
    url: UrlOption = None,
    papers: PapersOption = None,
    samples: SamplesOption = False,
    other_language: Annotated[
        bool, typer.Option("--other-language", help="Also ask with only the documents in the other language in reach.")
    ] = False,
    language: Annotated[Language | None, typer.Option(help="Ask in one language only.")] = None,
    questions: QuestionsOption = DATA,
    mode: ModeOption = Mode.AUTO,
    out: Annotated[Path | None, typer.Option(help="Where the run file goes.")] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List what went wrong (never for the test split).")] = False,
) -> None:
    """Put a question set to a system, print the scores, keep the run."""
    with plain_faults():
        gold = "own" if questions.is_file() else "samples" if samples else "papers"
        loaded = load_set(questions, gold, papers)
        scopes: tuple[Scope, ...] = ("all", "other-language") if other_language else ("all",)
        languages: tuple[Language, ...] = (language,) if language else ("id", "en")
        with open_system(url, papers, samples) as system:
            run = ask_all(system, loaded, Asking(split, gold, languages, scopes, mode))
        target = out or load_settings().home / "eval" / f"run-{gold}-{split}.json"
        save_run(run, target)
        cases = build_cases(run, loaded)
        console = open_console()
        print_scores(run, score(cases), console)
        if misses and split == "development":
            print_misses(cases, console)
        console.print(f"Kept in {target}")


HtmlOption = Annotated[Path | None, typer.Option(help="Write the report page here.")]
MarkdownOption = Annotated[Path | None, typer.Option(help="Write a pull-request comment here.")]
JsonOption = Annotated[Path | None, typer.Option(help="Write scores and checks as JSON here.")]
JunitOption = Annotated[Path | None, typer.Option(help="Write the checks as JUnit XML here.")]
AgainstOption = Annotated[Path | None, typer.Option(help="An earlier run file: answers are shown side by side.")]


@app.command("report")
def report_command(
    run_file: Annotated[Path, typer.Argument(help="A file that `sitasi eval run` kept.")],
    against: AgainstOption = None,
    questions: QuestionsOption = DATA,
    papers: PapersOption = None,
    html: HtmlOption = None,
    markdown: MarkdownOption = None,
    json: JsonOption = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show single answers of the test split.")] = False,
) -> None:
    """Turn a run into a page, a comment or JSON, on its own or beside an earlier run."""
    with plain_faults():
        run = load_run(run_file)
        loaded = load_set(questions, run.head.gold, papers)
        cases = build_cases(run, loaded)
        before, compared = earlier_run(against, loaded) if against else ({}, "")
        report = Report(run, cases, score(cases), before=before, compared=compared, reveal=reveal)
        outputs = Outputs(html or (None if markdown or json else run_file.with_suffix(".html")), markdown, json)
        for path in write_outputs(report, outputs):
            Console().print(f"Written: {path}", highlight=False)


def earlier_run(path: Path, questions: QuestionSet) -> tuple[dict[str, Before], str]:
    """What an earlier run said, and how to name it. Raises DatasetError."""
    run = load_run(path)
    cases = build_cases(run, questions)
    return before_of_run(cases, score(cases)), f"the run of {run.head.made_at} at commit {run.head.commit}"


@app.command("gate")
def gate_command(
    papers: PapersOption = None,
    update: Annotated[bool, typer.Option("--update", help="Accept this run (a commit of its own).")] = False,
    run_file: Annotated[Path | None, typer.Option("--run", help="Judge this run file instead of asking.")] = None,
    against: AgainstOption = None,
    html: HtmlOption = None,
    markdown: MarkdownOption = None,
    json: JsonOption = None,
    junit: JunitOption = None,
) -> None:
    """Compare with the accepted baseline; exit 1 when something got worse than it may.

    Asks the sample collection, or with --papers those files."""
    with plain_faults():
        corpus = "papers" if papers else "samples"
        loaded = load_questions(DATA, corpus)
        run = load_run(run_file) if run_file else _gate_run(loaded, papers, corpus)
        cases = build_cases(run, loaded)
        sheet = score(cases)
        if update:
            accept(run, cases, sheet, corpus)
        baseline = load_baseline(corpus)
        result = judge(sheet, loaded.digest, baseline)
        if against:
            before, compared = earlier_run(against, loaded)
        else:
            before, compared = before_of_baseline(baseline, run), f"the baseline accepted at {baseline.commit}"
        report = Report(run, cases, sheet, result, before, compared)
        write_outputs(report, Outputs(html, markdown, json, junit))
        print_gate(report, result, open_console())
    if not result.passed:
        raise typer.Exit(1)


def _gate_run(questions: QuestionSet, papers: list[Path] | None, corpus: str) -> Run:
    """Development questions, on the samples also with only the documents in the other language in reach."""
    scopes: tuple[Scope, ...] = ("all", "other-language") if corpus == "samples" else ("all",)
    with open_system(None, papers, samples=corpus == "samples") as system:
        return ask_all(system, questions, Asking(gold=corpus, scopes=scopes, mode=Mode.EXTRACTIVE))


def accept(run: Run, cases: Sequence[Case], sheet: ScoreSheet, corpus: str) -> None:
    """Make this run the baseline of its corpus: values into `baseline.toml`, single scores into its data file."""
    expectations = load_baseline(corpus).expectations
    figures = {one.name: sheet.figure(*slice_of(sheet, one)) for one in expectations}
    save_values(corpus, {name: figure.value for name, figure in figures.items() if figure})
    save_rows(corpus, run.head.dataset_digest, run.head.commit, cases, sheet)


add_question_commands(app, plain_faults)
add_retrieval_commands(app, plain_faults)
