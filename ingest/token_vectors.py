"""Passage and question → one small vector for each token, from the pass that makes their vectors: for late interaction.

A question's word is compared with every word of a sentence in its context (Khattab & Zaharia 2020, "ColBERT"),
without a
second model. Token states are centred, projected to their main directions and rounded to a byte a number; the
projection is fitted once (`python -m ingest.fit_projection`) and ships with Sitasi.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from ingest.types import NO_TOKENS, TokenVectors, Vector

PROJECTION_FILE = Path(__file__).with_name("token_projection.safetensors")
_HEADER = struct.Struct("<HH")
_LEVELS = 127.0
_DIMENSION = 384


def encode_tokens(tokens: TokenVectors) -> bytes:
    """A compact form for the record."""
    n, d = tokens.values.shape
    return _HEADER.pack(n, d) + tokens.starts.tobytes() + tokens.ends.tobytes() + tokens.values.tobytes()


def decode_tokens(raw: bytes) -> TokenVectors:
    """The inverse of `encode_tokens`; no bytes give no tokens."""
    if not raw:
        return NO_TOKENS
    n, d = _HEADER.unpack_from(raw)
    spans = np.frombuffer(raw, np.uint16, 2 * n, _HEADER.size)
    values = np.frombuffer(raw, np.int8, n * d, _HEADER.size + 4 * n)
    return TokenVectors(values.reshape(n, d), spans[:n], spans[n:])


@dataclass(frozen=True, slots=True)
class TokenProjection:
    """Means of the token states of passages and of questions, shape `(dim,)`, and the directions kept, `(dim, d)`."""

    passage_mean: Vector
    question_mean: Vector
    directions: Vector

    def of_passage(self, states: Vector, starts: NDArray[np.uint16], ends: NDArray[np.uint16]) -> TokenVectors:
        """Token vectors of a passage from its token states, shape `(n, dim)`."""
        return _rounded(np.asarray((states - self.passage_mean) @ self.directions), starts, ends)

    def of_question(self, states: Vector, starts: NDArray[np.uint16], ends: NDArray[np.uint16]) -> TokenVectors:
        """Token vectors of a question from its token states, shape `(n, dim)`."""
        return _rounded(np.asarray((states - self.question_mean) @ self.directions), starts, ends)


def _rounded(projected: NDArray[np.float64], starts: NDArray[np.uint16], ends: NDArray[np.uint16]) -> TokenVectors:
    lengths = np.linalg.norm(projected, axis=1, keepdims=True)
    unit = projected / np.where(lengths > 0, lengths, 1.0)
    return TokenVectors(np.rint(unit * _LEVELS).astype(np.int8), starts, ends)


def _whole(dimension: int) -> TokenProjection:
    """Keeps every direction: what stands in while no projection has been fitted."""
    centre = np.zeros(dimension, np.float32)
    return TokenProjection(centre, centre, np.eye(dimension, dtype=np.float32))


@lru_cache(maxsize=2)
def load_projection(path: Path = PROJECTION_FILE) -> TokenProjection:
    """The projection that was fitted for the built-in model."""
    if not path.exists():
        return _whole(_DIMENSION)
    stored = load_file(path)
    return TokenProjection(
        *(stored[name].astype(np.float32) for name in ("passage_mean", "question_mean", "directions"))
    )
