"""RetrievedPassage → Evidence: which sentences answer the question. Pure; scores only what was computed before.

A sentence's score is a weighted sum of how well it meets the question's words one by one (late interaction, with words
weighted by their rarity among the sentences looked at: the subject of a paper is in all of them and tells none apart),
its neighbours' score, its fit to the type of answer asked for, and the part of the paper it stands in. The weights are
fitted on judged sentences (`eval/fit_evidence.py`) and live in `qa/evidence.toml`. The best of them are then read
together with the question (`qa.reranker`), which moves them up and down.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.types import Passage, QuestionVectors, Sentence, Vector
from qa.answer_type import answer_type_match
from qa.cosine_scale import BARE, CosineScale
from qa.evidence_parts import Candidate, Standing, met_terms, score_parts
from qa.question import QuestionProfile
from qa.quotable import Analyse, candidates
from qa.reranker import Reranker
from qa.retrieve import Retrieval
from qa.types import RetrievedPassage

WEIGHTS_FILE = Path(__file__).with_name("evidence.toml")
# How many sentences are read together with the question, and what the reading weighs: chosen on validation questions.
_REREAD = 10
_RERANKED = 1.0
# What follows another question is answered by what answers its own words, too, and not by what answered the other:
# chosen on validation questions.
_IN_OWN_WORDS, _TOLD_ALREADY = 0.3, 1.0
# What a sentence loses whose words may be out of order: it is quoted where nothing surer comes near.
_DOUBTFUL = 1.0

ANAPHORA = re.compile(
    r"^(hal (ini|itu|tersebut)|ini|itu|tersebut|mereka|dia|ia|beliau|kondisi (ini|tersebut)|dengan demikian|"
    r"oleh karena itu|selain itu|namun|akan tetapi|sehingga|"
    r"(?!(hasil )?(penelitian|studi|kajian|artikel))([\w-]+ ){1,2}(ini|tersebut)|"
    r"this|these|those|that|they|it|he|she|such|however|therefore|thus|in addition|moreover)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """Weights of the parts of a sentence's score by name; each part is standardised over the sentences looked at or
    lies between 0 and 1."""

    parts: Mapping[str, float]


@lru_cache(maxsize=2)
def load_weights(path: Path = WEIGHTS_FILE) -> EvidenceWeights:
    """The fitted weights that ship with Sitasi."""
    return EvidenceWeights(tomllib.loads(path.read_text(encoding="utf-8"))["weights"])


def sentence_before(passage: Passage, start: int) -> Sentence | None:
    """The last sentence of a passage that ends before `start` (code points of the stored text); None where there is
    none."""
    return next((one for one in reversed(passage.sentences) if one.end <= start), None)


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence that may answer, with what its score is made of; `met` says how well each of the question's
    terms is met, shape `(terms,)`; `reread` is the reranker's logit, 0 where there is none."""

    retrieved: RetrievedPassage
    sentence: Sentence
    text: str
    vector: Vector
    cosine: float
    met: Vector
    answer_type: float
    score: float
    scale: CosineScale = BARE
    reread: float = 0.0

    @property
    def before(self) -> Sentence | None:
        """The sentence before it in its passage; None for the first."""
        return sentence_before(self.retrieved.passage, self.sentence.start)

    def alike(self, other: ScoredSentence) -> float:
        """How alike both sentences are: 1 for equal ones, about 0 for unrelated ones."""
        return self.scale.alike(float(self.vector @ other.vector))


@dataclass(frozen=True, slots=True)
class FollowedVectors:
    """What `qa.question.Followed` tells of a question, read."""

    asked: QuestionVectors
    earlier: QuestionVectors


def score_sentences(
    profile: QuestionProfile,
    retrieval: Retrieval,
    analyse: Analyse,
    weights: EvidenceWeights,
    reranker: Reranker | None = None,
    followed: FollowedVectors | None = None,
) -> list[ScoredSentence]:
    """Every quotable sentence of the passages once, best first. `reranker`, if any, reads the best ones anew; those of
    a question that followed another, also beside what is `followed`."""
    read = candidates(retrieval.passages, analyse)
    if not read:
        return []
    met = _met(retrieval, read)
    total = _total(profile, retrieval, read, met, weights)
    if reranker is None:
        return _scored(profile, retrieval, read, met, total, np.zeros(len(read), np.float32))
    reread, beside = _reread(reranker, profile, retrieval.question, read, total, followed)
    return _scored(profile, retrieval, read, met, total + _RERANKED * reread + beside, reread)


def likely_fragments(
    profile: QuestionProfile, retrieval: Retrieval, analyse: Analyse, weights: EvidenceWeights, among: int
) -> list[ScoredSentence]:
    """What cannot be quoted alone and stands among the first `among` of all sentences, by the score before anything is
    read anew; best first."""
    read = candidates(retrieval.passages, analyse, frozenset(Standing))
    if not read:
        return []
    met = _met(retrieval, read)
    total = _total(profile, retrieval, read, met, weights)
    ranked = np.argsort(-total, kind="stable")[:among]
    kept = [row for row in ranked if read[row].standing is Standing.FRAGMENT]
    found = [read[row] for row in kept]
    return _scored(profile, retrieval, found, met[kept], total[kept], np.zeros(len(found), np.float32))


def _met(retrieval: Retrieval, read: Sequence[Candidate]) -> Vector:
    """How well each sentence meets each term of the question, shape `(sentences, terms)`."""
    return np.stack([met_terms(one, len(retrieval.terms)) for one in read])


def _total(
    profile: QuestionProfile, retrieval: Retrieval, read: Sequence[Candidate], met: Vector, weights: EvidenceWeights
) -> Vector:
    """The score before anything is read anew, shape `(sentences,)`."""
    terms, question = retrieval.terms, retrieval.question.question
    parts = score_parts(profile, terms, read, met, question, retrieval.affinity)
    doubtful = np.array([one.standing is Standing.DOUBTFUL for one in read], np.float32)
    return sum((weights.parts[name] * part for name, part in parts.items()), -_DOUBTFUL * doubtful)


def _scored(
    profile: QuestionProfile,
    retrieval: Retrieval,
    read: Sequence[Candidate],
    met: Vector,
    total: Vector,
    reread: Vector,
) -> list[ScoredSentence]:
    scored = [
        ScoredSentence(
            retrieved=one.retrieved,
            sentence=one.sentence,
            text=one.text,
            vector=one.vector,
            cosine=float(one.vector @ retrieval.question.question),
            met=met[row],
            answer_type=answer_type_match(profile.answers_like, one.text),
            score=float(total[row]),
            scale=retrieval.scale,
            reread=float(reread[row]),
        )
        for row, one in enumerate(read)
    ]
    return sorted(scored, key=lambda one: one.score, reverse=True)


def _reread(
    reranker: Reranker,
    profile: QuestionProfile,
    question: QuestionVectors,
    sentences: Sequence[Candidate],
    total: Vector,
    followed: FollowedVectors | None,
) -> tuple[Vector, Vector]:
    """The reranker's logits for the best candidates by `total`, for all others the lowest of these, shape
    `(sentences,)`; and what speaks for each of them besides, where a question was `followed`."""
    best = np.argsort(-total, kind="stable")[:_REREAD]
    read = [sentences[row] for row in best]
    same = [one.sentence.language == profile.language for one in read]
    tokens = [one.tokens for one in read]

    def logits(asked: QuestionVectors) -> Vector:
        return reranker.score(asked.tokens.all(), tokens, same)

    beside = np.zeros(len(read), np.float32)
    if followed is not None:
        told = 1 / (1 + np.exp(-logits(followed.earlier)))
        beside = np.asarray(_IN_OWN_WORDS * logits(followed.asked) - _TOLD_ALREADY * told, np.float32)
    return _for_all(logits(question), best, len(sentences)), _for_all(beside, best, len(sentences))


def _for_all(values: Vector, rows: NDArray[np.intp], count: int) -> Vector:
    """`values` at `rows`, the least of them everywhere else, shape `(count,)`."""
    given = np.full(count, values.min(), np.float32)
    given[rows] = values
    return given
