"""themes × studies → an evidence matrix: for each study what it says on each theme, verbatim and verified, or nothing.

Every cell is retrieved from its own study alone, so that a study with much to say does not crowd out the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from time import perf_counter
from typing import Protocol

import numpy as np

from ingest.errors import UnknownDocument
from ingest.record import CorpusState
from ingest.types import (
    NEVER_EVIDENCE,
    Document,
    DocumentCard,
    Embedder,
    Language,
    PublishedPassage,
    QuestionVectors,
    TokenVectors,
    Vector,
)
from qa.cosine_scale import CosineScale, measure_scale
from qa.errors import InvalidQuestion
from qa.extract import DraftClaim
from qa.grounding import SupportScore, ground
from qa.interaction import measure_likeness
from qa.retrieve import PublishedPassages
from qa.terms import QuestionTerm, TermStatistics, rarity
from qa.theme_match import (
    StudySentence,
    ThemedSentence,
    ThemeWeights,
    ThemeWord,
    match_theme,
    pick,
    theme_word,
    themes_met,
    words_in,
)
from qa.themes import LANGUAGES, Theme, themes_from
from qa.types import Citation, Claim, ClaimKind, Corpus, Evidence, RetrievedPassage

MOST_THEMES = 12
MOST_STUDIES = 40
_PASSAGES_PER_THEME = 16
_SENTENCES, _WORDS = 2, 75
_REMEMBERED = 32_768
# Cells are verbatim quotations, whose support is certain: the threshold only ever decides about other claims.
_SUPPORT = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """What to compare: `themes` as `themes_from` takes them, `documents` by id (all that answer when empty)."""

    language: Language
    themes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """What one study says on one theme; without claims, nothing was found. Citations count from 1 in each cell."""

    theme: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped_claims: int


@dataclass(frozen=True, slots=True)
class Row:
    """One study with its cells, in the order of the themes."""

    document: DocumentCard
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Studies by themes, as found in the corpus named."""

    language: Language
    themes: tuple[Theme, ...]
    rows: tuple[Row, ...]
    corpus: Corpus
    timings_ms: tuple[tuple[str, float], ...]


class Studies(PublishedPassages, Protocol):
    """What comparing needs of the record."""

    def corpus(self) -> CorpusState:
        """Version and size of what answers now."""
        ...

    def document(self, document_id: str, version: str | None = None) -> Document:
        """A document with its stored text; raises UnknownDocument."""
        ...


@dataclass(frozen=True, slots=True)
class _Wording:
    """A theme made ready: its words and its question's vector by language."""

    theme: Theme
    words: Mapping[Language, tuple[ThemeWord, ...]]
    question: Mapping[Language, Vector]


class Comparer:
    """Builds evidence matrices. Safe to share between threads."""

    def __init__(
        self,
        record: Studies,
        lexical: TermStatistics,
        embedder: Embedder,
        support: SupportScore,
        weights: ThemeWeights | None = None,
    ) -> None:
        self._record, self._lexical, self._embedder, self._support = record, lexical, embedder, support
        self._weights = weights or ThemeWeights()
        self._read = lru_cache(512)(embedder.read_question)
        self._stems = lru_cache(_REMEMBERED)(lambda text, language, _: frozenset(lexical.analyse(text, language)))

    @cached_property
    def _scale(self) -> CosineScale:
        return measure_scale(self._embedder)

    def compare(self, wanted: Comparison) -> Matrix:
        """The matrix. Raises InvalidQuestion for too many themes or studies and for themes that say nothing, and
        UnknownDocument."""
        started = perf_counter()
        themes = themes_from(wanted.themes)
        cards = self._cards(wanted.documents)
        refuse_too_many(len(themes), len(cards))
        state = self._record.corpus()
        wordings = [self._wording(theme) for theme in themes]
        embedded = perf_counter()
        rows = tuple(self._row(card, wordings, wanted.language, state.version) for card in cards)
        timings = (
            ("embed", (embedded - started) * 1e3),
            ("evidence", (perf_counter() - embedded) * 1e3),
            ("total", (perf_counter() - started) * 1e3),
        )
        return Matrix(wanted.language, themes, rows, Corpus(state.version, state.documents, state.passages), timings)

    def _cards(self, documents: Sequence[str]) -> list[DocumentCard]:
        known = self._record.cards()
        for one in documents:
            if one not in known:
                raise UnknownDocument(f"There is no document {one!r}.")
        return [known[one] for one in dict.fromkeys(documents)] or [known[one] for one in sorted(known)]

    def _wording(self, theme: Theme) -> _Wording:
        total = max(1, self._lexical.passages())
        words: dict[Language, tuple[ThemeWord, ...]] = {}
        for language in LANGUAGES:
            made = [theme_word(word, self._lexical.analyse, language) for word in theme.words[language]]
            if theme.own:
                # A word of one's own weighs as much as it is rare here.
                made = [ThemeWord(one.text, one.stems, one.words, self._rarity(one.stems, total)) for one in made]
            words[language] = tuple(made)
        question = {language: self._read(theme.question[language]).question for language in LANGUAGES}
        return _Wording(theme, words, question)

    def _rarity(self, stems: frozenset[str], total: int) -> float:
        return rarity(max((self._lexical.document_frequency(stem) for stem in stems), default=0), total)

    def _row(self, card: DocumentCard, wordings: Sequence[_Wording], language: Language, corpus: str) -> Row:
        passages = self._passages(card, wordings)
        sentences = self._sentences(passages, wordings, corpus)
        met = themes_met([(one.theme, one.words) for one in wordings], sentences, self._weights)
        document = self._record.document(card.id, card.version)
        retrieved = frozenset(one.passage.id for one in passages)
        cells = []
        for column, one in enumerate(wordings):
            found = match_theme(column, one.theme, one.words, one.question, sentences, met, language, self._weights)
            chosen = pick(found, _SENTENCES, _WORDS, self._weights, self._scale)
            cells.append(self._cell(one.theme, chosen, document, retrieved))
        return Row(card, tuple(cells))

    def _passages(self, card: DocumentCard, wordings: Sequence[_Wording]) -> list[PublishedPassage]:
        """The passages of the study that come nearest to any of the themes, in either language, in reading order."""
        ids, vectors = self._record.document_vectors([card.id])
        if not ids:
            return []
        near: set[str] = set()
        for one in wordings:
            scores = np.max([vectors @ one.question[language] for language in LANGUAGES], axis=0)
            near.update(ids[row] for row in np.argsort(-scores)[:_PASSAGES_PER_THEME])
        found = self._record.passages(sorted(near))
        kept = [one for one in found if one.passage.section.kind not in NEVER_EVIDENCE]
        return sorted(kept, key=lambda one: one.passage.ordinal)

    def _sentences(
        self, passages: Sequence[PublishedPassage], wordings: Sequence[_Wording], corpus: str
    ) -> list[StudySentence]:
        tokens = self._record.token_vectors([one.passage.id for one in passages])
        likeness = {language: self._likeness(language, passages, wordings, tokens) for language in LANGUAGES}
        sentences: list[StudySentence] = []
        taken: set[int] = set()
        for one in passages:
            passage = one.passage
            heads = " ".join(passage.section.path)
            for position, sentence in enumerate(passage.sentences):
                # Overlapping passages share sentences.
                if not sentence.complete or sentence.start in taken:
                    continue
                taken.add(sentence.start)
                text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
                alike = likeness[sentence.language].get(passage.id)
                sentences.append(
                    StudySentence(
                        passage=one,
                        sentence=sentence,
                        text=text,
                        vector=one.sentence_vectors[position],
                        stems=self._stems(text, sentence.language, corpus),
                        words=words_in(text),
                        headings=self._stems(heads, sentence.language, corpus),
                        likeness={} if alike is None else {word: float(row[position]) for word, row in alike.items()},
                    )
                )
        return sentences

    def _likeness(
        self,
        language: Language,
        passages: Sequence[PublishedPassage],
        wordings: Sequence[_Wording],
        tokens: Mapping[str, TokenVectors],
    ) -> dict[str, dict[str, Vector]]:
        """By passage and word: the cosine of the word in each sentence of the passage, from one product for all."""
        texts = [", ".join(one.theme.words[language]) for one in wordings]
        words = dict.fromkeys(word for one in wordings for word in one.theme.words[language] if " " not in word)
        terms = [QuestionTerm(word, word, frozenset(), frozenset(), 1.0, False, True) for word in words]
        spoken = [one.passage for one in passages if any(s.language == language for s in one.passage.sentences)]
        found = measure_likeness(
            _joined([self._read(text) for text in texts], texts), "\n".join(texts), terms, spoken, tokens
        )
        return {one: dict(zip(words, like.sentences.T, strict=True)) for one, like in found.items()}

    def _cell(
        self, theme: Theme, chosen: Sequence[ThemedSentence], document: Document, retrieved: frozenset[str]
    ) -> Cell:
        in_order = sorted(chosen, key=lambda one: one.on.sentence.start)
        drafts = [
            DraftClaim(ClaimKind.QUOTATION, one.on.text, ((0, len(one.on.text)),), (_evidence(one),))
            for one in in_order
        ]
        grounded = ground(drafts, {document.id: document}, retrieved, self._support, _SUPPORT)
        return Cell(theme.id, grounded.claims, grounded.citations, grounded.dropped)


def _evidence(chosen: ThemedSentence) -> Evidence:
    one, sentence = chosen.on, chosen.on.sentence
    found = RetrievedPassage(
        passage=one.passage.passage,
        document=one.passage.document,
        rank=1,
        score=chosen.score,
        dense=0.0,
        lexical=0.0,
        sentence_vectors=one.passage.sentence_vectors,
        likeness=np.zeros((0, 0), np.float32),
    )
    return Evidence(found, sentence.start, sentence.end, one.text, sentence.language, chosen.score)


def _joined(parts: Sequence[QuestionVectors], texts: Sequence[str]) -> QuestionVectors:
    """The readings of several texts as if the texts stood one on each line."""
    shifts = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])]).astype(np.uint16)
    tokens = [one.tokens for one in parts]
    return QuestionVectors(
        parts[0].question,
        TokenVectors(
            np.concatenate([one.values for one in tokens]),
            np.concatenate([one.starts + shift for one, shift in zip(tokens, shifts, strict=True)]),
            np.concatenate([one.ends + shift for one, shift in zip(tokens, shifts, strict=True)]),
        ),
    )


def refuse_too_many(themes: int, studies: int) -> None:
    """Raises InvalidQuestion for more themes or studies than a matrix takes."""
    if themes > MOST_THEMES:
        raise InvalidQuestion(f"{themes} themes were asked for; at most {MOST_THEMES} fit a matrix.")
    if studies > MOST_STUDIES:
        raise InvalidQuestion(f"{studies} studies were asked for; at most {MOST_STUDIES} fit a matrix: name some.")
