"""What was looked at for a fit, kept by halves of the study-facts and put together again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eval import fit, fit_evidence
from eval.fit import NAMES, Rows
from eval.fit_evidence import Listed
from eval.weighed import PARTS, fold_of

FACTS = [f"fact-{number}" for number in range(12)]


def test_sentences_of_a_question_stay_together(tmp_path: Path) -> None:
    lists = [
        Listed(fact, np.full((n + 1, 2), n, float), np.arange(n + 1) % 4, n % 3 > 0) for n, fact in enumerate(FACTS)
    ]
    for part in (0, 1):
        fit_evidence.keep_rows(tmp_path / f"{part}.npz", ["near", "long"], lists[part::2])
    names, kept = fit_evidence.kept_rows([tmp_path / "0.npz", tmp_path / "1.npz"])
    assert names == ["near", "long"]
    assert [one.fact for one in kept] == FACTS[::2] + FACTS[1::2]
    for one, other in zip(kept, lists[::2] + lists[1::2], strict=True):
        np.testing.assert_array_equal(one.parts, other.parts)
        np.testing.assert_array_equal(one.grades, other.grades)
        assert one.developed == other.developed


def test_training_questions_do_not_say_what_kind_of_sentence_is_good() -> None:
    names, grades = ["likeness", "section"], np.array([3, 0])
    readers = [Listed(fact, np.array([[1.0, 1.0], [0.0, 0.0]]), grades, True) for fact in FACTS]
    lessons = [Listed(f"t-{fact}", np.array([[1.0, -1.0], [0.0, 0.0]]), grades, False) for fact in FACTS]
    alone, together = fit_evidence.fit(names, readers), fit_evidence.fit(names, [*readers, *lessons])
    assert alone[1] > 0
    assert together[1] == alone[1]
    assert together[0] > alone[0]


def test_every_fact_is_kept_in_one_half(tmp_path: Path) -> None:
    signals = np.arange(len(FACTS) * len(NAMES), dtype=float).reshape(len(FACTS), len(NAMES))
    rows = Rows(signals, np.arange(len(FACTS)) % 2.0, np.arange(len(FACTS)) % 3 == 0, FACTS)
    for part in range(PARTS):
        fit.keep_rows(tmp_path / f"{part}.npz", rows, part)
    kept = fit.kept_rows([tmp_path / f"{part}.npz" for part in range(PARTS)])
    assert sorted(kept.facts) == sorted(FACTS)
    assert [fold_of(fact, PARTS) for fact in kept.facts] == sorted(fold_of(fact, PARTS) for fact in FACTS)
    at = kept.facts.index("fact-5")
    np.testing.assert_array_equal(kept.signals[at], signals[5])
    assert kept.labels[at] == 1.0
    assert not kept.developed[at] and kept.developed[kept.facts.index("fact-3")]


def test_the_threshold_is_the_highest_that_answers_enough_of_what_readers_ask() -> None:
    chances, developed = np.array([0.9, 0.5, 0.3, 0.2]), np.array([True, True, True, False])
    rows = Rows(np.zeros((4, 1)), np.array([1.0, 1.0, 0.0, 1.0]), developed, list("abcd"))
    threshold, answered, refused = fit.best_threshold(chances, rows)
    assert 0.3 < threshold <= 0.5
    assert (answered, refused) == (1.0, 1.0)
