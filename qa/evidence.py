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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.types import NEVER_EVIDENCE, Language, QuestionVectors, Sentence, Vector
from qa.affinity import card_stems
from qa.answer_type import answer_type_match
from qa.cosine_scale import BARE, CosineScale
from qa.evidence_parts import Candidate, met_terms, score_parts
from qa.question import QuestionProfile
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
    """Weights of the parts of a sentence's score by name; each part is standardised over the sentences looked at or
    lies between 0 and 1."""

    parts: Mapping[str, float]


@lru_cache(maxsize=2)
def load_weights(path: Path = WEIGHTS_FILE) -> EvidenceWeights:
    """The fitted weights that ship with Sitasi."""
    return EvidenceWeights(tomllib.loads(path.read_text(encoding="utf-8"))["weights"])


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
        earlier = [one for one in self.retrieved.passage.sentences if one.end <= self.sentence.start]
        return earlier[-1] if earlier else None

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
    retrieved, terms, question = retrieval.passages, retrieval.terms, retrieval.question
    candidates = quotable(retrieved, analyse)
    if not candidates:
        return []
    met = np.stack([met_terms(one, len(terms)) for one in candidates])
    cosines = np.array([one.vector @ question.question for one in candidates], np.float32)
    parts = score_parts(profile, terms, candidates, met, question.question, retrieval.affinity)
    total = sum((weights.parts[name] * part for name, part in parts.items()), np.zeros(len(candidates), np.float32))
    reread = np.zeros(len(candidates), np.float32)
    if reranker is not None:
        reread, beside = _reread(reranker, profile, question, candidates, total, followed)
        total = total + _RERANKED * reread + beside
    scored = [
        ScoredSentence(
            retrieved=one.retrieved,
            sentence=one.sentence,
            text=one.text,
            vector=one.vector,
            cosine=float(cosines[row]),
            met=met[row],
            answer_type=answer_type_match(profile.answers_like, one.text),
            score=float(total[row]),
            scale=retrieval.scale,
            reread=float(reread[row]),
        )
        for row, one in enumerate(candidates)
    ]
    return sorted(scored, key=lambda one: one.score, reverse=True)


def quotable(retrieved: Sequence[RetrievedPassage], analyse: Analyse) -> list[Candidate]:
    """Complete sentences of quotable sections; one that stands in two overlapping passages counts in the better one."""
    taken: set[tuple[str, int]] = set()
    subjects: dict[str, frozenset[str]] = {}
    candidates = []
    for found in retrieved:
        passage = found.passage
        if passage.section.kind in NEVER_EVIDENCE:
            continue
        if found.document.id not in subjects:
            subjects[found.document.id] = card_stems(found.document, analyse)
        subject = subjects[found.document.id]
        heading = _heading_stems(found, analyse)
        for position, sentence in enumerate(passage.sentences):
            if not sentence.complete or (found.document.id, sentence.start) in taken:
                continue
            taken.add((found.document.id, sentence.start))
            text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
            stems = frozenset(analyse(text, sentence.language))
            candidates.append(Candidate(found, position, text, stems, subject, heading))
    return candidates


def _reread(
    reranker: Reranker,
    profile: QuestionProfile,
    question: QuestionVectors,
    candidates: Sequence[Candidate],
    total: Vector,
    followed: FollowedVectors | None,
) -> tuple[Vector, Vector]:
    """The reranker's logits for the best candidates by `total`, for all others the lowest of these, shape
    `(sentences,)`; and what speaks for each of them besides, where a question was `followed`."""
    best = np.argsort(-total, kind="stable")[:_REREAD]
    read = [candidates[row] for row in best]
    same = [one.sentence.language == profile.language for one in read]
    tokens = [one.tokens for one in read]

    def logits(asked: QuestionVectors) -> Vector:
        return reranker.score(asked.tokens.all(), tokens, same)

    beside = np.zeros(len(read), np.float32)
    if followed is not None:
        told = 1 / (1 + np.exp(-logits(followed.earlier)))
        beside = np.asarray(_IN_OWN_WORDS * logits(followed.asked) - _TOLD_ALREADY * told, np.float32)
    return _for_all(logits(question), best, len(candidates)), _for_all(beside, best, len(candidates))


def _for_all(values: Vector, rows: NDArray[np.intp], count: int) -> Vector:
    """`values` at `rows`, the least of them everywhere else, shape `(count,)`."""
    given = np.full(count, values.min(), np.float32)
    given[rows] = values
    return given


def _heading_stems(found: RetrievedPassage, analyse: Analyse) -> frozenset[str]:
    head = " ".join(found.passage.section.path)
    return frozenset(analyse(head, "id")) | frozenset(analyse(head, "en"))
