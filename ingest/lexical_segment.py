"""Terms → BM25 segment: an immutable part of the lexical index, kept in memory or mapped from disk.

BM25 as in Lucene (Kamphuis et al. 2020), computed when the segment is built and kept by columns, as bm25s does it
(Lù 2024); here out of arrays, because lists of a large collection's words take gigabytes, and merging analyses nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
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
class Rows:
    """Passages in rows. `tokens[ends[i-1]:ends[i]]` are the term numbers of row `i`, as often as they occur;
    `vocabulary` numbers the terms from 0."""

    ids: tuple[str, ...]
    tokens: NDArray[np.int32]
    ends: NDArray[np.int64]
    vocabulary: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Segment(Rows):
    """Rows with their scores, a sparse matrix of BM25 by columns: `data`, `indices` (rows) and `indptr` (where each
    term begins)."""

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
        if len(found) == 1:
            # Nothing to add up: the work is that of the passages that hold the term, however many there are in all.
            held, scores = found[0]
            kept = scores > 0
            return held[kept].astype(np.int64), scores[kept]
        total = np.zeros(len(self.ids), np.float32)
        for held, scores in found:
            total[held] += scores
        above = np.flatnonzero(total > 0)
        return above, total[above]


class _Numbers(dict[str, int]):
    """Numbers terms in the order in which they are first asked for."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


def number_terms(passages: Iterable[tuple[str, Sequence[str]]]) -> Rows:
    """Rows of these (passage id, terms), read one by one; of several under one id the last one counts."""
    numbers, tokens, ends = _Numbers(), array("i"), array("q")
    row_of: dict[str, int] = {}
    for row, (passage_id, terms) in enumerate(passages):
        row_of[passage_id] = row
        # A passage without any term holds the empty one: a collection of none but such has no mean length to divide by.
        tokens.extend([numbers[term] for term in terms or ("",)])
        ends.append(len(tokens))
    kept = np.zeros(len(ends), np.bool_)
    kept[list(row_of.values())] = True
    every = Rows(tuple(row_of), np.frombuffer(tokens, np.int32), np.frombuffer(ends, np.int64), dict(numbers))
    if len(row_of) == len(ends):
        return every
    named = dict.fromkeys(range(len(ends)), "") | {row: one for one, row in row_of.items()}
    return join_rows([(replace(every, ids=tuple(named.values())), kept)])


def join_rows(parts: Iterable[tuple[Rows, NDArray[np.bool_]]]) -> Rows:
    """The rows of several that are to be kept, in order, without terms that none of them holds."""
    ids: list[str] = []
    tokens, lengths = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)]
    vocabulary: dict[str, int] = {}
    for rows, kept in parts:
        long = np.diff(rows.ends, prepend=0)
        own = rows.tokens if kept.all() else rows.tokens[np.repeat(kept, long)]
        used = np.zeros(len(rows.vocabulary), np.bool_)
        used[own] = True
        number = np.zeros(len(used), np.int32)
        for (term, old), holds in zip(rows.vocabulary.items(), used.tolist(), strict=True):
            if holds:
                number[old] = vocabulary.setdefault(term, len(vocabulary))
        ids.extend(compress(rows.ids, kept.tolist()))
        tokens.append(number[own])
        lengths.append(long[kept])
    return Rows(tuple(ids), np.concatenate(tokens), np.cumsum(np.concatenate(lengths)), vocabulary)


def build_segment(rows: Rows) -> Segment:
    """A segment of these rows, of which there is at least one."""
    count = len(rows.ids)
    lengths = np.diff(rows.ends, prepend=0)
    # One sorted number for each occurrence, column before row: equal ones are one entry of the matrix.
    places = rows.tokens.astype(np.int64)
    places *= count
    places += np.repeat(np.arange(count), lengths)
    places.sort()
    first = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
    occurrences = np.diff(first, append=len(places)).astype(np.float32)
    columns, held = np.divmod(places[first], count)
    frequencies = np.bincount(columns, minlength=len(rows.vocabulary))
    rarity = np.log1p((count - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
    length = (K1 * (1 - B + B * lengths / lengths.mean())).astype(np.float32)
    scores = {
        "data": rarity[columns] * occurrences / (occurrences + length[held]),
        "indices": held.astype(np.int32),
        "indptr": np.concatenate(([0], np.cumsum(frequencies))),
    }
    return Segment(rows.ids, rows.tokens, rows.ends, rows.vocabulary, scores)


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
