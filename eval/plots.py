"""Figures → small SVG drawings that stand inside the report page. Pure; colours come from the page's style sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eval.statistics import Estimate

_STRIP = (160, 18)
_CURVE = (420, 240)
_BAR = (420, 16)
_EDGE = 34


def strip(now: Estimate, before: float | None) -> str:
    """A measure between 0 and 1 as a dot on its interval, with the accepted value as a line across."""
    width, height = _STRIP
    middle = height / 2

    def x(value: float) -> float:
        return round(4 + max(0.0, min(1.0, value)) * (width - 8), 1)

    mark = "" if before is None else f'<line class="was" x1="{x(before)}" x2="{x(before)}" y1="2" y2="{height - 2}"/>'
    return (
        f'<svg class="strip" viewBox="0 0 {width} {height}" role="img" aria-label="{now.value:.3f}, '
        f'{now.low:.2f} to {now.high:.2f}"><line class="axis" x1="4" x2="{width - 4}" y1="{middle}" y2="{middle}"/>'
        f'<line class="range" x1="{x(now.low)}" x2="{x(now.high)}" y1="{middle}" y2="{middle}"/>{mark}'
        f'<circle class="dot" cx="{x(now.value)}" cy="{middle}" r="4"/></svg>'
    )


def curve(points: Sequence[tuple[float, float]], working_point: tuple[float, float] | None) -> str:
    """Error among the questions answered, against the share answered, surest first; the ring is where the system
    works."""
    if not points:
        return ""
    width, height = _CURVE
    inner_w, inner_h = width - 2 * _EDGE, height - 2 * _EDGE

    def at(point: tuple[float, float]) -> str:
        return f"{_EDGE + point[0] * inner_w:.1f},{height - _EDGE - point[1] * inner_h:.1f}"

    line = " ".join(at(point) for point in points)
    ticks = "".join(
        f'<text x="{_EDGE - 6}" y="{height - _EDGE - share * inner_h + 4:.1f}" text-anchor="end">{share:g}</text>'
        f'<text x="{_EDGE + share * inner_w:.1f}" y="{height - _EDGE + 16}" text-anchor="middle">{share:g}</text>'
        f'<line class="grid" x1="{_EDGE}" x2="{width - _EDGE}" y1="{height - _EDGE - share * inner_h:.1f}" '
        f'y2="{height - _EDGE - share * inner_h:.1f}"/>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    )
    ring = ""
    if working_point:
        cx, cy = at(working_point).split(",")
        ring = f'<circle class="ring" cx="{cx}" cy="{cy}" r="6"/>'
    label = "Risk against coverage"
    return (
        f'<svg class="curve" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{ticks}'
        f'<polyline class="line" points="{line}"/>{ring}'
        f'<text x="{width / 2}" y="{height - 2}" text-anchor="middle">share answered, surest first</text>'
        f'<text x="{_EDGE}" y="{_EDGE - 14}">share of those that are wrong</text></svg>'
    )


def bars(groups: Mapping[str, Sequence[Estimate | None]], names: Sequence[str]) -> str:
    """One group of horizontal bars for each label, a bar for each of `names` in turn, with intervals as thin lines."""
    width, row = _BAR
    left, right = 130, 44
    step = row * len(names) + 10
    height = step * len(groups) + 6
    scale = width - left - right
    drawn = []
    for place, (label, figures) in enumerate(groups.items()):
        top = place * step + 6
        drawn.append(
            f'<text x="{left - 8}" y="{top + row * len(names) / 2 + 4}" text-anchor="end">{escape(label)}</text>'
        )
        for number, figure in enumerate(figures):
            if figure is None:
                continue
            y = top + number * row
            middle = y + row / 2 - 1
            low, high = (max(0.0, min(1.0, end)) for end in (figure.low, figure.high))
            drawn.append(
                f'<rect class="bar bar-{number}" x="{left}" y="{y}" '
                f'width="{figure.value * scale:.1f}" height="{row - 3}">'
                f"<title>{escape(names[number])}: {figure.value:.3f} [{figure.low:.2f}–{figure.high:.2f}], "
                f'n {figure.n}</title></rect><line class="whisker" x1="{left + low * scale:.1f}" '
                f'x2="{left + high * scale:.1f}" y1="{middle}" y2="{middle}"/>'
                f'<text x="{width - right + 6}" y="{y + row - 5}">{figure.value:.2f}</text>'
            )
    return f'<svg class="bars" viewBox="0 0 {width} {height}" role="img" aria-label="By type">{"".join(drawn)}</svg>'
