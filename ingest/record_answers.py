"""Answer → record: kept answers and the document versions they cite, each function inside its caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.engine import Connection

from ingest.record_schema import answer_citations, answers, feedback

# Built once: for every answer anew this takes longer than the database does.
_ANSWER, _CITATION = insert(answers), insert(answer_citations)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was saved; `created_at` is in seconds since 1970."""

    id: str
    body: bytes
    created_at: float
    shared: bool


@dataclass(frozen=True, slots=True)
class KeptFeedback:
    """A reader's verdict (`up` or `down`) on an answer, with the answer as it was saved."""

    answer_id: str
    verdict: str
    comment: str | None
    answer: bytes
    created_at: float


def write_answer(
    connection: Connection, answer_id: str, body: bytes, cites: Iterable[tuple[str, str]], now: float
) -> None:
    """Store one answer with the (document id, version) pairs it cites."""
    connection.execute(_ANSWER, {"id": answer_id, "body": body, "created_at": now, "shared": False})
    rows = [{"answer_id": answer_id, "document_id": d, "version": v} for d, v in sorted(set(cites))]
    if rows:
        connection.execute(_CITATION, rows)


def read_answer(connection: Connection, answer_id: str) -> KeptAnswer | None:
    """The answer under this id, if it is kept."""
    row = connection.execute(select(answers).where(answers.c.id == answer_id)).first()
    return KeptAnswer(row.id, row.body, row.created_at, row.shared) if row else None


def set_shared(connection: Connection, answer_id: str) -> bool:
    """Mark as shared; False when there is no such answer."""
    return connection.execute(update(answers).where(answers.c.id == answer_id).values(shared=True)).rowcount > 0


def forget_answers(connection: Connection, before: float) -> int:
    """Delete answers created before this time that were not shared; returns how many."""
    old = and_(answers.c.created_at < before, answers.c.shared.is_(False))
    connection.execute(
        delete(answer_citations).where(answer_citations.c.answer_id.in_(select(answers.c.id).where(old)))
    )
    return connection.execute(delete(answers).where(old)).rowcount


def write_feedback(connection: Connection, answer_id: str, verdict: str, comment: str | None, now: float) -> bool:
    """Store a verdict beside a copy of the answer; False when there is no such answer."""
    kept = read_answer(connection, answer_id)
    if kept is None:
        return False
    row = {"answer_id": answer_id, "verdict": verdict, "comment": comment, "answer": kept.body, "created_at": now}
    connection.execute(insert(feedback).values(row))
    return True


def read_feedback(connection: Connection) -> list[KeptFeedback]:
    """All verdicts, oldest first."""
    rows = connection.execute(select(feedback).order_by(feedback.c.id)).all()
    return [KeptFeedback(row.answer_id, row.verdict, row.comment, row.answer, row.created_at) for row in rows]
