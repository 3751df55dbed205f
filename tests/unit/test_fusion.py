"""hits of both legs → one ranking."""

import pytest

from qa.fusion import fuse, standardise


def test_a_passage_found_by_both_legs_comes_first() -> None:
    fused = fuse({"a": 0.9, "b": 0.88, "c": 0.7}, {"b": 9.0, "d": 2.0}, 0.5)
    assert max(fused, key=lambda one: fused[one]) == "b"


def test_without_weight_the_lexical_leg_changes_no_order() -> None:
    fused = fuse({"a": 0.9, "b": 0.8}, {"b": 50.0}, 0.0)
    assert fused["a"] > fused["b"]


def test_an_id_that_a_leg_missed_counts_as_its_lowest() -> None:
    scores = standardise({"a": 3.0, "b": 1.0}, ["a", "b", "c"])
    assert scores[1] == pytest.approx(scores[2])


def test_a_leg_that_found_nothing_or_one_score_says_nothing() -> None:
    assert standardise({}, ["a", "b"]).tolist() == [0.0, 0.0]
    assert standardise({"a": 2.0, "b": 2.0}, ["a", "b"]).tolist() == [0.0, 0.0]
