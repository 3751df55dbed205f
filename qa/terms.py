"""question words → weighted stems that can be looked for in passages of either language. Pure but for the statistics
given.

The weight of a word is its rarity in the collection (the idf of BM25, Robertson & Zaragoza 2009, eq. 3.3).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.types import Language
from qa.question import QuestionProfile


class TermStatistics(Protocol):
    """What the lexical index knows of words."""

    def analyse(self, text: str, language: Language) -> list[str]:
        """Stems of a text's words without stop words, as they stand in the index."""
        ...

    def document_frequency(self, term: str) -> int:
        """Number of passages that hold this stem."""
        ...

    def passages(self) -> int:
        """Number of passages in the index."""
        ...


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """One content word of a question. `stems` are its own in both languages, `stem` the one that the collection holds
    most, `mapped` those of words that mean the same in
    the other language; `weight` is its rarity; `name` whether it is written or known as a name; `known` whether the
    collection holds it at all."""

    word: str
    stem: str
    stems: frozenset[str]
    mapped: frozenset[str]
    weight: float
    name: bool
    known: bool

    def occurs_in(self, stems: frozenset[str]) -> float:
        """1 when the word itself is there, 0.8 when a word of the same meaning is, else 0."""
        if self.stems & stems:
            return 1.0
        return 0.8 if self.mapped & stems else 0.0


def rarity(frequency: int, passages: int) -> float:
    """BM25's idf: natural logarithm, never negative."""
    return math.log(1.0 + (passages - frequency + 0.5) / (frequency + 0.5))


def weigh_terms(
    profile: QuestionProfile,
    statistics: TermStatistics,
    mapped: Mapping[str, Sequence[str]] | None = None,
    names: frozenset[str] = frozenset(),
) -> tuple[QuestionTerm, ...]:
    """The question's content words with their stems and weights; `mapped` gives stems of the other language by word,
    and
    `names` the words that the collection knows as names."""
    total = statistics.passages()
    found = []
    for word in profile.terms:
        stems = frozenset(statistics.analyse(word, "id")) | frozenset(statistics.analyse(word, "en"))
        if not stems:
            continue
        others = frozenset((mapped or {}).get(word, ()))
        stem = max(sorted(stems), key=statistics.document_frequency)
        frequency = statistics.document_frequency(stem)
        known = frequency > 0
        if not known and others:
            frequency = max(statistics.document_frequency(stem) for stem in others)
        found.append(
            QuestionTerm(
                word=word,
                stem=stem,
                stems=stems,
                mapped=others,
                weight=rarity(frequency, max(total, 1)),
                name=word in profile.names or word in names,
                known=known,
            )
        )
    return tuple(found)
