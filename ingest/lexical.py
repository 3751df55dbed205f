"""Passage → lexical index: which passages share words with a question, by BM25 over stems of both languages.

A large main segment is mapped from disk; what was published since stands in a few small ones. They are merged when they
have grown, never while a question waits. All of it is derived from the record and can be made again from there.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.failpoints import failpoint
from ingest.home import replace_file
from ingest.lexical_segment import (
    K1,
    B,
    Segment,
    build_segment,
    file_digest,
    inverse_document_frequency,
    load_segment,
    save_segment,
)
from ingest.lexical_terms import ANALYSIS_VERSION, passage_terms, searched_form, stem_of, written_words
from ingest.types import Hit, Language, Passage

log = logging.getLogger("sitasi.lexical")

_CURRENT = "current.json"
# What is not in the main segment is analysed again at every start: keep it small.
_SMALL = 1000
_SHARE = 0.125
_MOST_RECENT_PARTS = 8
# A word is taken as a name when it is written as one in at least this share of the passages that hold its stem.
_NAME_SHARE = 0.5
_REMEMBERED_WORDS = 200_000


@dataclass(frozen=True, slots=True)
class _Part:
    segment: Segment
    alive: NDArray[np.bool_]
    row_of: Mapping[str, int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Parts:
    """`main` is what stands on disk (rows may have died since), `recent` what was published after, oldest first."""

    main: _Part | None = None
    recent: tuple[_Part, ...] = ()

    def __iter__(self) -> Iterator[_Part]:
        return iter((self.main, *self.recent) if self.main is not None else self.recent)

    def frequency(self, term: str) -> int:
        """Number of passages that hold this term, removed ones included."""
        return sum(part.segment.frequency(term) for part in self)


@dataclass(frozen=True, slots=True)
class _Analysed:
    """What words as they are written become, by (word, language), while the passages are `parts`: which words are
    names changes with them."""

    parts: _Parts
    terms: dict[tuple[str, Language | None], tuple[str, ...]]


class LexicalIndex:
    """BM25 over the passages it was given. Questions may run in any thread beside one writer."""

    def __init__(self, folder: Path) -> None:
        """Map what was saved in `folder`; empty when nothing was, or when it is damaged or of another version."""
        self._folder = folder
        self._writing = threading.Lock()
        saved = _load_current(folder)
        self._unsaved = False
        self._parts = _Parts(main=_part(saved) if saved else None)
        self._analysed = _Analysed(self._parts, {})

    # ------------------------------------------------------------------ questions

    def analyse(self, text: str, language: Language | None = None) -> list[str]:
        """Terms of a question, as they stand in the index: stems in `language` (in both when None) without stop words,
        and words that the collection knows as names also as they are written."""
        analysed = self._analysed
        if analysed.parts is not self._parts or len(analysed.terms) > _REMEMBERED_WORDS:
            self._analysed = analysed = _Analysed(self._parts, {})
        terms: list[str] = []
        for written in written_words(text):
            known = analysed.terms.get((written, language))
            if known is None:
                known = analysed.terms[written, language] = self._terms_of(written, language, analysed.parts)
            terms.extend(known)
        return terms

    def _terms_of(self, written: str, language: Language | None, parts: _Parts) -> tuple[str, ...]:
        word = searched_form(written)
        if not word:
            return ()
        languages: tuple[Language, ...] = (language,) if language else ("id", "en")
        stems = [stem_of(word, one) for one in languages]
        return tuple(dict.fromkeys(stems + ([word] if _is_name(word, stems, parts) else [])))

    def search(self, text: str, limit: int, language: Language | None = None) -> list[Hit]:
        """At most `limit` passages that share terms with `text`, best first."""
        return self.search_terms([(term, 1.0) for term in dict.fromkeys(self.analyse(text, language))], limit)

    def search_terms(self, terms: Sequence[tuple[str, float]], limit: int) -> list[Hit]:
        """At most `limit` passages by the weighted sum of the terms' BM25 scores, best first; scores are above 0."""
        parts = self._parts
        total = sum(len(part.segment.ids) for part in parts)
        known = []
        for term, weight in terms:
            frequency = parts.frequency(term)
            if frequency:
                known.append((term, weight, inverse_document_frequency(frequency, total)))
        hits: list[Hit] = []
        for part in parts:
            rows, scores = part.segment.score(known)
            alive = part.alive[rows]
            rows, scores = rows[alive], scores[alive]
            if len(rows) > limit:
                # Of equals at the border the first passages are taken, whatever the order of the arrays.
                border = np.partition(scores, len(scores) - limit)[len(scores) - limit]
                kept = np.concatenate([np.flatnonzero(scores > border), np.flatnonzero(scores == border)])[:limit]
                rows, scores = rows[kept], scores[kept]
            ids = part.segment.ids
            hits.extend(Hit(ids[row], score) for row, score in zip(rows.tolist(), scores.tolist(), strict=True))
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:limit]

    def document_frequency(self, term: str) -> int:
        """Number of passages that hold this term; those removed since the last merge still count."""
        return self._parts.frequency(term)

    def vocabulary(self) -> dict[str, int]:
        """Every term with its document frequency."""
        found: dict[str, int] = {}
        for part in self._parts:
            counts = np.diff(part.segment.scores.scores["indptr"]).tolist()
            for term, number in part.segment.vocabulary.items():
                if term:
                    found[term] = found.get(term, 0) + counts[number]
        return found

    def passages(self) -> int:
        """Number of passages held."""
        return sum(int(part.alive.sum()) for part in self._parts)

    def ids(self) -> set[str]:
        """Ids of all passages held."""
        return {one for part in self._parts for one, row in part.row_of.items() if part.alive[row]}

    # ------------------------------------------------------------------ changes

    def update(self, added: Iterable[Passage], removed: Iterable[str] = ()) -> None:
        """Hold `added` (in place of any held under the same ids) and forget `removed`; questions see all of it or none.
        What is not on disk yet when the process ends is to be read from the record again."""
        with self._writing:
            rows = {passage.id: passage_terms(passage.text, passage.language) for passage in added}
            gone = rows.keys() | set(removed)
            main = _without(self._parts.main, gone) if self._parts.main else None
            recent = [kept for part in self._parts.recent if (kept := _without(part, gone)).alive.any()]
            if rows:
                recent.append(_part(build_segment(list(rows.items()))))
            if len(recent) > _MOST_RECENT_PARTS:
                recent = [_part(build_segment(_rows(recent)))]
            self._parts = _Parts(main, tuple(recent))
            self._save_if_grown()

    def save(self) -> None:
        """Merge what is recent into the main segment and write it, if enough has changed to be worth it."""
        with self._writing:
            if self._unsaved and self._parts.main is not None:
                self._merge(_rows(self._parts))
            else:
                self._save_if_grown()

    def clear(self) -> None:
        """Forget everything, on disk too."""
        with self._writing:
            self._parts = _Parts()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _save_if_grown(self) -> None:
        held = sum(len(part.segment.ids) for part in self._parts)
        settled = int(self._parts.main.alive.sum()) if self._parts.main else 0
        if held - settled <= max(_SMALL, _SHARE * held):
            return
        rows = _rows(self._parts)
        if rows:
            self._merge(rows)
        else:
            self._parts = _Parts()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _merge(self, rows: list[tuple[str, list[str]]]) -> None:
        segment = build_segment(rows)
        try:
            segment, self._unsaved = _switch_to(segment, self._folder), False
        except OSError as fault:
            # What stands on disk is older and whole; the next start adds to it from the record.
            self._unsaved = True
            log.warning("The lexical index cannot be saved now and goes on in memory. %s", fault)
        self._parts = _Parts(main=_part(segment))


def _is_name(word: str, stems: Sequence[str], parts: _Parts) -> bool:
    if word in stems:
        return False
    written = parts.frequency(word)
    return written > 0 and written >= _NAME_SHARE * max(parts.frequency(stem) for stem in stems)


def _part(segment: Segment) -> _Part:
    return _Part(segment, np.ones(len(segment.ids), np.bool_), {one: row for row, one in enumerate(segment.ids)})


def _rows(parts: Iterable[_Part]) -> list[tuple[str, list[str]]]:
    return [row for part in parts for row in part.segment.rows(part.alive)]


def _without(part: _Part, gone: Iterable[str]) -> _Part:
    rows = [part.row_of[one] for one in gone if one in part.row_of]
    if not rows:
        return part
    alive = part.alive.copy()
    alive[rows] = False
    return replace(part, alive=alive)


def _switch_to(segment: Segment, folder: Path) -> Segment:
    """Save the segment, make it the current one, delete its predecessors, and return it mapped from disk. The switch is
    one rename: whoever opens the folder finds the old segment or the new one. After an OSError that is the old one."""
    generation = folder / uuid.uuid4().hex[:12]
    try:
        generation.mkdir(parents=True)
        digests = save_segment(segment, generation)
        for name in digests:
            with (generation / name).open("rb") as written:
                os.fsync(written.fileno())
        failpoint("lexical.before_switch")
        pointer = {"generation": generation.name, "analysis": ANALYSIS_VERSION, "k1": K1, "b": B, "files": digests}
        replace_file(folder / _CURRENT, json.dumps(pointer).encode())
    except OSError:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    failpoint("lexical.after_switch")
    for other in folder.iterdir():
        if other.is_dir() and other != generation:
            shutil.rmtree(other, ignore_errors=True)
    return load_segment(generation)


def _load_current(folder: Path) -> Segment | None:
    """The saved segment, if it is whole and would be built the same way today."""
    try:
        pointer = json.loads((folder / _CURRENT).read_bytes())
        if (pointer["analysis"], pointer["k1"], pointer["b"]) != (ANALYSIS_VERSION, K1, B):
            log.info("The lexical index was built by other rules and is built again from the record.")
            return None
        generation = folder / pointer["generation"]
        if any(file_digest(generation / name) != digest for name, digest in pointer["files"].items()):
            raise ValueError("a file does not have its digest")
        return load_segment(generation)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        log.warning("The lexical index is damaged (%s) and is built again from the record.", fault)
        return None
