"""raw file → Document: words broken by a hyphen, put together again or kept apart by what else the document says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_WORD = re.compile(r"(?<!-\n)(?<![^\W_])[^\W\d_]+(?:-[^\W\d_]+)*(?![^\W\d_]|-[ \n])")
_LOOSE = re.compile(r"(?<=[^\W_])(?P<gap>-[ \n]{1,4})(?=[^\W_])")
_SUSPENDED = frozenset("dan atau maupun serta hingga sampai and or to nor".split())
_NO_WORDS = frozenset(
    "di ke se ber ter me be per pe ny ng i a an in on re de co out over under up down off with some any every no there "
    "where here can may him her them your our my it what when who how fore inter trans".split()
)
_PREFIXES = (
    "memper",
    "diper",
    "meng",
    "meny",
    "peng",
    "peny",
    "mem",
    "men",
    "pem",
    "pen",
    "ber",
    "ter",
    "per",
    "se",
    "di",
    "ke",
    "me",
    "pe",
)
_SUFFIXES = ("annya", "kannya", "nya", "kan", "an", "lah", "kah", "i")
_COMPOUND_TAILS = frozenset(
    "based oriented led leading driven level term scale wide specific related making building sharing sector friendly "
    "depth making down up free like style economic cultural political".split()
)
_JOINED_BY_HYPHEN = frozenset("e non ex eks self well".split())


class Vocabulary:
    """How often each word stands unbroken in a text; decides what a hyphen at the end of a line meant."""

    def __init__(self, text: str) -> None:
        self._counts = Counter(word for word in _WORD.findall(text.lower()))

    def keeps_hyphen(self, left: str, right: str) -> bool:
        """Whether `left-` and `right` are one word written with a hyphen (`nilai-nilai`, `50-70`), not a broken one."""
        if not left or not right or not left[-1].isalpha() or not right[0].isalpha():
            return True
        if right[0].isupper():
            return not left.isupper()
        left, right = left.lower(), right.lower()
        hyphened, joined = self._counts[f"{left}-{right}"], self._counts[left + right]
        if hyphened != joined:
            return hyphened > joined
        if _doubled(left, right) or left in _JOINED_BY_HYPHEN or (right in _COMPOUND_TAILS and len(left) > 1):
            return True
        both_words = self._counts[left] and self._counts[right] and len(right) > 2
        return bool(both_words) and left not in _NO_WORDS


def loose_hyphens(text: str, words: Vocabulary) -> Iterator[tuple[int, int, bool]]:
    """Hyphens followed by white space inside a word: `(start, end, keeps)`, where `end` is past the white space."""
    for found in _LOOSE.finditer(text):
        left = _last_part(text, found.start())
        right_end = found.end()
        while right_end < len(text) and (text[right_end].isalnum()):
            right_end += 1
        right = text[found.end() : right_end]
        if right.lower() in _SUSPENDED:
            continue
        one_line = "\n" not in found.group()
        keeps = words.keeps_hyphen(left, right)
        if one_line and keeps and not (_doubled(left.lower(), right.lower()) or left.isdigit()):
            continue
        yield found.start(), found.end(), keeps


def _last_part(text: str, end: int) -> str:
    start = end
    while start > 0 and end - start < 40 and text[start - 1].isalnum():
        start -= 1
    return text[start:end]


def _doubled(left: str, right: str) -> bool:
    """Indonesian reduplication: the same word twice, affixes aside (`tindakan-tindakan`, `bersama-sama`,
    `bahan-bahannya`)."""
    stems = _stems(right)
    return len(left) > 2 and any(stem in stems for stem in _stems(left))


def _stems(word: str) -> set[str]:
    bare = {word}
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            bare.add(word[len(prefix) :])
    for stem in tuple(bare):
        for suffix in _SUFFIXES:
            if stem.endswith(suffix) and len(stem) - len(suffix) >= 3:
                bare.add(stem[: -len(suffix)])
    return {stem for stem in bare if len(stem) >= 3}
