"""Evidence → an answer written by a language model of which every claim was verified, claim by claim, as it comes.

What fails is dropped and counted. What the model could not do (unreachable, stalled, nonsense, nothing verified) is
told as a code beside the extractive answer that the reader then gets.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Generator as Pieces
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from ingest.types import Document, Language
from prompts import digest
from qa.consider import Considered
from qa.draft import LineReader, declines, read_claims
from qa.errors import GeneratorError
from qa.extract import DraftClaim
from qa.generate import Generator
from qa.gloss import add_glosses
from qa.grounding import Grounded, SupportScore, ground
from qa.prompting import Prompts, answer_messages
from qa.restating import restatements
from qa.settings import AnswerSettings, LlmSettings
from qa.shown_evidence import shown_evidence
from qa.types import Citation, Claim, Engine, Evidence, Mode, Turn

_log = logging.getLogger("sitasi.llm")
Tell = Callable[[Claim, tuple[Citation, ...]], None]
NOTHING_VERIFIED = "nothing_verified"
UNCONFIGURED = "generator_unconfigured"
# In claims: no answer is found behind as many.
_LONGEST_DRAFT = 200


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is to be written about: `evidence[n - 1]` is shown as `[n]`; `documents` and `retrieved` as in grounding."""

    question: str
    language: Language
    evidence: tuple[Evidence, ...]
    documents: Mapping[str, Document]
    retrieved: frozenset[str]


@dataclass(frozen=True, slots=True)
class Written:
    """`grounded.claims` is empty when nothing held; `fault` then says why, or the model `declined`: it found that the
    evidence does not answer."""

    grounded: Grounded
    fault: str | None = None
    declined: bool = False


class Writer:
    """Has drafts written and believes none of it. Safe to share between threads."""

    def __init__(
        self,
        generator: Generator,
        prompts: Prompts,
        support: SupportScore,
        llm: LlmSettings,
        answer: AnswerSettings,
    ) -> None:
        self._generator, self._prompts, self._support = generator, prompts, support
        self._llm, self._answer = llm, answer
        self._digest = digest(prompts)

    def engine(self, mode: Mode, fault: str | None = None) -> Engine:
        """Who is told to have written: the model for GENERATIVE, else nobody."""
        if mode is Mode.GENERATIVE:
            return Engine(mode, self._generator.model, self._digest, fault)
        return Engine(mode, fault=fault)

    def shown(self, considered: Considered) -> tuple[Evidence, ...]:
        """The evidence that is shown to the model."""
        return shown_evidence(considered, self._llm)

    def write(self, assignment: Assignment, started: float, tell: Tell | None = None) -> Written:
        """The verified claims of one draft, in the time that is left since `started` (time.monotonic). `tell` hears
        each as soon as it was verified; a draft that ends in a fault ends without claims, whatever was told."""
        drafts: list[DraftClaim] = []
        support = self._remembering()
        reader, retracted = LineReader(), 0
        grounded, told, declined = self._ground(drafts, assignment, support), 0, False
        messages = answer_messages(
            self._prompts,
            assignment.question,
            assignment.evidence,
            assignment.language,
            self._answer.max_sentences,
        )
        try:
            with closing(self._lines(messages, self._left(started), reader)) as lines:
                for line in lines:
                    if reader.retracted > retracted:
                        retracted, told, declined = reader.retracted, 0, False
                        drafts.clear()
                        grounded = self._ground(drafts, assignment, support)
                    declined = declined or declines(line)
                    new = _new(read_claims(line, assignment.evidence, assignment.language), drafts)
                    if not new:
                        continue
                    drafts += new
                    grounded = self._ground(drafts, assignment, support)
                    told = _tell_new(grounded, told, tell)
                    if len(grounded.claims) >= self._answer.max_sentences or self._rambles(drafts):
                        break
        except GeneratorError as fault:
            _log.warning("no draft: %s: %s", fault.code, fault)
            return Written(self._ground((), assignment, support), fault.code)
        # Claims that fell are a draft that failed; only who claims nothing has declined.
        declined = declined and self._llm.may_decline and not drafts
        return Written(grounded, None if grounded.claims or declined else NOTHING_VERIFIED, declined)

    def restate(self, question: str, history: Sequence[Turn], language: Language, started: float) -> tuple[str, ...]:
        """Other ways to put a question, as the model wrote them, in the time that is left since `started`
        (time.monotonic); none where it could not."""
        left = self._left(started)
        if not self._llm.restate or left <= 0:
            return ()
        try:
            return restatements(question, history, language, self._generator, self._prompts, left)
        except GeneratorError as fault:
            _log.warning("no restatement: %s: %s", fault.code, fault)
            return ()

    def gloss(self, grounded: Grounded, language: Language, started: float) -> Grounded:
        """The same with translations beside quotes in the other language, where they could be had in the time that is
        left since `started` (time.monotonic)."""
        if not self._llm.gloss:
            return grounded
        left = self._left(started)
        threshold = self._answer.support_threshold
        try:
            citations = add_glosses(
                grounded.citations, language, self._generator, self._prompts, self._support, threshold, left
            )
        except GeneratorError as fault:
            _log.warning("no glosses: %s: %s", fault.code, fault)
            return grounded
        return Grounded(grounded.text, grounded.claims, citations, grounded.dropped)

    def _left(self, started: float) -> float:
        return self._llm.total_seconds - (time.monotonic() - started)

    def _lines(self, messages: tuple[str, str], seconds: float, reader: LineReader) -> Pieces[str, None, None]:
        with closing(self._generator.write(*messages, seconds)) as pieces:
            for piece in pieces:
                yield from reader.feed(piece)
        yield from reader.rest()

    def _rambles(self, drafts: Sequence[DraftClaim]) -> bool:
        """Whether nothing good can follow. What names no evidence may be thoughts, of which there are many."""
        return (
            sum(bool(draft.evidence) for draft in drafts) >= 3 * self._answer.max_sentences
            or len(drafts) >= _LONGEST_DRAFT
        )

    def _ground(self, drafts: Sequence[DraftClaim], assignment: Assignment, support: SupportScore) -> Grounded:
        threshold = self._answer.support_threshold
        return ground(drafts, assignment.documents, assignment.retrieved, support, threshold)

    def _remembering(self) -> SupportScore:
        """The support score, each pair scored once: verified claims are numbered anew with every one that is added."""
        return _Remembering(self._support)


class _Remembering:
    """A support score that scores no pair twice, and knows the words that it knows."""

    def __init__(self, support: SupportScore) -> None:
        self._scored = cache(support)
        self.is_word: Callable[[str], bool] | None = getattr(support, "is_word", None)

    def __call__(self, claim: str, quotes: Sequence[str]) -> float:
        return self._scored(claim, tuple(quotes))


def _new(claims: Sequence[DraftClaim], drafts: Sequence[DraftClaim]) -> list[DraftClaim]:
    """Without what was said already: weak models go round in circles."""
    said = {draft.text.casefold() for draft in drafts}
    return [claim for claim in claims if claim.text.casefold() not in said]


def _tell_new(grounded: Grounded, told: int, tell: Tell | None) -> int:
    numbered = {citation.number: citation for citation in grounded.citations}
    for claim in grounded.claims[told:] if tell else ():
        assert tell is not None
        tell(claim, tuple(numbered[number] for number in claim.citations))
    return len(grounded.claims)
