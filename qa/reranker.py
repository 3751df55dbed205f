"""question × sentence, token by token → whether the sentence answers: a small network that reads both together. Pure.

Scores that compare vectors know what a sentence is about. Reading both texts under one mark (a cross-encoder, Nogueira
and Cho 2019) knows more, and is too slow where the texts are read from their letters. Here it starts from the token
vectors that were stored when the paper was taken in, so that a narrow network of few layers does. It is fitted by
`eval/fit_reranker.py` to the token vectors of the built-in model and tells nothing about those of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.fitted_tensors import read_fitted, write_fitted
from ingest.types import Vector

RERANKER_FILE = Path(__file__).with_name("reranker.safetensors")
HEADS = 4
# Tokens of a question and of a sentence that are read; what is longer is cut.
MAX_QUESTION, MAX_SENTENCE = 48, 96
# Of the norms, as torch has it; added to how much a token attends to padding.
_EPSILON, _AWAY = 1e-5, np.float32(-1e4)
# So few fit into the processor's cache: half the time of ten at once.
_TOGETHER = 3


@dataclass(frozen=True, slots=True)
class Reranker:
    """The fitted network: its weights by name, matrices of shape `(in, out)`, and how many layers it has."""

    weights: Mapping[str, Vector]
    layers: int

    @property
    def width(self) -> int:
        """Of the token vectors that it was fitted to."""
        return int(self.weights["enter.weight"].shape[0])

    def score(self, question: Vector, sentences: Sequence[Vector], same: Sequence[bool]) -> Vector:
        """For each sentence a logit, shape `(sentences,)`: the higher, the surer it answers. `question` and each
        sentence are token vectors, shape `(tokens, width)`, of any length; `same` tells which sentences are in the
        question's language."""
        logits = np.zeros(len(sentences), np.float32)
        order = sorted(range(len(sentences)), key=lambda row: len(sentences[row]))
        asked = unit(question[:MAX_QUESTION])
        # Padding costs as much as tokens: sentences of like length are read together.
        for start in range(0, len(order), _TOGETHER):
            rows = order[start : start + _TOGETHER]
            said = [unit(sentences[row][:MAX_SENTENCE]) for row in rows]
            logits[rows] = self._read(asked, said, np.array([same[row] for row in rows], np.int64))
        return logits

    def _read(self, asked: Vector, said: Sequence[Vector], same: NDArray[np.int64]) -> Vector:
        longest, tokens, w = max(map(len, said)), len(asked), self.weights
        there = np.zeros((len(said), 1 + tokens + longest), bool)
        there[:, : 1 + tokens] = True
        filled = np.zeros((len(said), longest, asked.shape[1]), np.float32)
        for row, one in enumerate(said):
            filled[row, : len(one)] = one
            there[row, 1 + tokens : 1 + tokens + len(one)] = True
        alike = np.where(there[:, None, 1 + tokens :], asked @ filled.transpose(0, 2, 1), np.float32(-1))
        kinds, likeness = w["kinds"], w["likeness"]
        states = np.concatenate(
            [
                kinds[same][:, None],
                self._linear("enter", asked) + kinds[2] + alike.max(axis=2, initial=-1)[..., None] * likeness,
                self._linear("enter", filled) + kinds[3] + alike.max(axis=1, initial=-1)[..., None] * likeness,
            ],
            axis=1,
        )
        away = np.where(there, np.float32(0), _AWAY)[:, None, None]
        for number in range(self.layers):
            # Only the mark is looked at in the end.
            states = self._layer(number, states, away, 1 if number == self.layers - 1 else states.shape[1])
        return np.asarray(self._linear("leave", self._norm("last", states[:, 0]))[:, 0], np.float32)

    def _layer(self, number: int, states: Vector, away: Vector, kept: int) -> Vector:
        name, (pairs, tokens, size) = f"layers.{number}", states.shape
        attending = self._linear(f"{name}.attend", self._norm(f"{name}.before", states))
        parts = attending.reshape(pairs, tokens, 3, HEADS, size // HEADS).transpose(2, 0, 3, 1, 4)
        scores = parts[0][:, :, :kept] @ parts[1].swapaxes(2, 3) / np.float32(np.sqrt(size // HEADS)) + away
        scores = np.exp(scores - scores.max(axis=3, keepdims=True))
        seen = (scores / scores.sum(axis=3, keepdims=True)) @ parts[2]
        gathered = self._linear(f"{name}.gather", seen.transpose(0, 2, 1, 3).reshape(pairs, kept, size))
        states = states[:, :kept] + gathered
        wide = np.maximum(self._linear(f"{name}.widen", self._norm(f"{name}.between", states)), 0)
        return np.asarray(states + self._linear(f"{name}.narrow", wide), np.float32)

    def _linear(self, name: str, states: Vector) -> Vector:
        weight = self.weights[f"{name}.weight"]
        # One product of two matrices is several times as fast as one for each pair.
        flat = states.reshape(-1, states.shape[-1]) @ weight + self.weights[f"{name}.bias"]
        return np.asarray(flat.reshape(*states.shape[:-1], weight.shape[1]), np.float32)

    def _norm(self, name: str, states: Vector) -> Vector:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + _EPSILON)
        return np.asarray(centred / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"], np.float32)


@lru_cache(maxsize=2)
def load_reranker(path: Path = RERANKER_FILE) -> Reranker:
    """The network that ships with Sitasi. Raises ModelNotReady when it cannot be read."""
    weights = read_fitted(path)
    numbers = {int(name.split(".")[1]) for name in weights if name.startswith("layers.")}
    return Reranker(weights, len(numbers))


def write_reranker(path: Path, weights: Mapping[str, Vector]) -> None:
    """Write what `load_reranker` reads: matrices in bytes, a step for each column. Raises OSError."""
    write_fitted(path, weights, {name: 0 for name in weights if name.endswith(".weight") and weights[name].ndim == 2})


def unit(tokens: Vector) -> Vector:
    """Token vectors of length 1; what is no vector stays 0."""
    values = np.asarray(tokens, np.float32)
    lengths = np.linalg.norm(values, axis=-1, keepdims=True)
    return np.asarray(values / np.where(lengths > 0, lengths, 1), np.float32)
