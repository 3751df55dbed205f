"""raw files + what is published → what to do with each file. Pure: the same file is never read or embedded twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.types import SourceFile


@dataclass(frozen=True, slots=True)
class KnownSource:
    """The file that a published document was made from."""

    document_id: str
    path: Path
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class IngestPlan:
    """Every file in exactly one of `new`, `changed`, `unchanged`, `moved` and `duplicates`.

    `changed` and `unchanged` hold (document id, file), `moved` (document id, file, old name), `duplicates` (file, name
    of the file with the same content). `left` are ids of documents whose file is no longer where it was and which no
    file here has taken over; `gone` are those of them that were looked for in this run."""

    new: tuple[SourceFile, ...]
    changed: tuple[tuple[str, SourceFile], ...]
    unchanged: tuple[tuple[str, SourceFile], ...]
    moved: tuple[tuple[str, SourceFile, str], ...]
    duplicates: tuple[tuple[SourceFile, str], ...]
    left: tuple[str, ...]
    gone: tuple[str, ...]


def plan_ingest(
    sources: Sequence[SourceFile],
    known: Iterable[KnownSource],
    roots: Sequence[Path],
    is_there: Callable[[Path], bool],
) -> IngestPlan:
    """Compare the files found under `roots` with what is published. Paths are absolute; `is_there` tells of known files
    that are not among `sources` whether they still exist."""
    at_path = {one.path: one for one in known}
    with_content: dict[str, list[KnownSource]] = {}
    for one in at_path.values():
        with_content.setdefault(one.sha256, []).append(one)
    digest_at = {source.path: source.sha256 for source in sources}

    def has_left(one: KnownSource) -> bool:
        now = digest_at.get(one.path)
        return now != one.sha256 if now is not None else not is_there(one.path)

    name_of: dict[str, str] = {}
    taken: set[str] = set()
    unchanged, moved, duplicates, changed, new = [], [], [], [], []
    elsewhere, rest = [], []
    for source in sources:
        here = at_path.get(source.path)
        if here is not None and here.sha256 == source.sha256:
            unchanged.append((here.document_id, source))
            taken.add(here.document_id)
            name_of.setdefault(source.sha256, source.name)
        else:
            elsewhere.append(source)
    for source in elsewhere:
        twins = with_content.get(source.sha256, [])
        left = next((one for one in twins if one.document_id not in taken and has_left(one)), None)
        if left is None:
            rest.append(source)
            continue
        moved.append((left.document_id, source, left.name))
        taken.add(left.document_id)
        name_of.setdefault(source.sha256, source.name)
    for source in rest:
        here, twins = at_path.get(source.path), with_content.get(source.sha256, [])
        if source.sha256 in name_of or twins:
            duplicates.append((source, name_of.get(source.sha256) or twins[0].name))
            continue
        name_of[source.sha256] = source.name
        if here is not None and here.document_id not in taken:
            changed.append((here.document_id, source))
            taken.add(here.document_id)
        else:
            new.append(source)
    departed = [one for one in at_path.values() if one.document_id not in taken and has_left(one)]
    sought = [one for one in departed if any(one.path.is_relative_to(root) for root in roots)]
    return IngestPlan(
        new=tuple(new),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        moved=tuple(moved),
        duplicates=tuple(duplicates),
        left=tuple(sorted(one.document_id for one in departed)),
        gone=tuple(sorted(one.document_id for one in sought)),
    )
