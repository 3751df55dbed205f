"""question → RetrievedPassage → evidence, with the probability that it answers; decides nothing.

A question about several places is asked of each study by itself (`qa.halves`): each half is searched, chosen and
weighed as if a reader had asked for it alone. So is a question to every study (`qa.every_study`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from time import perf_counter
from typing import Protocol

from ingest.record import CorpusState
from ingest.types import DocumentCard, Language
from qa.abstain import Calibration, Signals, is_written_out, measure_signals
from qa.affinity import innermost_place, place_stems, same_place, stems_of
from qa.asked_for import asks_who_wrote
from qa.every_study import (
    among_all,
    announces,
    asks_every_study,
    asks_what_was_found,
    asks_which_studies,
    beside_others,
    put_to_study,
    several_answer,
)
from qa.evidence import EvidenceWeights, FollowedVectors, ScoredSentence, likely_fragments, score_sentences
from qa.halves import as_question, asked_of_each
from qa.mentions import PaperMentions
from qa.question import QuestionProfile, QuestionType, profile_question
from qa.reranker import Reranker
from qa.retrieve import HybridRetriever, Lexical, Retrieval
from qa.selection import choose, choose_per_study, fitting, limits_for
from qa.settings import Settings
from qa.twins import in_the_language

_REMEMBERED_TEXTS = 32_768


class AnsweringPapers(Protocol):
    """What considering needs of the record beyond retrieval."""

    def corpus(self) -> CorpusState:
        """Version and size of what answers now."""
        ...

    def cards(self) -> dict[str, DocumentCard]:
        """The documents that answer now, by id."""
        ...


@dataclass(frozen=True, slots=True)
class Considered:
    """A question with everything that was weighed for it; what tuning and explanations look at. `halves` are those of a
    question about several places, place by place; it is as likely answered as the likeliest of them. `fragments` cannot
    be quoted; they are looked for where a language model may be asked."""

    profile: QuestionProfile
    retrieval: Retrieval
    scored: Sequence[ScoredSentence]
    chosen: Sequence[ScoredSentence]
    signals: Signals | None
    probability: float
    halves: tuple[Considered, ...] = ()
    fragments: Sequence[ScoredSentence] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was fitted to tell answers: how sentences are scored and read anew, and when they are enough; `reranker`
    must be fitted to the token vectors that the retriever finds, None leaves the order as it is."""

    weights: EvidenceWeights
    calibration: Calibration
    threshold: float
    reranker: Reranker | None


def spoken_of(retrieval: Retrieval, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Those of `scored` that stand in papers which the question names; none where it names none."""
    named = {paper for papers in retrieval.named for paper in papers}
    return [one for one in scored if one.retrieved.document.id in named]


class Considering:
    """Retrieves, scores and chooses. Safe to share between threads."""

    def __init__(
        self,
        papers: AnsweringPapers,
        retriever: HybridRetriever,
        lexical: Lexical,
        mentions: PaperMentions,
        judgement: Judgement,
        settings: Settings,
    ) -> None:
        self._papers, self._retriever, self._lexical, self._mentions = papers, retriever, lexical, mentions
        self._judgement, self._settings = judgement, settings
        # A passage's words are the same for every question; which of them are names changes with the corpus only.
        self._stems = lru_cache(_REMEMBERED_TEXTS)(lambda text, language, _: self._lexical.analyse(text, language))

    def consider(self, profile: QuestionProfile, documents: Sequence[str]) -> Considered:
        """Everything weighed for a question to `documents`, to all papers when empty."""
        limit = self._settings.retrieval.passages
        retrieval = self._retriever.retrieve(profile, documents, limit)
        threshold = self._judgement.threshold
        if halves := self._halves(profile, retrieval.named, documents):
            return _together(profile, retrieval, self._each(halves, limit), threshold)
        if retrieval.named or not (halves := self._studies(profile, documents)):
            return self._weighed(profile, retrieval)
        retrieval = replace(retrieval, named=tuple(tuple(papers) for _, papers in halves))
        weighed = self._each(halves, limit, findings=asks_what_was_found(profile.text))
        own = among_all if asks_which_studies(profile.text) else beside_others
        together = _together(
            profile, retrieval, [replace(one, probability=own(one.probability)) for one in weighed], threshold
        )
        if own is among_all:
            return together
        return replace(together, probability=several_answer([one.probability for one in weighed]))

    def _each(
        self, halves: Sequence[tuple[QuestionProfile, Sequence[str]]], limit: int, *, findings: bool = False
    ) -> list[Considered]:
        """Every half weighed by itself, with its share of passages and answer; `findings` as in `_weighed`."""
        share = max(1, limit // len(halves))
        return [
            self._weighed(half, self._retriever.retrieve(half, papers, share), len(halves), findings=findings)
            for half, papers in halves
        ]

    def _halves(
        self, profile: QuestionProfile, named: Sequence[Sequence[str]], documents: Sequence[str]
    ) -> list[tuple[QuestionProfile, Sequence[str]]]:
        """The question once for each place that it names, with the papers of that place; nothing where an answer has
        not room for all."""
        reach = [[one for one in papers if not documents or one in documents] for papers in named]
        if not all(reach) or not 2 <= len(named) <= self._settings.answer.max_sentences:
            return []
        cards, analyse = self._papers.cards(), self._lexical.analyse
        places = [frozenset[str]().union(*(place_stems(cards[one], analyse) for one in papers)) for papers in named]
        asked = asked_of_each(profile.text, places, lambda word: stems_of(word, analyse))
        questions = [as_question(text, profile.language) for text in asked]
        return [
            (profile_question(text, profile.language), papers) for text, papers in zip(questions, reach, strict=False)
        ]

    def _studies(
        self, profile: QuestionProfile, documents: Sequence[str]
    ) -> list[tuple[QuestionProfile, Sequence[str]]]:
        """The question once for each study, with its papers, where it asks every study and an answer has room for all;
        papers of one place are taken for one study."""
        if not asks_every_study(profile.text):
            return []
        cards = self._papers.cards()
        studies: dict[str, list[str]] = {}
        for one, card in cards.items():
            if not documents or one in documents:
                studies.setdefault(same_place(card), []).append(one)
        if not 2 <= len(studies) <= self._settings.answer.max_sentences:
            return []
        language = profile.language
        asked = (
            (put_to_study(profile.text, innermost_place(cards[own[0]]), language), own) for own in studies.values()
        )
        return [(profile_question(text, language), own) for text, own in asked]

    def _weighed(
        self, profile: QuestionProfile, retrieval: Retrieval, halves: int = 1, *, findings: bool = False
    ) -> Considered:
        """`findings`: what a study set out to do is no answer, where it says anything else."""
        started = perf_counter()
        judgement, length = self._judgement, self._settings.answer
        scored, fragments = self._scored(profile, retrieval)
        room = (length.max_sentences // halves, length.max_words // halves)
        limits = limits_for(*room, profile, reranked=judgement.reranker is not None)
        named = [paper for papers in retrieval.named for paper in papers]
        # What is said of a place is not answered from a study of another.
        fit = fitting(spoken_of(retrieval, scored) or scored, profile)
        fit = [one for one in fit if not (findings and announces(one.text))] or fit
        several = len(retrieval.named) > 1 or profile.type is QuestionType.COMPARISON
        chosen = in_the_language((choose_per_study if several else choose)(fit, limits), scored, profile.language)
        probability, signals = 0.0, None
        if chosen and not asks_who_wrote(profile.text):
            elsewhere = self._names_elsewhere(profile.text, named)
            signals = measure_signals(profile, retrieval, scored, chosen, elsewhere)
            written_out = is_written_out(profile, chosen)
            probability = 1.0 if written_out else judgement.calibration.probability(signals)
        timings = (*retrieval.timings_ms, ("evidence", (perf_counter() - started) * 1e3))
        retrieval = replace(retrieval, timings_ms=timings)
        return Considered(profile, retrieval, scored, chosen, signals, probability, fragments=fragments)

    def _scored(
        self, profile: QuestionProfile, retrieval: Retrieval
    ) -> tuple[list[ScoredSentence], list[ScoredSentence]]:
        """Quotable sentences, best first; and likely fragments where a language model may be asked."""
        version, weights, llm = self._papers.corpus().version, self._judgement.weights, self._settings.llm

        def stems(text: str, language: Language) -> list[str]:
            return self._stems(text, language, version)

        followed = self._followed(profile)
        scored = score_sentences(profile, retrieval, stems, weights, self._judgement.reranker, followed)
        asked = llm.url is not None
        return scored, likely_fragments(profile, retrieval, stems, weights, llm.places) if asked else []

    def _followed(self, profile: QuestionProfile) -> FollowedVectors | None:
        """What the reranker reads besides a question that the conversation completed."""
        if profile.followed is None or self._judgement.reranker is None:
            return None
        read = self._retriever.read
        return FollowedVectors(read(profile.followed.asked), read(profile.followed.earlier))

    def _names_elsewhere(self, text: str, papers: Sequence[str]) -> float:
        cards = self._papers.cards()
        return self._mentions.share_missing(text, [cards[one] for one in papers if one in cards])


def _together(
    profile: QuestionProfile, retrieval: Retrieval, halves: Sequence[Considered], threshold: float
) -> Considered:
    """The halves that are answered, that of the best sentence first; where none is, the likeliest. As likely answered
    as that one is."""
    likeliest = max(halves, key=lambda half: half.probability)
    answered = [half for half in halves if half.chosen and half.probability >= threshold] or [likeliest]
    answered.sort(key=lambda half: -max((one.score for one in half.chosen), default=0.0))
    # By turns: the first passages hold the best of every half.
    turns = zip_longest(*(half.retrieval.passages for half in halves))
    passages = [one for turn in turns for one in turn if one is not None]
    names = list(dict.fromkeys(name for half in halves for name, _ in half.retrieval.timings_ms))
    spent = [*retrieval.timings_ms, *(timing for half in halves for timing in half.retrieval.timings_ms)]
    timings = tuple((name, sum(taken for known, taken in spent if known == name)) for name in names)
    return Considered(
        profile=profile,
        retrieval=replace(
            retrieval,
            passages=tuple(replace(one, rank=rank) for rank, one in enumerate(passages, start=1)),
            timings_ms=timings,
        ),
        scored=sorted((one for half in halves for one in half.scored), key=lambda one: -one.score),
        chosen=[one for half in answered for one in half.chosen],
        signals=likeliest.signals,
        probability=likeliest.probability,
        halves=tuple(halves),
    )
