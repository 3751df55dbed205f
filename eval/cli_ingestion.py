"""`sitasi eval sections`, `sentences` and `ingestion`: how well papers are read, and how fast they are taken in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.sentence_check import SEED, Drawn, Verdict, broken, draw_sentences, found_as_printed, load_verdicts
from eval.structure import Structure, judge_structure, load_sections
from qa.settings import load_settings

if TYPE_CHECKING:
    from eval.ingest_speed import Timed

PapersOption = Annotated[list[Path], typer.Option(help="The papers, files or folders.")]


def add_ingestion_commands(app: typer.Typer, guard: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the commands to `app`; `guard` turns faults that a user can mend into one line."""

    @app.command("sections")
    def sections_command(
        papers: PapersOption,
        misses: Annotated[bool, typer.Option("--misses", help="Say where headings were missed or invented.")] = False,
    ) -> None:
        """Headings and parts of the five studies, beside a list made by hand."""
        with guard():
            judged = judge_structure(papers, load_sections())
        _print_structure(judged)
        if misses:
            _print_misses(judged)

    @app.command("sentences")
    def sentences_command(
        papers: PapersOption,
        count: Annotated[int, typer.Option(min=1, help="How many sentences to draw.")] = 100,
        seed: Annotated[int, typer.Option(help="Seed of the draw.")] = SEED,
        show: Annotated[bool, typer.Option("--show", help="Print all of them, not only the broken and unjudged.")] = (
            False
        ),
    ) -> None:
        """Sentences drawn at random, with a reader's verdicts: how many are broken by debris or by columns."""
        with guard():
            drawn = draw_sentences(papers, count, seed, load_verdicts())
            every, found = found_as_printed(papers)
        _print_sentences([one for one in drawn if show or one.verdict is not Verdict.WHOLE])
        _print_verdicts(drawn)
        typer.echo(f"{found} of {every} sentences stand in their file as printed, where the offset map says.")
        waiting = [one.row(Verdict.WHOLE) for one in drawn if one.verdict is None]
        if waiting:
            typer.echo('Verdicts go to eval/data/sentences-judged.jsonl, one of "whole", "debris", "columns" for:')
            typer.echo("\n".join(waiting))
            raise typer.Exit(1)

    @app.command("ingestion")
    def ingestion_command(
        papers: PapersOption,
        rounds: Annotated[int, typer.Option(min=1, max=20, help="How often each system reads the files.")] = 3,
    ) -> None:
        """Source characters per second beside LlamaIndex's own ingestion, and what a second run costs."""
        from eval.ingest_speed import count_characters, time_ingestion, time_second_run

        with guard():
            settings = load_settings()
            characters = count_characters(papers)
            timed = list(time_ingestion(papers, settings, rounds))
            second = time_second_run(papers, settings)
        _print_speed(characters, rounds, timed)
        typer.echo(
            f"Second run, nothing changed: {second.embedded} embeddings, {len(second.written)} files written, "
            f"{second.seconds:.2f} s"
        )
        if second.embedded or second.written:
            typer.echo(", ".join(second.written))
            raise typer.Exit(1)


def _print_structure(judged: Sequence[Structure]) -> None:
    table = Table(title="Sections beside the list made by hand", title_justify="left")
    for title in ("paper", "headings", "found", "right", "F1", "characters in the right part"):
        table.add_column(title, no_wrap=True)
    total = Structure("all")
    for one in judged:
        for name in ("headings", "found", "hits", "characters", "placed"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    for one in (*judged, total):
        row = (one.headings, one.found, one.hits)
        table.add_row(one.document, *map(str, row), f"{one.f1:.3f}", f"{100 * one.share_placed:.2f} %")
    Console(width=120).print(table)


def _print_misses(judged: Sequence[Structure]) -> None:
    for one in judged:
        for told, spans in (("missed", one.missed), ("invented", one.invented)):
            for start, end in spans:
                typer.echo(f"{one.document}: {told} at characters {start}–{end}")


def _print_sentences(drawn: Sequence[Drawn]) -> None:
    for one in drawn:
        mark = one.verdict or "not judged"
        typer.echo(f"[{mark}{'' if one.quotable else ', never quoted'}] {one.document}: {one.text}\n")


def _print_verdicts(drawn: Sequence[Drawn]) -> None:
    quotable = [one for one in drawn if one.quotable]
    table = Table(title="Sentences drawn at random", title_justify="left")
    for title in ("of them", "judged", "debris", "columns", "broken"):
        table.add_column(title, no_wrap=True)
    for name, some in (("all", list(drawn)), ("that may be quoted", quotable)):
        judged = [one for one in some if one.verdict is not None]
        kinds = [sum(one.verdict is kind for one in judged) for kind in (Verdict.DEBRIS, Verdict.COLUMNS)]
        share = f"{100 * broken(judged) / max(1, len(judged)):.1f} %"
        table.add_row(f"{name} ({len(some)})", str(len(judged)), *map(str, kinds), share)
    Console(width=120).print(table)


def _print_speed(characters: int, rounds: int, timed: Sequence[Timed]) -> None:
    table = Table(title=f"{characters:,} characters, median of {rounds}", title_justify="left")
    titles = ("system", "passages", "seconds", "characters/s", "faster", "processor seconds", "cheaper")
    for title in titles:
        table.add_column(title, no_wrap=True, justify="left" if title == "system" else "right")
    ours = timed[0]
    for one in timed:
        spread = f"{one.median_seconds:.1f} ({min(one.seconds):.1f}–{max(one.seconds):.1f})"
        faster, cheaper = one.median_seconds / ours.median_seconds, one.least_processor / ours.least_processor
        ratios = ("", "") if one is ours else (f"{faster:.2f} ×", f"{cheaper:.2f} ×")
        speed, spent = f"{characters / one.median_seconds:,.0f}", f"{one.least_processor:.1f}"
        table.add_row(one.system, str(one.passages), spread, speed, ratios[0], spent, ratios[1])
    Console(width=140).print(table)
    typer.echo("faster, cheaper: how many times the seconds of Sitasi")
