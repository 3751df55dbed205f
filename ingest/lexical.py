"""Passage → lexical index: which passages share words with a question, by BM25 over stems of both languages.

A large main segment is mapped from disk; what was published since stands in a few small ones. They are merged when they
have grown, never while a question waits. All of it is derived from the record and can be made again from there.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.lexical_disk import Saved, load_saved, note_version, save_main, save_recent
from ingest.lexical_segment import Rows, Segment, build_segment, inverse_document_frequency, join_rows, number_terms
from ingest.lexical_terms import passage_terms, searched_form, stem_of, written_words
from ingest.types import Hit, Language, Passage

log = logging.getLogger("sitasi.lexical")

# What is not in the main segment costs time in every question, and after a kill at the next start: keep it small.
_SMALL = 1000
_SHARE = 0.125
_MOST_RECENT_PARTS = 8
# A word is taken as a name when it is written as one in at least this share of the passages that hold its stem.
_NAME_SHARE = 0.5
_REMEMBERED_WORDS = 200_000
_REMEMBERED_HOLDERS = 1_000


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
class _Remembered:
    """What holds while the passages are `parts`: what words as they are written become, by (word, language), because
    which words are names changes with the passages; and the passages that hold a term, by (term, limit)."""

    parts: _Parts
    terms: dict[tuple[str, Language | None], tuple[str, ...]]
    holders: dict[tuple[str, int], tuple[Hit, ...]]


class LexicalIndex:
    """BM25 over the passages it was given. Questions may run in any thread beside one writer."""

    def __init__(self, folder: Path) -> None:
        """Map what was saved in `folder`; empty when nothing was, or when it is damaged or of another version."""
        self._folder = folder
        self._writing = threading.Lock()
        saved = load_saved(folder)
        self._unsaved = False
        self._parts, self._recent_on_disk = _parts_of(saved), saved.recent if saved else None
        self.saved_version = saved.version if saved else ""
        self._remembered = _Remembered(self._parts, {}, {})

    # ------------------------------------------------------------------ questions

    def analyse(self, text: str, language: Language | None = None) -> list[str]:
        """Terms of a question, as they stand in the index: stems in `language` (in both when None) without stop words,
        and words that the collection knows as names also as they are written."""
        remembered = self._remember()
        terms: list[str] = []
        for written in written_words(text):
            known = remembered.terms.get((written, language))
            if known is None:
                known = remembered.terms[written, language] = self._terms_of(written, language, remembered.parts)
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

    def holders(self, term: str, limit: int) -> Sequence[Hit]:
        """At most `limit` of the passages that hold a term, best first by BM25. Questions of one collection share their
        words, so that most are found already."""
        remembered = self._remember()
        found = remembered.holders.get((term, limit))
        if found is None:
            if len(remembered.holders) >= _REMEMBERED_HOLDERS:
                remembered.holders.clear()
            found = remembered.holders[term, limit] = tuple(_search(remembered.parts, [(term, 1.0)], limit))
        return found

    def search_terms(self, terms: Sequence[tuple[str, float]], limit: int) -> list[Hit]:
        """At most `limit` passages by the weighted sum of the terms' BM25 scores, best first; scores are above 0."""
        return _search(self._parts, terms, limit)

    def _remember(self) -> _Remembered:
        remembered = self._remembered
        if remembered.parts is not self._parts or len(remembered.terms) > _REMEMBERED_WORDS:
            self._remembered = remembered = _Remembered(self._parts, {}, {})
        return remembered

    def document_frequency(self, term: str) -> int:
        """Number of passages that hold this term; those removed since the last merge still count."""
        return self._parts.frequency(term)

    def vocabulary(self) -> dict[str, int]:
        """Every term with its document frequency."""
        found: dict[str, int] = {}
        for part in self._parts:
            counts = np.diff(part.segment.scores["indptr"]).tolist()
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
            fresh = number_terms((one.id, passage_terms(one.text, one.language)) for one in added)
            gone = {*fresh.ids, *removed}
            main = _without(self._parts.main, gone) if self._parts.main else None
            recent = [kept for part in self._parts.recent if (kept := _without(part, gone)).alive.any()]
            if _has_grown(_Parts(main, tuple(recent)), len(fresh.ids)):
                # Merged at once: a part of its own would be built only to be taken apart again.
                self._settle(_joined(_Parts(main, tuple(recent)), fresh))
                return
            if fresh.ids:
                recent.append(_part(build_segment(fresh)))
            if len(recent) > _MOST_RECENT_PARTS:
                recent = [_part(build_segment(_joined(recent)))]
            self._parts = _Parts(main, tuple(recent))

    def save(self, version: str = "") -> None:
        """Merge what is recent into the main segment and write it, if enough has changed to be worth it. With the
        `version` of the corpus that is held now, what is not worth merging is written beside a main segment, so that
        the next start has nothing to do; `saved_version` tells it then."""
        with self._writing:
            if self._unsaved and self._parts.main is not None:
                self._merge(_joined(self._parts))
            elif _has_grown(self._parts):
                self._settle(_joined(self._parts))
            if version and not self._unsaved and self._parts.main is not None:
                self._save_rest(self._parts.main, version)

    def clear(self) -> None:
        """Forget everything, on disk too."""
        with self._writing:
            self._forget()

    def _forget(self) -> None:
        self._parts, self._recent_on_disk, self.saved_version = _Parts(), None, ""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _save_rest(self, main: _Part, version: str) -> None:
        recent, dead = self._parts.recent, np.flatnonzero(~main.alive).tolist()
        only = recent[0].segment if len(recent) == 1 and recent[0].alive.all() else None
        try:
            if only is self._recent_on_disk and (only is not None or not recent):
                note_version(version, dead, self._folder)
            else:
                rows = _joined(recent)
                fresh = build_segment(rows) if rows.ids else None
                self._recent_on_disk = save_recent(fresh, dead, version, self._folder)
                written = self._recent_on_disk
                self._parts = _Parts(main, (_part(written),) if written is not None else ())
            self.saved_version = version
        except (OSError, ValueError, KeyError) as fault:
            log.warning(
                "What is new in the lexical index cannot be saved now; the next start reads it again. %s", fault
            )

    def _settle(self, rows: Rows) -> None:
        if rows.ids:
            self._merge(rows)
        else:
            self._forget()

    def _merge(self, rows: Rows) -> None:
        segment = build_segment(rows)
        try:
            segment, self._unsaved = save_main(segment, self._folder), False
            self._recent_on_disk, self.saved_version = None, ""
        except OSError as fault:
            # What stands on disk is older and whole; the next start adds to it from the record.
            self._unsaved = True
            log.warning("The lexical index cannot be saved now and goes on in memory. %s", fault)
        self._parts = _Parts(main=_part(segment))


def _search(parts: _Parts, terms: Sequence[tuple[str, float]], limit: int) -> list[Hit]:
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


def _is_name(word: str, stems: Sequence[str], parts: _Parts) -> bool:
    if word in stems:
        return False
    written = parts.frequency(word)
    return written > 0 and written >= _NAME_SHARE * max(parts.frequency(stem) for stem in stems)


def _part(segment: Segment) -> _Part:
    return _Part(segment, np.ones(len(segment.ids), np.bool_), {one: row for row, one in enumerate(segment.ids)})


def _has_grown(parts: _Parts, added: int = 0) -> bool:
    held = sum(len(part.segment.ids) for part in parts) + added
    settled = int(parts.main.alive.sum()) if parts.main else 0
    return held - settled > max(_SMALL, _SHARE * held)


def _parts_of(saved: Saved | None) -> _Parts:
    if saved is None:
        return _Parts()
    main = _part(saved.main)
    alive = main.alive.copy()
    alive[list(saved.dead)] = False
    return _Parts(replace(main, alive=alive), (_part(saved.recent),) if saved.recent is not None else ())


def _joined(parts: Iterable[_Part], fresh: Rows | None = None) -> Rows:
    held: list[tuple[Rows, NDArray[np.bool_]]] = [(part.segment, part.alive) for part in parts]
    return join_rows([*held, (fresh, np.ones(len(fresh.ids), np.bool_))] if fresh is not None else held)


def _without(part: _Part, gone: Iterable[str]) -> _Part:
    rows = [part.row_of[one] for one in gone if one in part.row_of]
    if not rows:
        return part
    alive = part.alive.copy()
    alive[rows] = False
    return replace(part, alive=alive)
