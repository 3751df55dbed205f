"""RetrievedPassage → Evidence: which sentences answer the question. Pure; scores only what was computed before.

A sentence's score is a weighted sum of how well it meets the question's words one by one (late interaction, with
words weighted by
their rarity among the sentences looked at: the subject of a paper is in all of them and tells none apart), its
passage's score,
its fit to the type of answer asked for, and the part of the paper it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.types import NEVER_EVIDENCE, Language, SectionKind, Sentence, Vector
from qa.affinity import card_stems
from qa.answer_type import announces, answer_type_match, reports_others
from qa.interaction import weighted
from qa.numerals import numbers_in
from qa.question import QuestionProfile, QuestionType
from qa.terms import QuestionTerm, rarity
from qa.types import RetrievedPassage

Analyse = Callable[[str, Language], list[str]]

_SECTION_PRIOR = {
    SectionKind.RESULTS: 0.1,
    SectionKind.CONCLUSION: 0.2,
    SectionKind.RECOMMENDATIONS: 0.2,
    SectionKind.METHOD: 0.1,
    SectionKind.ABSTRACT: 0.0,
    SectionKind.BODY: 0.0,
    SectionKind.INTRODUCTION: -0.1,
    SectionKind.THEORY: -0.3,
    SectionKind.KEYWORDS: -3.0,
}
# A sentence that names an obstacle, or holds a number, is rare enough to weigh more where that is what was asked for.
_TYPE_WEIGHTS = {QuestionType.OBSTACLE: 2.5, QuestionType.NUMBER: 1.5}
# What is left of the weight of a term that names the paper a sentence stands in.
_NAMED = 0.0
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
    and 1.
    Chosen by cross-validation on the development questions (docs/evaluation.md)."""

    likeness: float = 1.0
    rare_likeness: float = 0.2
    previous: float = 0.2
    words: float = 0.15
    semantic: float = 0.1
    passage: float = 0.35
    subject: float = 3.0
    answer_type: float = 0.7
    section: float = 1.0
    number: float = 0.5
    language: float = 0.1
    announcement: float = -1.0
    report: float = -1.0


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence that may answer, with what its score is made of. `coverage` is the share (0 to 1) of the question's
    weighted words that stand in the sentence, `surroundings` the same with its headings, title and passage; `met`
    says how well
    each of the question's terms is met, shape `(terms,)`."""

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


@dataclass(frozen=True, slots=True)
class _Candidate:
    retrieved: RetrievedPassage
    position: int
    text: str
    stems: frozenset[str]
    around: frozenset[str]
    subject: frozenset[str]

    @property
    def sentence(self) -> Sentence:
        return self.retrieved.passage.sentences[self.position]


def score_sentences(
    profile: QuestionProfile,
    terms: Sequence[QuestionTerm],
    question_vector: Vector,
    retrieved: Sequence[RetrievedPassage],
    analyse: Analyse,
    weights: EvidenceWeights,
) -> list[ScoredSentence]:
    """Every quotable sentence of the passages once, best first. `question_vector` has shape `(dim,)`."""
    candidates = _candidates(retrieved, analyse)
    if not candidates:
        return []
    met = np.stack([_met(one, len(terms)) for one in candidates])
    local = _local_weights(terms, candidates)
    likeness = _mean(met, local)
    parts = {
        "likeness": _standard(likeness),
        "rare_likeness": _standard(weighted(met, np.array([term.weight for term in terms], np.float32))),
        "previous": _of_previous(candidates, _standard(likeness)),
        "words": _standard(_mean(_occurring(terms, candidates), local)),
        "semantic": _standard(_cosines(candidates, question_vector)),
        "passage": _standard(np.array([one.retrieved.score for one in candidates], np.float32)),
        "subject": _share_naming(terms, candidates),
        "answer_type": _TYPE_WEIGHTS.get(profile.type, 1.0)
        * np.array([answer_type_match(profile.type, one.text) for one in candidates], np.float32),
        "section": np.array(
            [_SECTION_PRIOR.get(one.retrieved.passage.section.kind, 0.0) for one in candidates], np.float32
        ),
        "number": np.array([_number_match(profile, one.text) for one in candidates], np.float32),
        "announcement": np.array([announces(one.text) for one in candidates], np.float32),
        "report": np.array([_reports(profile, one.text) for one in candidates], np.float32),
        "language": np.array([one.sentence.language == profile.language for one in candidates], np.float32),
    }
    total = sum((getattr(weights, name) * part for name, part in parts.items()), np.zeros(len(candidates), np.float32))
    cosines = _cosines(candidates, question_vector)
    scored = [
        ScoredSentence(
            retrieved=one.retrieved,
            sentence=one.sentence,
            text=one.text,
            vector=one.retrieved.sentence_vectors[one.position],
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


def _candidates(retrieved: Sequence[RetrievedPassage], analyse: Analyse) -> list[_Candidate]:
    """Complete sentences of quotable sections; one that stands in two overlapping passages counts in the better one."""
    taken: set[tuple[str, int]] = set()
    candidates = []
    for found in retrieved:
        passage = found.passage
        if passage.section.kind in NEVER_EVIDENCE:
            continue
        subject = card_stems(found.document, analyse)
        around = subject | _surrounding_stems(found, analyse)
        for position, sentence in enumerate(passage.sentences):
            if not sentence.complete or (found.document.id, sentence.start) in taken:
                continue
            taken.add((found.document.id, sentence.start))
            text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
            candidates.append(
                _Candidate(found, position, text, frozenset(analyse(text, sentence.language)), around, subject)
            )
    return candidates


def _met(one: _Candidate, terms: int) -> Vector:
    rows = one.retrieved.likeness
    return np.asarray(rows[one.position], np.float32) if len(rows) else np.zeros(terms, np.float32)


def _occurring(terms: Sequence[QuestionTerm], candidates: Sequence[_Candidate]) -> Vector:
    """1 where a term's own stem stands in a sentence, shape `(sentences, terms)`."""
    rows = [[float(bool(term.stems & one.stems)) for term in terms] for one in candidates]
    return np.array(rows, np.float32).reshape(len(candidates), len(terms))


def _local_weights(terms: Sequence[QuestionTerm], candidates: Sequence[_Candidate]) -> Vector:
    """Rarity of each term among the sentences looked at, shape `(sentences, terms)`. A term that names the paper
    itself (its
    place, title or authors) says little about which of its sentences answers: they all speak of it."""
    held = _occurring(terms, candidates).sum(axis=0)
    rare = np.array([rarity(int(count), len(candidates)) for count in held], np.float32)
    named = [[_NAMED if term.stems & one.subject else 1.0 for term in terms] for one in candidates]
    return rare * np.array(named, np.float32).reshape(len(candidates), len(terms))


def _reports(profile: QuestionProfile, text: str) -> bool:
    """Whether a sentence tells what others wrote, and neither a definition nor one of those others was asked for."""
    wanted = profile.type is QuestionType.DEFINITION or any(name in text.lower() for name in profile.names)
    return not wanted and reports_others(text)


def _share_naming(terms: Sequence[QuestionTerm], candidates: Sequence[_Candidate]) -> Vector:
    """Share of the question's weighted words that name the paper of each sentence."""
    total = sum(term.weight for term in terms) or 1.0
    shares = [sum(term.weight for term in terms if term.stems & one.subject) / total for one in candidates]
    return np.array(shares, np.float32)


def _mean(values: Vector, weights: Vector) -> Vector:
    """Weighted mean of each row, both of shape `(n, terms)`; 0 where a row weighs nothing."""
    total = weights.sum(axis=1)
    return np.asarray((values * weights).sum(axis=1) / np.where(total > 0, total, 1.0), np.float32)


def _of_previous(candidates: Sequence[_Candidate], likeness: Vector) -> Vector:
    """The likeness of the sentence before in the same passage: an answer often follows the sentence that names its
    subject."""
    at = {(id(one.retrieved), one.position): row for row, one in enumerate(candidates)}
    before = (at.get((id(one.retrieved), one.position - 1)) for one in candidates)
    return np.array([0.0 if row is None else float(likeness[row]) for row in before], np.float32)


def _cosines(candidates: Sequence[_Candidate], question_vector: Vector) -> Vector:
    return np.array([one.retrieved.sentence_vectors[one.position] @ question_vector for one in candidates], np.float32)


def _standard(values: Vector) -> Vector:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 0 else np.zeros_like(values), np.float32)


def _share(terms: Sequence[QuestionTerm], stems: frozenset[str]) -> float:
    total = sum(term.weight for term in terms)
    return sum(term.weight * term.occurs_in(stems) for term in terms) / total if total else 0.0


def _surrounding_stems(found: RetrievedPassage, analyse: Analyse) -> frozenset[str]:
    head = " ".join(found.passage.section.path)
    return (
        frozenset(analyse(head, "id"))
        | frozenset(analyse(head, "en"))
        | frozenset(analyse(found.passage.text, found.passage.language))
    )


def _number_match(profile: QuestionProfile, text: str) -> float:
    if not profile.numbers:
        return 0.0
    return len(profile.numbers & set(numbers_in(text))) / len(profile.numbers)
