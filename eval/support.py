"""labelled pairs → how often the support score is right: does this quote say this claim? For judging and for fitting.

The pairs (`data/support.jsonl`) are our own words, in both languages and across them, with subtle wrongs: another
number, another actor, a denial dropped or added, a stronger claim, another cause, something that is not said at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from eval.dataset import DATA, DatasetError
from ingest.types import Language

PAIRS = DATA / "support.jsonl"
Split = Literal["development", "test", "all"]


class Pair(BaseModel):
    """A claim with a quote that says it, or does not. `languages` are those of quote and claim; pairs of one quote
    share the number before the dash of their `id` and are never on both sides of the split."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^\d{2,3}-\d+$")]
    split: Literal["development", "test"]
    kind: Literal["faithful", "number", "name", "actor", "negation", "stronger", "direction", "cause", "unstated"]
    quote: str
    claim: str
    languages: tuple[Language, Language]
    supported: bool

    @property
    def across(self) -> bool:
        """Whether claim and quote are in different languages."""
        return self.languages[0] != self.languages[1]


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair with its score, in [0, 1]."""

    pair: Pair
    score: float


@dataclass(frozen=True, slots=True)
class SupportFigures:
    """Of `pairs` pairs at one threshold: `precision`, the share of passed claims that are supported; `recall`, the
    share of supported claims that pass; `caught`, the share of wrong claims that do not; `error`, the share of all
    pairs judged wrongly. All 0 where there is nothing to count."""

    pairs: int
    precision: float
    recall: float
    caught: float
    error: float


def load_pairs(split: Split = "all", path: Path = PAIRS) -> tuple[Pair, ...]:
    """The labelled pairs of a split. Raises DatasetError."""
    adapter = TypeAdapter(Pair)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        pairs = tuple(adapter.validate_json(line) for line in lines if line)
    except (OSError, ValidationError) as fault:
        raise DatasetError(f"{path.name} cannot be used: {fault}") from fault
    return tuple(pair for pair in pairs if split in ("all", pair.split))


def score_pairs(pairs: Sequence[Pair], support: Callable[[str, Sequence[str]], float]) -> tuple[Scored, ...]:
    """Every pair with its score."""
    return tuple(Scored(pair, support(pair.claim, [pair.quote])) for pair in pairs)


def figures(scored: Sequence[Scored], threshold: float) -> SupportFigures:
    """How well the scores separate supported from other claims at `threshold`."""
    passed = [one for one in scored if one.score >= threshold]
    good = [one for one in scored if one.pair.supported]
    right = sum(one.pair.supported for one in passed)
    wrong = len(scored) - len(good)
    let_through = len(passed) - right
    return SupportFigures(
        pairs=len(scored),
        precision=right / len(passed) if passed else 0.0,
        recall=right / len(good) if good else 0.0,
        caught=1 - let_through / wrong if wrong else 0.0,
        error=(let_through + len(good) - right) / len(scored) if scored else 0.0,
    )


def groups(scored: Sequence[Scored]) -> dict[str, tuple[Scored, ...]]:
    """All pairs, then within one language and across, then by kind."""
    found = {"all": tuple(scored)}
    for one in scored:
        name = "across languages" if one.pair.across else "within one language"
        found[name] = (*found.get(name, ()), one)
    for one in scored:
        found[one.pair.kind] = (*found.get(one.pair.kind, ()), one)
    return found


def misjudged(scored: Sequence[Scored], threshold: float) -> tuple[Scored, ...]:
    """The pairs that are judged wrongly."""
    return tuple(one for one in scored if (one.score >= threshold) != one.pair.supported)
