"""Plan → tasks: which documents a run has to make, from which file, under which id. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection as Group
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.documents import slug
from ingest.plan import IngestPlan
from ingest.record import StoredDocument
from ingest.types import Collection, SourceFile


@dataclass(frozen=True, slots=True)
class IngestTask:
    """One document to make. `stored` is what is published under its id now; `remake` is True when its file is the same
    and only the settings have changed."""

    document_id: str
    source: SourceFile
    collection: Collection
    stored: StoredDocument | None = None
    remake: bool = False


def list_tasks(
    plan: IngestPlan, stored: Mapping[str, StoredDocument], collection: Collection
) -> tuple[IngestTask, ...]:
    """The new and changed files of a plan. Ids are the slugs of file names; where one is taken, a digest is added."""
    tasks = [IngestTask(one, source, collection, stored[one]) for one, source in plan.changed]
    taken = set(stored)
    for source in plan.new:
        document_id = _free_id(source, taken)
        taken.add(document_id)
        tasks.append(IngestTask(document_id, source, collection))
    return tuple(sorted(tasks, key=lambda task: (task.source.name.casefold(), task.source.name)))


def list_remakes(
    plan: IngestPlan, stored: Mapping[str, StoredDocument], left_out: Group[str]
) -> tuple[IngestTask, ...]:
    """Everything else that is published, for a library whose settings have changed; `left_out` is to go."""
    moved = {document_id: source for document_id, source, _ in plan.moved}
    others = {*left_out, *(document_id for document_id, _ in plan.changed)}
    return tuple(
        IngestTask(one.card.id, moved.get(one.card.id, one.source), one.collection, one, remake=True)
        for one in stored.values()
        if one.card.id not in others
    )


def _free_id(source: SourceFile, taken: Group[str]) -> str:
    wanted = slug(source.name)
    if wanted not in taken:
        return wanted
    by_name = f"{wanted}-{hashlib.sha256(source.name.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
    return by_name if by_name not in taken else f"{by_name}-{source.sha256[:6]}"
