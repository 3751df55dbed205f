"""chosen sentences → is this enough for an answer? Several signals, one calibrated probability. Pure.

The weights are fitted by logistic regression on development questions (`eval/fit.py`) and live in
`qa/calibration.toml`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from qa.evidence import ScoredSentence
from qa.numerals import numbers_in
from qa.question import QuestionProfile, QuestionType
from qa.selection import holds_asked_value
from qa.terms import QuestionTerm
from qa.types import RetrievedPassage

CALIBRATION_FILE = Path(__file__).with_name("calibration.toml")
_TYPED = frozenset(
    {
        QuestionType.NUMBER,
        QuestionType.WHEN,
        QuestionType.WHO,
        QuestionType.WHERE,
        QuestionType.WHY,
        QuestionType.OBSTACLE,
        QuestionType.DEFINITION,
    }
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against answering. Shares are between 0 and 1; cosines as the embedder gives them."""

    sentence_cosine: float
    best_met: float
    worst_met: float
    rarest_met: float
    passage_cosine: float
    cosine_lead: float
    sentence_coverage: float
    context_coverage: float
    rarest_covered: float
    names_missing: float
    numbers_missing: float
    answer_type_missing: float
    value_missing: float
    unknown_words: float
    legs_agree: float
    same_language: float


def measure_signals(
    profile: QuestionProfile,
    terms: Sequence[QuestionTerm],
    retrieved: Sequence[RetrievedPassage],
    scored: Sequence[ScoredSentence],
    chosen: Sequence[ScoredSentence],
) -> Signals:
    """Signals of one question; `scored` is not empty and sorted best first, `chosen` is what would be quoted."""
    cosines = sorted((one.cosine for one in scored), reverse=True)
    total = sum(term.weight for term in terms) or 1.0
    # Each term as well as any of the chosen sentences meets it: what none of them meets was asked and not found.
    met = np.max([one.met for one in chosen], axis=0)
    weights = np.array([term.weight for term in terms], np.float32)
    in_sentences = max(one.coverage for one in chosen)
    in_context = max(one.surroundings for one in chosen)
    rarest = max(terms, key=lambda term: term.weight, default=None)
    names = [term for term in terms if term.name]
    missing_names = sum(not (term.known or term.mapped) for term in names) / len(names) if names else 0.0
    said = {number for one in chosen for number in numbers_in(one.retrieved.passage.text)}
    return Signals(
        sentence_cosine=cosines[0],
        best_met=float(met @ weights / weights.sum()) if weights.sum() > 0 else 0.0,
        worst_met=float(met.min()) if len(met) else 0.0,
        rarest_met=float(met[int(weights.argmax())]) if len(met) else 0.0,
        passage_cosine=max(found.dense for found in retrieved),
        cosine_lead=cosines[0] - cosines[min(len(cosines) - 1, 9)],
        sentence_coverage=in_sentences,
        context_coverage=in_context,
        rarest_covered=1.0 if rarest is None or _covers(rarest, chosen) else 0.0,
        names_missing=missing_names,
        numbers_missing=len(profile.numbers - said) / len(profile.numbers) if profile.numbers else 0.0,
        answer_type_missing=float(profile.type in _TYPED and max(one.answer_type for one in chosen) == 0.0),
        value_missing=float(not any(holds_asked_value(one, profile) for one in chosen)),
        unknown_words=sum(term.weight for term in terms if not term.known and not term.mapped) / total,
        legs_agree=_agreement(retrieved),
        same_language=float(chosen[0].sentence.language == profile.language),
    )


def _covers(term: QuestionTerm, chosen: Sequence[ScoredSentence]) -> bool:
    return any(term.occurs_in(one.stems) > 0 for one in chosen)


def _agreement(retrieved: Sequence[RetrievedPassage]) -> float:
    """Share of the first five passages that both legs found."""
    first = retrieved[:5]
    return sum(found.dense > 0 and found.lexical > 0 for found in first) / len(first)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over standardised signals, with the threshold under which Sitasi abstains."""

    bias: float
    weights: dict[str, float]
    centre: dict[str, float]
    scale: dict[str, float]
    threshold: float

    def probability(self, signals: Signals) -> float:
        """Probability, between 0 and 1, that the chosen sentences answer the question."""
        logit = self.bias
        for name, value in asdict(signals).items():
            logit += self.weights.get(name, 0.0) * (value - self.centre.get(name, 0.0)) / self.scale.get(name, 1.0)
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


def load_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """The fitted weights that ship with Sitasi."""
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    return Calibration(stored["bias"], stored["weights"], stored["centre"], stored["scale"], stored["threshold"])
