"""question → AnswerBody, kept in the record under its id: the one way in which service and command line answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ingest.errors import UnknownDocument
from qa.api.bodies import AnswerBody, SearchBody, answer_body, passage_body
from qa.errors import UnknownAnswer
from qa.types import Question
from qa.writing import Tell

if TYPE_CHECKING:
    from ingest.record import Record
    from qa.answer import Found
    from qa.bootstrap import Sitasi


class KeptBody(AnswerBody):
    """An answer as it was given, with when (seconds since 1970, UTC) and whether it is kept for good."""

    created_at: float
    shared: bool


def answer_and_keep(
    sitasi: Sitasi, question: Question, tell: Tell | None = None, found: Found | None = None
) -> AnswerBody:
    """Answer the question and keep the outcome, with the versions it cites; `tell` and `found` as in
    AnswerService.answer. Raises as `answer_as_json` does."""
    return _kept(sitasi, question, tell, found)[0]


def answer_as_json(sitasi: Sitasi, question: Question) -> bytes:
    """As `answer_and_keep`, as the very bytes that are kept. Raises QuestionError, UnknownDocument for a restriction to
    papers that do not answer, and RecordError."""
    return _kept(sitasi, question)[1]


def _kept(
    sitasi: Sitasi, question: Question, tell: Tell | None = None, found: Found | None = None
) -> tuple[AnswerBody, bytes]:
    check_documents(sitasi.library.record, question)
    body = answer_body(sitasi.answers.answer(question, tell, found))
    sources = [citation.document for citation in body.citations] + [passage.document for passage in body.nearest]
    cites = dict.fromkeys((source.id, source.version) for source in sources)
    told = body.model_dump_json().encode()
    sitasi.library.record.save_answer(body.id, told, cites)
    return body, told


def search(sitasi: Sitasi, question: Question, limit: int) -> SearchBody:
    """At most `limit` passages for the question, best first. Raises as `answer_and_keep` does."""
    check_documents(sitasi.library.record, question)
    started = time.perf_counter()
    found = sitasi.answers.retrieve(question, limit)
    total = round((time.perf_counter() - started) * 1000, 2)
    return SearchBody(query=question.text, passages=tuple(map(passage_body, found)), timings_ms={"total": total})


def kept_answer(record: Record, answer_id: str) -> KeptBody:
    """The answer kept under this id. Raises UnknownAnswer."""
    kept = record.answer(answer_id)
    if kept is None:
        raise UnknownAnswer(f"No answer is kept under the id {answer_id!r}.")
    given = AnswerBody.model_validate_json(kept.body)
    return KeptBody(**dict(given), created_at=kept.created_at, shared=kept.shared)


def check_documents(record: Record, question: Question) -> None:
    """Raises UnknownDocument when the question is restricted to a paper that does not answer."""
    known = record.cards() if question.documents else {}
    for document_id in question.documents:
        if document_id not in known:
            raise UnknownDocument(f"There is no document {document_id!r}.")
