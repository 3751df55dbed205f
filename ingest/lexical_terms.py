"""Passage → terms: words of Indonesian and English text as the lexical index knows them. Pure.

Stems are Snowball's (Porter 2001; Indonesian after Tala 2003). Names and numbers are kept as they are written, because
a stemmer makes "maget" of Magetan and "malang" of Pemalang.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

from ingest.stopwords import STOP_WORDS
from ingest.types import Language

# Part of what a saved lexical index was built with: raise it whenever the same text would give other terms.
ANALYSIS_VERSION = 1

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?!\w)|\w+(?:['’ʼ`]\w+)*")
_WORD_PARTED = re.compile(f"({_WORD.pattern})")
_SENTENCE_END = re.compile(r"[.!?:;\n\"“”‘(\[]\s*$")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_POSSESSIVE = re.compile(r"['’ʼ`]s$")
_APOSTROPHE = re.compile(r"['’ʼ`_]")
_LONGEST = 64
_AS_NAME = 2
_REMEMBERED = 50_000
_ALGORITHM = {"id": "indonesian", "en": "english"}
_stemmers = threading.local()


def passage_terms(text: str, language: Language) -> list[str]:
    """The terms that a passage is found by, repeated as often as they occur: the stem of every word that is no stop
    word, and beside it the word itself where it is written as a name and stemming would change it."""
    terms: list[str] = []
    known = _KNOWN[language]
    # Gaps and words in turn, parted in one go: building an index walks over every word of a collection.
    parts = _WORD_PARTED.split(unicodedata.normalize("NFKC", text))
    for place, written in enumerate(parts[1::2]):
        held = known[written]
        # Where a sentence opens, a capital letter says nothing.
        if len(held) == _AS_NAME and (place == 0 or _SENTENCE_END.search(parts[2 * place])):
            held = held[:1]
        terms += held
    return terms


def written_words(text: str) -> list[str]:
    """Words as they are written, in order, stop words included."""
    return _WORD.findall(unicodedata.normalize("NFKC", text))


def words_of(text: str) -> list[str]:
    """Normalised words without stop words, in order."""
    return [word for written in written_words(text) if (word := searched_form(written))]


def searched_form(written: str) -> str:
    """A word without case, accents, apostrophes and thousands separators; the empty string for a stop word."""
    word = _normalised(written)
    return word if word not in STOP_WORDS or _is_acronym(written) else ""


@lru_cache(maxsize=100_000)
def stem_of(word: str, language: Language) -> str:
    """The stem of a normalised word; numbers, and words that hold a digit, stay as they are."""
    if not word.isalpha() and any(character.isdigit() for character in word):
        return word
    stemmers: dict[str, Stemmer.Stemmer] | None = getattr(_stemmers, "by_language", None)
    if stemmers is None:
        stemmers = {code: Stemmer.Stemmer(name) for code, name in _ALGORITHM.items()}
        _stemmers.by_language = stemmers
    return str(stemmers[language].stemWord(word))


class _Known(dict[str, tuple[str, ...]]):
    """By word as it is written: its stem, and the word itself if it may be a name; nothing for a stop word. A plain
    look-up takes a third of the time of one in a `lru_cache`."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, written: str) -> tuple[str, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        held = self[written] = self._made(written)
        return held

    def _made(self, written: str) -> tuple[str, ...]:
        word = _normalised(written)
        if not word or (word in STOP_WORDS and not _is_acronym(written)):
            return ()
        stem = stem_of(word, self._language)
        return (stem, word) if stem != word and written[0].isupper() else (stem,)


_KNOWN: dict[Language, _Known] = {"id": _Known("id"), "en": _Known("en")}


def _normalised(written: str) -> str:
    if written.isalpha() and written.isascii():
        return written.lower()[:_LONGEST]
    if written[0].isdigit() and not written.isalnum():
        if _THOUSANDS.fullmatch(written):
            return re.sub("[.,]", "", written)
        return written.replace(",", ".")
    word = _APOSTROPHE.sub("", _POSSESSIVE.sub("", written.casefold()))
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return word[:_LONGEST]


def _is_acronym(written: str) -> bool:
    return len(written) > 1 and written.isupper()
