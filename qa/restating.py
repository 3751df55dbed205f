"""question that found no answer → the same in the words of papers, written by a language model: once more into
retrieval.

"Emang siapa sih yang ngasih duit buat pameran?" asks who funds an exhibition; a model knows that, letters and a small
encoder do not (query rewriting: Ma et al. 2023, arXiv 2305.14283). Nothing is taken on trust: a question that gained or
lost a name or a number is another question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import closing

from ingest.types import Language
from qa.draft import LineReader
from qa.generate import Generator
from qa.names import missing_names, names_in, words_in
from qa.numerals import numbers_in
from qa.prompting import Prompts, restate_messages
from qa.types import Turn

# Ways to put it that are tried, and earlier questions that are told.
_WAYS = 3
_EARLIER = 3
_FEWEST_WORDS, _MOST_WORDS = 2, 40
_ORDINAL = re.compile(r"^\s*(?:[-*•]|\(?\d[.)])\s+")
_MARKUP = re.compile(r"https?:|www\.|\]\(|</?\w|`|\[\d")


def restatements(
    question: str, history: Sequence[Turn], language: Language, generator: Generator, prompts: Prompts, seconds: float
) -> tuple[str, ...]:
    """Up to three ways to put a question, as they were written; `holds_to` says which ask for the same. Raises
    GeneratorError."""
    earlier = [turn.content for turn in history if turn.role == "user"][-_EARLIER:]
    reader, lines = LineReader(), list[str]()
    with closing(generator.write(*restate_messages(prompts, question, earlier, language), seconds)) as pieces:
        for piece in pieces:
            retracted = reader.retracted
            read = reader.feed(piece)
            lines = [*(lines if reader.retracted == retracted else ()), *read]
    told = (" ".join(_ORDINAL.sub("", line).split()) for line in (*lines, *reader.rest()))
    return tuple(dict.fromkeys(line for line in told if line))[:_WAYS]


def holds_to(
    restated: str,
    question: str,
    history: Sequence[Turn],
    places: Collection[str],
    is_word: Callable[[str], bool] | None = None,
) -> bool:
    """Whether a restated question names and counts what the question does, and nothing that neither it nor the
    conversation holds. `places` are words of places, in lower case, however the question spells them; `is_word` knows
    more ordinary words."""
    if not _FEWEST_WORDS <= len(restated.split()) <= _MOST_WORDS or _MARKUP.search(restated):
        return False
    known = " \n".join((question, *(turn.content for turn in history)))
    counted = set(numbers_in(restated))
    if not set(numbers_in(question)) <= counted or not counted <= set(numbers_in(known)):
        return False
    if missing_names(names_in(restated, is_word), known):
        return False
    named = names_in(question, is_word) | (words_in(question) & words_in(" ".join(places)))
    return not missing_names(named, restated)
