"""fitted corrections (`adapter.safetensors`) → the built-in model's weights: read, added, and written after a fit.

A tensor under a weight's own name is added to it. `NAME.lora_A` (rank, in) and `NAME.lora_B` (out, rank) add
`lora_B @ lora_A`, any scale already multiplied in (Hu et al. 2021, "LoRA").
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ModelNotReady
from ingest.fitted_tensors import read_fitted, write_fitted
from ingest.packed_e5 import Weights

LOWER, UPPER = ".lora_A", ".lora_B"


def write_adapter(path: Path, tensors: Mapping[str, NDArray[np.float32]]) -> None:
    """Write what `read_fitted` reads: low-rank factors in bytes, a step for each rank. Raises OSError."""
    narrow = (name for name in tensors if name.endswith((LOWER, UPPER)))
    write_fitted(path, tensors, {name: 1 if name.endswith(LOWER) else 0 for name in narrow})


def apply_adapter(weights: Weights, path: Path) -> Weights:
    """`weights` with the fitted corrections of a file added; the result has the same names and shapes. Raises
    ModelNotReady as `read_fitted` does, and when the corrections do not fit the weights."""
    tensors = read_fitted(path)
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
