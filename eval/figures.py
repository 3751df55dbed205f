"""Estimate → the few characters that tell it, in tables of a terminal, a page or a comment. Pure."""

from __future__ import annotations

from eval.statistics import Estimate


def figure_text(found: Estimate | None, measure: str, interval: bool = True) -> str:
    """`0.812 [0.77–0.85] n 131`; a dash where nothing was measured."""
    if found is None:
        return "–"
    large = measure in ("words", "milliseconds")
    value = f"{found.value:.1f}" if large else f"{found.value:.3f}"
    if not interval:
        return value
    low, high = (f"{end:.0f}" if large else f"{end:.2f}" for end in (found.low, found.high))
    return f"{value} [{low}–{high}] n {found.n}"
