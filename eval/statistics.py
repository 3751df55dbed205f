"""Numbers of single questions → a figure with its n and a bootstrap interval. Pure and seeded.

Questions on the same fact are not independent, so whole facts are resampled (cluster bootstrap, percentile interval:
Efron and Tibshirani 1993, chapters 8 and 13).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float64]
Row: TypeAlias = tuple[float, ...]
"""What one question gives: one number for a mean, two for the other statistics."""

SEED = 5
RESAMPLES = 2000
LEVEL = 0.95


class Statistic(StrEnum):
    """How rows become one figure. `RATIO`: mean of the second number over mean of the first. `AURC`: rows are
    (confidence, error); mean error over all coverages when the least confident are left out first (Geifman et al.
    2019)."""

    MEAN = "mean"
    RATIO = "ratio"
    AURC = "aurc"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval and the number of questions behind it."""

    value: float
    low: float
    high: float
    n: int


def _mean(rows: Matrix, weights: Matrix) -> Matrix:
    return np.asarray(weights @ rows[:, 0] / weights.sum(axis=1))


def _ratio(rows: Matrix, weights: Matrix) -> Matrix:
    below = weights @ rows[:, 0]
    return np.asarray(np.divide(weights @ rows[:, 1], below, out=np.full(len(below), np.nan), where=below > 0))


def _aurc(rows: Matrix, weights: Matrix) -> Matrix:
    order = np.argsort(-rows[:, 0], kind="stable")
    errors, ordered = rows[order, 1], weights[:, order]
    covered = np.cumsum(ordered, axis=1)
    wrong = np.cumsum(ordered * errors, axis=1)
    risk = np.divide(wrong, covered, out=np.zeros_like(wrong), where=covered > 0)
    return np.asarray((risk * ordered).sum(axis=1) / ordered.sum(axis=1))


_STATISTICS: Mapping[Statistic, Callable[[Matrix, Matrix], Matrix]] = {
    Statistic.MEAN: _mean,
    Statistic.RATIO: _ratio,
    Statistic.AURC: _aurc,
}


def seed_for(name: str, seed: int = SEED) -> int:
    """A seed of its own for each name, the same on every machine."""
    return (seed << 32) + zlib.crc32(name.encode())


def _weights(clusters: Sequence[str], seed: int, resamples: int) -> Matrix:
    """How often each row is drawn, shape `(resamples, rows)`; rows of one cluster are drawn together."""
    names, member = np.unique(np.asarray(clusters), return_inverse=True)
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    return np.asarray(drawn[:, member], dtype=np.float64)


def estimate(
    rows: Sequence[Row], clusters: Sequence[str], statistic: Statistic, seed: int, resamples: int = RESAMPLES
) -> Estimate | None:
    """The figure of these rows; None without rows. `clusters` names the fact of each row."""
    if not rows:
        return None
    matrix = np.asarray(rows, dtype=np.float64)
    compute = _STATISTICS[statistic]
    value = float(compute(matrix, np.ones((1, len(rows))))[0])
    if np.isnan(value):
        return None
    drawn = compute(matrix, _weights(clusters, seed, resamples))
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return Estimate(value, float(low), float(high), len(rows))


def paired_difference(
    before: Sequence[Row],
    after: Sequence[Row],
    clusters: Sequence[str],
    statistic: Statistic,
    seed: int,
    resamples: int = RESAMPLES,
) -> Estimate | None:
    """`after` minus `before` for the same questions in the same order, resampled together; None without rows."""
    if not before:
        return None
    compute, one = _STATISTICS[statistic], np.ones((1, len(before)))
    old, new = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    value = float((compute(new, one) - compute(old, one))[0])
    if np.isnan(value):
        return None
    weights = _weights(clusters, seed, resamples)
    drawn = compute(new, weights) - compute(old, weights)
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return Estimate(value, float(low), float(high), len(before))


def risk_coverage(rows: Sequence[Row]) -> tuple[tuple[float, float], ...]:
    """Points (coverage, error among those answered) of the curve, from the surest question to all of them."""
    ordered = sorted(rows, key=lambda row: -row[0])
    points, wrong = [], 0.0
    for count, (_, error) in enumerate(ordered, start=1):
        wrong += error
        points.append((count / len(ordered), wrong / count))
    return tuple(points)
