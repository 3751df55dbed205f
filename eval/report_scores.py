"""ScoreSheet → the figures of the report page: a few in plain words first, then every measure by group. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from eval.answer_measures import Better
from eval.figures import LARGE, figure_text, value_text
from eval.plots import strip
from eval.scores import Measured, ScoreSheet
from eval.statistics import Estimate

_WAY = {Better.HIGHER: "", Better.LOWER: " Lower is better.", Better.NEITHER: " For information only."}
_PLAIN = {
    "verbatim": "of quotations stand in the paper word for word",
    "groundedness": "of statements are carried by what they quote",
    "fully-correct": "of answerable questions are answered in full",
    "false-refusals": "of answerable questions are refused by mistake",
    "refusal-recall": "of questions that the papers do not answer are refused",
    "language-match": "of replies are in the language of the question",
}
_COUNTED = {"verbatim": "answers", "groundedness": "answers", "language-match": "replies"}
_GROUPS = {
    "Finding passages": ("nDCG@10", "R@5", "RR", "Success@1"),
    "Answering": ("fully-correct", "key-fact-recall", "citation-recall"),
    "Quotes that belong there": ("citation-precision", "unjudged-share", "gold-precision"),
    "Quoting": ("verbatim", "groundedness"),
    "Refusing": ("false-refusals", "refusal-recall", "refusal-precision", "false-premise", "injection", "AURC"),
    "Two languages": ("language-match", "agreement", "parity-retrieval", "parity-answers", "english-alone"),
    "Length and time": LARGE,
}
_COLUMNS = {
    "all": "all",
    "language id": "Indonesian",
    "language en": "English",
    "scope other-language": "papers in the other language only",
}


def headline(sheet: ScoreSheet) -> str:
    """What a reader who knows no measure wants to know: shares in per cent, with interval and number."""
    keep = sheet.slices()["all"]
    tiles = []
    for name, says in _PLAIN.items():
        figure = sheet.figure(sheet.named(name), keep)
        if figure is not None:
            range_ = "" if figure.low == figure.high else f"{figure.low * 100:.0f} to {figure.high * 100:.0f}%, "
            count = f"{figure.n} {_COUNTED.get(name, 'questions')}"
            tiles.append(f'<li class="tile"><b>{_percent(figure.value)}</b> {says}<small>{range_}{count}</small></li>')
    return f'<ul class="tiles">{"".join(tiles)}</ul>'


def _percent(share: float) -> str:
    """Never rounded up to all or down to nothing."""
    whole = round(share * 100)
    return f"{share * 100:.1f}%" if whole in (0, 100) and share not in (0.0, 1.0) else f"{whole}%"


def score_table(sheet: ScoreSheet, accepted: Mapping[tuple[str, str], float]) -> str:
    """Every measure in all, by language and narrower scope; `accepted` maps (measure, slice) to the earlier value."""
    names = [name for name in sheet.slices() if name in _COLUMNS]
    head = "".join(f"<th>{_COLUMNS[name]}</th>" for name in names) + ("<th>all, before</th>" if accepted else "")
    listed = [name for group in _GROUPS.values() for name in group]
    others = tuple(one.name for one in sheet.measured if one.name not in listed)
    parts = []
    for title, members in (_GROUPS | {"Other": others}).items():
        rows = [_row(sheet, one, names, accepted) for name in members for one in sheet.measured if one.name == name]
        if any(rows):
            parts.append(f'<tr class="group"><th colspan="{len(names) + 3}">{title}</th></tr>{"".join(rows)}')
    return f'<div class="wide"><table><tr><th>measure</th><th></th>{head}</tr>{"".join(parts)}</table></div>'


def _row(sheet: ScoreSheet, measured: Measured, names: list[str], accepted: Mapping[tuple[str, str], float]) -> str:
    slices = sheet.slices()
    figures = [sheet.figure(measured, slices[name]) for name in names]
    if not any(figures):
        return ""
    drawn, was = "", accepted.get((measured.name, "all"))
    if figures[0] and measured.name not in LARGE:
        drawn = strip(figures[0], was)
    cells = "".join(_cell(figure, measured.name) for figure in figures)
    if accepted:
        cells += f"<td>{'–' if was is None else value_text(was, measured.name)}</td>"
    note = f"<small>{escape(measured.says)}{_WAY[measured.better]}</small>"
    return f"<tr><th>{escape(measured.name)}{note}</th><td>{drawn}</td>{cells}</tr>"


def _cell(figure: Estimate | None, name: str) -> str:
    value, _, rest = figure_text(figure, name).partition(" ")
    return f"<td>{value}<small>{escape(rest)}</small></td>"
