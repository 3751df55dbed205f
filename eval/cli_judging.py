"""`sitasi eval queue` and `grades`: quotes that nobody judged go out to a reader, the reader's grades come in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.cases import build_cases
from eval.dataset import DATA, DatasetError, judgements_path, load_judgements
from eval.judge_queue import count_grades, judgement_lines, queue_table, queued, read_grades, with_grades
from eval.judged import judged_faults
from eval.opening import load_set
from eval.run_file import load_run

_Questions = Annotated[Path, typer.Option(help="A team's own file, or the folder of a question set.")]
_Papers = Annotated[list[Path] | None, typer.Option(help="The papers, files or folders.")]


def add_judging_commands(app: typer.Typer, guard: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the commands to `app`; `guard` turns faults that a user can mend into one line."""

    @app.command("queue")
    def queue_command(
        run_file: Annotated[Path, typer.Argument(help="A file that `sitasi eval run` kept.")],
        out: Annotated[Path, typer.Argument(help="The table to write (CSV). It holds text of the papers.")],
        questions: _Questions = DATA,
        papers: _Papers = None,
        seed: Annotated[int, typer.Option(help="Draws the order.")] = 0,
    ) -> None:
        """Write the quotes that nobody judged into a table, for a reader to grade 0 to 3 (docs/evaluation.md)."""
        with guard():
            if out.exists():
                raise DatasetError(f"{out} exists already. Name another file, or delete it.")
            run = load_run(run_file)
            waiting = queued(run, build_cases(run, load_set(questions, run.head.gold, papers or ())), seed)
            out.write_text(queue_table(waiting), encoding="utf-8")
            Console(soft_wrap=True, highlight=False).print(
                f"Written: {out}, {len(waiting)} quotes. Fill in the grades, then: sitasi eval grades {out}"
            )

    @app.command("grades")
    def grades_command(
        table: Annotated[Path, typer.Argument(help="The table of `sitasi eval queue` with grades.")],
        questions: _Questions = DATA,
        papers: _Papers = None,
        samples: Annotated[bool, typer.Option("--samples", help="Quotes of the sample collection.")] = False,
    ) -> None:
        """Keep a reader's grades beside the question set; a new grade replaces an old one."""
        with guard():
            gold = "own" if questions.is_file() else "samples" if samples else "papers"
            loaded = load_set(questions, gold, papers or ())
            given, path = read_grades(table), judgements_path(questions, gold)
            faults = judged_faults(given, (item.id for item in loaded.items), {})
            if faults:
                raise DatasetError(f"{table.name} has {len(faults)} faults: " + "; ".join(faults[:5]))
            merged = with_grades(load_judgements(path), given)
            path.write_text(judgement_lines(merged), encoding="utf-8")
            counts = count_grades(merged)
            told = ", ".join(f"grade {one}: {counts[one]}" for one in (3, 2, 1, 0))
            Console(soft_wrap=True, highlight=False).print(f"Kept in {path}: {told}")
