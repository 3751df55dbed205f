"""question words → which papers the question is about: places, titles, authors, and names that one paper uses most.
Pure.

A paper is spoken of when its own place, title or authors stand in the question, or when a rare word of the question
occurs in that paper far more than elsewhere ("kpc" in a study that mentions no other company).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from ingest.types import DocumentCard, Hit, Language
from qa.terms import QuestionTerm, rarity

Analyse = Callable[[str, Language], list[str]]

# A word found in this many passages of one paper is taken as one of its subjects.
_ESTABLISHED = 4


def card_stems(card: DocumentCard, analyse: Analyse) -> frozenset[str]:
    """Stems of a paper's place, title, authors and id."""
    bibliography = card.bibliography
    text = " ".join(
        (
            card.id.replace("-", " "),
            bibliography.title,
            bibliography.original_title or "",
            bibliography.place or "",
            *bibliography.authors,
        )
    )
    return frozenset(analyse(text, "id")) | frozenset(analyse(text, "en"))


def place_stems(card: DocumentCard, analyse: Analyse) -> frozenset[str]:
    """Stems of a paper's place."""
    place = card.bibliography.place or ""
    return frozenset(analyse(place, "id")) | frozenset(analyse(place, "en"))


def document_affinity(
    terms: Sequence[QuestionTerm],
    cards: Mapping[str, frozenset[str]],
    hits: Mapping[str, Sequence[Hit]],
    owner: Callable[[str], str],
) -> dict[str, float]:
    """For each paper a number between 0 (not spoken of) and 1 (every rare word points to it).

    `cards` maps document ids to `card_stems`, `hits` each term's word to the passages that hold it (as many as were
    looked
    up), `owner` a passage id to its document id.
    """
    total = sum(term.weight for term in terms) or 1.0
    affinity: dict[str, float] = {}
    for term in terms:
        named = [document for document, stems in cards.items() if term.stems & stems]
        for document in named:
            share = rarity(len(named), len(cards)) / rarity(1, max(2, len(cards)))
            affinity[document] = affinity.get(document, 0.0) + term.weight / total * min(1.0, share)
        held = Counter(owner(hit.passage_id) for hit in hits.get(term.word, ()))
        found = sum(held.values())
        for document, count in held.items():
            if document in named:
                continue
            concentration = count / found
            strength = concentration**2 * min(1.0, count / _ESTABLISHED)
            affinity[document] = affinity.get(document, 0.0) + term.weight / total * strength
    return affinity
