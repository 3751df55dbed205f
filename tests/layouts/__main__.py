"""`python -m tests.layouts [WORD] [--random N] [--seed S] [--remarks] [--keep FOLDER]`: prints every paper in every
layout, reads it back, and shows how much came back right. WORD picks layouts by name; `--random` prints, instead, two
papers in each of N layouts drawn at random. Exits 1 when a goal is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.layouts.measure import FIELDS, Figures
from tests.layouts.random_layouts import random_layouts
from tests.layouts.suite import LAYOUTS, SuiteLayout, papers, printed_pdf, read_back

GOALS = {"order": 0.995, "pages": 1.0, "heading_f1": 0.97, "references": 1.0}


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a layout misses a goal."""
    parser = argparse.ArgumentParser(prog="python -m tests.layouts")
    parser.add_argument("word", nargs="?", default="")
    parser.add_argument("--random", type=int, default=0, help="this many layouts drawn at random")
    parser.add_argument("--seed", type=int, default=20261121, help="seed of the draw")
    parser.add_argument("--remarks", action="store_true", help="say what was read wrong")
    parser.add_argument("--keep", type=Path, help="write the printed files here")
    chosen = parser.parse_args(arguments)
    table = Table("layout", "papers", "words in order", "pages right", "headings F1", "references out", *FIELDS)
    total, missed = Figures(), 0
    drawn = [printed_pdf(one) for one in random_layouts(chosen.random, chosen.seed)]
    for name, figures in _run(drawn or LAYOUTS, chosen.word, chosen.keep, 2 if drawn else len(papers())):
        total.add(figures)
        missed += any(getattr(figures, goal) < least for goal, least in GOALS.items())
        table.add_row(name, *_cells(figures))
        if chosen.remarks:
            sys.stdout.writelines(f"{name}: {remark}\n" for remark in figures.remarks)
    table.add_section()
    table.add_row("all", *_cells(total))
    Console(width=200).print(table)
    return 1 if missed else 0


def _run(layouts: Sequence[SuiteLayout], word: str, keep: Path | None, count: int) -> Iterator[tuple[str, Figures]]:
    for number, layout in enumerate(layouts):
        if word not in layout.name:
            continue
        figures = Figures()
        for step in range(count):
            figures.add(read_back(papers()[(count * number + step) % len(papers())], layout, keep))
        yield layout.name, figures


def _cells(figures: Figures) -> list[str]:
    shares = [figures.order, figures.pages, figures.heading_f1, figures.references]
    fields = [f"{figures.fields[name]}/{figures.papers}" for name in FIELDS]
    return [str(figures.papers), *(f"{100 * share:.2f} %" for share in shares), *fields]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
