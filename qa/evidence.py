"""RetrievedPassage → Evidence: which sentences answer the question. Pure; scores only what was computed before.

A sentence's score is a weighted sum of its likeness to the question (cosine, standardised over the sentences looked at),
the share of the question's rare words that it or its surroundings hold, its fit to the type of answer asked for, the part of
the paper it stands in, and its passage's own score. Sentences are then taken greedily, skipping what repeats an earlier
one (after maximal marginal relevance, Carbonell & Goldstein 1998).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.types import NEVER_EVIDENCE, Language, Passage, SectionKind, Sentence, Vector
from qa.answer_type import answer_type_match
from qa.numerals import numbers_in
from qa.question import QuestionProfile
from qa.terms import QuestionTerm
from qa.types import Evidence, RetrievedPassage

Analyse = Callable[[str, Language], list[str]]

_SECTION_PRIOR = {
    SectionKind.ABSTRACT: 1.0,
    SectionKind.RESULTS: 0.8,
    SectionKind.CONCLUSION: 1.0,
    SectionKind.RECOMMENDATIONS: 0.8,
    SectionKind.BODY: 0.6,
    SectionKind.INTRODUCTION: 0.4,
    SectionKind.METHOD: 0.2,
    SectionKind.THEORY: 0.0,
    SectionKind.KEYWORDS: -1.0,
}
ANAPHORA = re.compile(
    r"^(hal (ini|itu|tersebut)|ini|itu|tersebut|mereka|dia|ia|beliau|kondisi (ini|tersebut)|dengan demikian|oleh karena itu|selain itu|"
    r"namun|akan tetapi|sehingga|this|these|those|that|they|it|he|she|such|however|therefore|thus|in addition|moreover)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """Weights of the parts of a sentence's score; fitted on development questions."""

    semantic: float = 1.0
    coverage: float = 2.0
    context: float = 0.8
    answer_type: float = 0.6
    section: float = 0.5
    passage: float = 0.5
    language: float = 0.3
    number: float = 0.6
    anaphora: float = 0.3


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence that may answer, with what its score is made of. `coverage` is the share (0 to 1) of the question's
    weighted words that stand in the sentence, `surroundings` the same for its headings, title and passage."""

    retrieved: RetrievedPassage
    sentence: Sentence
    text: str
    vector: Vector
    cosine: float
    coverage: float
    surroundings: float
    answer_type: float
    stems: frozenset[str]
    score: float


def _sentence_texts(passage: Passage) -> tuple[str, ...]:
    return tuple(passage.text[s.start - passage.start : s.end - passage.start] for s in passage.sentences)


def _share(terms: Sequence[QuestionTerm], stems: frozenset[str]) -> float:
    total = sum(term.weight for term in terms)
    return sum(term.weight * term.occurs_in(stems) for term in terms) / total if total else 0.0


def _quotable(retrieved: RetrievedPassage) -> bool:
    return retrieved.passage.section.kind not in NEVER_EVIDENCE


def score_sentences(
    profile: QuestionProfile,
    terms: Sequence[QuestionTerm],
    question_vector: Vector,
    retrieved: Sequence[RetrievedPassage],
    analyse: Analyse,
    weights: EvidenceWeights,
) -> list[ScoredSentence]:
    """Every quotable sentence of the passages, best first. `question_vector` has shape `(dim,)`."""
    usable = [found for found in retrieved if _quotable(found) and found.passage.sentences]
    if not usable:
        return []
    cosines = np.concatenate([found.sentence_vectors @ question_vector for found in usable])
    spread = float(cosines.std()) or 1.0
    standard = (cosines - float(cosines.mean())) / spread
    passage_scores = np.array([found.score for found in usable])
    passage_standard = (passage_scores - passage_scores.mean()) / (float(passage_scores.std()) or 1.0)
    scored: list[ScoredSentence] = []
    position = 0
    for found, of_passage in zip(usable, passage_standard, strict=True):
        around = _surrounding_stems(found, analyse)
        for sentence, text, vector in zip(
            found.passage.sentences, _sentence_texts(found.passage), found.sentence_vectors, strict=True
        ):
            here = position
            position += 1
            if not sentence.complete:
                continue
            stems = frozenset(analyse(text, sentence.language))
            coverage, surroundings = _share(terms, stems), _share(terms, stems | around)
            fit = answer_type_match(profile.type, text)
            score = (
                weights.semantic * float(standard[here])
                + weights.coverage * coverage
                + weights.context * surroundings
                + weights.answer_type * fit
                + weights.section * _SECTION_PRIOR.get(found.passage.section.kind, 0.0)
                + weights.passage * float(of_passage)
                + weights.language * (sentence.language == profile.language)
                + weights.number * _number_match(profile, text)
                - weights.anaphora * bool(ANAPHORA.match(text))
            )
            scored.append(
                ScoredSentence(
                    found, sentence, text, vector, float(cosines[here]), coverage, surroundings, fit, stems | around, score
                )
            )
    return sorted(scored, key=lambda one: one.score, reverse=True)


def _surrounding_stems(found: RetrievedPassage, analyse: Analyse) -> frozenset[str]:
    card = found.document.bibliography
    head = " ".join((*found.passage.section.path, card.title, card.place or ""))
    return frozenset(analyse(head, "id")) | frozenset(analyse(head, "en")) | frozenset(
        analyse(found.passage.text, found.passage.language)
    )


def _number_match(profile: QuestionProfile, text: str) -> float:
    if not profile.numbers:
        return 0.0
    return len(profile.numbers & set(numbers_in(text))) / len(profile.numbers)
