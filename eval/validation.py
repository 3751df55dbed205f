"""validation questions → how well questions are answered that the encoder has not learned from, by language and type.

python -m eval.validation ../shared/papers      (without papers: the sample collection)

Abstention and evidence are fitted to these questions, by a few numbers each; the encoder and the rules for what a
question asks are not. Nothing at all is fitted to the questions that `--examination` asks, or chosen by them.
A quote is a sentence; graded as readers graded the sentences of the papers (`eval.training`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.table import Table

from eval.console import open_console
from eval.dataset import LANGUAGES, Expect
from eval.judged import RIGHT, STATES
from eval.weighed import Weighed, Weighing, open_weighing
from ingest.types import Language
from qa.settings import load_settings


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question: the grades of the chosen sentences, best first, and whether they were withheld."""

    type: str
    language: Language
    answerable: bool
    refused: bool
    grades: tuple[int, ...]


def replies(weighing: Weighing, asked: Iterable[Weighed]) -> Iterator[Reply]:
    """A reply for each of `asked`."""
    for one in asked:
        considered = one.considered
        yield Reply(
            type=one.item.type,
            language=one.language,
            answerable=one.item.expect is Expect.ANSWER,
            refused=not considered.chosen or considered.probability < weighing.threshold,
            grades=tuple(weighing.grades(one.item, considered.chosen)),
        )


def shares(given: Sequence[Reply]) -> dict[str, float]:
    """The measures by name; those that no reply bears on are missing."""
    answerable = [one for one in given if one.answerable]
    answered = [one.grades for one in answerable if not one.refused]
    measured: Mapping[str, Sequence[bool]] = {
        "best sentence right": [one.grades[:1] >= (RIGHT,) for one in answerable],
        "answer stated": [not one.refused and STATES in one.grades for one in answerable],
        "quotes right": [grade >= RIGHT for grades in answered for grade in grades],
        "answerable refused": [one.refused for one in answerable],
        "near misses refused": [one.refused for one in given if not one.answerable],
    }
    return {name: float(np.mean(values)) for name, values in measured.items() if values}


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.validation")
    parser.add_argument("papers", nargs="*", type=Path)
    parser.add_argument("--examination", action="store_true", help="the questions that nothing is fitted to")
    told = parser.parse_args()
    with open_weighing(load_settings(), told.papers) as weighing:
        asked = weighing.examination() if told.examination else weighing.validation()
        given = list(replies(weighing, asked))
    groups: dict[str, list[Reply]] = {"all": given}
    groups |= {language: [one for one in given if one.language == language] for language in LANGUAGES}
    groups |= {kind: [one for one in given if one.type == kind] for kind in sorted({one.type for one in given})}
    names = list(shares(given))
    table = Table("", "n", *names)
    for name, group in groups.items():
        reached = shares(group)
        figures = (f"{reached[measure]:.3f}" if measure in reached else "–" for measure in names)
        table.add_row(name, str(len(group)), *figures)
    open_console().print(table)


if __name__ == "__main__":
    main()
