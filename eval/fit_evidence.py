"""judged sentences → qa/evidence.toml: what each part of a sentence's score weighs.

python -m eval.fit_evidence ../shared/papers

Looks at the validation questions over the studies and the sample collection: the encoder has not learned from them.

A softmax over the sentences looked at for a question should lie where readers saw an answer (ListNet, Cao et al. 2007,
with the grades as gains), under a ridge penalty. The printed figures are cross-validated by study-fact, so that twins
never help to judge each other.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.dataset import Expect
from eval.judged import RIGHT
from eval.weighed import fold_of, open_weighing
from qa.evidence import WEIGHTS_FILE
from qa.settings import Settings, load_settings

Floats = NDArray[np.float64]
RIDGE = 0.0005
FOLDS = 6
STEPS = 400
RATE = 0.03
# What a sentence of each grade is worth: one that states a fact, one that supports it, and the others.
GAINS = np.array([0.0, 0.0, 0.5, 1.0])


@dataclass(frozen=True, slots=True)
class Listed:
    """The sentences looked at for one question: parts, shape `(n, parts)`, and grades, shape `(n,)`."""

    fact: str
    parts: Floats
    grades: NDArray[np.int64]


def collect(settings: Settings, papers: list[Path]) -> tuple[list[str], list[Listed]]:
    """Names of the parts and every answerable question for which a judged answer was looked at."""
    names: list[str] = []
    found = []
    for paths in (papers, []):
        with open_weighing(settings, paths) as weighing:
            for one in weighing.validation():
                if not one.considered.scored or one.item.expect is not Expect.ANSWER:
                    continue
                names, parts, grades = weighing.judged_parts(one)
                if GAINS[grades.astype(int)].any():
                    found.append(Listed(one.item.fact, parts.astype(float), grades.astype(int)))
    return names, found


def fit(lists: list[Listed]) -> Floats:
    """The weights of the parts, by Adam (Kingma and Ba 2015) on the whole set."""
    longest, width = max(len(one.grades) for one in lists), lists[0].parts.shape[1]
    parts = np.zeros((len(lists), longest, width))
    gains, mask = np.zeros((len(lists), longest)), np.full((len(lists), longest), -1e9)
    for row, one in enumerate(lists):
        count = len(one.grades)
        parts[row, :count], mask[row, :count] = one.parts, 0.0
        gains[row, :count] = GAINS[one.grades] / GAINS[one.grades].sum()
    weights, mean, spread = np.zeros(width), np.zeros(width), np.zeros(width)
    for step in range(1, STEPS + 1):
        scores = parts @ weights + mask
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        slope = np.einsum("qs,qsp->p", chance - gains, parts) / len(lists) + 2 * RIDGE * weights
        mean, spread = 0.9 * mean + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return weights


def cross_validated(lists: list[Listed]) -> dict[str, float]:
    """How often the best sentence belongs into the answer, and the share that does of the best three, under weights
    that have not seen the study-fact."""
    fold = [fold_of(one.fact, FOLDS) for one in lists]
    first, three = [], []
    for held in range(FOLDS):
        weights = fit([one for one, at in zip(lists, fold, strict=True) if at != held])
        for one in (one for one, at in zip(lists, fold, strict=True) if at == held):
            right = (one.grades >= RIGHT)[np.argsort(-(one.parts @ weights), kind="stable")]
            first.append(right[0])
            three.append(right[:3].mean())
    return {"first": round(float(np.mean(first)), 3), "first three": round(float(np.mean(three)), 3)}


def write_weights(names: Sequence[str], lists: list[Listed]) -> None:
    """Fit, print what was reached, and write the file."""
    reached = cross_validated(lists)
    lines = [
        "# Fitted by `python -m eval.fit_evidence`; see docs/evaluation.md.",
        f"# {len(lists)} validation questions; cross-validated, belonging into the answer: {reached['first']} of the "
        f"best sentences, {reached['first three']} of the best three.",
        "[weights]",
        *(f"{name} = {weight:.2f}" for name, weight in zip(names, fit(lists), strict=True)),
    ]
    WEIGHTS_FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps({"questions": len(lists), **reached}) + "\n")


def main() -> None:
    """Look, fit, write."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_evidence")
    parser.add_argument("papers", nargs="+", type=Path)
    write_weights(*collect(load_settings(), parser.parse_args().papers))


if __name__ == "__main__":
    main()
