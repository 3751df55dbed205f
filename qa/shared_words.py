"""DocumentCard → words that tell nothing of a question's language: the collection uses them in both. Pure.

"batik" and "collaborative governance" stand in Indonesian and in English titles and keywords alike, and the name of a
town in questions of either language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ingest.types import Bibliography, DocumentCard
from qa.affinity import place_words
from qa.language import detect_language

_WORD = re.compile(r"[^\W\d_]+")
_REMEMBERED = 16_384


def shared_words(cards: Iterable[DocumentCard]) -> frozenset[str]:
    """In lower case: what names the papers' places, and what their titles and keywords use in both languages."""
    places: set[str] = set()
    indonesian: set[str] = set()
    english: set[str] = set()
    for card in cards:
        told = card.bibliography
        places.update(place_words(told.place or ""))
        ours, theirs = _words(told)
        indonesian |= ours
        english |= theirs
    return frozenset(places | (indonesian & english))


# A card never changes, so that a new paper costs only its own.
@lru_cache(_REMEMBERED)
def _words(told: Bibliography) -> tuple[frozenset[str], frozenset[str]]:
    phrases = [phrase for phrase in (told.title, told.original_title, *told.keywords) if phrase]
    ours = {phrase for phrase in phrases if detect_language(phrase) == "id"}
    return _in(ours), _in(set(phrases) - ours)


def _in(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for phrase in phrases for word in _WORD.findall(phrase))
