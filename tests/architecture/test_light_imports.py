"""What a start loads before it needs it: importing the service or the command line loads no model and no index."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "sentence_transformers", "chromadb", "llama_index", "onnxruntime", "onnx", "openai")


@pytest.mark.parametrize("module", ["qa.api.app", "qa.api.serve", "qa.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
