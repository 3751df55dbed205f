"""raw files → what became of each: the outcome of one run of ingestion, and how far it has come. JSON-able."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Stage: TypeAlias = Literal["reading", "embedding", "publishing"]


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that did not become a document; `code` and `advice` are the error class's, `reason` is one sentence."""

    name: str
    code: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What one run did. Names are file names relative to the folder given.

    `duplicates` holds (file, the file with the same content or the same text), `moved` (new name, old name), `removed`
    document ids, `remade` files that are the same but were made anew under changed settings, `withdrawn` ids of samples
    that ceased to answer because real papers do now. `passages` counts those of the documents published; each was
    either `embedded` or `reused` from an earlier run; `characters` is the length of their text."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    remade: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    failed: tuple[FailedFile, ...] = ()
    withdrawn: tuple[str, ...] = ()
    passages: int = 0
    embedded: int = 0
    reused: int = 0
    characters: int = 0
    seconds: float = 0.0

    @property
    def nothing_readable(self) -> bool:
        """Whether there were files and not one of them could be read."""
        return bool(self.failed) and not (self.added or self.updated or self.unchanged or self.moved or self.duplicates)

    def as_dict(self) -> dict[str, Any]:
        """Plain lists, numbers and texts, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far a run has come: `done` of `total` files are through `stage`; `name` is the file at hand."""

    stage: Stage
    done: int
    total: int
    passages: int
    name: str


Report: TypeAlias = Callable[[IngestProgress], None]
