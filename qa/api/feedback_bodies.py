"""readers' verdicts → response: what they said, each beside the answer that it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Literal

from ingest.record import Record
from qa.api.bodies import AnswerBody, Body


class FeedbackBody(Body):
    """A reader's verdict with the answer that it is about; `created_at` in seconds since 1970, UTC."""

    verdict: Literal["up", "down"]
    comment: str | None
    created_at: float
    answer: AnswerBody


class FeedbackListBody(Body):
    """All verdicts, oldest first."""

    feedback: tuple[FeedbackBody, ...]


def feedback_body(record: Record) -> FeedbackListBody:
    """All verdicts that readers gave."""
    return FeedbackListBody(
        feedback=tuple(
            FeedbackBody(
                verdict="up" if kept.verdict == "up" else "down",
                comment=kept.comment,
                created_at=kept.created_at,
                answer=AnswerBody.model_validate_json(kept.answer),
            )
            for kept in record.feedback()
        )
    )


def draft_questions(body: FeedbackListBody) -> Iterator[str]:
    """One JSON line for each question that was judged: a draft of an evaluation question, for a person to complete.

    A follow-up stands there as it was understood, so that it can be asked on its own. `quotes` are the spans that the
    answer cited (code points of the stored text, half-open); under a verdict of "down" they are what was
    found wanting."""
    for given in body.feedback:
        answer = given.answer
        quotes = [
            {
                "document": citation.document.id,
                "version": citation.document.version,
                "start": citation.start,
                "end": citation.end,
                "text": citation.quote,
            }
            for citation in answer.citations
        ]
        draft = {
            "question": {answer.language: answer.standalone_question or answer.question},
            "verdict": given.verdict,
            "comment": given.comment,
            "status": answer.status,
            "answer": answer.text,
            "quotes": quotes,
        }
        yield json.dumps(draft, ensure_ascii=False)
