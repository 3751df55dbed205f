"""Importing Sitasi builds nothing and reaches nothing; what serves answers loads neither torch nor llama_index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("ingest", "qa", "prompts", "eval")


def loaded_after(code: str, folder: Path) -> set[str]:
    """The top-level modules that a fresh interpreter holds after `code`, with an empty environment and no network."""
    script = (
        "import socket, sys, json\n"
        "def refuse(*_): raise AssertionError('an import reached for the network')\n"
        "socket.socket.connect = refuse\n"
        f"{code}\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.defpath, "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


# Commands that fit the model; nothing else imports them.
FITTING = {"eval.adapted_encoder", "eval.descent", "eval.fit_adapter", "eval.reranker_network", "eval.fit_reranker"}


def modules() -> list[str]:
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files]
    return [name for name in names if not name.endswith("__main__")]


def test_every_module_can_be_imported_and_builds_nothing(tmp_path: Path) -> None:
    names = [name for name in modules() if name not in FITTING]
    code = "import importlib\nfor name in " + repr(names) + ": importlib.import_module(name)"
    assert "torch" not in loaded_after(code, tmp_path)
    assert not (tmp_path / ".sitasi").exists()


@pytest.mark.parametrize("light", ["ingest.types", "qa.types", "qa.grounding", "qa.settings"])
def test_types_and_pure_decisions_load_no_heavy_library(light: str, tmp_path: Path) -> None:
    heavy = {"torch", "chromadb", "onnxruntime", "llama_index", "fastapi"}
    assert not heavy & loaded_after(f"import {light}", tmp_path)


def test_serving_loads_neither_torch_nor_llama_index(model_home: Path, tmp_path: Path) -> None:
    code = (
        "import qa.bootstrap, qa.api.app\n"
        "from pathlib import Path\n"
        "from ingest.embedding import load_embedder\n"
        "from ingest.settings import EmbeddingSettings\n"
        f"load_embedder(EmbeddingSettings(), Path({str(model_home)!r})).embed_questions(['siapa?'])"
    )
    heavy = {"torch", "transformers", "sentence_transformers", "llama_index", "onnx", "tokenizers"}
    assert not heavy & loaded_after(code, tmp_path)


def test_preparing_the_model_needs_no_torch(tmp_path: Path) -> None:
    assert not {"torch", "transformers"} & loaded_after("import ingest.weights", tmp_path)
