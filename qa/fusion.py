"""what both legs and late interaction say of a passage → one score. Pure.

    score = (1 - a)·alike(passage) + a·max alike(sentence) + w·bm25 / ideal + i·likeness + p·affinity

`alike` is the cosine with the question on the scale of its model (`CosineScale`).

`ideal` is the most that BM25 could give for this question: the sum of its words' rarity, where a word that the
collection does not
know counts as rare as a word can be. So `bm25 / ideal` is the share of the question's rare vocabulary that a passage
covers, and the
lexical leg steps back by itself where it cannot help: an English question over Indonesian text has a large ideal and
a small BM25.
Nothing depends on which other passages are candidates, so scores compare across questions and after new papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.terms import QuestionTerm


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """Weights beside 1 for meaning. Chosen on squad-en-id under an encoder that had left out half of the development
    facts; TyDiQA-id had no part in it (docs/fitting.md).

    `sentence`: share of the best sentence in the meaning, 0 to 1; `words`: what full coverage of the question's
    vocabulary is worth; `likeness`: the same for late interaction; `affinity`: for a paper that the question speaks
    of."""

    sentence: float = 0.5
    words: float = 0.35
    likeness: float = 2.5
    affinity: float = 0.4


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one candidate passage: its cosine, how alike it and its best sentence are to the question
    (`CosineScale`), BM25 (0 where no word occurs), and affinity of its paper in [0, 1]."""

    cosine: float
    passage: float
    best_sentence: float
    bm25: float
    affinity: float


def ideal(terms: Sequence[QuestionTerm]) -> float:
    """The most that BM25 can give for these terms."""
    return sum(term.weight for term in terms)


def first_score(found: Found, best_possible: float, weights: FusionWeights) -> float:
    """The score before late interaction."""
    meaning = (1 - weights.sentence) * found.passage + weights.sentence * found.best_sentence
    covered = min(1.0, found.bm25 / best_possible) if best_possible > 0 else 0.0
    return meaning + weights.words * covered + weights.affinity * found.affinity
