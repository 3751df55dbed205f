"""bench → a table, JSON, and what has changed since the figures that were committed: `python -m eval.bench`.

Everything is told as a ratio to a peer that did the same work in the same run, wherever there is one: seconds differ
from machine to machine, ratios much less. `eval/bench.toml` holds goals and the figures committed last.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.bench_questions import FLOOR, LLAMA, OURS, RESTRICTED, Asked, bench_settings, prepare, time_questions
from eval.console import open_console
from ingest.errors import IngestError
from qa.settings import Settings, load_settings

FIGURES = Path(__file__).with_name("bench.toml")
_STARTS = 3
# Less than this is noise on a machine that does other things, too.
_WORSE = 1.25
_PARTS = ("questions", "load", "ingest", "start", "memory", "rebuild")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it is under `name` in bench.toml, and the raw figures that it was made from."""

    name: str
    value: float
    raw: Mapping[str, Any]


def measure_questions(settings: Settings, sizes: Sequence[int], count: int) -> Iterator[Row]:
    """Questions one at a time, every system in turn."""
    times = time_questions(settings, sizes, count)
    small, large = times[min(sizes)], times[max(sizes)]
    ours = small[OURS]
    raw = {f"{name}, {size}": _told(one) for size, found in times.items() for name, one in found.items()}
    yield Row("question_to_llamaindex", ours.typical / small[LLAMA].typical, raw)
    yield Row("question_to_floor", ours.typical / small[FLOOR].typical, {})
    yield Row("question_to_llamaindex_processor", ours.spent / small[LLAMA].spent, {})
    yield Row("question_p95_to_median", ours.worst / ours.typical, {})
    if len(sizes) > 1:
        yield Row("question_large_to_small", large[OURS].typical / ours.typical, {})
    yield Row("question_restricted_to_not", large[RESTRICTED].typical / large[OURS].typical, {})


def measure_load(settings: Settings, size: int, rounds: int) -> Iterator[Row]:
    """Eight clients over HTTP."""
    from eval.bench_http import time_load

    chosen = bench_settings(settings, size)
    found = time_load(chosen.home, _models(settings), rounds)
    best = {name: max(loads, key=lambda one: one.per_second) for name, loads in found.items()}
    ours, llama = best[OURS], best[LLAMA]
    raw = {
        name: {"per_second": o.per_second, "median": o.typical, "p95": o.worst, "failed": o.failed}
        for name, o in best.items()
    }
    yield Row("load_to_llamaindex", ours.per_second / llama.per_second, raw)
    yield Row("load_p95_to_median", ours.worst / ours.typical, {})
    yield Row("load_failed", sum(one.failed for one in found[OURS]), {})


def measure_ingestion(settings: Settings, papers: Sequence[Path], rounds: int) -> Iterator[Row]:
    """Papers into an empty home beside LlamaIndex's pipeline, and embedding beside the model alone."""
    from eval.bench_embedding import embedding_share
    from eval.ingest_speed import time_ingestion

    timed = {one.system: one for one in time_ingestion(papers, settings, rounds)}
    ours, llama, whole, *_ = timed.values()
    raw = {name: {"seconds": one.seconds, "processor": one.processor} for name, one in timed.items()}
    yield Row("ingest_to_llamaindex", llama.median_seconds / ours.median_seconds, raw)
    yield Row("ingest_to_llamaindex_whole", whole.median_seconds / ours.median_seconds, {})
    yield Row("ingest_to_llamaindex_processor", llama.least_processor / ours.least_processor, {})
    yield Row("embedding_to_bare_model", embedding_share(papers, settings, rounds), {})


def measure_processes(settings: Settings, sizes: Sequence[int], parts: Sequence[str]) -> Iterator[Row]:
    """What needs a process of its own: cold start, memory, rebuilding."""
    small, large = min(sizes), max(sizes)
    if "start" in parts:
        starts = [_step("start", settings, small) for _ in range(_STARTS)]
        best = min(starts, key=lambda one: float(one["seconds"]))
        yield Row("cold_start_seconds", best["seconds"], {"starts": starts})
        yield Row("cold_start_heavy_imports", len(best["heavy_imports"]), {})
    if "memory" in parts:
        for name, size in dict(zip(("memory_small_mb", "memory_large_mb"), (small, large), strict=True)).items():
            told = _step("memory", settings, size)
            yield Row(name, told["resident_mb"], {str(size): told})
    if "rebuild" in parts:
        told = _step("rebuild", settings, small)
        yield Row("rebuild_per_second", told["per_second"], told)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and compare; 1 when a figure is worse than the committed one by more than a quarter."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description="Speed and size, beside peers.")
    parser.add_argument("--sizes", nargs="+", type=int, default=[5_000, 100_000], help="passages of the collections")
    parser.add_argument("--papers", nargs="+", type=Path, help="files to ingest; unset takes the sample briefs")
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=list(_PARTS), help="what to measure")
    parser.add_argument("--questions", type=int, default=60, help="questions of each system")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of ingestion and of load")
    parser.add_argument("--accept", action="store_true", help="write the figures to eval/bench.toml, to be committed")
    parser.add_argument("--json", type=Path, help="also write everything that was measured to this file")
    chosen = parser.parse_args(arguments)
    settings = load_settings()
    try:
        rows = list(_measured(settings, chosen))
    except IngestError as fault:
        sys.stderr.write(f"{fault} {fault.advice}\n")
        return 2
    committed = tomllib.loads(FIGURES.read_text(encoding="utf-8"))
    console = open_console()
    worse = print_rows(console, rows, committed)
    _print_raw(console, rows)
    told = {row.name: {"value": row.value, **({"raw": row.raw} if row.raw else {})} for row in rows}
    (chosen.json.write_text if chosen.json else sys.stdout.write)(json.dumps(told, indent=1) + "\n")
    if chosen.accept:
        FIGURES.write_text(accepted(FIGURES.read_text(encoding="utf-8"), rows), encoding="utf-8")
        return 0
    return 1 if worse else 0


def accepted(described: str, rows: Sequence[Row]) -> str:
    """bench.toml with these figures as the last ones, everything else as it stands."""
    for row in rows:
        head, name, rest = described.partition(f"[{row.name}]\n")
        table, gap, others = rest.partition("\n\n")
        kept = [line for line in table.rstrip().splitlines() if not line.startswith("value")]
        described = head + name + "\n".join([*kept, f"value = {row.value:.3g}"]) + (gap + others if gap else "\n")
    return described


def _measured(settings: Settings, chosen: argparse.Namespace) -> Iterator[Row]:
    if set(chosen.parts) - {"ingest"}:
        for size in chosen.sizes:
            prepare(bench_settings(settings, size), size)
    if "questions" in chosen.parts:
        yield from measure_questions(settings, chosen.sizes, chosen.questions)
    if "load" in chosen.parts:
        yield from measure_load(settings, min(chosen.sizes), chosen.rounds)
    if "ingest" in chosen.parts:
        papers = chosen.papers or [Path(__file__).parents[1] / "ingest" / "samples"]
        yield from measure_ingestion(settings, papers, chosen.rounds)
    yield from measure_processes(settings, chosen.sizes, chosen.parts)


def _step(name: str, settings: Settings, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval.bench_steps", name, str(bench_settings(settings, size).home)]
    done = subprocess.run(
        [*command, str(_models(settings)), str(time.time())], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise IngestError(f"The step {name} failed: {done.stderr.strip().rpartition(chr(10))[2]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _models(settings: Settings) -> Path:
    return settings.embedding.models or settings.home / "models"


def _told(one: Asked) -> dict[str, float]:
    return {
        "median": one.typical,
        "p95": one.worst,
        "processor": one.spent,
        "questions": len(one.clock),
        "answered": one.answered,
    }


def print_rows(console: Console, rows: Sequence[Row], committed: Mapping[str, Any]) -> list[str]:
    """The table; returns the figures that are worse than the committed ones by more than noise."""
    table = Table(title="Speed and size, beside peers in the same run", title_justify="left")
    for title in ("figure", "goal", "committed", "now", ""):
        table.add_column(title, justify="left" if title in ("figure", "") else "right")
    worse = []
    for row in rows:
        known = committed[row.name]
        upward = known["better"] == "higher"
        last, goal = known.get("value"), known.get("goal")
        met = goal is None or (row.value >= goal if upward else row.value <= goal)
        fell = last is not None and (row.value < last / _WORSE if upward else row.value > last * _WORSE)
        if fell:
            worse.append(row.name)
        marks = " ".join(mark for mark, holds in (("worse", fell), ("goal missed", not met)) if holds)
        table.add_row(known["what"], *(_figure(one, upward) for one in (goal, last)), f"{row.value:.2f}", marks)
    console.print(table)
    return worse


def _figure(value: float | None, upward: bool) -> str:
    return "–" if value is None else f"{'≥' if upward else '≤'} {value:g}"


def _print_raw(console: Console, rows: Sequence[Row]) -> None:
    for row in rows:
        for name, figures in row.raw.items():
            console.print(f"  {row.name}: {name}: {figures}", highlight=False, style="dim")


if __name__ == "__main__":
    raise SystemExit(main())
