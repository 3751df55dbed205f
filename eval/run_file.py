"""Reply → run file: everything a system said to a question set, kept so that it can be scored and compared again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.dataset import DatasetError
from ingest.types import Language, Span
from qa.api.bodies import AnswerBody

RUN_SCHEMA = 1
Scope = Literal["all", "other-language"]
"""Which documents a question met: all, or only those in the other language."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KeptPassage(_Row):
    """A passage that was retrieved at least once. `start`/`end` count in the stored text, `source_spans` in the
    file."""

    document: str
    language: Language
    section: str
    start: int
    end: int
    source_spans: tuple[Span, ...]
    text: str


class Reply(_Row):
    """What came back for one question in one language.

    `retrieved` holds passage ids, best first, or None where they cannot be judged; `verbatim` tells for each citation
    whether its quote stands at its offsets in the stored text; `confidence` and `forced` are None where the system does
    not tell. `fault` is set, and `answer` is None, when the system failed: such a question counts as missed."""

    item: str
    language: Language
    scope: Scope = "all"
    answer: AnswerBody | None
    fault: str | None = None
    retrieved: tuple[str, ...] | None = ()
    verbatim: tuple[bool, ...] = ()
    confidence: float | None = None
    forced: str | None = None
    milliseconds: float = 0.0

    @property
    def key(self) -> str:
        """Names this reply within its run: `item/language`, with the scope when it is not all documents."""
        return f"{self.item}/{self.language}" + ("" if self.scope == "all" else f"/{self.scope}")


class RunDocument(_Row):
    """A document that was searched; `sha256` is that of its file, None where it is not known."""

    id: str
    version: str
    language: Language
    source: str
    sha256: str | None


class RunHead(_Row):
    """What has to be the same for a run to come out the same."""

    schema_version: int = RUN_SCHEMA
    made_at: str
    commit: str
    split: str
    dataset_digest: str
    gold: str
    corpus_version: str
    documents: tuple[RunDocument, ...]
    passages: int
    facts: dict[str, str]
    seed: int

    @property
    def remote(self) -> bool:
        """Whether a service was asked over HTTP; it does not tell how sure it was."""
        return "url" in self.facts

    @property
    def made(self) -> datetime:
        """When, in UTC."""
        return datetime.fromisoformat(self.made_at)


class Run(_Row):
    """A question set put to a system."""

    head: RunHead
    passages: dict[str, KeptPassage]
    replies: tuple[Reply, ...]


def save_run(run: Run, path: Path) -> None:
    """Write a run as JSON. It holds text of the papers: keep it out of the repository."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(run.model_dump_json(indent=1), encoding="utf-8")


def load_run(path: Path) -> Run:
    """Read a run file. Raises DatasetError when it is none, or one of another version."""
    try:
        return Run.model_validate_json(path.read_bytes())
    except OSError as fault:
        raise DatasetError(
            f"{path} cannot be read: {fault.strerror}. Name a file that `sitasi eval run` wrote."
        ) from fault
    except ValidationError as fault:
        raise DatasetError(f"{path} is no run file of this version. Make it again with `sitasi eval run`.") from fault
