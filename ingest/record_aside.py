"""raw file → record: files that did not become documents, and why, so that they are not read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select

from ingest.record_schema import reading, set_aside, writing

_BATCH = 500


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that was read and left out. `conditions` is a digest of all that its fate hung on beside its content;
    `fate` is the reason, encoded."""

    name: str
    sha256: str
    conditions: str
    fate: bytes


class SetAsideFiles:
    """The files that were left out, by path. Every method is one transaction and raises RecordError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self) -> dict[Path, SetAside]:
        """All of them."""
        columns = set_aside.c
        query = select(columns.path, columns.name, columns.source_sha256, columns.conditions, columns.fate)
        with reading(self._engine) as connection:
            return {Path(path): SetAside(*rest) for path, *rest in connection.execute(query)}

    def change(self, kept: Mapping[Path, SetAside], dropped: Iterable[Path]) -> None:
        """Note `kept`, in place of what was known of these files, and forget `dropped`."""
        gone = [str(path) for path in (*kept, *dropped)]
        rows = [
            {"path": str(path), "name": o.name, "source_sha256": o.sha256, "conditions": o.conditions, "fate": o.fate}
            for path, o in kept.items()
        ]
        with writing(self._engine, alone=False) as connection:
            for part in (gone[i : i + _BATCH] for i in range(0, len(gone), _BATCH)):
                connection.execute(delete(set_aside).where(set_aside.c.path.in_(part)))
            if rows:
                connection.execute(insert(set_aside), rows)
