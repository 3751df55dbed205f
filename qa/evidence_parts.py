"""sentence → what speaks for it as an answer, one number for each reason: the parts that `evidence` weighs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ingest.types import SectionKind, Sentence, Vector
from qa.answer_type import CITED_WITHIN, announces, answer_type_match, of_the_study, reports_others, writes_out
from qa.asked_for import asks_for_aim, asks_for_others, asks_written_out
from qa.defined_term import defined_term, gives_meaning
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
# So is one that says what an abbreviation stands for, and then nothing else was asked.
_WRITTEN_OUT = 6.0
# And one that says what a term means.
_MEANING = 3.0
# Fewer sentences than this in one of the two languages tell nothing about what is usual in it.
_ENOUGH = 4
# What is left of the weight of a term that names the paper a sentence stands in.
_NAMED = 0.0
# Affinity from which a question is taken to speak of a paper.
_SPOKEN_OF = 0.1


class Standing(StrEnum):
    """How a sentence stands by itself: `DOUBTFUL` is whole by its shape, in a text whose order is not sure."""

    WHOLE = "whole"
    DOUBTFUL = "doubtful"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with the stems in it, of its paper's card, and of its headings."""

    retrieved: RetrievedPassage
    position: int
    text: str
    stems: frozenset[str]
    subject: frozenset[str]
    heading: frozenset[str]
    standing: Standing = Standing.WHOLE

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
    def tokens(self) -> Vector:
        """Its token vectors, shape `(tokens, d)`."""
        sentence, passage = self.sentence, self.retrieved.passage
        return self.retrieved.tokens.within((sentence.start - passage.start, sentence.end - passage.start))

    @property
    def kind(self) -> SectionKind:
        """The kind of section it stands in."""
        return self.retrieved.passage.section.kind


def score_parts(
    profile: QuestionProfile,
    terms: Sequence[QuestionTerm],
    candidates: Sequence[Candidate],
    met: Vector,
    question_vector: Vector,
    affinity: Mapping[str, float],
) -> dict[str, Vector]:
    """By the names of `EvidenceWeights`, each of shape `(sentences,)`. `met` is how well each sentence meets each term,
    `affinity` how far the question speaks of each paper."""
    local = _local_weights(terms, candidates)
    # What a study set out to find is said by the sentences that otherwise say nothing of what it found.
    aim = -1.0 if asks_for_aim(profile.text) else 1.0
    same = np.array([one.sentence.language == profile.language for one in candidates])
    likeness = _standard(_within_language(_mean(met, local), same))
    return {
        "likeness": likeness,
        "previous": _of_neighbour(candidates, likeness, -1),
        "following": _of_neighbour(candidates, likeness, 1),
        "centred": _centred(question_vector, candidates, same),
        "other_paper": _other_paper(candidates, affinity),
        "heading": _heading(terms, candidates, local),
        "answer_type": _answers_like(profile, candidates),
        "section": np.array([_SECTION_PRIOR.get(one.kind, 0.0) for one in candidates], np.float32),
        "asked_section": np.array([one.kind in profile.sections for one in candidates], np.float32),
        "announcement": aim * np.array([announces(one.text) for one in candidates], np.float32),
        "report": _reports(profile, candidates),
        "of_the_study": aim * np.array([of_the_study(one.text) for one in candidates], np.float32),
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
    return rare * _each(
        candidates, lambda one: one.subject, lambda own: [_NAMED if term.stems & own else 1.0 for term in terms]
    )


def _each(
    candidates: Sequence[Candidate],
    shared: Callable[[Candidate], frozenset[str]],
    row: Callable[[frozenset[str]], list[float]],
) -> Vector:
    """A row for each sentence, made once of what many of them share."""
    rows: dict[int, list[float]] = {}
    for own in map(shared, candidates):
        if id(own) not in rows:
            rows[id(own)] = row(own)
    return np.array([rows[id(shared(one))] for one in candidates], np.float32).reshape(len(candidates), -1)


def _answers_like(profile: QuestionProfile, candidates: Sequence[Candidate]) -> Vector:
    """How far each sentence looks like what is asked for; more where what is asked for is rare among sentences."""
    written_out = asks_written_out(profile.text)
    meant = profile.type in (QuestionType.DEFINITION, QuestionType.FACT)
    term = defined_term(profile.text) if meant else None
    weight = _TYPE_WEIGHTS.get(profile.answers_like, 1.0)

    def likeness(text: str) -> float:
        if written_out and writes_out(text, profile.terms):
            return _WRITTEN_OUT
        if term and gives_meaning(text, term):
            return _MEANING
        return weight * answer_type_match(profile.answers_like, text)

    return np.array([likeness(one.text) for one in candidates], np.float32)


def _reports(profile: QuestionProfile, candidates: Sequence[Candidate]) -> Vector:
    """How far each sentence tells what others wrote, where neither a definition nor one of those others was asked
    for."""
    if profile.type is QuestionType.DEFINITION or asks_for_others(profile.text):
        return np.zeros(len(candidates), np.float32)

    def report(text: str) -> float:
        cited = text[:CITED_WITHIN].lower()
        return 0.0 if any(name in cited for name in profile.names) else reports_others(text)

    return np.array([report(one.text) for one in candidates], np.float32)


def _mean(values: Vector, weights: Vector) -> Vector:
    """Weighted mean of each row, both of shape `(n, terms)`; 0 where a row weighs nothing."""
    total = weights.sum(axis=1)
    return np.asarray((values * weights).sum(axis=1) / np.where(total > 0, total, 1.0), np.float32)


def _within_language(values: Vector, same: NDArray[np.bool_]) -> Vector:
    """`values` of the sentences in the question's language, less what they have ahead of the others on average: words
    of one language are always more alike, whatever they say."""
    ours, theirs = values[same], values[~same]
    if min(len(ours), len(theirs)) < _ENOUGH:
        return values
    return np.asarray(values - (ours.mean() - theirs.mean()) * same, np.float32)


def _centred(question: Vector, candidates: Sequence[Candidate], same: NDArray[np.bool_]) -> Vector:
    """Cosines with the question after the mean of each language's sentences is taken from both, standardised in each
    language: what all of them share, the subject of the papers, tells none apart."""
    vectors = np.stack([one.vector for one in candidates])
    values = np.zeros(len(candidates), np.float32)
    for rows in (same, ~same):
        if rows.sum() >= _ENOUGH:
            mean = vectors[rows].mean(axis=0)
            values[rows] = _standard(_cosines(vectors[rows] - mean, question - mean))
    return values


def _cosines(vectors: Vector, vector: Vector) -> Vector:
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
    return np.asarray(vectors @ vector / np.where(lengths > 0, lengths, 1.0), np.float32)


def _of_neighbour(candidates: Sequence[Candidate], likeness: Vector, step: int) -> Vector:
    """The likeness of the sentence `step` further on in the same passage, 0 where there is none: an answer often stands
    beside the sentence that names its subject."""
    at = {(id(one.retrieved), one.position): row for row, one in enumerate(candidates)}
    beside = (at.get((id(one.retrieved), one.position + step)) for one in candidates)
    return np.array([0.0 if row is None else float(likeness[row]) for row in beside], np.float32)


def _standard(values: Vector) -> Vector:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 0 else np.zeros_like(values), np.float32)


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
    rows = _each(candidates, lambda one: one.heading, lambda above: [term.occurs_in(above) for term in terms])
    return _mean(rows, local)
