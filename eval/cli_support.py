"""`sitasi eval support`: how often the support score is right, at the threshold that answers use."""

from __future__ import annotations

import json as json_module
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.support import Scored, Split, figures, groups, load_pairs, misjudged, score_pairs
from ingest.embedding import load_embedder
from qa.settings import load_settings
from qa.support import VectorSupport


def add_support_command(app: typer.Typer, guard: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the command to `app`; `guard` turns faults that a user can mend into one line."""

    @app.command("support")
    def support_command(
        split: Annotated[Split, typer.Option(help="Which pairs; weights were fitted on `development`.")] = "test",
        threshold: Annotated[
            float | None, typer.Option(min=0.0, max=1.0, help="Score that passes; unset takes the setting.")
        ] = None,
        misses: Annotated[bool, typer.Option("--misses", help="Print every pair that is judged wrongly.")] = False,
        json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Precision, recall and error of the support score on labelled pairs of quote and claim."""
        with guard():
            settings = load_settings()
            support = VectorSupport(load_embedder(settings.embedding, settings.home))
            at = settings.answer.support_threshold if threshold is None else threshold
            scored = score_pairs(load_pairs(split), support)
        if json:
            told = {name: asdict(figures(rows, at)) for name, rows in groups(scored).items()}
            wrong = [{"id": one.pair.id, "score": round(one.score, 3)} for one in misjudged(scored, at)]
            typer.echo(
                json_module.dumps({"split": split, "threshold": at, "groups": told, "misjudged": wrong}, indent=1)
            )
            return
        _print(scored, at, split)
        for one in misjudged(scored, at) if misses else ():
            verdict = "missed" if one.pair.supported else f"let through ({one.pair.kind})"
            typer.echo(f"{one.pair.id} {one.score:.2f} {verdict}\n  “{one.pair.quote}”\n  {one.pair.claim}")


def _print(scored: Sequence[Scored], threshold: float, split: str) -> None:
    table = Table(title=f"Support score at {threshold:.2f}, {split} pairs", title_justify="left")
    for title in ("pairs of", "n", "precision", "recall", "wrong caught", "error"):
        table.add_column(title, no_wrap=True)
    for name, rows in groups(scored).items():
        one = figures(rows, threshold)
        good = any(row.pair.supported for row in rows)
        wrong = not all(row.pair.supported for row in rows)
        table.add_row(
            name,
            str(one.pairs),
            f"{one.precision:.3f}" if good and wrong else "–",
            f"{one.recall:.3f}" if good else "–",
            f"{one.caught:.3f}" if wrong else "–",
            f"{one.error:.3f}",
        )
    Console(width=120).print(table)
