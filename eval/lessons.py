"""outside passages, judged questions → lessons: which sentences of which texts answer a question.

Outside passages come with questions whose answers have a place (`reading-train.jsonl`: IDK-MRC, TyDiQA, SQuAD 2.0);
development and training questions come with the grades of readers (`eval.weighed`).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from eval.dataset import Expect
from eval.fit_evidence import GAINS
from eval.weighed import Weighed, Weighing
from ingest.sentences import sentence_ends
from ingest.types import Language, Span

_T = TypeVar("_T")
Tokens: TypeAlias = list[int]
ReadText: TypeAlias = Callable[[str, Sequence[Span]], tuple[Tokens, list[Span]]]
"""A text and the code point spans of its sentences → its tokens and the token span of each sentence."""
ReadQuestion: TypeAlias = Callable[[str], Tokens]
Place: TypeAlias = tuple[str, int]
"""A sentence: the key of its text and its place in it, 0-based."""

_QUESTIONS_A_TEXT = 3
# A question that nothing answers is asked beside one of the texts that come nearest.
_NEAREST = 2
# Texts of like length share a batch: padding costs as much as tokens. Lengths are compared within so many texts.
_SORTED_TOGETHER = 320
# So many texts of one document share a batch: what is hard to tell apart stands in one paper, and in others, too.
_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class Text:
    """A passage in tokens, marks of beginning and end included, with the token span of each sentence."""

    tokens: Tokens
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in tokens. `gains`: what the sentences are worth that answer it, by the key of their text and their
    place in it; empty where nothing answers. `near`: texts that are about the same and do not answer, nearest first."""

    tokens: Tokens
    gains: Mapping[Place, float]
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts and questions that are looked at together. `gains` has shape `(questions, sentences of all texts)`; `own`,
    of the same shape, is true for sentences of texts that a question is about. `asked_for`, shape `(sentences,)`: how
    many of all the lessons each sentence answers, a question shared among those that answer it."""

    texts: tuple[Text, ...]
    questions: tuple[Tokens, ...]
    gains: NDArray[np.float32]
    own: NDArray[np.bool_]
    asked_for: NDArray[np.float32]


class OutsideQuestion(BaseModel):
    """A question about a passage; `answer_start` is a code point in it, None where the passage does not answer."""

    model_config = ConfigDict(extra="ignore")

    question: str
    language: Language
    answer_start: int | None


class OutsidePassage(BaseModel):
    """A line of a file like `reading-train.jsonl`."""

    model_config = ConfigDict(extra="ignore")

    passage: Annotated[str, Field(min_length=1)]
    language: Language
    questions: tuple[OutsideQuestion, ...]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Texts by key, and the questions about them."""

    texts: Mapping[str, Text]
    asked: tuple[Asked, ...]

    def about_texts(self, size: int, chance: random.Random) -> Iterator[Batch]:
        """Every text once, in batches of `size` texts of like length, with a few of the questions about each."""
        about: dict[str, list[Asked]] = {}
        for one in self.asked:
            key = next(iter(one.gains))[0] if one.gains else one.near[0]
            about.setdefault(key, []).append(one)
        keys = [key for key, questions in about.items() if any(one.gains for one in questions)]
        chance.shuffle(keys)
        batches = []
        for start in range(0, len(keys), _SORTED_TOGETHER):
            alike = sorted(keys[start : start + _SORTED_TOGETHER], key=lambda key: len(self.texts[key].tokens))
            batches += [alike[at : at + size] for at in range(0, len(alike), size)]
        chance.shuffle(batches)
        often = _asked_for(self.asked)
        for batch in batches:
            chosen: list[Asked] = []
            for key in batch:
                answered = [one for one in about[key] if one.gains]
                refused = [one for one in about[key] if not one.gains]
                chosen += chance.sample(answered, min(_QUESTIONS_A_TEXT, len(answered)))
                chosen += chance.sample(refused, min(1, len(refused)))
            yield self._batch(batch, chosen, often)

    def about_questions(self, texts: int, questions: int, chance: random.Random) -> Iterator[Batch]:
        """Every question once, in batches of up to `texts` texts and `questions` questions that these answer or come
        near to: a text is looked at for many questions at once."""
        often = _asked_for(self.asked)
        pools = _pools(self.texts, texts, chance)
        pool_of = {key: number for number, pool in enumerate(pools) for key in pool}
        about: list[list[Asked]] = [[] for _ in pools]
        for one in chance.sample(self.asked, len(self.asked)):
            keys = sorted({key for key, _ in one.gains}) or one.near[:_NEAREST]
            if keys:
                about[pool_of[chance.choice(keys)]].append(one)
        for pool, asked in zip(pools, about, strict=True):
            for part in _parts(asked, questions):
                yield self._batch(pool, part, often)

    def _batch(self, keys: Sequence[str], asked: Sequence[Asked], often: Mapping[Place, float]) -> Batch:
        places = [(key, at) for key in keys for at in range(len(self.texts[key].sentences))]
        gains = np.array([[one.gains.get(place, 0.0) for place in places] for one in asked], np.float32)
        theirs = [{key for key, _ in one.gains} | set(one.near) for one in asked]
        own = np.array([[key in about for key, _ in places] for about in theirs])
        asked_for = np.array([often.get(place, 0.0) for place in places], np.float32)
        return Batch(tuple(self.texts[key] for key in keys), tuple(one.tokens for one in asked), gains, own, asked_for)


def _pools(texts: Iterable[str], size: int, chance: random.Random) -> list[list[str]]:
    """All keys of texts in pools of up to `size`, in which stand several texts of each of a few documents."""
    documents: dict[str, list[str]] = {}
    for key in texts:
        documents.setdefault(key.rpartition("#")[0], []).append(key)
    groups = [
        part for keys in documents.values() for part in _parts(chance.sample(keys, len(keys)), min(_TOGETHER, size))
    ]
    chance.shuffle(groups)
    return [[key for group in part for key in group] for part in _parts(groups, max(1, size // _TOGETHER))]


def _parts(whole: Sequence[_T], size: int) -> list[Sequence[_T]]:
    """`whole` in parts of nearly the same length, none longer than `size`; no part where it is empty."""
    count = -(-len(whole) // size)
    cuts = [number * len(whole) // max(1, count) for number in range(count + 1)]
    return [whole[start:end] for start, end in pairwise(cuts)]


def _asked_for(asked: Iterable[Asked]) -> Mapping[Place, float]:
    """How many questions each sentence answers, a question shared among those that answer it."""
    counts: Counter[Place] = Counter()
    for one in asked:
        total = sum(one.gains.values())
        counts.update({place: gain / total for place, gain in one.gains.items()})
    return counts


def outside_lessons(
    path: Path, left_out: frozenset[str], read_text: ReadText, read_question: ReadQuestion, longest: int
) -> Lessons:
    """The passages and questions of a file like `reading-train.jsonl`, cut after `longest` tokens; questions in
    `left_out` (stripped) are not learned from. Raises OSError, and pydantic's ValidationError for a faulty line."""
    texts: dict[str, Text] = {}
    asked: list[Asked] = []
    for number, row in enumerate(outside_passages(path)):
        key, sentences = str(number), sentences_of(row.passage)
        tokens, spans = read_text(row.passage, sentences)
        kept = [at for at, (_, end) in enumerate(spans) if end < longest]
        texts[key] = Text(tokens[:longest], tuple(spans[at] for at in kept))
        for one in row.questions:
            if one.question.strip() in left_out:
                continue
            if one.answer_start is None:
                asked.append(Asked(read_question(one.question), {}, (key,)))
                continue
            answering = [at for at in kept if sentences[at][0] <= one.answer_start < sentences[at][1]]
            if answering:
                asked.append(Asked(read_question(one.question), {(key, kept.index(answering[0])): 1.0}, (key,)))
    return Lessons(texts, tuple(asked))


def judged_lessons(
    weighing: Weighing, read_text: ReadText, read_question: ReadQuestion, longest: int, *, apart: bool = False
) -> Lessons:
    """The development and training questions of a corpus and the passages that were looked at for them, with readers'
    grades; `apart` as for `Weighing.lessons`."""
    texts: dict[str, Text] = {}
    places: dict[tuple[str, int], tuple[str, int]] = {}
    asked: list[Asked] = []
    for one in weighing.lessons(apart=apart):
        scored = one.considered.scored
        if not scored:
            continue
        for passage in {two.retrieved.passage.id: two.retrieved.passage for two in scored}.values():
            if passage.id not in texts:
                offsets = [(two.start - passage.start, two.end - passage.start) for two in passage.sentences]
                tokens, spans = read_text(passage.text, offsets)
                kept = [at for at, (_, end) in enumerate(spans) if end < longest]
                texts[passage.id] = Text(tokens[:longest], tuple(spans[at] for at in kept))
                for at, place in enumerate(kept):
                    places[passage.id, passage.sentences[place].start] = (passage.id, at)
        asked += _judged(weighing, one, places, read_question)
    return Lessons(texts, tuple(asked))


def _judged(
    weighing: Weighing, weighed: Weighed, places: Mapping[tuple[str, int], tuple[str, int]], read_question: ReadQuestion
) -> Iterator[Asked]:
    """The question as a lesson; none where an answer exists and no reader saw it among what was looked at."""
    grades = weighing.grades(weighed.item, weighed.considered.scored)
    gains: dict[Place, float] = {}
    for one, grade in zip(weighed.considered.scored, grades, strict=True):
        place = places.get((one.retrieved.passage.id, one.sentence.start))
        gain = float(GAINS[grade])
        if place is not None and gain and weighed.item.expect is Expect.ANSWER:
            gains[place] = gain
    if not gains and weighed.item.expect is Expect.ANSWER:
        return
    answering = {key for key, _ in gains}
    near = dict.fromkeys(one.retrieved.passage.id for one in weighed.considered.scored)
    tokens = read_question(weighed.considered.profile.text)
    yield Asked(tokens, gains, tuple(key for key in near if key not in answering))


def outside_passages(path: Path) -> Iterator[OutsidePassage]:
    """The lines of a file like `reading-train.jsonl`. Raises OSError, and pydantic's ValidationError for a faulty
    line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield OutsidePassage.model_validate_json(line)


def sentences_of(text: str) -> list[Span]:
    """Spans of the sentences of a bare text, without the white space around them."""
    ends = [*sentence_ends(text), len(text)]
    found = []
    for start, end in zip([0, *ends], ends, strict=False):
        cut = text[start:end]
        if cut.strip():
            found.append((start + len(cut) - len(cut.lstrip()), start + len(cut.rstrip())))
    return found
