"""`sitasi eval …`: the commands that judge answers. Also `python -m eval`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.cases import build_cases
from eval.console import print_misses, print_scores
from eval.dataset import DATA, DatasetError, QuestionSet, load_questions
from eval.run import Asking, run_questions
from eval.run_file import Run, Scope, save_run
from eval.scores import score
from eval.system import NoReplyError, System
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
QuestionsOption = Annotated[Path, typer.Option(help="Folder with questions.jsonl and gold-….jsonl.")]
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
        Console(stderr=True).print(f"[red]{type(fault).__name__}[/red]: {fault}", highlight=False)
        raise typer.Exit(2) from fault


@contextmanager
def open_system(url: str | None, papers: list[Path] | None, samples: bool) -> Iterator[System]:
    """The system that the options name. Raises NoReplyError or an IngestError."""
    if url:
        from eval.over_http import OverHttp, segments_of

        with OverHttp(url, segments_of(papers) if papers else None) as remote:
            yield remote
        return
    from eval.corpora import open_corpus

    with open_corpus(load_settings(), papers or (), samples=samples) as local:
        yield local


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
        gold = "samples" if samples else "papers"
        loaded = load_questions(questions, gold)
        scopes: tuple[Scope, ...] = ("all", "other-language") if other_language else ("all",)
        languages: tuple[Language, ...] = (language,) if language else ("id", "en")
        with open_system(url, papers, samples) as system:
            run = ask_all(system, loaded, Asking(split, gold, languages, scopes, mode))
        target = out or load_settings().home / "eval" / f"run-{gold}-{split}.json"
        save_run(run, target)
        cases = build_cases(run, loaded)
        console = Console()
        print_scores(run, score(cases), console)
        if misses and split == "development":
            print_misses(cases, console)
        console.print(f"Kept in {target}")
