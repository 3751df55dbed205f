"""`sitasi eval …`: the commands that judge answers. Also `python -m eval`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from eval.baseline import BASELINE
from eval.cases import build_cases
from eval.cli_ingestion import add_ingestion_commands
from eval.cli_judging import add_judging_commands
from eval.cli_questions import add_question_commands
from eval.cli_retrieval import add_retrieval_commands
from eval.cli_support import add_support_command
from eval.console import open_console, print_gate, print_misses, print_scores
from eval.dataset import DATA, DatasetError
from eval.gating import Gating, earlier_run, run_gate
from eval.opening import load_set, open_system
from eval.outputs import Outputs, write_outputs
from eval.report import Report
from eval.run import Asking, Progress, run_questions
from eval.run_file import Scope, load_run, save_run
from eval.scores import score
from eval.system import NoReplyError
from eval.test_log import log_test_run
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
def progress_bar() -> Iterator[Progress]:
    """A bar on the error stream, as a callable that is told how many replies are in and of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Asking", total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


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
        loaded = load_set(questions, gold, papers or ())
        scopes: tuple[Scope, ...] = ("all", "other-language") if other_language else ("all",)
        languages: tuple[Language, ...] = (language,) if language else ("id", "en")
        with open_system(url, papers or (), samples) as system, progress_bar() as advance:
            run = run_questions(system, loaded, Asking(split, gold, languages, scopes, mode), advance)
        log_test_run(run, DATA)
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
        loaded = load_set(questions, run.head.gold, papers or ())
        cases = build_cases(run, loaded)
        report = Report(run, cases, score(cases), reveal=reveal)
        if against:
            earlier = earlier_run(against, loaded)
            report = replace(report, before=earlier.before, compared=earlier.name, earlier=earlier.sheet)
        outputs = Outputs(html or (None if markdown or json else run_file.with_suffix(".html")), markdown, json)
        for path in write_outputs(report, outputs):
            Console().print(f"Written: {path}", highlight=False)


@app.command("gate")
def gate_command(
    papers: PapersOption = None,
    questions: QuestionsOption = DATA,
    baseline: Annotated[
        Path, typer.Option(help="What was accepted; a team's own questions need their own.")
    ] = BASELINE,
    url: UrlOption = None,
    update: Annotated[bool, typer.Option("--update", help="Accept this run (a commit of its own).")] = False,
    run_file: Annotated[Path | None, typer.Option("--run", help="Judge this run file instead of asking.")] = None,
    against: AgainstOption = None,
    mode: Annotated[
        Mode | None,
        typer.Option(help="How answers are written; unset: as readers get them, our own questions without a model."),
    ] = None,
    html: HtmlOption = None,
    markdown: MarkdownOption = None,
    json: JsonOption = None,
    junit: JunitOption = None,
) -> None:
    """Compare with the accepted baseline; exit 1 when something got worse than it may.

    Asks the sample collection, or with --papers those files."""
    with plain_faults(), progress_bar() as advance:
        gating = Gating(tuple(papers or ()), questions, baseline, url, run_file, against, mode)
        report = run_gate(gating, update=update, progress=advance)
    write_outputs(report, Outputs(html, markdown, json, junit))
    result = report.gate
    if result is not None:
        print_gate(report, result, open_console())
    if update:
        kept = ", ".join(str(path) for path in gating.kept)
        Console(soft_wrap=True).print(f"Accepted: {kept}. Commit these files on their own.", highlight=False)
    raise typer.Exit(0 if result is not None and result.passed else 1)


add_question_commands(app, plain_faults)
add_judging_commands(app, plain_faults)
add_retrieval_commands(app, plain_faults)
add_support_command(app, plain_faults)
add_ingestion_commands(app, plain_faults)
