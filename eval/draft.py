"""Papers, or what readers said of answers → a draft of a team's own questions, for a person to complete.

Nothing is invented: from papers, every row quotes a sentence worth asking about, says what an answer would have to say,
and leaves the question to whoever knows what readers ask; from readers, every row is a question that was asked.
Every fourth row is left for a question that the papers do not answer; without some of those, a system that never
refuses looks good.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import BaseModel

from ingest.sentences import split_sentences
from ingest.types import NEVER_EVIDENCE, Document, Language, SectionKind, Sentence
from qa.names import fold_name, names_in

_TOLD = frozenset({SectionKind.ABSTRACT, SectionKind.RESULTS, SectionKind.CONCLUSION, SectionKind.BODY})
_WORDS = range(8, 46)
_ABSTAIN_EVERY = 4
_NAMED_AT_MOST = 4
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
Row: TypeAlias = dict[str, object]
"""Fields of a team's own question, as docs/evaluation.md explains them."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """A sentence worth asking about: `says` are the numbers, then the names, that it holds."""

    document: Document
    sentence: Sentence
    says: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentence as it stands in the paper."""
        return self.document.text[self.sentence.start : self.sentence.end]


def worth_saying(text: str) -> tuple[str, ...]:
    """Numbers, then names, as they are written in the sentence, without repeats; a first word is no sure name."""
    known = names_in(text)
    names = (word.strip(".,;:()[]“”\"'") for word in text.split()[1:])
    return tuple(dict.fromkeys((*_DIGITS.findall(text), *(name for name in names if fold_name(name) in known))))


def _telling(said: str, document: Document) -> bool:
    """Numbers tell something; a name that stands all over a paper stands in the question, too."""
    return said[0].isdigit() or document.text.count(said) <= _NAMED_AT_MOST


def prospects(document: Document) -> list[Prospect]:
    """Complete sentences of findings that hold a number or a name, in reading order."""
    found = []
    for section in document.sections:
        if section.kind in NEVER_EVIDENCE or section.kind not in _TOLD:
            continue
        for sentence in split_sentences(document.text, section, document.doubtful):
            text = document.text[sentence.start : sentence.end]
            says = tuple(one for one in worth_saying(text) if _telling(one, document))
            if sentence.complete and len(text.split()) in _WORDS and says:
                found.append(Prospect(document, sentence, says))
    return found


def draft_questions(documents: Iterable[Document], count: int, seed: int = 0) -> list[Row]:
    """`count` rows to fill in, spread evenly over the documents; the same for the same papers and seed."""
    chance = random.Random(seed)
    piles = [(document, prospects(document)) for document in documents]
    for _, pile in piles:
        chance.shuffle(pile)
    rows: list[Row] = []
    while len(rows) < count and any(pile for _, pile in piles):
        for document, pile in piles:
            if pile and len(rows) < count:
                rows.append(_row(len(rows) + 1, document, pile.pop()))
    return rows


class Quoted(BaseModel):
    """Words of a paper that an answer quoted."""

    document: str
    text: str


class Judged(BaseModel):
    """A line of `sitasi feedback --drafts`: a question, its answer, and what a reader thought of it."""

    question: dict[Language, str]
    verdict: Literal["up", "down"]
    comment: str | None
    status: Literal["answered", "abstained"]
    answer: str
    quotes: tuple[Quoted, ...]


def draft_from_feedback(lines: Iterable[str]) -> list[Row]:
    """What readers said of answers, one row for each question, in the order in which they came.

    `lines` are those of `sitasi feedback --drafts`. What an answer must say is left to a person; where every reader was
    content, the quotes are proposed as evidence. Raises ValueError when a line is none of those."""
    told = [Judged.model_validate_json(line) for line in lines if line.strip()]
    asked: dict[tuple[tuple[str, str], ...], list[Judged]] = {}
    for one in told:
        question = tuple((language, " ".join(text.split())) for language, text in one.question.items())
        asked.setdefault(question, []).append(one)
    return [_judged_row(number, verdicts) for number, verdicts in enumerate(asked.values(), start=1)]


def _judged_row(number: int, verdicts: Sequence[Judged]) -> Row:
    row: Row = {"id": f"reader-{number:03}"}
    row |= {f"question_{language}": text for language, text in verdicts[0].question.items()}
    content = all(one.verdict == "up" for one in verdicts)
    if content and all(one.status == "abstained" for one in verdicts):
        row["expect"] = "abstain"
    else:
        row["must_say"] = []
    quotes = dict.fromkeys((quote.document, quote.text) for one in verdicts for quote in one.quotes)
    if content and quotes:
        row["quotes"] = [{"document": document, "text": text} for document, text in quotes]
    notes = (f"{one.verdict}: {one.comment or 'no comment'}; {one.status}: {one.answer}" for one in verdicts)
    row["note"] = "\n".join(dict.fromkeys(notes))
    return row


def _row(number: int, document: Document, prospect: Prospect) -> Row:
    name = f"{document.id}-{number:02}"
    if number % _ABSTAIN_EVERY == 0:
        return {"id": name, "question": "", "expect": "abstain"}
    return {
        "id": name,
        "question": "",
        "must_say": list(prospect.says[:1]),
        "document": document.source.name,
        "quote": prospect.text,
    }
