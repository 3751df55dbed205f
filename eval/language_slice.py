"""language slice → share of questions whose language is detected right, and which are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from eval.dataset import DATA, DatasetError
from eval.statistics import Estimate, Statistic, estimate, seed_for
from ingest.types import Language
from qa.language import detect_language

SLICE = DATA / "language.jsonl"


class Utterance(BaseModel):
    """A question in one language: short, code-mixed (its function words decide), full of names, or colloquial."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    language: Language
    kind: Literal["short", "code-mixed", "name-heavy", "colloquial"]


@dataclass(frozen=True, slots=True)
class LanguageResult:
    """`wrong` holds the questions taken for the other language; `unstable` those not always taken for the same one."""

    figure: Estimate
    wrong: tuple[Utterance, ...]
    unstable: tuple[Utterance, ...]


def load_slice(path: Path = SLICE) -> tuple[Utterance, ...]:
    """The questions of a slice. Raises DatasetError."""
    adapter = TypeAdapter(Utterance)
    try:
        return tuple(adapter.validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    except (OSError, ValidationError) as fault:
        raise DatasetError(f"{path.name} cannot be used: {fault}") from fault


def measure_language(
    utterances: tuple[Utterance, ...], detect: Callable[[str], Language] = detect_language, repeats: int = 3
) -> LanguageResult:
    """Detect every question `repeats` times."""
    found = [{detect(one.text) for _ in range(repeats)} for one in utterances]
    right = [guesses == {one.language} for one, guesses in zip(utterances, found, strict=True)]
    names = [one.text for one in utterances]
    figure = estimate([(float(held),) for held in right], names, Statistic.MEAN, seed_for("language"))
    if figure is None:
        raise DatasetError("The language slice is empty.")
    return LanguageResult(
        figure=figure,
        wrong=tuple(one for one, held in zip(utterances, right, strict=True) if not held),
        unstable=tuple(one for one, guesses in zip(utterances, found, strict=True) if len(guesses) > 1),
    )
