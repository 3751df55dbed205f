"""claim and quotes → support score in [0, 1]: do these quotes say this claim, in Indonesian, English or across them?

Likeness says whether the two are about the same thing: how near the claim comes to a part of the quotes, and how well
each of its words is met by a word of theirs (`qa/alignment.py`). Exact checks say whether they say the same about it:
numbers, names, actors, denials, quantity and certainty, opposites, sides that have changed places. The weights are
fitted (`python -m eval.fit_support`) and live in `qa/support.toml`; the error is in docs/fitting.md.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.types import Embedder
from qa.actors import strange_actor
from qa.alignment import Agreement, agreement, likest_part, words_of
from qa.language import detect_language
from qa.names import missing_names, names_in
from qa.numerals import numbers_in
from qa.polarity import opposes, overstates, turns_round, without_replies

WEIGHTS_FILE = Path(__file__).with_name("support.toml")
# Without word vectors: cosines of this family of models lie between about 0.7 (unrelated) and 1.
_UNRELATED, _SAME = 0.74, 0.92
_MULTIPLES = {
    "2": re.compile(
        r"\b(?:doubl\w+|twofold|halv\w+|half|berlipat|digandakan|separuh|setengah|both|kedua|pasangan?|pairs?|fortnight\w*)\b",
        re.IGNORECASE,
    ),
    "3": re.compile(r"\b(?:tripl\w+|threefold|ketiga)\b", re.IGNORECASE),
}
# What is left of the score of a claim that says something else about the same thing.
_CONFLICT = 0.2
# The weakest actor is compared up to here; beyond, the words agree well enough.
_MET = 0.8


@dataclass(frozen=True, slots=True)
class SupportSignals:
    """What speaks for and against a claim: the exact checks that failed, the best cosine of sentence vectors, and the
    values that the weights are for (None where the embedder gives no word vectors)."""

    conflicts: tuple[str, ...]
    cosine: float
    values: Mapping[str, float] | None


class VectorSupport:
    """Support from sentence and word vectors with exact checks. Safe to share between threads."""

    def __init__(self, embedder: Embedder, weights: Mapping[str, float] | None = None) -> None:
        self._embedder = embedder
        self._weights = load_weights() if weights is None else dict(weights)
        # Not every embedder has a vocabulary that tells words from names.
        self.is_word: Callable[[str], bool] | None = getattr(embedder, "is_word", None)

    def __call__(self, claim: str, quotes: Sequence[str]) -> float:
        """The support that the quotes together give to the claim; 0 without quotes."""
        if not quotes:
            return 0.0
        signals = self.signals(claim, quotes)
        return score(signals, self._weights)

    def signals(self, claim: str, quotes: Sequence[str]) -> SupportSignals:
        """What the score is made of; `quotes` is not empty."""
        claim, together = without_replies(claim), " ".join(quotes)
        said = self._embedder.read_question(claim)
        read = [self._embedder.read_question(quote) for quote in quotes]
        cosine = max(float(one.question @ said.question) for one in read)
        held = tuple(word for quote, one in zip(quotes, read, strict=True) for word in words_of(quote, one.tokens))
        # Places count within a text, so sides can only be told apart where there is one.
        quoted = quotes[0] if len(quotes) == 1 else ""
        agreed = agreement(claim, words_of(claim, said.tokens), quoted, held)
        conflicts = _conflicts(claim, together, agreed, self.is_word)
        if agreed is None:
            return SupportSignals(conflicts, cosine, None)
        across = detect_language(claim) not in {detect_language(quote) for quote in quotes}
        part = max(likest_part(said.tokens, one.tokens) for one in read)
        longer = len(together.split()) / max(1, len(claim.split()))
        return SupportSignals(conflicts, cosine, _values(part, agreed, across, longer))


def score(signals: SupportSignals, weights: Mapping[str, float]) -> float:
    """The score of some signals: logistic where there are word vectors, else the rescaled cosine."""
    if signals.values is None:
        likeness = min(1.0, max(0.0, (signals.cosine - _UNRELATED) / (_SAME - _UNRELATED)))
    else:
        logit = weights["bias"] + sum(weights[name] * value for name, value in signals.values.items())
        likeness = 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))
    return likeness * _CONFLICT if signals.conflicts else likeness


def load_weights(path: Path = WEIGHTS_FILE) -> dict[str, float]:
    """The fitted weights that ship with Sitasi."""
    return {name: float(value) for name, value in tomllib.loads(path.read_text(encoding="utf-8"))["weights"].items()}


def _conflicts(
    claim: str, quotes: str, agreed: Agreement | None, is_word: Callable[[str], bool] | None
) -> tuple[str, ...]:
    checks = {
        "numbers": not set(numbers_in(claim)) <= {*numbers_in(quotes), *_times(quotes)},
        "names": bool(missing_names(names_in(claim, is_word), quotes)),
        "actors": strange_actor(claim, quotes),
        "overstated": overstates(claim, quotes),
        "opposite": opposes(claim, quotes),
        "turned round": turns_round(claim, quotes),
        "sides swapped": agreed is not None and agreed.swapped,
        "denial": agreed is not None and agreed.denies_other,
    }
    return tuple(name for name, failed in checks.items() if failed)


def _times(text: str) -> set[str]:
    """Numbers that stand in words for multiples: doubled, tripled, halved."""
    return {number for number, words in _MULTIPLES.items() if words.search(text)}


def _values(part: float, agreed: Agreement, across: bool, longer: float) -> dict[str, float]:
    """Likeness within one language and across two lie on different scales, so each has weights of its own; `longer` is
    how many times as many words as the claim the quotes have."""
    within = {
        "part": 6 * (part - 0.93),
        "mean": 5 * (agreed.mean - 0.9),
        "worst": 5 * (agreed.worst - 0.7),
        "longer": math.log(max(1.0, longer)),
    }
    between = {
        "part_across": 6 * (part - 0.75),
        "mean_across": 5 * (agreed.mean - 0.68),
        "worst_across": 5 * (agreed.worst - 0.45),
        "longer_across": math.log(max(1.0, longer)),
    }
    return {
        "across": float(across),
        **{name: 0.0 if across else value for name, value in within.items()},
        **{name: value if across else 0.0 for name, value in between.items()},
        "denied": 3 * agreed.denied,
        "actor": 3 * (min(agreed.actor, _MET) - _MET),
    }
