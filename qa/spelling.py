"""question as typed → question with slips of the keyboard mended; what was typed stays where there is any doubt.

A word is left alone when the collection holds it or when it is a common word of either language (wordfreq: Speer 2022).
Of the words one slip away (a letter dropped, doubled, changed, or two swapped: Damerau 1964, which covers four fifths
of all misspellings), the commonest is taken, one that the collection holds before others. Names are mended only into
names of the collection.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from string import ascii_lowercase

from qa.question import STOP_WORDS
from qa.spoken import endings
from qa.word_frequency import commonness

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 4
_SHORTEST_NAME = 6

Frequency = Callable[[str], int]
"""Number of passages that hold a word in any of its forms."""


def mend_spelling(text: str, frequency: Frequency, names: Callable[[str], bool]) -> str | None:
    """`text` with mended words, or None when there is nothing to mend. `names` tells whether a word in lower case names
    a paper's place, subject or author."""
    found = []
    for position, match in enumerate(_WORD.finditer(text)):
        better = _better(match.group(), position > 0 and match.group()[0].isupper(), frequency, names)
        if better:
            found.append((match, better))
    # One word that nobody knows may be right all the same; it is mended only into one that the papers use.
    if len(found) == 1 and not (frequency(found[0][1]) or names(found[0][1])):
        return None
    mended = text
    for match, better in reversed(found):
        as_written = better.capitalize() if match.group()[0].isupper() else better
        mended = mended[: match.start()] + as_written + mended[match.end() :]
    return mended if found else None


def _better(word: str, name: bool, frequency: Frequency, names: Callable[[str], bool]) -> str | None:
    lowered = word.lower()
    if len(word) < _SHORTEST or not word.isascii() or lowered in STOP_WORDS or any(one.isupper() for one in word[1:]):
        return None
    if commonness(lowered) or frequency(lowered):
        return None
    near = dict.fromkeys(one_slip(lowered))
    named = [one for one in near if len(one) >= _SHORTEST_NAME and names(one)]
    if named:
        return max(named, key=frequency)
    if name:
        return None
    for one in endings(lowered):
        if commonness(one):
            return one
    common = [one for one in near if commonness(one)]
    return max(common, key=lambda one: commonness(one) + _weight(one, frequency), default=None)


def _weight(word: str, frequency: Frequency) -> float:
    """What it adds, on the scale of `commonness`, that the collection speaks of a word, or that any question may."""
    return 4.0 if word in STOP_WORDS else 2.0 * math.log1p(frequency(word))


def one_slip(word: str) -> Iterator[str]:
    """Every word that one slip turns into `word`, in lower case; the first letter is seldom wrong, and stays."""
    head, rest = word[0], word[1:]
    for place in range(len(rest) + 1):
        before, after = head + rest[:place], rest[place:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        if after:
            yield before + after[1:]
