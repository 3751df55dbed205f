"""fitted corrections (`adapter.safetensors`) → the built-in model's weights: read, added, and written after a fit.

A tensor under a weight's own name is added to it. `NAME.lora_A` (rank, in) and `NAME.lora_B` (out, rank) add
`lora_B @ lora_A`, any scale already multiplied in (Hu et al. 2021, "LoRA"). A tensor of bytes is multiplied by
`TENSOR.step`, one step for each of the ranks: half the size of float16, and as many ranks again in one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from ingest.errors import ModelNotReady
from ingest.packed_e5 import Weights

MAX_ADAPTER_BYTES = 256 * 1024
LOWER, UPPER = ".lora_A", ".lora_B"
_STEP = ".step"
_LARGEST = 127

Tensors = dict[str, NDArray[np.float32]]


def read_adapter(path: Path) -> Tensors:
    """The tensors of an adapter by name, in float32. Raises ModelNotReady when the file is larger than 256 KiB, cannot
    be read, or holds a step that does not fit."""
    if path.stat().st_size > MAX_ADAPTER_BYTES:
        raise ModelNotReady(f"{path.name} is larger than {MAX_ADAPTER_BYTES // 1024} KiB.")
    try:
        stored = {name: tensor.astype(np.float32) for name, tensor in load_file(path).items()}
    except (SafetensorError, OSError) as fault:
        raise ModelNotReady(f"{path.name} cannot be read: {fault}.") from fault
    tensors = {name: tensor for name, tensor in stored.items() if not name.endswith(_STEP)}
    for name, tensor in tensors.items():
        try:
            tensors[name] = tensor * np.broadcast_to(stored.get(name + _STEP, np.float32(1)), tensor.shape)
        except ValueError as fault:
            raise ModelNotReady(f"{path.name} has a step that does not fit: {name}.") from fault
    return tensors


def write_adapter(path: Path, tensors: Mapping[str, NDArray[np.float32]]) -> None:
    """Write what `read_adapter` reads: low-rank factors in bytes, others in float16. Raises OSError."""
    kept: dict[str, NDArray[np.generic]] = {}
    for name, tensor in tensors.items():
        if name.endswith((LOWER, UPPER)):
            along = 1 if name.endswith(LOWER) else 0
            step = np.maximum(np.abs(tensor).max(axis=along, keepdims=True), 1e-12) / _LARGEST
            kept[name] = np.ascontiguousarray(np.rint(tensor / step).astype(np.int8))
            kept[name + _STEP] = np.ascontiguousarray(step.astype(np.float32))
        else:
            kept[name] = np.ascontiguousarray(tensor.astype(np.float16))
    save_file(kept, path)


def apply_adapter(weights: Weights, path: Path) -> Weights:
    """`weights` with the fitted corrections of a file added; the result has the same names and shapes. Raises
    ModelNotReady as `read_adapter` does, and when the corrections do not fit the weights."""
    tensors = read_adapter(path)
    lower = {name.removesuffix(LOWER): tensor for name, tensor in tensors.items() if name.endswith(LOWER)}
    upper = {name.removesuffix(UPPER): tensor for name, tensor in tensors.items() if name.endswith(UPPER)}
    if lower.keys() != upper.keys() or any(upper[name].shape[-1] != lower[name].shape[0] for name in lower):
        raise ModelNotReady(f"{path.name} has a lora_A or lora_B without a partner that fits.")
    changes = {name: tensor for name, tensor in tensors.items() if not name.endswith((LOWER, UPPER))}
    adapted = dict(weights)
    for name, change in [*changes.items(), *((name, upper[name] @ lower[name]) for name in lower)]:
        if name not in adapted or adapted[name].shape != change.shape:
            raise ModelNotReady(f"{path.name} does not fit the model: {name}.")
        adapted[name] = (adapted[name].astype(np.float32) + change).astype(adapted[name].dtype)
    return adapted
