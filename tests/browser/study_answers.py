"""Answers for the browser tests: verbatim sentences by shared words, the other language under a lead-in, or a no."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from qa.types import Abstention, Answer, Claim, ClaimKind, Question, Reason, RetrievedPassage
from tests.fakes import WordAnswers

LEAD_IN = {
    "en": "The study of {place} states",
    "id": "Studi di {place} menyatakan",
}
NO = {
    "en": "The papers in this collection do not answer this question. The passages that come closest are listed below.",
    "id": "Makalah dalam koleksi ini tidak menjawab pertanyaan tersebut. Bagian yang paling dekat tercantum di bawah.",
}
ABOUT = {
    "en": "I am Sitasi. Please ask about what the papers say.",
    "id": "Saya Sitasi. Silakan bertanya tentang isi makalah.",
}
ENOUGH_WORDS = 2.0


@dataclass
class StudyAnswers(WordAnswers):
    """`pause` seconds pass before an answer; `alter` changes the outcome, so that a test can drop or rewrite claims."""

    pause: float = 0.0
    alter: Any = field(default=lambda outcome: outcome)

    def answer(self, question: Question, tell: Any = None, heard: Any = None) -> Answer | Abstention:
        """At most three cited sentences; an abstention when no passage shares two words with the question."""
        self.asked.append(question)
        trace = self._trace(question)
        if question.text.lower().strip(" ?!") in ("halo", "hello"):
            return Abstention(trace, Reason.ABOUT_SITASI, ABOUT[trace.language], (), 0)
        found = self.retrieve(question, 3)
        if heard is not None:
            heard(found)
        time.sleep(self.pause)
        if question.history:
            trace = replace(trace, standalone_question=f"{question.history[0].content} {question.text}")
        if not found or found[0].score < ENOUGH_WORDS:
            return Abstention(trace, Reason.BELOW_THRESHOLD, NO[trace.language], found, 0)
        claims: list[Claim] = []
        text = ""
        for number, one in enumerate(found, start=1):
            words, quoted = self._worded(one, trace.language)
            claims.append(
                Claim(ClaimKind.QUOTATION, words, len(text), len(text) + len(words), (quoted,), (number,), 0.91)
            )
            text += f"{words} [{number}] "
        citations = tuple(self._citation(number, one) for number, one in enumerate(found, start=1))
        outcome = Answer(trace, text.strip(), tuple(claims), citations, 0)
        changed: Answer | Abstention = self.alter(outcome)
        return changed

    @staticmethod
    def _worded(one: RetrievedPassage, language: str) -> tuple[str, tuple[int, int]]:
        quote = one.passage.text
        if one.passage.language == language:
            return quote, (0, len(quote))
        lead = LEAD_IN[language].format(place=one.document.bibliography.place or one.document.id)
        start = len(lead) + len(": “")
        return f"{lead}: “{quote}”", (start, start + len(quote))
