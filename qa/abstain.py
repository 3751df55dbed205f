"""chosen sentences → is this enough for an answer? Several signals, one calibrated probability. Pure.

The weights are fitted by logistic regression on development questions (`eval/fit.py`) and live in
`qa/calibration.toml`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from qa.answer_type import writes_out
from qa.asked_for import asks_written_out
from qa.evidence import ScoredSentence
from qa.numerals import numbers_in
from qa.question import QuestionProfile, QuestionType
from qa.reasons import tells_what_came
from qa.retrieve import Retrieval
from qa.selection import holds_asked_value

CALIBRATION_FILE = Path(__file__).with_name("calibration.toml")
# For models whose sentences the reranker cannot read.
BARE_CALIBRATION_FILE = Path(__file__).with_name("calibration_bare.toml")
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
    """What speaks for and against answering. Shares are between 0 and 1; how alike a passage and a sentence
    are to the question is counted on the scale of the model (`CosineScale`); `numbers_met` is the share of the
    question's numbers in the quote that holds most of them; `reason_missing` how surely a reason is asked for and
    what came of it is told (`qa.reasons`); `reread` is how sure the reranker is that one of the sentences it read
    answers, 0 to 1."""

    best_score: float
    worst_met: float
    passage_alike: float
    sentence_alike: float
    names_missing: float
    names_elsewhere: float
    numbers_missing: float
    numbers_met: float
    answer_type_missing: float
    value_missing: float
    reason_missing: float
    unknown_words: float
    same_language: float
    reread: float


def measure_signals(
    profile: QuestionProfile,
    retrieval: Retrieval,
    scored: Sequence[ScoredSentence],
    chosen: Sequence[ScoredSentence],
    names_elsewhere: float,
) -> Signals:
    """Signals of one question; `scored` are all sentences looked at, `chosen` is what would be quoted, not empty and
    best first, `names_elsewhere` the share of the names asked about that the papers spoken of do not mention."""
    terms = retrieval.terms
    total = sum(term.weight for term in terms) or 1.0
    scale = chosen[0].scale
    # Each term as well as any of the chosen sentences meets it: what none of them meets was asked and not found.
    met = np.max([one.met for one in chosen], axis=0)
    names = [term for term in terms if term.name]
    missing_names = sum(not (term.known or term.mapped) for term in names) / len(names) if names else 0.0
    near = {number for one in chosen for number in numbers_in(one.retrieved.passage.text)}
    # "The three offices" counts what is asked for: no paper need say it.
    telling = {number for number in profile.numbers if len(number) > 1}
    return Signals(
        best_score=chosen[0].score,
        worst_met=float(met.min()) if len(met) else 0.0,
        passage_alike=scale.alike(max(found.dense for found in retrieval.passages)),
        sentence_alike=scale.alike(max(one.cosine for one in chosen)),
        names_missing=missing_names,
        names_elsewhere=names_elsewhere,
        numbers_missing=_share(telling - near, telling),
        numbers_met=max(_share(profile.numbers.intersection(numbers_in(one.text)), profile.numbers) for one in chosen),
        answer_type_missing=float(profile.type in _TYPED and max(one.answer_type for one in chosen) == 0.0),
        value_missing=float(not any(holds_asked_value(one, profile) for one in chosen)),
        reason_missing=tells_what_came(profile, retrieval, chosen),
        unknown_words=sum(term.weight for term in terms if not term.known and not term.mapped) / total,
        same_language=float(chosen[0].sentence.language == profile.language),
        reread=_sigmoid(max(one.reread for one in scored)),
    )


def _share(some: Collection[str], all_of_them: Collection[str]) -> float:
    return len(some) / len(all_of_them) if all_of_them else 0.0


def is_written_out(profile: QuestionProfile, chosen: Sequence[ScoredSentence]) -> bool:
    """Whether an abbreviation is asked for in full and the best of `chosen` gives it so: nothing is left to weigh."""
    return asks_written_out(profile.text) and bool(chosen) and writes_out(chosen[0].text, profile.terms)


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
        return _sigmoid(logit)


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


def load_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """The fitted weights that ship with Sitasi: those for the built-in model, or `BARE_CALIBRATION_FILE`."""
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    return Calibration(stored["bias"], stored["weights"], stored["centre"], stored["scale"], stored["threshold"])
