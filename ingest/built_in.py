"""raw file → … → vectors: what the built-in model is called, where it lies, and whether it is ready.

Apart from `ingest.weights`, which prepares it, so that serving does not load what only preparing needs.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ingest.errors import ModelNotReady
from ingest.home import Home
from ingest.model_folder import ModelManifest, file_sha256, is_finished, sound_manifest

BUILT_IN = "multilingual-e5-small"
QUESTION_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
MAX_TOKENS = 512
ENCODER_FILE = "encoder.onnx"
VOCABULARY_FILE = "sentencepiece.model"
WEIGHTS_FILE = "model.safetensors"

ADAPTER = Path(__file__).with_name("adapter.safetensors")
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# To be raised whenever the files that `ingest.weights` writes would differ: folders of another version are made anew.
WRITER_VERSION = 2


def model_folder(home: Path) -> Path:
    """Where the built-in model of this home lies."""
    return Home(home).models / BUILT_IN


def open_model(folder: Path) -> ModelManifest:
    """The manifest of the built-in model in `folder`, after every file was found as it was written.

    Raises ModelNotReady when it was never prepared, belongs to another version of Sitasi, or a file is damaged."""
    manifest = ready_manifest(folder)
    if manifest is None:
        fault = "is damaged or belongs to another version of Sitasi" if is_finished(folder) else "has not been set up"
        raise ModelNotReady(f"The model in {folder} {fault}.")
    return manifest


def ready_manifest(folder: Path) -> ModelManifest | None:
    """The manifest of a sound folder that this version of Sitasi, with its adapter, would write again."""
    manifest = sound_manifest(folder)
    return manifest if manifest is not None and manifest.revision == model_revision(adapter_sha256()) else None


def adapter_sha256() -> str | None:
    """Digest of the fitted corrections that come with Sitasi; None when there are none."""
    return file_sha256(ADAPTER) if ADAPTER.exists() else None


def model_revision(adapter: str | None) -> str:
    """Sixteen hexadecimal digits that change with the packed weights, the adapter, and how both are written."""
    parts = (BUILT_IN, WRITER_VERSION, SOURCE_SHA256, adapter)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
