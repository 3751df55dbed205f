"""question → Answer | Abstention: the use case on one screen, from index to response."""

from __future__ import annotations

import gc
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import BoundedSemaphore
from time import monotonic, perf_counter
from typing import Protocol

from ingest.types import Document, DocumentCard, Language
from qa.about import is_about_sitasi
from qa.abstain import Calibration
from qa.affinity import card_text
from qa.consider import AnsweringPapers, Considered, Considering, Judgement
from qa.errors import InvalidQuestion
from qa.evidence import EvidenceWeights, load_weights
from qa.extract import draft_extractive
from qa.grounding import Grounded, SupportScore, ground
from qa.language import detect_language
from qa.mentions import PaperMentions
from qa.messages import ABSTENTIONS
from qa.orders import without_orders
from qa.question import content_words, profile_question
from qa.reranker import Reranker
from qa.restating import holds_to
from qa.retrieve import HybridRetriever, Lexical
from qa.selection import to_evidence
from qa.settings import Settings
from qa.shared_words import shared_words
from qa.spelling import mend_spelling
from qa.spoken import as_written
from qa.types import Abstention, Answer, Corpus, Engine, Mode, Question, Reason, RetrievedPassage, Trace
from qa.understand import Understood, understand
from qa.writing import NOTHING_VERIFIED, UNCONFIGURED, Assignment, Tell, Writer

Outcome = Answer | Abstention
Found = Callable[[Sequence[RetrievedPassage]], None]
_NEAREST = 3
_REMEMBERED_PAPERS = 32
# Python runs in one thread at a time. A second one uses the time in which the first is inside a library; more of them
# only take it from each other (a fifth more processor time with four).
_AT_ONCE = 2
# No list knows these words, so that every list is asked.
_UNKNOWN_WORDS = "qwrtz plkjh"


class Papers(AnsweringPapers, Protocol):
    """What answering needs of the record beyond retrieval."""

    def document(self, document_id: str, version: str | None = None) -> Document:
        """A document with its stored text; raises UnknownDocument."""
        ...


@dataclass(frozen=True, slots=True)
class _Asking:
    """A question on its way: its text, the corpus that answers, who hears of it, and when it began, by the counter of
    what is told (`started`) and by the clock of what may be waited for (`began`)."""

    question: Question
    text: str
    corpus: Corpus
    started: float
    tell: Tell | None
    found: Found | None
    began: float = field(default_factory=monotonic)


class AnswerService:
    """Answers questions about the published papers. Safe to share between threads."""

    def __init__(
        self,
        papers: Papers,
        retriever: HybridRetriever,
        lexical: Lexical,
        support: SupportScore,
        calibration: Calibration,
        settings: Settings,
        weights: EvidenceWeights | None = None,
        writer: Writer | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """`reranker` must be fitted to the token vectors that the retriever finds; None leaves the order as it is."""
        self._papers, self._retriever, self._lexical = papers, retriever, lexical
        self._support, self._settings, self._writer = support, settings, writer
        # Which words are names, or of both languages, changes with the corpus only.
        self._names = lru_cache(2)(self._named)
        self._shared = lru_cache(2)(lambda _version: shared_words(self._papers.cards().values()))
        # A version of a paper never changes; taking one from the record costs more than checking a claim against it.
        self._document = lru_cache(_REMEMBERED_PAPERS)(papers.document)
        mentions = PaperMentions(lambda document, version: self._document(document, version).text)
        self._turns = BoundedSemaphore(_AT_ONCE)
        own = settings.answer.threshold
        threshold = calibration.threshold if own is None else own
        self._judgement = Judgement(weights or load_weights(), calibration, threshold, reranker)
        self._considering = Considering(papers, retriever, lexical, mentions, self._judgement, settings)

    @property
    def threshold(self) -> float:
        """The probability from which is answered."""
        return self._judgement.threshold

    @property
    def reranked(self) -> bool:
        """Whether the best sentences are read anew."""
        return self._judgement.reranker is not None

    def answer(self, question: Question, tell: Tell | None = None, found: Found | None = None) -> Outcome:
        """Answer with verified citations, or say honestly that the papers do not answer.

        `found` hears the passages, best first, as soon as they are retrieved (not for greetings, which search nothing),
        and once more where the question was searched in other words;
        `tell` hears each claim that a language model wrote as soon as it was verified; what is returned decides.
        Raises InvalidQuestion for empty or overlong text."""
        started = perf_counter()
        text = self._checked(question)
        corpus = self._corpus()
        if is_about_sitasi(text):
            language: Language = question.language or detect_language(text)
            trace = self._trace(text, Understood(None, language, profile_question(text, language)), corpus, (), started)
            return Abstention(trace, Reason.ABOUT_SITASI, ABSTENTIONS[Reason.ABOUT_SITASI][language], (), 0)
        understood = self._understood(question, text)
        asking = _Asking(question, text, corpus, started, tell, found)
        if not without_orders(text):
            return self._abstain(Reason.OFF_TOPIC, self._trace(text, understood, corpus, (), started), ())
        outcome = self._decide(asking, understood)
        if _might_be_found(outcome):
            restated = self._restated(asking, understood)
            again = self._decide(asking, restated, asked=understood) if restated else outcome
            return again if isinstance(again, Answer) else outcome
        return outcome

    def _decide(self, asking: _Asking, understood: Understood, asked: Understood | None = None) -> Outcome:
        """Search, compose, verify, or abstain. `asked` is the question as it was understood before a model restated it:
        what answers the restated one must answer that, too, which only a model can tell."""
        question, text, corpus, started = asking.question, asking.text, asking.corpus, asking.started
        considered = self._weigh(understood, question)
        if asking.found is not None:
            asking.found(considered.retrieval.passages)
        timings = considered.retrieval.timings_ms
        nearest = considered.retrieval.passages[:_NEAREST]
        if not considered.chosen:
            return self._abstain(Reason.NO_PASSAGES, self._trace(text, understood, corpus, timings, started), nearest)
        if considered.probability < self._asked_from(question.mode):
            return self._abstain(
                Reason.BELOW_THRESHOLD, self._trace(text, understood, corpus, timings, started), nearest
            )
        put = f"{asked.profile.text} ({understood.profile.text})" if asked else understood.profile.text
        grounded, engine = self._compose(asking, considered, put, understood.language)
        trace = replace(self._trace(text, understood, corpus, timings, started), engine=engine)
        # Where it is doubtful whether anything answers, only what a language model has written counts.
        doubtful = asked is not None or considered.probability < self.threshold
        doubted = engine.mode is Mode.EXTRACTIVE and doubtful
        if doubted or not grounded.claims:
            # A model that wrote without fault and left no claim found that the evidence does not answer.
            declined = doubted or engine.mode is Mode.GENERATIVE
            reason = Reason.BELOW_THRESHOLD if declined else Reason.NOTHING_VERIFIED
            return self._abstain(reason, trace, nearest, grounded.dropped)
        silent = self._silent(considered, grounded)
        return Answer(trace, grounded.text, grounded.claims, grounded.citations, grounded.dropped, silent)

    def _weigh(self, understood: Understood, question: Question) -> Considered:
        with self._turns:
            return self._considering.consider(understood.profile, question.documents)

    def _restated(self, asking: _Asking, understood: Understood) -> Understood | None:
        """The question in the words, of those that a language model found and that ask for the same, for which an
        answer is likeliest; None where no model is asked, or none of its words hold."""
        question, language = asking.question, understood.language
        writer = self._writer_for(question)
        if writer is None:
            return None
        # The model hears the conversation itself: it need not follow what rules made of it.
        asked = without_orders(asking.text) if question.history else understood.profile.text
        ways = writer.restate(asked, question.history, language, asking.began)
        places, is_word = self._places(), getattr(self._support, "is_word", None)
        held = [way for way in ways if holds_to(way, asked, question.history, places, is_word)]
        tried = [Understood(way, language, profile_question(way, language)) for way in held]
        return max(tried, key=lambda one: self._weigh(one, question).probability, default=None)

    def retrieve(self, question: Question, limit: int) -> tuple[RetrievedPassage, ...]:
        """Passages for a question, best first, without answering it."""
        text = self._checked(question)
        profile = self._understood(question, text).profile
        return self._retriever.retrieve(profile, question.documents, limit).passages

    def warm_up(self) -> None:
        """Load now what the first question would wait for: word lists, language profiles, the index's first search.
        What is in memory then stays, so that the garbage collector need not go through it again and again."""
        self.consider(Question(_UNKNOWN_WORDS))
        gc.collect()
        gc.freeze()

    def consider(self, question: Question) -> Considered:
        """Retrieve, score and choose, with the probability that the choice answers; decides nothing."""
        return self._considering.consider(
            self._understood(question, self._checked(question)).profile, question.documents
        )

    def _asked_from(self, mode: Mode) -> float:
        """The probability from which anything is written: a language model may be asked in doubt, too."""
        asked = self._settings.llm.threshold if self._writer is not None and mode is not Mode.EXTRACTIVE else None
        return self.threshold if asked is None else min(asked, self.threshold)

    def _checked(self, question: Question) -> str:
        text = " ".join(question.text.split())
        if not any(character.isalnum() for character in text):
            raise InvalidQuestion("The question is empty.")
        longest = self._settings.answer.max_question_characters
        if len(text) > longest:
            raise InvalidQuestion(f"The question has {len(text)} characters; at most {longest} are allowed.")
        return text

    def _writer_for(self, question: Question) -> Writer | None:
        return self._writer if question.mode is not Mode.EXTRACTIVE else None

    def _compose(
        self, asking: _Asking, considered: Considered, put: str, language: Language
    ) -> tuple[Grounded, Engine]:
        """Verified claims: written by the language model where one is set and able, else quoted; none where the model
        found that the evidence does not answer. `put` is the question as the model is shown it."""
        question = asking.question
        writer = self._writer_for(question)
        if writer is None:
            fault = UNCONFIGURED if question.mode is Mode.GENERATIVE else None
            return self._quote(considered, language), Engine(Mode.EXTRACTIVE, fault=fault)
        evidence = writer.shown(considered)
        cards = {one.retrieved.document.id: one.retrieved.document.version for one in evidence}
        retrieved = frozenset(found.passage.id for found in considered.retrieval.passages)
        task = Assignment(put, language, evidence, self._documents(cards), retrieved)
        written = writer.write(task, asking.began, asking.tell)
        if written.declined:
            return written.grounded, writer.engine(Mode.GENERATIVE)
        if written.fault is None:
            return writer.gloss(written.grounded, language, asking.began), writer.engine(Mode.GENERATIVE)
        quoted = replace(self._quote(considered, language), dropped=written.grounded.dropped)
        if written.fault == NOTHING_VERIFIED:
            quoted = writer.gloss(quoted, language, asking.began)
        return quoted, writer.engine(Mode.EXTRACTIVE, written.fault)

    def _quote(self, considered: Considered, language: Language) -> Grounded:
        evidence = to_evidence(considered.chosen)
        documents = self._documents({one.retrieved.document.id: one.retrieved.document.version for one in evidence})
        retrieved = frozenset(found.passage.id for found in considered.retrieval.passages)
        several = bool(considered.halves)
        drafts = draft_extractive(evidence, considered.profile.type, language, several_places=several)
        return ground(drafts, documents, retrieved, self._support, self._settings.answer.support_threshold)

    def _silent(self, considered: Considered, grounded: Grounded) -> tuple[DocumentCard, ...]:
        """The papers of each place that was asked about by itself, and that nothing is cited from."""
        cited = {one.document.id for one in grounded.citations}
        places = considered.retrieval.named if considered.halves else ()
        cards = self._papers.cards()
        return tuple(cards[one] for papers in places if cited.isdisjoint(papers) for one in papers if one in cards)

    def _understood(self, question: Question, text: str) -> Understood:
        asked = without_orders(text) or text
        shared = self._shared(self._papers.corpus().version)
        understood = understand(question, asked, self._places, shared, self._mended)
        return understood if understood.standalone or asked == text else replace(understood, standalone=asked)

    def _mended(self, text: str, language: Language) -> str | None:
        version = self._papers.corpus().version
        written = as_written(text, lambda word: self._frequency(word) > 0) if language == "id" else None
        return mend_spelling(written or text, self._frequency, lambda word: word in self._names(version)) or written

    def _frequency(self, word: str) -> int:
        return max((self._lexical.document_frequency(term) for term in self._lexical.analyse(word, "id")), default=0)

    def _named(self, _version: str) -> frozenset[str]:
        """Words of the papers' places, titles and authors."""
        cards = self._papers.cards().values()
        return frozenset(word for card in cards for word in content_words(card_text(card)))

    def _places(self) -> frozenset[str]:
        places = (card.bibliography.place or "" for card in self._papers.cards().values())
        return frozenset(word for place in places for word in content_words(place))

    def _documents(self, versions: Mapping[str, str]) -> dict[str, Document]:
        return {one: self._document(one, version) for one, version in versions.items()}

    def _corpus(self) -> Corpus:
        state = self._papers.corpus()
        return Corpus(state.version, state.documents, state.passages)

    def _abstain(
        self, reason: Reason, trace: Trace, nearest: tuple[RetrievedPassage, ...], dropped: int = 0
    ) -> Abstention:
        return Abstention(trace, reason, ABSTENTIONS[reason][trace.language], nearest, dropped)

    def _trace(
        self, text: str, understood: Understood, corpus: Corpus, timings: tuple[tuple[str, float], ...], started: float
    ) -> Trace:
        total = ("total", (perf_counter() - started) * 1e3)
        return Trace(
            id=f"ans_{secrets.token_hex(16)}",
            question=text,
            standalone_question=understood.standalone,
            language=understood.language,
            corpus=corpus,
            engine=Engine(Mode.EXTRACTIVE),
            timings_ms=(*timings, total),
        )


def _might_be_found(outcome: Outcome) -> bool:
    """Whether other words for the question might find what answers: it was searched, there was something to find, and
    nothing failed."""
    if not isinstance(outcome, Abstention) or outcome.trace.engine.fault not in (None, NOTHING_VERIFIED):
        return False
    return bool(outcome.nearest) and outcome.reason in (Reason.NO_PASSAGES, Reason.BELOW_THRESHOLD)
