"""outside passages, judged questions → lists of sentences read beside a question: what the reranker learns from.

As in `eval.lessons`, but in token vectors, and only the sentences between which the reranker will have to tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from eval.fit_evidence import GAINS
from eval.lessons import OutsidePassage, outside_passages, sentences_of
from eval.weighed import Weighing
from ingest.types import Embedder, Passage, Section, SectionKind, Sentence
from qa.evidence import ScoredSentence

Bytes: TypeAlias = NDArray[np.int8]
# A list is as long as what is read anew of an answer, and a little longer.
_LOOKED_AT = 24
# So many questions of a passage: some have dozens.
_QUESTIONS_A_PASSAGE = 8
_EMBEDDED_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Pair:
    """Token vectors of a question and of a sentence, in bytes, shapes `(n, width)`, and whether their language is the
    same."""

    question: Bytes
    sentence: Bytes
    same: bool


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A question beside sentences, likeliest first, and what each is worth as an answer, 0 to 1; nothing where none
    answers."""

    pairs: tuple[Pair, ...]
    gains: tuple[float, ...]


def judged_lists(weighing: Weighing, *, apart: bool = False) -> Iterator[ReadingList]:
    """The development and training questions of a corpus beside the best sentences and, further down, those that
    readers named; `apart` as for `Weighing.lessons`. Left out: questions whose answer nobody saw among these."""
    known: dict[tuple[str, int], Bytes] = {}
    for one in weighing.lessons(apart=apart):
        for considered, answerable in weighing.asked(one):
            grades = weighing.grades(one.item, considered.scored)
            graded = list(zip(considered.scored, grades, strict=True))
            seen = [(said, float(GAINS[grade])) for said, grade in graded[:_LOOKED_AT]]
            seen += [(said, float(GAINS[grade])) for said, grade in graded[_LOOKED_AT:] if GAINS[grade]]
            if seen and answerable == any(gain for _, gain in seen):
                question = considered.retrieval.question.tokens.values
                pairs = [
                    Pair(question, _tokens(said, known), said.sentence.language == one.language) for said, _ in seen
                ]
                yield ReadingList(tuple(pairs), tuple(gain for _, gain in seen))


def outside_lists(path: Path, left_out: frozenset[str], embedder: Embedder) -> Iterator[ReadingList]:
    """The passages of a file like `reading-train.jsonl`, each question beside the sentences of its passage; questions
    in `left_out` (stripped) are not learned from. Raises OSError, and pydantic's ValidationError for a faulty line."""
    rows = list(outside_passages(path))
    for start in range(0, len(rows), _EMBEDDED_TOGETHER):
        together = rows[start : start + _EMBEDDED_TOGETHER]
        passages = [_passage(row) for row in together]
        for row, passage, vectors in zip(together, passages, embedder.embed_passages(passages), strict=True):
            sentences = [vectors.tokens.values_within((one.start, one.end)) for one in passage.sentences]
            asked = [one for one in row.questions if one.question.strip() not in left_out]
            for one in asked[:_QUESTIONS_A_PASSAGE]:
                at = one.answer_start
                gains = tuple(float(at is not None and said.start <= at < said.end) for said in passage.sentences)
                if any(gains) == (at is not None):
                    tokens = embedder.read_question(one.question).tokens.values
                    pairs = tuple(Pair(tokens, said, one.language == row.language) for said in sentences)
                    yield ReadingList(pairs, gains)


def _tokens(said: ScoredSentence, known: dict[tuple[str, int], Bytes]) -> Bytes:
    passage = said.retrieved.passage
    key = passage.id, said.sentence.start
    if key not in known:
        span = said.sentence.start - passage.start, said.sentence.end - passage.start
        known[key] = said.retrieved.tokens.values_within(span)
    return known[key]


def _passage(row: OutsidePassage) -> Passage:
    """A bare text as a passage of a paper without a heading."""
    sentences = tuple(Sentence(start, end, row.language) for start, end in sentences_of(row.passage))
    section = Section((), SectionKind.BODY, 0, len(row.passage), row.language)
    return Passage(
        id="",
        document_id="",
        version="",
        ordinal=0,
        start=0,
        end=len(row.passage),
        text=row.passage,
        section=section,
        page=None,
        language=row.language,
        sentences=sentences,
    )
