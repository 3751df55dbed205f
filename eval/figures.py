"""Estimate → the few characters that tell it, in tables of a terminal, a page or a comment. Pure."""

from __future__ import annotations

from eval.statistics import Estimate

LARGE = ("words", "milliseconds")
"""Measures that are no shares of one."""


def figure_text(found: Estimate | None, measure: str, interval: bool = True) -> str:
    """`0.812 [0.77–0.85] n 131`; a dash where nothing was measured."""
    if found is None:
        return "–"
    value = value_text(found.value, measure)
    if not interval:
        return value
    low, high = (f"{end:.0f}" if measure in LARGE else f"{end:.2f}" for end in (found.low, found.high))
    return f"{value} [{low}–{high}] n {found.n}"


def value_text(value: float, measure: str) -> str:
    """`0.812`; words and milliseconds with one digit after the point."""
    return f"{value:.1f}" if measure in LARGE else f"{value:.3f}"


def change_text(change: Estimate | None, interval: bool = True) -> str:
    """`-0.071 [-0.15, -0.01]`; nothing is not told as less than nothing, and a dash where nothing was compared."""
    if change is None:
        return "–"
    value, low, high = round(change.value, 3) + 0.0, round(change.low, 2) + 0.0, round(change.high, 2) + 0.0
    return f"{value:+.3f} [{low:+.2f}, {high:+.2f}]" if interval else f"{value:+.3f}"
