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
# Affinity that only a word gives which names one paper and no other.
_NAMED = 0.99


def card_text(card: DocumentCard) -> str:
    """A paper's id, titles, place and authors in one line."""
    bibliography = card.bibliography
    return " ".join(
        (
            card.id.replace("-", " "),
            bibliography.title,
            bibliography.original_title or "",
            bibliography.place or "",
            *bibliography.authors,
        )
    )


def card_stems(card: DocumentCard, analyse: Analyse) -> frozenset[str]:
    """Stems of a paper's place, title, authors and id."""
    text = card_text(card)
    return frozenset(analyse(text, "id")) | frozenset(analyse(text, "en"))


def place_stems(card: DocumentCard, analyse: Analyse) -> frozenset[str]:
    """Stems of a paper's place."""
    place = card.bibliography.place or ""
    return frozenset(analyse(place, "id")) | frozenset(analyse(place, "en"))


def document_affinity(
    terms: Sequence[QuestionTerm],
    cards: Mapping[str, frozenset[str]],
    places: Mapping[str, frozenset[str]],
    hits: Mapping[str, Sequence[Hit]],
    owner: Callable[[str], str],
) -> dict[str, float]:
    """For each paper a number between 0 (not spoken of) and 1 (its place is named, or every rare word points to it).

    `cards` and `places` map document ids to `card_stems` and `place_stems`, `hits` each term's word to the passages
    that hold it (as many as were looked up), `owner` a passage id to its document id.
    """
    total = sum(term.weight for term in terms) or 1.0
    affinity: dict[str, float] = {}
    for term in terms:
        named = [document for document, stems in cards.items() if term.stems & stems]
        for document in named:
            affinity[document] = affinity.get(document, 0.0) + term.weight / total * _tells_apart(named, cards)
        held = Counter(owner(hit.passage_id) for hit in hits.get(term.word, ()))
        found = sum(held.values())
        for document, count in held.items():
            if document in named:
                continue
            concentration = count / found
            strength = concentration**2 * min(1.0, count / _ESTABLISHED)
            affinity[document] = affinity.get(document, 0.0) + term.weight / total * strength
    # A place says which study is meant, however often its own paper repeats it.
    for document, share in _placed(terms, places).items():
        affinity[document] = max(affinity.get(document, 0.0), share)
    return affinity


def named_papers(affinity: Mapping[str, float]) -> tuple[str, ...]:
    """The papers that a question names one by one, in the order of their ids."""
    return tuple(sorted(one for one, share in affinity.items() if share >= _NAMED))


def _placed(terms: Sequence[QuestionTerm], places: Mapping[str, frozenset[str]]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for term in terms:
        here = [document for document, stems in places.items() if term.stems & stems]
        for document in here:
            shares[document] = max(shares.get(document, 0.0), _tells_apart(here, places))
    return shares


def _tells_apart(named: Sequence[str], every: Mapping[str, object]) -> float:
    """1 for a word that names one paper only, less the more papers it names."""
    return min(1.0, rarity(len(named), len(every)) / rarity(1, max(2, len(every))))
