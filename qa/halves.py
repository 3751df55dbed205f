"""question about several places → the same question about each of them, before index → RetrievedPassage. Pure.

"Bandingkan peran pemerintah di Kotagede dan Magetan" is two questions, and each is answered best when it is asked
alone: of everything that stands in a study, what is like the whole comparison is seldom what answers its half.
A question to every study, none named, is parted in `qa/every_study.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.types import Language
from qa.affinity import PLACE_UNITS
from qa.question import QuestionType, question_type, without_comparison

_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[,;/&]")
_BEFORE_A_PLACE = frozenset(
    "di dari pada untuk bagi milik yang in at of from for the that those antara between".split()
)
_BETWEEN_PLACES = frozenset(
    ", ; / & dan dengan serta maupun atau versus vs ketimbang daripada sama and with or than to as".split()
)
_BEFORE_A_LIST = _BEFORE_A_PLACE | {",", ";"}
_ASKED: Mapping[Language, str] = {"id": "Apa {}?", "en": "What is {}?"}
_LINKS = _BEFORE_A_PLACE | _BETWEEN_PLACES


@dataclass(frozen=True, slots=True)
class _Run:
    """A place as it is written: tokens `start` to `end`, half-open, and the places that these words name."""

    start: int
    end: int
    named: frozenset[int]


def asked_of_each(
    text: str, places: Sequence[frozenset[str]], stems: Callable[[str], frozenset[str]]
) -> tuple[str, ...]:
    """The question once for each of `places` (the stems of their names), in that order, without the others and without
    the words that compare; nothing unless each of them stands in the question under a name of its own."""
    text = without_comparison(text)
    tokens = list(_TOKEN.finditer(text))
    words = [token.group().lower() for token in tokens]
    runs = _runs(words, [frozenset(at for at, own in enumerate(places) if own & stems(word)) for word in words])
    if len(places) < 2 or any(all(run.named != {at} for run in runs) for at in range(len(places))):
        return ()
    asked = []
    for at in range(len(places)):
        kept = text
        for number in sorted(_dropped(words, runs, at), reverse=True):
            kept = kept[: tokens[number].start()] + kept[tokens[number].end() :]
        asked.append(_tidy(kept))
    return tuple(asked)


def as_question(text: str, language: Language) -> str:
    """`text`, asked: "bandingkan peran pemerintah" leaves bare words behind, which ask for anything on the matter."""
    if question_type(text) is not QuestionType.KEYWORDS:
        return text
    return _ASKED[language].format(text.rstrip(" .!"))


def _runs(words: Sequence[str], named: Sequence[frozenset[int]]) -> list[_Run]:
    """Where places stand: words that name the same, with what kind of place or which side of it is meant."""
    runs: list[_Run] = []
    at = 0
    while at < len(words):
        if not named[at]:
            at += 1
            continue
        end, own = at + 1, named[at]
        # A word that two places share ("Kutai Timur") is told apart by one beside it that they do not.
        while end < len(words) and (own & named[end] or (words[end] in PLACE_UNITS and not named[end])):
            own, end = own & named[end] or own, end + 1
        start = at
        while start > (runs[-1].end if runs else 0) and words[start - 1] in PLACE_UNITS:
            start -= 1
        runs.append(_Run(start, end, own))
        at = end
    return runs


def _dropped(words: Sequence[str], runs: Sequence[_Run], kept: int) -> set[int]:
    """The tokens to leave out so that only the place `kept` is asked about: the others, and what joins them to it."""
    dropped: set[int] = set()
    starts = {run.start for run in runs}
    for run in runs:
        if kept in run.named:
            continue
        before = _links(words, range(run.start - 1, -1, -1), dropped)
        after = _links(words, range(run.end, len(words)))
        at = run.end + len(after)
        leads = bool(after) and at in starts and all(words[one] in _BEFORE_A_LIST for one in before)
        # The first of several gives its preposition to the one that takes its stand.
        joins = after if before else [one for one in after if words[one] in _BETWEEN_PLACES]
        dropped |= {*range(run.start, run.end), *(joins if leads else before)}
    return dropped


def _links(words: Sequence[str], numbers: Iterable[int], dropped: Collection[int] = ()) -> list[int]:
    """The first of these tokens, as long as they are words that join; those that are dropped are passed over."""
    return list(takewhile(lambda number: words[number] in _LINKS, (one for one in numbers if one not in dropped)))


def _tidy(text: str) -> str:
    return re.sub(r"\s+([?!.,:;])", r"\1", " ".join(text.split())).strip(" ,;:")
