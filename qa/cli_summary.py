"""a run of ingestion → terminal: how far it has come, and what became of each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ingest.summary import FailedFile, IngestProgress, IngestSummary
from ingest.types import Language
from qa.cli_output import shown
from qa.cli_wording import say
from qa.error_messages import failure_text

_MOST_NAMED = 3
_MOST_PAIRS = 50
_SPEED_SECONDS = 120.0


def print_summary(console: Console, summary: IngestSummary, language: Language) -> None:
    """What became of each file: counts first, then every file that is not where or what it was, and every one that
    could not be read, with what to do about it."""
    counts: dict[str, Sequence[object]] = {
        "added": summary.added,
        "updated": summary.updated,
        "remade": summary.remade,
        "unchanged": summary.unchanged,
        "moved": summary.moved,
        "duplicates": summary.duplicates,
        "removed": summary.removed,
        "skipped": summary.skipped,
        "failed": summary.failed,
    }
    table = Table.grid(padding=(0, 1))
    for name, files in counts.items():
        if files:
            style = "red" if name == "failed" else "green" if name in ("added", "updated", "remade") else ""
            table.add_row(Text(str(len(files)), style=style), say(name, language), Text(_names(files), style="dim"))
    if table.row_count:
        console.print(table)
    for line in _followed(summary, language):
        console.print(Text(f"  {shown(line)}", style="dim"))
    for fault in summary.failed:
        reason, advice = failure_text(fault, language)
        console.print(Text.assemble(("  ✗ ", "red"), shown(reason), (f" {advice}", "dim")))
    documents = len(summary.added) + len(summary.updated) + len(summary.remade)
    line = say(
        "ingested",
        language,
        documents=documents,
        passages=summary.passages,
        embedded=summary.embedded,
        reused=summary.reused,
        seconds=summary.seconds,
    )
    console.print(Text(line))
    if summary.withdrawn:
        console.print(Text(say("samples_withdrawn", language), style="dim"))


class IngestBar:
    """How far a run of ingestion has come and how long it will take, drawn while the `with` block lasts; nothing where
    no terminal is."""

    def __init__(self, console: Console, language: Language) -> None:
        self._language = language
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[name]}", style="dim", markup=False),
            console=console,
            transient=True,
            # Files go through in batches, some seconds apart: a shorter look back would see no speed between two.
            speed_estimate_period=_SPEED_SECONDS,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(say("stage_reading", language), total=None, name="")

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the bar away."""
        self._bar.stop()

    def report(self, progress: IngestProgress) -> None:
        """Take over how far it is."""
        stage = say(f"stage_{progress.stage}", self._language)
        self._bar.update(
            self._task,
            description=stage,
            completed=progress.done,
            total=progress.total,
            name=shown(progress.name),
        )


def _followed(summary: IngestSummary, language: Language) -> Iterator[str]:
    """A line for each file that was moved, is the same paper as another, or has gone."""
    yield from _capped((say("moved_line", language, old=old, new=new) for new, old in summary.moved), language)
    twins = (say("duplicate_line", language, file=file, twin=twin) for file, twin in summary.duplicates)
    yield from _capped(twins, language)
    yield from _capped((say("removed_line", language, id=one) for one in summary.removed), language)


def _capped(lines: Iterable[str], language: Language) -> Iterator[str]:
    every = list(lines)
    yield from every[:_MOST_PAIRS]
    if len(every) > _MOST_PAIRS:
        yield say("more_lines", language, n=len(every) - _MOST_PAIRS)


def _names(files: Sequence[object]) -> str:
    named = [shown(_name(one)) for one in files]
    return ", ".join(named[:_MOST_NAMED]) + (" …" if len(named) > _MOST_NAMED else "")


def _name(one: object) -> str:
    return str(one[0] if isinstance(one, tuple) else one.name if isinstance(one, FailedFile) else one)
