"""size of a collection → what it costs: `python -m eval.growth --home FOLDER 10000 100000`, in time, memory and disk.

The collection is invented (`eval.synthetic`) and grows in one home from size to size. Each step runs in a process of
its own, so that its memory is its own; nothing is embedded but questions. Prints a line for each step, and JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from eval.synthetic import synthetic_collection
from ingest.home import Home
from qa.settings import Settings, load_settings
from qa.types import Question

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi

Measured: TypeAlias = dict[str, Any]

QUESTIONS = 60
_WORDS = 7
_RESTRICTED_TO = 3
_LONG_WORD = re.compile(r"[^\W\d]{5,}")
_MOST_SECONDS = 3600.0


def fill(settings: Settings, passages: int) -> Measured:
    """Publish until so many passages answer; `per_second` counts those that were added."""
    before = _held(settings)
    done = synthetic_collection(settings.home, passages, settings=settings)
    added = done.passages - before
    rate = added / done.seconds if added > 0 else None
    return {
        "documents": done.documents,
        "passages": done.passages,
        "seconds": done.seconds,
        "per_second": rate,
        "disk_mb": _disk(settings),
    }


def serve(settings: Settings, _: int) -> Measured:
    """Start as a server does, ask, and tell times in milliseconds: of the first answer, and medians by stage."""
    started = time.monotonic()
    with _opened(settings, "background") as sitasi:
        opened = time.monotonic() - started
        sitasi.answers.answer(Question("Apa hasil penelitian ini?"))
        first, spent = time.monotonic() - started, time.process_time()
        ready = _until_ready(sitasi) - started
        questions = _questions(sitasi, QUESTIONS)
        asked = _asked(sitasi, questions)
        again = _asked(sitasi, questions)
        some = sorted(sitasi.library.record.cards())[:_RESTRICTED_TO]
        restricted = _asked(sitasi, questions[:20], tuple(some))
        return {
            "open_seconds": opened,
            "first_answer_seconds": first,
            "first_answer_processor_seconds": spent,
            "index_ready_seconds": ready,
            "question_ms": asked,
            "again_ms": again,
            "restricted_ms": restricted,
            "health": str(sitasi.library.health),
        }


def scan(settings: Settings, _: int) -> Measured:
    """Ask while Chroma is not in use: every vector is read at the first question, and compared at each."""
    with _opened(settings, "never") as sitasi:
        questions = _questions(sitasi, QUESTIONS)
        first = _asked(sitasi, questions[:1])
        return {"first_ms": first, "question_ms": _asked(sitasi, questions)}


def prove(settings: Settings, _: int) -> Measured:
    """Start on an index that was not closed in order, as after a kill: seconds until it is proven, and used."""
    (settings.home / "chroma.seal.json").unlink(missing_ok=True)
    started = time.monotonic()
    with _opened(settings, "background") as sitasi:
        ready = _until_ready(sitasi) - started
        return {"index_ready_seconds": ready, "health": str(sitasi.library.health)}


def rebuild(settings: Settings, _: int) -> Measured:
    """Build both indexes anew from the record: passages a second."""
    with _opened(settings, "now") as sitasi:
        library = sitasi.library
        started, spent = time.monotonic(), time.process_time()
        library.rebuild()
        seconds = time.monotonic() - started
        spent = time.process_time() - spent
        rate = library.record.corpus().passages / seconds
        return {"seconds": seconds, "processor_seconds": spent, "per_second": rate}


STEPS: dict[str, Callable[[Settings, int], Measured]] = {
    "fill": fill,
    "serve": serve,
    "scan": scan,
    "prove": prove,
    "rebuild": rebuild,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every size in turn; 1 when a step failed or took longer than an hour."""
    parser = argparse.ArgumentParser(prog="python -m eval.growth", description="What the size of a collection costs.")
    parser.add_argument("sizes", nargs="+", type=int, help="passages, growing")
    parser.add_argument("--home", type=Path, required=True, help="a folder of its own, with the model made ready")
    parser.add_argument("--json", type=Path, help="also write what was measured to this file")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--in-process", action="store_true", help=argparse.SUPPRESS)
    typed = parser.parse_args(arguments)
    if typed.in_process:
        sys.stdout.write(json.dumps(_measure(typed.home, typed.steps[0], typed.sizes[0])) + "\n")
        return 0
    every: dict[str, Measured] = {}
    whole = True
    for size in typed.sizes:
        found = every.setdefault(str(size), {})
        for step in typed.steps:
            found[step] = _in_child(typed.home, step, size)
            whole = whole and "fault" not in found[step]
            sys.stdout.write(f"{size:>9,} {step:<8} {_line(found[step])}\n")
            sys.stdout.flush()
            if typed.json is not None:
                typed.json.write_text(json.dumps(every, indent=1) + "\n", "utf-8")
    return 0 if whole else 1


def _measure(home: Path, step: str, size: int) -> Measured:
    found = STEPS[step](load_settings(home=home), size)
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = sum(one.ru_utime + one.ru_stime for one in (own, children))
    return found | {"processor_total_seconds": spent, "peak_memory_mb": own.ru_maxrss / 1024}


def _in_child(home: Path, step: str, size: int) -> Measured:
    command = [sys.executable, "-m", "eval.growth", "--in-process", "--home", str(home), "--steps", step]
    command += ["--", str(size)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"fault": f"it took longer than {_MOST_SECONDS:.0f} s"}
    if ran.returncode != 0:
        return {"fault": f"ended with {ran.returncode}: {ran.stderr.strip().rpartition(chr(10))[2]}"}
    measured: Measured = json.loads(ran.stdout.splitlines()[-1])
    return measured


@contextmanager
def _opened(settings: Settings, proving: Any) -> Iterator[Sitasi]:
    # Imported here because the first step needs none of it, and its memory is measured.
    from qa.bootstrap import open_sitasi

    sitasi = open_sitasi(settings, proving=proving)
    try:
        yield sitasi
    finally:
        sitasi.close()


def _held(settings: Settings) -> int:
    from ingest.record import Record

    if settings.record.url is None and not Home(settings.home).record.exists():
        return 0
    record = Record(settings.record.url, Home(settings.home).record)
    try:
        return record.corpus().passages
    finally:
        record.close()


def _questions(sitasi: Sitasi, count: int) -> list[str]:
    """Words of passages drawn at random: each question has something to find."""
    random = np.random.default_rng(7)
    record = sitasi.library.record
    cards = sorted(record.cards())
    asked: list[str] = []
    for document_id in random.choice(cards, count).tolist():
        ids = record.passages_of([document_id])
        (passage,) = record.passages([ids[int(random.integers(len(ids)))]])
        words = list(dict.fromkeys(_LONG_WORD.findall(passage.passage.text)))[:_WORDS]
        asked.append(f"Bagaimana {' '.join(words)}?" if passage.passage.language == "id" else f"How {' '.join(words)}?")
    return asked


def _asked(sitasi: Sitasi, questions: Sequence[str], documents: tuple[str, ...] = ()) -> Measured:
    """Milliseconds: the median of each stage, of the whole also the 95th percentile, and the processor time of one
    question, which others on the same machine disturb the least."""
    stages: dict[str, list[float]] = {}
    spent = time.process_time()
    for text in questions:
        answered = sitasi.answers.answer(Question(text, documents=documents))
        for stage, milliseconds in answered.trace.timings_ms:
            stages.setdefault(stage, []).append(milliseconds)
    spent = 1e3 * (time.process_time() - spent) / len(questions)
    told = {stage: round(statistics.median(values), 2) for stage, values in stages.items()}
    return told | {"processor_mean": round(spent, 2), "total_p95": round(float(np.percentile(stages["total"], 95)), 2)}


def _until_ready(sitasi: Sitasi) -> float:
    deadline = time.monotonic() + _MOST_SECONDS
    while str(sitasi.library.health) in ("proving", "rebuilding") and time.monotonic() < deadline:
        time.sleep(0.02)
    return time.monotonic()


def _disk(settings: Settings) -> dict[str, float]:
    found: dict[str, float] = {}
    for path in sorted(settings.home.iterdir()):
        files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
        size = sum(one.stat().st_size for one in files) / 1e6
        if size >= 0.1:
            found[path.name] = round(size, 1)
    return found


def _line(measured: Measured) -> str:
    def told(value: Any) -> str:
        if isinstance(value, float):
            return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"
        inner = value.items() if isinstance(value, dict) else ()
        return f"{{{', '.join(f'{name} {told(one)}' for name, one in inner)}}}" if inner else str(value)

    return ", ".join(f"{name} {told(value)}" for name, value in measured.items())


if __name__ == "__main__":
    raise SystemExit(main())
