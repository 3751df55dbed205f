"""question words → which papers the question is about: places, titles, authors, and names that one paper uses most.
Pure.

A paper is spoken of when its own place, title or authors stand in the question, or when a rare word of the question
occurs in that paper far more than elsewhere ("kpc" in a study that mentions no other company).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.types import DocumentCard, Hit, Language
from qa.terms import QuestionTerm, rarity

Analyse = Callable[[str, Language], list[str]]

# A word found in this many passages of one paper is taken as one of its subjects.
_ESTABLISHED = 4
# What follows the innermost part of a place ("Desa Plered, Jawa Barat", "Plered (Purwakarta)").
_AFTER_A_PLACE = re.compile(r"[,;(/]")
_LONGEST_PLACE = 60
# How much less than what the name of its place alone gives a paper may have to be spoken of.
_SLACK = 0.01
# What kind of place it is, or which side of it, names none: "which subdistrict" asks about no paper of a subdistrict.
PLACE_UNITS = frozenset(
    "provinsi kabupaten kota kecamatan kelurahan desa dusun kampung nagari gampong pulau kawasan daerah wilayah "
    "province regency city town district subdistrict village island region area "
    "utara selatan timur barat tengah north south east west central northern southern eastern western".split()
)


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


def stems_of(text: str, analyse: Analyse) -> frozenset[str]:
    """Stems of a text, taken for Indonesian and for English: names are of no language."""
    return frozenset(analyse(text, "id")) | frozenset(analyse(text, "en"))


def card_stems(card: DocumentCard, analyse: Analyse) -> frozenset[str]:
    """Stems of a paper's place, title, authors and id."""
    return stems_of(card_text(card), analyse)


def place_stems(card: DocumentCard, analyse: Analyse) -> frozenset[str]:
    """Stems of a paper's place, without those of words for kinds of places unless it has no others."""
    return stems_of(" ".join(place_words(card.bibliography.place or "")), analyse)


def place_words(place: str) -> list[str]:
    """The words of a place in lower case, without those for kinds of places unless it has no others."""
    words = [word.strip(",.()").lower() for word in place.split()]
    return [word for word in words if word not in PLACE_UNITS] or words


def same_place(card: DocumentCard) -> str:
    """What papers of one place have in common, in both languages ("Desa Plered, Jawa Barat" and "Plered village"): the
    names of its innermost part; a paper's id where it has no place."""
    return " ".join(sorted(place_words(innermost_place(card)))) or card.id


def innermost_place(card: DocumentCard) -> str:
    """The innermost part of a paper's place, as it is written ("Desa Plered"), at most 60 characters; "" where it has
    no place."""
    inner = _AFTER_A_PLACE.split(card.bibliography.place or "", maxsplit=1)[0].strip()[:_LONGEST_PLACE]
    return inner if any(mark.isalpha() for mark in inner) else ""


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


@dataclass(frozen=True, slots=True)
class PapersByPlace:
    """How many papers there are, and for each paper the ids of all papers of its place, in order."""

    papers: int
    together: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, cards: Iterable[DocumentCard]) -> PapersByPlace:
        """From the cards of all papers."""
        places: dict[str, list[str]] = {}
        for card in sorted(cards, key=lambda card: card.id):
            places.setdefault(same_place(card), []).append(card.id)
        together = {paper: tuple(papers) for papers in places.values() for paper in papers}
        return cls(len(together), together)

    def named(self, affinity: Mapping[str, float]) -> tuple[tuple[str, ...], ...]:
        """The papers that a question names by their place, or one by one, place by place, in the order of their ids. A
        place that more than half of the papers share names none of them."""
        groups = {self.together[one] for one in affinity if one in self.together}
        return tuple(sorted(group for group in groups if self._spoken_of(group, affinity)))

    def _spoken_of(self, group: tuple[str, ...], affinity: Mapping[str, float]) -> bool:
        if len(group) > 1 and 2 * len(group) > self.papers:
            return False
        least = min(affinity.get(one, 0.0) for one in group)
        return least >= _tells_apart(len(group), max(2, self.papers)) - _SLACK


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
