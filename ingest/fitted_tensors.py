"""fitted tensors ⇄ a small file that ships with Sitasi: matrices in bytes, the rest in float16.

A tensor of bytes is multiplied by `TENSOR.step`, one step for each row or column: half the size of float16, and twice
as much that can be fitted in one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from ingest.errors import ModelNotReady

MAX_FITTED_BYTES = 256 * 1024
_STEP = ".step"
_LARGEST = 127

Tensors = dict[str, NDArray[np.float32]]


def read_fitted(path: Path) -> Tensors:
    """The tensors of a file by name, in float32. Raises ModelNotReady when it is larger than 256 KiB, cannot be read,
    or holds a step that does not fit."""
    if path.stat().st_size > MAX_FITTED_BYTES:
        raise ModelNotReady(f"{path.name} is larger than {MAX_FITTED_BYTES // 1024} KiB.")
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


def write_fitted(path: Path, tensors: Mapping[str, NDArray[np.float32]], along: Mapping[str, int]) -> None:
    """Write what `read_fitted` reads. What `along` names is written in bytes, with one step for all numbers along that
    axis; the others in float16. Raises OSError."""
    kept: dict[str, NDArray[np.generic]] = {}
    for name, tensor in tensors.items():
        if name in along:
            step = np.maximum(np.abs(tensor).max(axis=along[name], keepdims=True), 1e-12) / _LARGEST
            kept[name] = np.ascontiguousarray(np.rint(tensor / step).astype(np.int8))
            kept[name + _STEP] = np.ascontiguousarray(step.astype(np.float32))
        else:
            kept[name] = np.ascontiguousarray(tensor.astype(np.float16))
    save_file(kept, path)
