"""question × papers it speaks of → names that none of them mentions: asked about an office that is no part of a study.

A study of one town is near to every question about that town, also to one about an actor that it never names. Names are
compared as in claims ("Dinas Koperasi" = "cooperatives office"), and their words must stand together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.types import DocumentCard
from qa.affinity import card_text
from qa.names import fold_name, spelled_words, words_in
from qa.question import STOP_WORDS

# Words that may stand between those of a name: "Dinas Perindustrian dan Perdagangan".
_BETWEEN = 2
# Prepositions that printed Indonesian glues to a name: "dijawa".
_GLUED = ("di", "ke")
_REMEMBERED = 64
_SENTENCE_END = re.compile(r"[.!?]\s")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


@dataclass(frozen=True, slots=True)
class Mentions:
    """The words of a paper as names are compared, and where each stands."""

    words: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, text: str) -> Mentions:
        """From a paper's stored text."""
        words = tuple(fold_name(word) for word, _ in spelled_words(text))
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            places.setdefault(word, []).append(place)
        return cls(words, {word: tuple(found) for word, found in places.items()})

    def hold(self, name: Sequence[str]) -> bool:
        """Whether the words of a name, folded, stand together somewhere, in any order."""
        if len(name) == 1:
            return any(form in self.places for form in (name[0], *(glue + name[0] for glue in _GLUED)))
        rarest = min(name, key=lambda word: len(self.places.get(word, ())))
        reach = len(name) - 1 + _BETWEEN
        return any(
            set(name) <= set(self.words[max(0, place - reach) : place + reach + 1])
            for place in self.places.get(rarest, ())
        )


def asked_names(question: str, subject: frozenset[str] = frozenset()) -> list[tuple[str, ...]]:
    """Names in a question, each as its folded words: runs of capitalised words, without those of `subject` (folded
    words that name the paper itself). A capital at the start of a sentence says nothing; without any capitals there are
    none, nor in quotation marks: those are somebody's words, to be found or not."""
    question = _QUOTED.sub(lambda match: "." * len(match.group()), question)
    names: list[list[str]] = [[]]
    end = 0
    for word, at in spelled_words(question):
        between = question[end:at]
        first = end == 0 or bool(_SENTENCE_END.search(between))
        inner = any(letter.isupper() for letter in word[1:])
        named = (inner or (not first and word[0].isupper())) and word.lower() not in STOP_WORDS
        if not named or fold_name(word) in subject or between.strip():
            names.append([])
        if named and fold_name(word) not in subject:
            names[-1].append(fold_name(word))
        end = at + len(word)
    return [tuple(name) for name in names if name]


class PaperMentions:
    """What the papers at hand mention. Remembers the words of the versions asked about last; safe to share."""

    def __init__(self, text_of: Callable[[str, str], str]) -> None:
        """`text_of` gives the stored text of a document's version."""
        self._of = lru_cache(_REMEMBERED)(lambda document, version: Mentions.of(text_of(document, version)))

    def share_missing(self, question: str, papers: Sequence[DocumentCard]) -> float:
        """Share, 0 to 1, of the names in a question that none of `papers` mentions, those that name the papers apart;
        0 without names or papers."""
        subject = frozenset(word for card in papers for word in words_in(card_text(card)))
        names = asked_names(question, subject) if papers else []
        if not names:
            return 0.0
        held = [self._of(card.id, card.version) for card in papers]
        return sum(not any(paper.hold(name) for paper in held) for name in names) / len(names)
