"""Terms → BM25 segment: an immutable part of the lexical index, kept in memory or mapped from disk.

BM25 as in Lucene (Kamphuis et al. 2020), computed by bm25s (Lù 2024) when the segment is built.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1, B = 1.2, 0.75
_IDS, _TOKENS, _ENDS = "ids.json", "tokens.npy", "ends.npy"
_SCORES = ("data", "indices", "indptr")


def inverse_document_frequency(frequency: int, passages: int) -> float:
    """Lucene's idf, natural logarithm, never negative."""
    return math.log(1.0 + (passages - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Segment:
    """Passages in rows. `tokens[ends[i-1]:ends[i]]` are the term numbers of row `i`; `vocabulary` numbers the terms;
    `scores` is the sparse matrix of BM25 by columns: `data`, `indices` (rows) and `indptr` (where each term begins)."""

    ids: tuple[str, ...]
    tokens: NDArray[np.int32]
    ends: NDArray[np.int64]
    vocabulary: Mapping[str, int]
    scores: Mapping[str, NDArray[Any]]

    def frequency(self, term: str) -> int:
        """Number of rows that hold this term."""
        number = self.vocabulary.get(term)
        if number is None:
            return 0
        starts = self.scores["indptr"]
        return int(starts[number + 1] - starts[number])

    def score(self, terms: Iterable[tuple[str, float, float]]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The rows that hold any of these (term, weight, idf in the whole collection), in order, and their BM25, above
        0; this segment's own idf is replaced."""
        found: list[tuple[NDArray[np.int32], NDArray[np.float32]]] = []
        data, rows, starts = (self.scores[name] for name in ("data", "indices", "indptr"))
        for term, weight, idf in terms:
            frequency = self.frequency(term)
            if frequency:
                first = starts[self.vocabulary[term]]
                factor = np.float32(weight * idf / inverse_document_frequency(frequency, len(self.ids)))
                found.append((rows[first : first + frequency], data[first : first + frequency] * factor))
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        total = np.zeros(len(self.ids), np.float32)
        for held, scores in found:
            total[held] += scores
        above = np.flatnonzero(total > 0)
        return above, total[above]

    def rows(self, keep: NDArray[np.bool_]) -> list[tuple[str, list[str]]]:
        """Ids and terms of the rows to keep, for building a new segment."""
        names = list(self.vocabulary)
        starts = np.concatenate(([0], self.ends[:-1]))
        return [
            (self.ids[row], [names[number] for number in self.tokens[starts[row] : self.ends[row]].tolist()])
            for row in np.flatnonzero(keep).tolist()
        ]


def build_segment(rows: Sequence[tuple[str, Sequence[str]]]) -> Segment:
    """A segment of these (passage id, terms), of which there is at least one."""
    vocabulary: dict[str, int] = {}
    # A passage without any term holds the empty one: a collection of none but such has no mean length to divide by.
    numbered = [[vocabulary.setdefault(term, len(vocabulary)) for term in terms or ("",)] for _, terms in rows]
    # Imported on use: serving only reads what was computed, and this brings scipy along.
    import bm25s

    # It asks for debug messages on import, and would print two for every segment.
    logging.getLogger("bm25s").setLevel(logging.WARNING)

    scores = bm25s.BM25(k1=K1, b=B, method="lucene")
    scores.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
    return Segment(
        ids=tuple(passage_id for passage_id, _ in rows),
        tokens=np.fromiter((number for row in numbered for number in row), np.int32),
        ends=np.cumsum([len(row) for row in numbered], dtype=np.int64),
        vocabulary=vocabulary,
        scores={name: scores.scores[name] for name in _SCORES},
    )


def save_segment(segment: Segment, folder: Path) -> dict[str, str]:
    """Write a segment into an empty folder; returns the digest of each file."""
    for name in _SCORES:
        np.save(folder / f"{name}.npy", segment.scores[name])
    np.save(folder / _TOKENS, segment.tokens)
    np.save(folder / _ENDS, segment.ends)
    (folder / _IDS).write_text(json.dumps([list(segment.ids), list(segment.vocabulary)]), "utf-8")
    return {path.name: file_digest(path) for path in sorted(folder.iterdir())}


def load_segment(folder: Path) -> Segment:
    """Map a saved segment; raises OSError or ValueError when a file is missing or malformed."""
    ids, names = json.loads((folder / _IDS).read_text("utf-8"))
    # Mapped from disk, but read as plain arrays: numpy.memmap takes ten times as long for a single number.
    scores = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _SCORES}
    return Segment(
        ids=tuple(ids),
        tokens=np.load(folder / _TOKENS, mmap_mode="r"),
        ends=np.load(folder / _ENDS),
        vocabulary={name: number for number, name in enumerate(names)},
        scores=scores,
    )


def file_digest(path: Path) -> str:
    """BLAKE2b of a file's bytes."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "blake2b").hexdigest()
