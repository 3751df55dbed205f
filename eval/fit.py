"""validation questions → qa/calibration.toml: when are the chosen sentences enough for an answer?

python -m eval.fit ../shared/papers --outside ../shared/benchmarks/tydiqa-id --outside ../shared/benchmarks/squad-en-id

Fits on the validation questions, over the studies and the sample collection; questions that were asked about other
texts (BEIR folders) stand for all that no paper here could answer.

With `--bare` for other models than the built-in one, whose sentences the reranker does not read.

Logistic regression with a ridge penalty (Cox 1958) over standardised signals; the threshold is the highest that still
answers enough of the answerable questions under cross-validation by study-fact, so that twins never help to judge each
other.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.beir import load_beir
from eval.weighed import fold_of, open_weighing
from qa.abstain import BARE_CALIBRATION_FILE, CALIBRATION_FILE, Signals
from qa.settings import Settings, load_settings

Floats = NDArray[np.float64]
RIDGE = 0.02
FOLDS = 5
# A reader who is refused an answer that is there loses more than one who reads quotes that miss the question: no more
# than one in twenty may be. Two standard errors of so many questions below, for those that nothing was fitted to, and
# because more are refused of other papers.
ANSWERED = 0.97
# Few enough that near misses, which are the hard part, weigh most.
OUTSIDE = 40
NAMES = [field.name for field in fields(Signals)]


@dataclass(frozen=True, slots=True)
class Rows:
    """One row for each question: signals, shape `(n, signals)`, and whether the papers answer, shape `(n,)`; its
    study-fact."""

    signals: Floats
    labels: Floats
    facts: list[str]


def collect(settings: Settings, papers: list[Path], outside: list[str], *, reranked: bool = True) -> Rows:
    """Every question to learn from; `outside` are questions that none of the papers answers."""
    rows, labels, facts = [], [], []
    for paths in (papers, []):
        with open_weighing(settings, paths, reranked=reranked) as weighing:
            for one in weighing.validation():
                for considered, answerable in weighing.asked(one):
                    if considered.signals is not None:
                        rows.append(list(asdict(considered.signals).values()))
                        labels.append(float(answerable))
                        facts.append(one.item.fact)
            for text in outside:
                signals = weighing.consider(text).signals
                if signals is not None:
                    rows.append(list(asdict(signals).values()))
                    labels.append(0.0)
                    facts.append(text)
    return Rows(np.array(rows), np.array(labels), facts)


def fit_logistic(signals: Floats, labels: Floats, steps: int = 400) -> tuple[float, Floats]:
    """Bias and weights by Newton's method; both classes weigh the same."""
    design = np.hstack([np.ones((len(signals), 1)), signals])
    weights = np.zeros(design.shape[1])
    balance = np.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    penalty = np.full(design.shape[1], RIDGE * len(signals))
    penalty[0] = 0.0
    for _ in range(min(steps, 30)):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (balance * (chance - labels)) + penalty * weights
        curve = (design * (balance * chance * (1 - chance))[:, None]).T @ design + np.diag(penalty + 1e-9)
        weights = weights - np.linalg.solve(curve, slope)
    return float(weights[0]), weights[1:]


def cross_validated(signals: Floats, labels: Floats, facts: list[str]) -> Floats:
    """The probability of each row from a fit that has not seen its study-fact."""
    fold = np.array([fold_of(fact, FOLDS) for fact in facts])
    chances = np.zeros(len(labels))
    for held in range(FOLDS):
        bias, weights = fit_logistic(signals[fold != held], labels[fold != held])
        chances[fold == held] = 1 / (1 + np.exp(-(bias + signals[fold == held] @ weights)))
    return chances


def best_threshold(chances: Floats, rows: Rows) -> tuple[float, float, float]:
    """The highest threshold that still answers `ANSWERED` of the answerable rows, and the shares of answerable and
    unanswerable ones that it gets right."""
    yes, no = rows.labels == 1, rows.labels == 0
    found = []
    for threshold in np.linspace(0.05, 0.95, 91):
        answered, refused = (chances[yes] >= threshold).mean(), (chances[no] < threshold).mean()
        if answered >= ANSWERED:
            found.append((float(threshold), float(answered), float(refused)))
    return max(found)


def write_calibration(
    path: Path, bias: float, weights: Floats, centre: Floats, scale: Floats, threshold: float, note: str
) -> None:
    """The fitted numbers as TOML."""
    lines = [
        "# Fitted by `python -m eval.fit`; see docs/evaluation.md.",
        f"# {note}",
        f"bias = {bias:.4f}",
        f"threshold = {threshold:.2f}",
    ]
    for name, values in (("weights", weights), ("centre", centre), ("scale", scale)):
        lines += ["", f"[{name}]", *(f"{key} = {value:.4f}" for key, value in zip(NAMES, values, strict=True))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def foreign(folders: list[Path]) -> list[str]:
    """Questions of BEIR folders, `OUTSIDE` of each, spread evenly over it. Raises DatasetError."""
    found = []
    for folder in folders:
        queries = load_beir(folder).queries
        found += [one.text for one in queries[:: max(1, len(queries) // OUTSIDE)][:OUTSIDE]]
    return found


def write_fit(rows: Rows, path: Path) -> None:
    """Fit, print what was reached, and write the file."""
    centre, scale = rows.signals.mean(axis=0), rows.signals.std(axis=0)
    scale[scale == 0] = 1.0
    standard = (rows.signals - centre) / scale
    threshold, answered, refused = best_threshold(cross_validated(standard, rows.labels, rows.facts), rows)
    bias, weights = fit_logistic(standard, rows.labels)
    count = len(rows.labels)
    note = f"{count} questions; cross-validated: {answered:.3f} answered, {refused:.3f} refused rightly."
    write_calibration(path, bias, weights, centre, scale, threshold, note)
    sys.stdout.write(
        json.dumps({"rows": count, "threshold": threshold, "answered": answered, "refused": refused}) + "\n"
    )


def main() -> None:
    """Ask, fit, write."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit")
    parser.add_argument("papers", nargs="+", type=Path)
    parser.add_argument("--outside", action="append", type=Path, default=[])
    parser.add_argument("--bare", action="store_true", help="for models without a reranker")
    told = parser.parse_args()
    rows = collect(load_settings(), told.papers, foreign(told.outside), reranked=not told.bare)
    write_fit(rows, BARE_CALIBRATION_FILE if told.bare else CALIBRATION_FILE)


if __name__ == "__main__":
    main()
