"""judged sentences → qa/evidence.toml: what each part of a sentence's score weighs.

python -m eval.fit_evidence ../shared/papers --part 0 --rows part-0.npz    (with the adapter that left out part 0)
python -m eval.fit_evidence --fit part-0.npz part-1.npz

Looks at the studies and the sample collection. The encoder has learned from the same questions, so each half of them is
looked at with the encoder that did not learn from it (`python -m eval.fit_adapter --leave-out`).

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
from eval.weighed import PARTS, fold_of, open_weighing
from qa.evidence import WEIGHTS_FILE
from qa.settings import Settings, load_settings

Floats = NDArray[np.float64]
RIDGE = 0.0005
FOLDS = 6
STEPS = 400
RATE = 0.03
# What a sentence of each grade is worth: one that states a fact, one that supports it, and the others.
GAINS = np.array([0.0, 0.0, 0.5, 1.0])
# What kind of sentence it is, whatever is asked. Training questions were written about every part of a paper alike,
# theory and introduction as much as results; readers do not ask so.
KINDS = ("section", "asked_section", "announcement", "report", "of_the_study")


@dataclass(frozen=True, slots=True)
class Listed:
    """The sentences looked at for one question: parts, shape `(n, parts)`, and grades, shape `(n,)`; `developed` unless
    it is a training question."""

    fact: str
    parts: Floats
    grades: NDArray[np.int64]
    developed: bool


def collect(settings: Settings, papers: list[Path]) -> tuple[list[str], list[Listed]]:
    """Names of the parts and every answerable question for which a judged answer was looked at."""
    names: list[str] = []
    found = []
    for paths in (papers, []):
        with open_weighing(settings, paths) as weighing:
            for one in weighing.lessons():
                if not one.considered.scored or one.item.expect is not Expect.ANSWER:
                    continue
                names, parts, grades = weighing.judged_parts(one)
                if GAINS[grades.astype(int)].any():
                    found.append(Listed(one.item.fact, parts.astype(float), grades.astype(int), one.developed))
    return names, found


def fit(names: Sequence[str], lists: list[Listed]) -> Floats:
    """The weights of the parts: those of `KINDS` from the development questions alone, the others from all."""
    developed = [one for one in lists if one.developed]
    free = np.ones(len(names), bool)
    weights = _fit(developed, np.zeros(len(names)), free)
    return _fit(lists, weights, ~np.isin(names, KINDS)) if len(developed) < len(lists) else weights


def _fit(lists: list[Listed], start: Floats, free: NDArray[np.bool_]) -> Floats:
    """The weights of the parts, by Adam (Kingma and Ba 2015) on the whole set; those that are not free stay as in
    `start`."""
    longest, width = max(len(one.grades) for one in lists), lists[0].parts.shape[1]
    parts = np.zeros((len(lists), longest, width))
    gains, mask = np.zeros((len(lists), longest)), np.full((len(lists), longest), -1e9)
    for row, one in enumerate(lists):
        count = len(one.grades)
        parts[row, :count], mask[row, :count] = one.parts, 0.0
        gains[row, :count] = GAINS[one.grades] / GAINS[one.grades].sum()
    weights, mean, spread = np.where(free, 0.0, start), np.zeros(width), np.zeros(width)
    for step in range(1, STEPS + 1):
        scores = parts @ weights + mask
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        slope = np.einsum("qs,qsp->p", chance - gains, parts) / len(lists) + 2 * RIDGE * weights
        slope *= free
        mean, spread = 0.9 * mean + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return weights


def cross_validated(names: Sequence[str], lists: list[Listed]) -> dict[str, float]:
    """For the development questions: how often the best sentence belongs into the answer, and the share that does of
    the best three, under weights that have not seen the study-fact."""
    fold = [fold_of(one.fact, FOLDS) for one in lists]
    first, three = [], []
    for held in range(FOLDS):
        weights = fit(names, [one for one, at in zip(lists, fold, strict=True) if at != held])
        for one in (one for one, at in zip(lists, fold, strict=True) if at == held and one.developed):
            right = (one.grades >= RIGHT)[np.argsort(-(one.parts @ weights), kind="stable")]
            first.append(right[0])
            three.append(right[:3].mean())
    return {"first": round(float(np.mean(first)), 3), "first three": round(float(np.mean(three)), 3)}


def keep_rows(path: Path, names: Sequence[str], lists: Sequence[Listed]) -> None:
    """Write what was looked at, for a later fit."""
    np.savez_compressed(
        path,
        names=np.array(names),
        facts=np.array([one.fact for one in lists]),
        developed=np.array([one.developed for one in lists]),
        lengths=np.array([len(one.grades) for one in lists]),
        parts=np.concatenate([one.parts for one in lists]),
        grades=np.concatenate([one.grades for one in lists]),
    )


def kept_rows(paths: Sequence[Path]) -> tuple[list[str], list[Listed]]:
    """What `keep_rows` wrote. Raises OSError and ValueError for anything else."""
    names: list[str] = []
    lists: list[Listed] = []
    for path in paths:
        with np.load(path) as kept:
            names = kept["names"].tolist()
            cuts = np.cumsum(kept["lengths"])[:-1]
            parts, grades = np.split(kept["parts"], cuts), np.split(kept["grades"], cuts)
            rows = zip(kept["facts"].tolist(), parts, grades, kept["developed"].tolist(), strict=True)
            lists += [Listed(*row) for row in rows]
    return names, lists


def write_weights(names: Sequence[str], lists: list[Listed]) -> None:
    """Fit, print what was reached, and write the file."""
    reached = cross_validated(names, lists)
    developed = sum(one.developed for one in lists)
    lines = [
        "# Fitted by `python -m eval.fit_evidence`; see docs/evaluation.md.",
        f"# {developed} development and {len(lists) - developed} training questions; "
        f"cross-validated on the former, belonging into the answer: {reached['first']} of the best sentences, "
        f"{reached['first three']} of the best three.",
        "[weights]",
        *(f"{name} = {weight:.2f}" for name, weight in zip(names, fit(names, lists), strict=True)),
    ]
    WEIGHTS_FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps({"questions": len(lists), **reached}) + "\n")


def main() -> None:
    """Look at one half of the questions, or fit to both."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_evidence")
    parser.add_argument("papers", nargs="*", type=Path)
    parser.add_argument("--part", type=int, choices=range(PARTS), default=0)
    parser.add_argument("--rows", type=Path, help="where to keep what was looked at")
    parser.add_argument("--fit", nargs="+", type=Path, default=[], help="what was looked at, both parts")
    told = parser.parse_args()
    if told.fit:
        write_weights(*kept_rows(told.fit))
        return
    if told.rows is None:
        parser.error("--rows or --fit is needed")
    names, lists = collect(load_settings(), told.papers)
    keep_rows(told.rows, names, [one for one in lists if fold_of(one.fact, PARTS) == told.part])


if __name__ == "__main__":
    main()
