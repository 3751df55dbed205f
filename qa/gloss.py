"""Citations in the other language → the same with a translation beside the quote, where one could be had and checked.

A gloss is marked as translation wherever it is shown and never counts as evidence. It is checked as a claim is: the
same numbers and no others, no name that the quote does not hold, its language, and the support score.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ingest.types import Language
from qa.draft import LineReader
from qa.generate import Generator
from qa.language import detect_language
from qa.names import missing_names, names_in
from qa.numerals import numbers_in
from qa.prompting import Prompts, gloss_messages
from qa.types import Citation

_LINE = re.compile(r"^\s*[\[【［(]?\s*(\d{1,2})\s*[\]】］).:]\s*(.+?)\s*$")
_MARKUP = re.compile(r"https?:|www\.|\]\(|</?\w|`")
_SHORTEST, _LONGEST = 0.4, 2.5


def add_glosses(
    citations: Sequence[Citation],
    language: Language,
    generator: Generator,
    prompts: Prompts,
    support: Callable[[str, Sequence[str]], float],
    threshold: float,
    seconds: float,
) -> tuple[Citation, ...]:
    """The citations, with `translation` set where the quote is not in `language` and its translation holds. Raises
    GeneratorError."""
    foreign = {one.number: one.quote for one in citations if one.quote_language != language}
    if not foreign or seconds <= 0:
        return tuple(citations)
    found: dict[int, str] = {}
    reader, retracted = LineReader(), 0
    for piece in generator.write(*gloss_messages(prompts, foreign, language), seconds):
        lines = reader.feed(piece)
        if reader.retracted > retracted:
            retracted = reader.retracted
            found.clear()
        _collect(lines, foreign, found)
    _collect(reader.rest(), foreign, found)
    good = {
        number: gloss
        for number, gloss in found.items()
        if holds(gloss, foreign[number], language) and support(gloss, [foreign[number]]) >= threshold
    }
    return tuple(replace(one, translation=good[one.number]) if one.number in good else one for one in citations)


def holds(gloss: str, quote: str, language: Language) -> bool:
    """The exact checks of a translation."""
    share = len(gloss.split()) / max(1, len(quote.split()))
    return (
        _SHORTEST <= share <= _LONGEST
        and not _MARKUP.search(gloss)
        and set(numbers_in(gloss)) == set(numbers_in(quote))
        and not missing_names(names_in(gloss), quote)
        and detect_language(gloss) == language
    )


def _collect(lines: Sequence[str], foreign: Mapping[int, str], found: dict[int, str]) -> None:
    for line in lines:
        match = _LINE.match(line)
        if match and int(match[1]) in foreign:
            found.setdefault(int(match[1]), match[2])
