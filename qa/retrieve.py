"""question → RetrievedPassage: both legs over-fetch ids, one read of the record keeps what is published, fusion ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import numpy as np

from ingest.types import DocumentCard, Embedder, Hit, Language, PassageIndex, PublishedPassage, Vector
from qa.affinity import card_stems, document_affinity
from qa.fusion import FusionWeights, fuse, standardise
from qa.question import QuestionProfile
from qa.settings import RetrievalSettings
from qa.terms import QuestionTerm, TermStatistics, weigh_terms
from qa.types import RetrievedPassage

_TERM_HITS = 60


class Lexical(TermStatistics, Protocol):
    """The lexical leg."""

    def search_terms(self, terms: Sequence[tuple[str, float]], limit: int) -> list[Hit]:
        """Passages by BM25 over weighted stems, best first."""
        ...


class PublishedPassages(Protocol):
    """The reading side of the record."""

    def passages(self, ids: Sequence[str]) -> list[PublishedPassage]: ...
    def cards(self) -> dict[str, DocumentCard]: ...
    def document_vectors(self, document_ids: Sequence[str]) -> tuple[list[str], Vector]: ...


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found for a question, best first, with what later steps need again."""

    passages: tuple[RetrievedPassage, ...]
    terms: tuple[QuestionTerm, ...]
    question_vector: Vector
    affinity: Mapping[str, float]
    timings_ms: tuple[tuple[str, float], ...]


def document_of(passage_id: str) -> str:
    """The document id in a passage id `document@version#ordinal`."""
    return passage_id.rpartition("@")[0]


class HybridRetriever:
    """Dense and lexical search, fused. Safe to share between threads."""

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
        self._stems_by_version: dict[tuple[str, str], frozenset[str]] = {}

    def retrieve(self, profile: QuestionProfile, documents: Sequence[str], limit: int) -> Retrieval:
        """At most `limit` passages of `documents` (of all papers when empty) for this question."""
        started = perf_counter()
        vector = self._embedder.embed_questions([profile.text])[0]
        embedded = perf_counter()
        terms = weigh_terms(profile, self._lexical)
        dense = self._dense(vector, documents)
        hits = {term.word: self._lexical.search_terms([(s, 1.0) for s in term.stems], _TERM_HITS) for term in terms}
        lexical = self._lexical_scores(terms, documents)
        affinity = document_affinity(terms, self._card_stems(), hits, document_of)
        published = self._record.passages(list({*dense, *lexical}))
        passages = self._rank(profile.language, vector, dense, lexical, affinity, published)[:limit]
        timings = (("embed", (embedded - started) * 1e3), ("retrieve", (perf_counter() - embedded) * 1e3))
        return Retrieval(passages, terms, vector, affinity, timings)

    def _card_stems(self) -> dict[str, frozenset[str]]:
        """Stems of every paper's card; each version of a paper is analysed once."""
        cards = self._record.cards()
        known = self._stems_by_version
        for card in cards.values():
            if (card.id, card.version) not in known:
                known[card.id, card.version] = card_stems(card, self._lexical.analyse)
        return {card.id: known[card.id, card.version] for card in cards.values()}

    def _dense(self, vector: Vector, documents: Sequence[str]) -> dict[str, float]:
        if documents:
            # An exact scan of the few rows: Chroma's filters cost more the larger the collection is.
            ids, vectors = self._record.document_vectors(documents)
            scores = vectors @ vector
            best = np.argsort(-scores)[: self._settings.candidates]
            return {ids[row]: float(scores[row]) for row in best}
        return {hit.passage_id: hit.score for hit in self._index.search(vector, self._settings.candidates)}

    def _lexical_scores(self, terms: Sequence[QuestionTerm], documents: Sequence[str]) -> dict[str, float]:
        weighted = [(stem, 1.0) for term in terms for stem in sorted(term.stems)]
        if not weighted:
            return {}
        wanted = set(documents)
        limit = self._settings.candidates * (8 if wanted else 1)
        found = self._lexical.search_terms(weighted, limit)
        kept = [hit for hit in found if hit.score > 0 and (not wanted or document_of(hit.passage_id) in wanted)]
        return {hit.passage_id: hit.score for hit in kept[: self._settings.candidates]}

    def _rank(
        self,
        language: Language,
        vector: Vector,
        dense: Mapping[str, float],
        lexical: Mapping[str, float],
        affinity: Mapping[str, float],
        published: Sequence[PublishedPassage],
    ) -> tuple[RetrievedPassage, ...]:
        by_id = {one.passage.id: one for one in published}
        dense = {one: score for one, score in dense.items() if one in by_id}
        lexical = {one: score for one, score in lexical.items() if one in by_id}
        if not dense and not lexical:
            return ()
        same = sum(by_id[one].passage.language == language for one in lexical) / len(lexical) if lexical else 0.0
        weights = self._weights
        fused = fuse(dense, lexical, weights.lexical_other + (weights.lexical_same - weights.lexical_other) * same)
        ids = list(fused)
        sentence = {
            one: float((by_id[one].sentence_vectors @ vector).max()) for one in ids if len(by_id[one].passage.sentences)
        }
        best_sentence = standardise(sentence, ids)
        total = {
            one: fused[one]
            + weights.best_sentence * float(extra)
            + weights.affinity * affinity.get(by_id[one].document.id, 0.0)
            for one, extra in zip(ids, best_sentence, strict=True)
        }
        ranked = sorted(ids, key=lambda one: (-total[one], one))
        return tuple(
            RetrievedPassage(
                passage=by_id[one].passage,
                document=by_id[one].document,
                rank=rank,
                score=total[one],
                dense=dense.get(one, 0.0),
                lexical=lexical.get(one, 0.0),
                sentence_vectors=by_id[one].sentence_vectors,
            )
            for rank, one in enumerate(ranked, start=1)
        )
