"""question → RetrievedPassage: both legs over-fetch ids, one read of the record keeps what is published, fusion ranks
the
candidates, and late interaction ranks the best of them anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Protocol

import numpy as np

from ingest.types import (
    NO_TOKENS,
    DocumentCard,
    Embedder,
    Hit,
    PassageIndex,
    PublishedPassage,
    QuestionVectors,
    TokenVectors,
    Vector,
)
from qa.affinity import PapersByPlace, PapersByStem, card_stems, document_affinity, place_stems
from qa.cosine_scale import BARE, CosineScale, measure_scale
from qa.fusion import Found, FusionWeights, first_score, ideal
from qa.interaction import Likeness, measure_likeness, weighted
from qa.question import QuestionProfile
from qa.settings import RetrievalSettings
from qa.terms import QuestionTerm, TermStatistics, weigh_terms
from qa.types import RetrievedPassage

_TERM_HITS = 60
_TRIES = 3


class Lexical(TermStatistics, Protocol):
    """The lexical leg."""

    def search_terms(self, terms: Sequence[tuple[str, float]], limit: int) -> list[Hit]:
        """Passages by BM25 over weighted stems, best first."""
        ...

    def holders(self, term: str, limit: int) -> Sequence[Hit]:
        """Passages that hold one term, best first by BM25."""
        ...


class PublishedPassages(Protocol):
    """The reading side of the record."""

    def passages(self, ids: Sequence[str]) -> list[PublishedPassage]:
        """Those that answer now."""
        ...

    def token_vectors(self, ids: Sequence[str]) -> dict[str, TokenVectors]:
        """Token vectors by passage id."""
        ...

    def cards(self) -> dict[str, DocumentCard]:
        """The documents that answer now; the same dictionary while they are the same."""
        ...

    def document_vectors(self, document_ids: Sequence[str]) -> tuple[list[str], Vector]:
        """Ids and vectors of all passages of these documents."""
        ...


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found for a question, best first, with what later steps need again; `named` holds the ids of the papers
    that it names, place by place."""

    passages: tuple[RetrievedPassage, ...]
    terms: tuple[QuestionTerm, ...]
    question: QuestionVectors
    affinity: Mapping[str, float]
    timings_ms: tuple[tuple[str, float], ...]
    named: tuple[tuple[str, ...], ...] = ()
    scale: CosineScale = BARE


@dataclass(frozen=True, slots=True)
class _Papers:
    """The cards that answer now, and the papers by what names them."""

    cards: Mapping[str, DocumentCard]
    named: PapersByStem
    placed: PapersByStem
    by_place: PapersByPlace


def document_of(passage_id: str) -> str:
    """The document id in a passage id `document@version#ordinal`."""
    return passage_id.rpartition("@")[0]


class HybridRetriever:
    """Dense and lexical search, fused, then late interaction. Safe to share between threads."""

    def __init__(
        self,
        record: PublishedPassages,
        index: PassageIndex,
        lexical: Lexical,
        embedder: Embedder,
        settings: RetrievalSettings,
        weights: FusionWeights | None = None,
    ) -> None:
        self._record, self._index, self._lexical, self._embedder = record, index, lexical, embedder
        self._settings, self._weights = settings, weights or FusionWeights()
        self._stems_by_version: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {}
        self._known = _Papers({}, *_named({}), PapersByPlace.of(()))

    def retrieve(self, profile: QuestionProfile, documents: Sequence[str], limit: int) -> Retrieval:
        """At most `limit` passages of `documents` (of all papers when empty) for this question."""
        started = perf_counter()
        question = self._embedder.read_question(profile.text)
        embedded = perf_counter()
        terms = weigh_terms(profile, self._lexical)
        for _ in range(_TRIES):
            cards = self._record.cards()
            dense = self._dense(question.question, documents)
            lexical = self._words(terms, documents)
            published = {one.passage.id: one for one in self._record.passages(list({**dense, **lexical}))}
            # A paper that was superseded after the search is not among what was read: it is searched for again.
            if self._record.cards() is cards:
                break
        affinity = self._affinity(terms)
        self._complete(dense, published, question.question)
        best_sentences = _best_sentences(published, question.question)
        alike = self._scale.alike
        found = {
            one: Found(
                cosine=dense[one],
                passage=alike(dense[one]),
                best_sentence=alike(best_sentences.get(one, dense[one])),
                bm25=lexical.get(one, 0.0),
                affinity=affinity.get(passage.document.id, 0.0),
            )
            for one, passage in published.items()
        }
        ranked = self._rank(profile, question, terms, found, published)
        named = self._known.by_place.named(affinity)
        passages = balanced(ranked, named if len(named) > 1 else (), limit)
        timings = (("embed", (embedded - started) * 1e3), ("retrieve", (perf_counter() - embedded) * 1e3))
        return Retrieval(passages, terms, question, affinity, timings, named, self._scale)

    def read(self, text: str) -> QuestionVectors:
        """The vectors of a question that nothing is searched for."""
        return self._embedder.read_question(text)

    @cached_property
    def _scale(self) -> CosineScale:
        return measure_scale(self._embedder)

    def _card_stems(self) -> tuple[PapersByStem, PapersByStem]:
        """Papers by the stems of their cards and of their places; each version of a paper is analysed once."""
        cards, analyse = self._record.cards(), self._lexical.analyse
        if cards is self._known.cards:
            return self._known.named, self._known.placed
        known = self._stems_by_version
        for card in cards.values():
            if (card.id, card.version) not in known:
                known[card.id, card.version] = card_stems(card, analyse), place_stems(card, analyse)
        named, placed = _named({card.id: known[card.id, card.version] for card in cards.values()})
        self._known = _Papers(cards, named, placed, PapersByPlace.of(cards.values()))
        return named, placed

    def _affinity(self, terms: Sequence[QuestionTerm]) -> dict[str, float]:
        hits = {term.word: self._lexical.holders(term.stem, _TERM_HITS) for term in terms}
        return document_affinity(terms, *self._card_stems(), hits, document_of)

    def _dense(self, vector: Vector, documents: Sequence[str]) -> dict[str, float]:
        if documents:
            # An exact scan of the few rows: Chroma's filters cost more the larger the collection is.
            ids, vectors = self._record.document_vectors(documents)
            scores = vectors @ vector
            best = np.argsort(-scores)[: self._settings.candidates]
            return {ids[row]: float(scores[row]) for row in best}
        return {hit.passage_id: hit.score for hit in self._index.search(vector, self._settings.candidates)}

    def _words(self, terms: Sequence[QuestionTerm], documents: Sequence[str]) -> dict[str, float]:
        if not terms:
            return {}
        wanted = set(documents)
        # Over-fetch where most hits will be left out: other papers, and versions that have been superseded.
        limit = self._settings.candidates * (8 if wanted else 1)
        found = self._lexical.search_terms([(term.stem, 1.0) for term in terms], limit)
        kept = [hit for hit in found if not wanted or document_of(hit.passage_id) in wanted]
        return {hit.passage_id: hit.score for hit in kept[: self._settings.candidates]}

    def _complete(self, dense: dict[str, float], published: Mapping[str, PublishedPassage], vector: Vector) -> None:
        """Exact cosines for what only the lexical leg found."""
        missing = [one for one in published if one not in dense]
        if missing:
            vectors = np.stack([published[one].vector for one in missing])
            dense.update(zip(missing, (vectors @ vector).tolist(), strict=True))

    def _rank(
        self,
        profile: QuestionProfile,
        question: QuestionVectors,
        terms: Sequence[QuestionTerm],
        found: Mapping[str, Found],
        published: Mapping[str, PublishedPassage],
    ) -> tuple[RetrievedPassage, ...]:
        possible = ideal(terms)
        score = {one: first_score(of, possible, self._weights) for one, of in found.items()}
        best = sorted(score, key=lambda one: (-score[one], one))[: self._settings.reranked]
        tokens = self._record.token_vectors(best)
        likeness = measure_likeness(question, profile.text, terms, [published[one].passage for one in best], tokens)
        weights = np.array([term.weight for term in terms], np.float32)
        if likeness:
            met = weighted(np.stack([like.passage for like in likeness.values()]), weights)
            for one, share in zip(likeness, met.tolist(), strict=True):
                score[one] += self._weights.likeness * share
        none = Likeness(np.zeros(0, np.float32), np.zeros((0, len(terms)), np.float32))
        return tuple(
            RetrievedPassage(
                passage=published[one].passage,
                document=published[one].document,
                rank=rank,
                score=score[one],
                dense=found[one].cosine,
                lexical=found[one].bm25,
                sentence_vectors=published[one].sentence_vectors,
                likeness=likeness.get(one, none).sentences,
                tokens=tokens.get(one, NO_TOKENS),
            )
            for rank, one in enumerate(sorted(best, key=lambda one: (-score[one], one)), start=1)
        )


def balanced(
    ranked: Sequence[RetrievedPassage], named: Sequence[Sequence[str]], limit: int
) -> tuple[RetrievedPassage, ...]:
    """The first `limit` of `ranked`, where the papers of each place in `named` have their share, so that none crowds
    out another."""
    share = limit // max(1, len(named))
    reserved = [one for papers in named for one in [p for p in ranked if p.document.id in papers][:share]]
    kept = {one.passage.id for one in reserved}
    rest = [one for one in ranked if one.passage.id not in kept][: limit - len(kept)]
    chosen = kept | {one.passage.id for one in rest}
    return tuple(one for one in ranked if one.passage.id in chosen)


def _best_sentences(published: Mapping[str, PublishedPassage], vector: Vector) -> dict[str, float]:
    """The cosine of the best sentence of each passage that has any, by passage id."""
    rows = {one: passage.sentence_vectors for one, passage in published.items() if len(passage.sentence_vectors)}
    if not rows:
        return {}
    scores = np.concatenate(list(rows.values())) @ vector
    starts = np.cumsum([0, *(len(matrix) for matrix in rows.values())])[:-1]
    return dict(zip(rows, np.maximum.reduceat(scores, starts).tolist(), strict=True))


def _named(stems: Mapping[str, tuple[frozenset[str], frozenset[str]]]) -> tuple[PapersByStem, PapersByStem]:
    cards, places = ({one: both[side] for one, both in stems.items()} for side in (0, 1))
    return PapersByStem.of(cards), PapersByStem.of(places)
