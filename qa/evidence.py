"""RetrievedPassage → Evidence: which sentences answer the question. Pure; scores only what was computed before.

A sentence's score is a weighted sum of how well it meets the question's words one by one (late interaction, with words
weighted by their rarity among the sentences looked at: the subject of a paper is in all of them and tells none apart),
its passage's score, its fit to the type of answer asked for, and the part of the paper it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.types import NEVER_EVIDENCE, Language, Sentence, Vector
from qa.affinity import card_stems
from qa.answer_type import answer_type_match
from qa.evidence_parts import Candidate, met_terms, score_parts
from qa.question import QuestionProfile
from qa.terms import QuestionTerm
from qa.types import RetrievedPassage

Analyse = Callable[[str, Language], list[str]]

ANAPHORA = re.compile(
    r"^(hal (ini|itu|tersebut)|ini|itu|tersebut|mereka|dia|ia|beliau|kondisi (ini|tersebut)|dengan demikian|"
    r"oleh karena itu|selain itu|namun|akan tetapi|sehingga|"
    r"(?!(hasil )?(penelitian|studi|kajian|artikel))(\w+ ){1,2}(ini|tersebut)|"
    r"this|these|those|that|they|it|he|she|such|however|therefore|thus|in addition|moreover)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """Weights of the parts of a sentence's score, each part standardised over the sentences looked at or between 0
    and 1. Chosen by cross-validation on the development questions (docs/evaluation.md)."""

    likeness: float = 1.3
    rare_likeness: float = 0.2
    previous: float = 0.3
    words: float = 0.15
    semantic: float = 0.1
    passage: float = 0.35
    subject: float = 1.0
    other_paper: float = -2.0
    heading: float = 0.7
    answer_type: float = 0.7
    section: float = 1.0
    asked_section: float = 1.5
    number: float = 0.5
    language: float = 0.1
    announcement: float = -2.0
    report: float = -1.2


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence that may answer, with what its score is made of. `coverage` is the share (0 to 1) of the question's
    weighted words that stand in the sentence, `surroundings` the same with its headings, title and passage; `met`
    says how well each of the question's terms is met, shape `(terms,)`."""

    retrieved: RetrievedPassage
    sentence: Sentence
    text: str
    vector: Vector
    cosine: float
    met: Vector
    coverage: float
    surroundings: float
    answer_type: float
    stems: frozenset[str]
    score: float


def score_sentences(
    profile: QuestionProfile,
    terms: Sequence[QuestionTerm],
    question_vector: Vector,
    retrieved: Sequence[RetrievedPassage],
    analyse: Analyse,
    affinity: Mapping[str, float],
    weights: EvidenceWeights,
) -> list[ScoredSentence]:
    """Every quotable sentence of the passages once, best first. `question_vector` has shape `(dim,)`; `affinity` is
    how far the question speaks of each paper."""
    candidates = _candidates(retrieved, analyse)
    if not candidates:
        return []
    met = np.stack([met_terms(one, len(terms)) for one in candidates])
    cosines = np.array([one.vector @ question_vector for one in candidates], np.float32)
    parts = score_parts(profile, terms, candidates, met, cosines, affinity)
    total = sum((getattr(weights, name) * part for name, part in parts.items()), np.zeros(len(candidates), np.float32))
    scored = [
        ScoredSentence(
            retrieved=one.retrieved,
            sentence=one.sentence,
            text=one.text,
            vector=one.vector,
            cosine=float(cosines[row]),
            met=met[row],
            coverage=_share(terms, one.stems),
            surroundings=_share(terms, one.stems | one.around),
            answer_type=answer_type_match(profile.type, one.text),
            stems=one.stems | one.around,
            score=float(total[row]),
        )
        for row, one in enumerate(candidates)
    ]
    return sorted(scored, key=lambda one: one.score, reverse=True)


def _candidates(retrieved: Sequence[RetrievedPassage], analyse: Analyse) -> list[Candidate]:
    """Complete sentences of quotable sections; one that stands in two overlapping passages counts in the better one."""
    taken: set[tuple[str, int]] = set()
    candidates = []
    for found in retrieved:
        passage = found.passage
        if passage.section.kind in NEVER_EVIDENCE:
            continue
        subject = card_stems(found.document, analyse)
        heading = _heading_stems(found, analyse)
        around = subject | heading | frozenset(analyse(passage.text, passage.language))
        for position, sentence in enumerate(passage.sentences):
            if not sentence.complete or (found.document.id, sentence.start) in taken:
                continue
            taken.add((found.document.id, sentence.start))
            text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
            stems = frozenset(analyse(text, sentence.language))
            candidates.append(Candidate(found, position, text, stems, around, subject, heading))
    return candidates


def _share(terms: Sequence[QuestionTerm], stems: frozenset[str]) -> float:
    total = sum(term.weight for term in terms)
    return sum(term.weight * term.occurs_in(stems) for term in terms) / total if total else 0.0


def _heading_stems(found: RetrievedPassage, analyse: Analyse) -> frozenset[str]:
    head = " ".join(found.passage.section.path)
    return frozenset(analyse(head, "id")) | frozenset(analyse(head, "en"))
