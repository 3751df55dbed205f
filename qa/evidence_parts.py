"""sentence → what speaks for it as an answer, one number for each reason: the parts that `evidence` weighs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.types import SectionKind, Sentence, Vector
from qa.answer_type import announces, answer_type_match, reports_others
from qa.interaction import weighted
from qa.numerals import numbers_in
from qa.question import QuestionProfile, QuestionType
from qa.terms import QuestionTerm, rarity
from qa.types import RetrievedPassage

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
_TYPE_WEIGHTS = {QuestionType.OBSTACLE: 4.0, QuestionType.NUMBER: 1.5}
# What is left of the weight of a term that names the paper a sentence stands in.
_NAMED = 0.0
# Affinity from which a question is taken to speak of a paper.
_SPOKEN_OF = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quotable sentence with the stems in it, around it (passage, headings, title), of its paper's card, and of its
    headings."""

    retrieved: RetrievedPassage
    position: int
    text: str
    stems: frozenset[str]
    around: frozenset[str]
    subject: frozenset[str]
    heading: frozenset[str]

    @property
    def sentence(self) -> Sentence:
        """The sentence in its passage."""
        return self.retrieved.passage.sentences[self.position]

    @property
    def vector(self) -> Vector:
        """Its unit vector."""
        vector: Vector = self.retrieved.sentence_vectors[self.position]
        return vector

    @property
    def kind(self) -> SectionKind:
        """The kind of section it stands in."""
        return self.retrieved.passage.section.kind


def score_parts(
    profile: QuestionProfile,
    terms: Sequence[QuestionTerm],
    candidates: Sequence[Candidate],
    met: Vector,
    cosines: Vector,
    affinity: Mapping[str, float],
) -> dict[str, Vector]:
    """By the names of `EvidenceWeights`, each of shape `(sentences,)`. `met` is how well each sentence meets each term,
    `affinity` how far the question speaks of each paper."""
    local = _local_weights(terms, candidates)
    likeness = _standard(_mean(met, local))
    return {
        "likeness": likeness,
        "rare_likeness": _standard(weighted(met, np.array([term.weight for term in terms], np.float32))),
        "previous": _of_previous(candidates, likeness),
        "words": _standard(_mean(_occurring(terms, candidates), local)),
        "semantic": _standard(cosines),
        "passage": _standard(np.array([one.retrieved.score for one in candidates], np.float32)),
        "subject": _share_naming(terms, candidates),
        "other_paper": _other_paper(candidates, affinity),
        "heading": _heading(terms, candidates, local),
        "answer_type": _TYPE_WEIGHTS.get(profile.type, 1.0)
        * np.array([answer_type_match(profile.type, one.text) for one in candidates], np.float32),
        "section": np.array([_SECTION_PRIOR.get(one.kind, 0.0) for one in candidates], np.float32),
        "asked_section": np.array([one.kind in profile.sections for one in candidates], np.float32),
        "number": np.array([_number_match(profile, one.text) for one in candidates], np.float32),
        "announcement": np.array([announces(one.text) for one in candidates], np.float32),
        "report": np.array([_reports(profile, one.text) for one in candidates], np.float32),
        "language": np.array([one.sentence.language == profile.language for one in candidates], np.float32),
    }


def met_terms(one: Candidate, terms: int) -> Vector:
    """How well each of the question's `terms` terms is met in a sentence, shape `(terms,)`; 0 where unknown."""
    rows = one.retrieved.likeness
    return np.asarray(rows[one.position], np.float32) if len(rows) else np.zeros(terms, np.float32)


def _occurring(terms: Sequence[QuestionTerm], candidates: Sequence[Candidate]) -> Vector:
    """1 where a term's own stem stands in a sentence, shape `(sentences, terms)`."""
    rows = [[float(bool(term.stems & one.stems)) for term in terms] for one in candidates]
    return np.array(rows, np.float32).reshape(len(candidates), len(terms))


def _local_weights(terms: Sequence[QuestionTerm], candidates: Sequence[Candidate]) -> Vector:
    """Rarity of each term among the sentences looked at, shape `(sentences, terms)`. A term that names the paper
    itself (its
    place, title or authors) says little about which of its sentences answers: they all speak of it."""
    held = _occurring(terms, candidates).sum(axis=0)
    rare = np.array([rarity(int(count), len(candidates)) for count in held], np.float32)
    named = [[_NAMED if term.stems & one.subject else 1.0 for term in terms] for one in candidates]
    return rare * np.array(named, np.float32).reshape(len(candidates), len(terms))


def _reports(profile: QuestionProfile, text: str) -> float:
    """How far a sentence tells what others wrote, where neither a definition nor one of those others was asked for."""
    if profile.type is QuestionType.DEFINITION or any(name in text.lower() for name in profile.names):
        return 0.0
    return reports_others(text)


def _share_naming(terms: Sequence[QuestionTerm], candidates: Sequence[Candidate]) -> Vector:
    """Share of the question's weighted words that name the paper of each sentence."""
    total = sum(term.weight for term in terms) or 1.0
    shares = [sum(term.weight for term in terms if term.stems & one.subject) / total for one in candidates]
    return np.array(shares, np.float32)


def _mean(values: Vector, weights: Vector) -> Vector:
    """Weighted mean of each row, both of shape `(n, terms)`; 0 where a row weighs nothing."""
    total = weights.sum(axis=1)
    return np.asarray((values * weights).sum(axis=1) / np.where(total > 0, total, 1.0), np.float32)


def _of_previous(candidates: Sequence[Candidate], likeness: Vector) -> Vector:
    """The likeness of the sentence before in the same passage: an answer often follows the sentence that names its
    subject."""
    at = {(id(one.retrieved), one.position): row for row, one in enumerate(candidates)}
    before = (at.get((id(one.retrieved), one.position - 1)) for one in candidates)
    return np.array([0.0 if row is None else float(likeness[row]) for row in before], np.float32)


def _standard(values: Vector) -> Vector:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 0 else np.zeros_like(values), np.float32)


def _number_match(profile: QuestionProfile, text: str) -> float:
    if not profile.numbers:
        return 0.0
    return len(profile.numbers & set(numbers_in(text))) / len(profile.numbers)


def _other_paper(candidates: Sequence[Candidate], affinity: Mapping[str, float]) -> Vector:
    """How much less the question speaks of a sentence's paper than of the one it speaks of most, 0 to 1; 0 throughout
    where it speaks of none."""
    most = max(affinity.values(), default=0.0)
    if most < _SPOKEN_OF:
        return np.zeros(len(candidates), np.float32)
    shares = [affinity.get(one.retrieved.document.id, 0.0) / most for one in candidates]
    return np.array([1.0 - share for share in shares], np.float32)


def _heading(terms: Sequence[QuestionTerm], candidates: Sequence[Candidate], local: Vector) -> Vector:
    """Share of the question's locally rare words that stand in the headings above a sentence."""
    rows = [[term.occurs_in(one.heading) for term in terms] for one in candidates]
    return _mean(np.array(rows, np.float32).reshape(len(candidates), len(terms)), local)
