"""one step of the bench → a line of JSON: `python -m eval.bench_steps STEP HOME MODELS NOW`, in its own process."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from qa.bootstrap import open_sitasi
from qa.settings import load_settings
from qa.types import Answer, Question

_FIRST_QUESTION = "What are the obstacles in Kotagede?"


def start(home: Path, models: Path, began: float) -> dict[str, Any]:
    """Seconds from the start of the process to its first answer, and whether it has imported torch or llama_index."""
    sitasi = open_sitasi(_settings(home, models), proving="background")
    answered = isinstance(sitasi.answers.answer(Question(_FIRST_QUESTION)), Answer)
    told = {"seconds": time.time() - began, "processor_seconds": time.process_time(), "answered": answered}
    heavy = [name for name in ("torch", "llama_index", "sentence_transformers") if name in sys.modules]
    sitasi.close()
    return told | {"heavy_imports": heavy}


def memory(home: Path, models: Path, began: float) -> dict[str, Any]:
    """Resident megabytes while serving, after some sixty questions, and at their highest."""
    from eval.bench_questions import bench_texts

    del began
    sitasi = open_sitasi(_settings(home, models))
    for text in bench_texts()[:60]:
        sitasi.answers.answer(Question(text))
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    sitasi.close()
    kilobytes = {name: int(told[key].split()[0]) for name, key in (("resident_mb", "VmRSS"), ("highest_mb", "VmHWM"))}
    return {name: 1.024e-3 * value for name, value in kilobytes.items()}


def rebuild(home: Path, models: Path, began: float) -> dict[str, Any]:
    """Passages a second at which both indexes are built anew from the record."""
    del began
    sitasi = open_sitasi(_settings(home, models))
    started, spent = time.monotonic(), time.process_time()
    sitasi.library.rebuild()
    seconds, spent = time.monotonic() - started, time.process_time() - spent
    passages = sitasi.library.record.corpus().passages
    sitasi.close()
    return {"per_second": passages / seconds, "per_processor_second": passages / spent}


STEPS = {"start": start, "memory": memory, "rebuild": rebuild}


def _settings(home: Path, models: Path) -> Any:
    settings = load_settings()
    embedding = settings.embedding.model_copy(update={"models": models})
    return settings.model_copy(update={"home": home, "embedding": embedding})


if __name__ == "__main__":
    step, home, models, began = sys.argv[1:]
    sys.stdout.write(json.dumps(STEPS[step](Path(home), Path(models), float(began))) + "\n")
