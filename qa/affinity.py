"""question words → which papers the question is about: places, titles, authors, and names that one paper uses most.
Pure.

A paper is spoken of when its own place, title or authors stand in the question, or when a rare word of the question
occurs in that paper far more than elsewhere ("kpc" in a study that mentions no other company).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class PapersByStem:
    """Which of `papers` papers have a stem in their name, by stem."""

    papers: int
    named: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, stems: Mapping[str, frozenset[str]]) -> PapersByStem:
        """From the stems of each paper, by document id."""
        named: dict[str, set[str]] = {}
        for document, own in stems.items():
            for stem in own:
                named.setdefault(stem, set()).add(document)
        return cls(len(stems), {stem: frozenset(documents) for stem, documents in named.items()})

    def naming(self, stems: frozenset[str]) -> frozenset[str]:
        """The papers that any of these stems names."""
        return frozenset().union(*(self.named.get(stem, ()) for stem in stems))


def document_affinity(
    terms: Sequence[QuestionTerm],
    cards: PapersByStem,
    places: PapersByStem,
    hits: Mapping[str, Sequence[Hit]],
    owner: Callable[[str], str],
) -> dict[str, float]:
    """For each paper a number between 0 (not spoken of) and 1 (its place is named, or every rare word points to it).

    `cards` and `places` are of `card_stems` and `place_stems`, `hits` maps each term's word to the passages that hold
    it (as many as were looked up), `owner` a passage id to its document id.
    """
    total = sum(term.weight for term in terms) or 1.0
    affinity: dict[str, float] = {}
    for term in terms:
        named = cards.naming(term.stems)
        told = term.weight / total * _tells_apart(len(named), cards.papers)
        for document in named:
            affinity[document] = affinity.get(document, 0.0) + told
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


def _placed(terms: Sequence[QuestionTerm], places: PapersByStem) -> dict[str, float]:
    shares: dict[str, float] = {}
    for term in terms:
        here = places.naming(term.stems)
        told = _tells_apart(len(here), places.papers)
        for document in here:
            shares[document] = max(shares.get(document, 0.0), told)
    return shares


def _tells_apart(named: int, papers: int) -> float:
    """1 for a word that names one paper only, less the more papers it names."""
    return min(1.0, rarity(named, papers) / rarity(1, max(2, papers)))
