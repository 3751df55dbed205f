"""`sitasi eval retrieval` and `baselines`: what ships beside each leg alone and beside what others start with."""

from __future__ import annotations

import json as json_module
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from eval.beir import LegScores, load_beir, publish_beir, rank_legs, score_legs
from eval.cases import build_cases
from eval.corpora import open_home, own_home
from eval.dataset import DATA, load_questions
from eval.figures import figure_text
from eval.run import Asking, run_questions
from eval.scores import in_full, score
from eval.statistics import Estimate
from eval.test_log import log_test_run
from qa.settings import load_settings

_COMPARED = (
    "nDCG@10",
    "R@5",
    "Success@1",
    "fully-correct",
    "citation-recall",
    "citation-precision",
    "gold-precision",
    "refusal-recall",
    "words",
)
Advance = Callable[[str, int, int], None]


@contextmanager
def progress_bar() -> Iterator[Advance]:
    """A bar on the error stream; call it with what is being done, how much is done, and of how much."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def advance(doing: str, done: int, total: int) -> None:
            if doing not in tasks:
                tasks[doing] = bar.add_task(doing, total=total)
            bar.update(tasks[doing], completed=done, total=total)

        yield advance


def add_retrieval_commands(app: typer.Typer, guard: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the commands to `app`; `guard` turns faults that a user can mend into one line."""

    @app.command("retrieval")
    def retrieval_command(
        folder: Annotated[Path, typer.Argument(help="A BEIR folder: corpus.jsonl, queries.jsonl, qrels.tsv.")],
        json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """R@1, R@5 and nDCG@10 of meaning alone, of words alone, and of what ships."""
        with guard():
            beir = load_beir(folder)
            settings = load_settings()
            home = own_home(settings.home, f"beir-{beir.name}-{beir.digest}")
            with open_home(settings, home) as (sitasi, manifest), progress_bar() as advance:
                entries = publish_beir(sitasi, beir, manifest, advance)
                legs = score_legs(beir, rank_legs(sitasi, beir, entries, advance))
            if json:
                told = {
                    leg.leg: {g: {m: asdict(e) for m, e in f.items()} for g, f in leg.figures.items()} for leg in legs
                }
                typer.echo(json_module.dumps(told, indent=1))
            else:
                _print_legs(beir.name, legs)

    @app.command("baselines")
    def baselines_command(
        papers: Annotated[list[Path], typer.Option(help="The papers, files or folders.")],
        split: Annotated[Literal["development", "test"], typer.Option(help="Which questions.")] = "development",
        out: Annotated[Path | None, typer.Option(help="Write all figures here, as JSON.")] = None,
    ) -> None:
        """What ships beside three honest baselines: BM25 alone, dense alone, LlamaIndex as its starter sets it up."""
        from eval.baselines import open_baselines

        with guard():
            questions = load_questions(DATA, "papers")
            told: dict[str, dict[str, Estimate | None]] = {}
            with open_baselines(load_settings(), papers) as systems, progress_bar() as advance:
                for name, system in systems.items():
                    run = run_questions(
                        system,
                        questions,
                        Asking(split),
                        partial(advance, name),
                    )
                    sheet = score(build_cases(run, questions))
                    told[name] = {one.name: sheet.figure(one, in_full) for one in sheet.measured}
                    log_test_run(run, DATA)
            _print_baselines(told)
            if out:
                out.write_text(
                    json_module.dumps({n: {m: asdict(e) for m, e in f.items() if e} for n, f in told.items()})
                )


def _print_legs(name: str, legs: Sequence[LegScores]) -> None:
    table = Table(title=f"Retrieval on {name}", title_justify="left")
    groups = list(legs[0].figures)
    measures = list(legs[0].figures[groups[0]])
    for title in ("leg", "questions", *measures):
        table.add_column(title, no_wrap=True)
    for group in groups:
        for leg in legs:
            figures = (figure_text(leg.figures[group][measure], measure) for measure in measures)
            table.add_row(leg.leg, group, *figures)
    Console(width=140).print(table)


def _print_baselines(told: dict[str, dict[str, Estimate | None]]) -> None:
    table = Table(title="What ships and three baselines", title_justify="left")
    table.add_column("measure")
    for name in told:
        table.add_column(name, no_wrap=True)
    for measure in _COMPARED:
        table.add_row(measure, *(figure_text(figures.get(measure), measure) for figures in told.values()))
    Console(width=220).print(table)
