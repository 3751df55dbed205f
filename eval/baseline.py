"""ScoreSheet ↔ committed baseline: what each measure is held to, and what every question gave when it was last
accepted.

`baseline.toml` holds value, floor and tolerance by measure, one table for each corpus; `data/baseline-….jsonl` holds
the scores of single questions with the places that were quoted (never their text).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from eval.cases import Case
from eval.dataset import DATA, DatasetError
from eval.scores import Keep, Measured, ScoreSheet
from eval.statistics import Row

OWN = "own"
"""The corpus of a team's own questions."""
BASELINE = Path(__file__).with_name("baseline.toml")
_VALUE = re.compile(r"(?m)^value = .*$")
_DIGITS = 4
Place: TypeAlias = tuple[str, str, int, int]
"""(document, version, start, end) in the stored text."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a measure is held to. `floor` is the worst value that passes (a ceiling where lower is better). A fall of
    more than `tolerance` against the baseline fails when chance does not explain it; with tolerance 0 any fall fails.
    A measure that is not `paired` (time, say) is held to its floor alone."""

    name: str
    value: float | None
    floor: float
    tolerance: float
    paired: bool = True

    @property
    def measure(self) -> str:
        """The measure without the slice that may follow after a comma."""
        return self.name.partition(", ")[0]

    @property
    def slice(self) -> str:
        """The slice of the questions that counts."""
        return self.name.partition(", ")[2] or "all"


@dataclass(frozen=True, slots=True)
class BaselineReply:
    """What one question gave, with the places that were quoted, and `said` where sentences are kept, too."""

    status: str
    quotes: tuple[Place, ...]
    rows: Mapping[str, Row] = field(repr=False)
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """The accepted state for one corpus; `replies` by case key, empty before the first acceptance."""

    corpus: str
    dataset_digest: str
    commit: str
    expectations: tuple[Expectation, ...]
    replies: Mapping[str, BaselineReply]


def rows_path(corpus: str, folder: Path = DATA) -> Path:
    """Where the scores of single questions stand."""
    return folder / f"baseline-{corpus}.jsonl"


def load_baseline(corpus: str, toml: Path = BASELINE, folder: Path = DATA) -> Baseline:
    """The baseline of a corpus (`samples` or `papers`). Raises DatasetError."""
    if not toml.exists():
        raise DatasetError(f"There is no {toml.name} yet. Accept this run with --update, in a commit of its own.")
    try:
        table = tomllib.loads(toml.read_text(encoding="utf-8"))[corpus]
        expectations = tuple(
            Expectation(name, one.get("value"), one["floor"], one["tolerance"], one.get("paired", True))
            for name, one in table.items()
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as fault:
        raise DatasetError(
            f"{toml.name} has no usable table for {corpus!r} ({fault}). Give each measure floor and tolerance."
        ) from fault
    path = rows_path(corpus, folder)
    if not path.exists():
        return Baseline(corpus, "", "", expectations, {})
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    head, names = lines[0], lines[0]["measures"]
    return Baseline(
        corpus, head["dataset"], head["commit"], expectations, dict(_reply(row, names) for row in lines[1:])
    )


def _reply(row: list[object], names: Sequence[str]) -> tuple[str, BaselineReply]:
    key, status, quotes, values, *said = row
    assert isinstance(key, str) and isinstance(status, str) and isinstance(quotes, list) and isinstance(values, list)
    rows = {
        name: tuple(value) if isinstance(value, list) else (float(value),)
        for name, value in zip(names, values, strict=True)
        if value is not None
    }
    sentences = said[0] if said and isinstance(said[0], list) else []
    return key, BaselineReply(status, tuple((d, v, a, b) for d, v, a, b in quotes), rows, tuple(map(str, sentences)))


def save_rows(
    corpus: str, dataset_digest: str, commit: str, cases: Sequence[Case], sheet: ScoreSheet, folder: Path = DATA
) -> Path:
    """Write the scores of single questions, one line each, sorted, so that a change of the baseline can be read. Of a
    team's own questions the sentences are kept, too: what a model wrote stands nowhere else."""
    kept = [one for one in sheet.measured if one.name != "milliseconds"]
    replies = {case.key: case for case in cases}
    keys = sorted({key for one in kept for key in one.rows} | replies.keys())
    head = {"corpus": corpus, "dataset": dataset_digest, "commit": commit, "measures": [one.name for one in kept]}
    lines = [_line(head)]
    for key in keys:
        status, quotes = _status(replies[key]) if key in replies else ("pair", [])
        said = [replies[key].sentences] if corpus == OWN and key in replies else []
        lines.append(_line([key, status, quotes, [_compact(one, key) for one in kept], *said]))
    path = rows_path(corpus, folder)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _line(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _status(case: Case) -> tuple[str, list[list[str | int]]]:
    answer = case.reply.answer
    if answer is None:
        return "failed", []
    return answer.status, [[q.document.id, q.document.version, q.start, q.end] for q in answer.citations]


def _compact(measured: Measured, key: str) -> float | list[float] | None:
    row = measured.rows.get(key)
    if row is None:
        return None
    short = [int(value) if value == int(value) else round(value, _DIGITS) for value in row]
    return short[0] if len(short) == 1 else short


def save_values(corpus: str, values: Mapping[str, float], toml: Path = BASELINE) -> None:
    """Put the accepted values into `baseline.toml`; floors, tolerances and comments stay as they were written."""
    parts = re.split(r"(?m)^(?=\[)", toml.read_text(encoding="utf-8"))
    for place, part in enumerate(parts):
        name = part.splitlines()[0].strip("[]") if part.startswith("[") else ""
        table, _, measure = name.partition(".")
        wanted = measure.strip('"')
        if table == corpus and wanted in values:
            line = f"value = {round(values[wanted], _DIGITS)}"
            parts[place] = _VALUE.sub(line, part) if _VALUE.search(part) else part.replace("]\n", f"]\n{line}\n", 1)
    toml.write_text("".join(parts), encoding="utf-8")


_BEGIN = (
    ("fully-correct", 0.0, 0.05),
    ("key-fact-recall", 0.0, 0.05),
    ("citation-recall", 0.0, 0.05),
    ("verbatim", 1.0, 0),
    ("groundedness", 1.0, 0),
    ("false-refusals", 1.0, 0.05),
    ("refusal-recall", 0.0, 0.05),
    ("language-match", 0.95, 0),
)


def begin_baseline(toml: Path, corpus: str, measured: Container[str]) -> None:
    """Write a first `baseline.toml` for a team's own questions: strict where nothing may ever be wrong, wide
    elsewhere, silent on what these questions do not measure."""
    head = "# floor: the worst value that ever passes. tolerance: how far a measure may fall below what was accepted.\n"
    parts = [
        f'[{corpus}."{name}"]\nfloor = {floor}\ntolerance = {tolerance}\n'
        for name, floor, tolerance in _BEGIN
        if name in measured
    ]
    toml.parent.mkdir(parents=True, exist_ok=True)
    toml.write_text("\n".join((head, *parts)), encoding="utf-8")


def slice_of(sheet: ScoreSheet, expectation: Expectation) -> tuple[Measured, Keep]:
    """The measure and the slice that an expectation names. Raises DatasetError."""
    slices = sheet.slices()
    try:
        return sheet.named(expectation.measure), slices[expectation.slice]
    except KeyError as fault:
        raise DatasetError(
            f"{BASELINE.name}: {expectation.name!r} names no measure or slice of this run. "
            f"Measures: {', '.join(one.name for one in sheet.measured)}; slices: {', '.join(slices)}."
        ) from fault
