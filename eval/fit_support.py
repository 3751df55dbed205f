"""labelled pairs → qa/support.toml: how likeness becomes a support score.

python -m eval.fit_support     (fits on the development pairs; prints what the held-out quotes among them say)

Logistic regression with a ridge penalty over the signals of pairs that no exact check has decided.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.fit import Floats, fit_logistic
from eval.support import Pair, Scored, SupportFigures, figures, load_pairs
from ingest.embedding import load_embedder
from qa.settings import load_settings
from qa.support import WEIGHTS_FILE, SupportSignals, VectorSupport, score


def fit(signals: Sequence[SupportSignals], pairs: Sequence[Pair]) -> dict[str, float]:
    """Weights from the pairs that no exact check has decided. Every such pair must have word vectors."""
    open_pairs = [(one, pair) for one, pair in zip(signals, pairs, strict=True) if not one.conflicts and one.values]
    names = list(open_pairs[0][0].values or {})
    rows: Floats = np.array([[(one.values or {})[name] for name in names] for one, _ in open_pairs])
    labels: Floats = np.array([float(pair.supported) for _, pair in open_pairs])
    bias, weights = fit_logistic(rows, labels)
    return {"bias": bias, **dict(zip(names, weights.tolist(), strict=True))}


def held_out(signals: Sequence[SupportSignals], pairs: Sequence[Pair]) -> list[Scored]:
    """Every pair, scored by weights that were fitted without the pairs of its quote."""
    quotes = [pair.id.split("-")[0] for pair in pairs]
    scored = []
    for quote in dict.fromkeys(quotes):
        seen = [place for place, other in enumerate(quotes) if other != quote]
        weights = fit([signals[place] for place in seen], [pairs[place] for place in seen])
        mine = [place for place, other in enumerate(quotes) if other == quote]
        scored += [Scored(pairs[place], score(signals[place], weights)) for place in mine]
    return scored


def best_cut(scored: Sequence[Scored]) -> tuple[float, SupportFigures]:
    """The score at which fewest pairs are judged wrongly, with its figures."""
    cuts = [round(0.3 + 0.01 * step, 2) for step in range(41)]
    return min(((cut, figures(scored, cut)) for cut in cuts), key=lambda pair: pair[1].error)


def write_weights(path: Path, weights: dict[str, float], note: str) -> None:
    """The weights as TOML."""
    lines = ["# Fitted by `python -m eval.fit_support`; see docs/evaluation.md.", f"# {note}", "[weights]"]
    lines += [f"{name} = {value:.4f}" for name, value in weights.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, print what was reached on held-out quotes, and write the file."""
    settings = load_settings()
    support = VectorSupport(load_embedder(settings.embedding, settings.home), {})
    pairs = load_pairs("development")
    signals = [support.signals(pair.claim, [pair.quote]) for pair in pairs]
    cut, reached = best_cut(held_out(signals, pairs))
    weights = fit(signals, pairs)
    # So that the best cut lies at 0.5, the default of SITASI_ANSWER__SUPPORT_THRESHOLD.
    weights["bias"] -= math.log(cut / (1 - cut))
    note = f"{len(pairs)} development pairs; error on quotes that were held out: {reached.error:.3f}."
    write_weights(WEIGHTS_FILE, weights, note)
    sys.stdout.write(json.dumps({"pairs": len(pairs), "held_out_error": reached.error}) + "\n")


if __name__ == "__main__":
    main()
