"""Figures with intervals: right by hand, reproducible, and honest about how few facts stand behind them."""

import pytest

from eval.statistics import Statistic, estimate, paired_difference, risk_coverage, seed_for

NAMES = [f"fact{number}" for number in range(40)]
ROWS = [(float(number % 4 != 0),) for number in range(40)]


def test_a_mean_comes_with_its_n_and_an_interval_around_it() -> None:
    found = estimate(ROWS, NAMES, Statistic.MEAN, 1)
    assert found is not None
    assert (found.value, found.n) == (0.75, 40)
    assert 0.5 < found.low < 0.75 < found.high < 1.0


def test_the_same_seed_gives_the_same_interval_and_another_name_another_seed() -> None:
    assert estimate(ROWS, NAMES, Statistic.MEAN, 1) == estimate(ROWS, NAMES, Statistic.MEAN, 1)
    assert seed_for("RR") != seed_for("R@5")
    assert seed_for("RR") == 22753123825


def test_questions_on_the_same_facts_widen_the_interval() -> None:
    apart = estimate(ROWS, NAMES, Statistic.MEAN, 1)
    together = estimate(ROWS, [f"fact{number % 4}" for number in range(40)], Statistic.MEAN, 1)
    assert apart is not None and together is not None
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_nothing_measured_is_no_figure() -> None:
    assert estimate([], [], Statistic.MEAN, 1) is None
    assert paired_difference([], [], [], Statistic.MEAN, 1) is None
    assert estimate([(0.0, 1.0)], ["a"], Statistic.RATIO, 1) is None


def test_a_ratio_is_of_means_not_a_mean_of_ratios() -> None:
    found = estimate([(1.0, 1.0), (0.5, 0.0)], ["a", "b"], Statistic.RATIO, 1)
    assert found is not None
    assert found.value == pytest.approx(1.0 / 1.5)


def test_area_under_risk_and_coverage_by_hand() -> None:
    rows = [(0.9, 0.0), (0.2, 1.0), (0.5, 1.0)]
    assert risk_coverage(rows) == (
        (pytest.approx(1 / 3), 0.0),
        (pytest.approx(2 / 3), 0.5),
        (1.0, pytest.approx(2 / 3)),
    )
    found = estimate(rows, ["a", "b", "c"], Statistic.AURC, 1)
    assert found is not None
    assert found.value == pytest.approx((0 + 0.5 + 2 / 3) / 3)


def test_confidence_that_orders_errors_last_has_the_smaller_area() -> None:
    right = [(1.0 - number / 40, float(number >= 30)) for number in range(40)]
    wrong = [(confidence, 1.0 - error) for confidence, error in right]
    areas = [estimate(rows, NAMES, Statistic.AURC, 1) for rows in (right, wrong)]
    assert areas[0] is not None and areas[1] is not None
    assert areas[0].value < 0.1 < 0.8 < areas[1].value


def test_a_paired_fall_is_certain_where_two_separate_means_would_overlap() -> None:
    after = [(value[0] if number % 5 else 0.0,) for number, value in enumerate(ROWS)]
    change = paired_difference(ROWS, after, NAMES, Statistic.MEAN, 1)
    alone = estimate(after, NAMES, Statistic.MEAN, 1)
    assert change is not None and alone is not None
    assert change.value == pytest.approx(-0.15)
    assert change.high < 0
    assert alone.high > 0.7
