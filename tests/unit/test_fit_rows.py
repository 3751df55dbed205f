"""What abstention and evidence are fitted to, and what is chosen from it."""

from __future__ import annotations

import numpy as np

from eval import fit, fit_evidence
from eval.fit import Rows
from eval.fit_evidence import Listed

FACTS = [f"fact-{number}" for number in range(12)]


def test_what_speaks_for_answers_weighs_more() -> None:
    chance = np.random.default_rng(5)
    lists = []
    for fact in FACTS:
        parts = chance.normal(size=(6, 3))
        best = int(np.argmax(2 * parts[:, 0] - parts[:, 1]))
        lists.append(Listed(fact, parts, np.where(np.arange(6) == best, 3, 0)))
    weights = fit_evidence.fit(lists)
    assert weights[0] > abs(weights[2]) and weights[1] < -abs(weights[2])
    assert fit_evidence.cross_validated(lists)["first"] > 0.7


def test_the_threshold_is_the_highest_that_answers_enough() -> None:
    chances = np.array([0.9, 0.5, 0.3, 0.2])
    rows = Rows(np.zeros((4, 1)), np.array([1.0, 1.0, 0.0, 0.0]), list("abcd"))
    threshold, answered, refused = fit.best_threshold(chances, rows)
    assert 0.3 < threshold <= 0.5
    assert (answered, refused) == (1.0, 1.0)
