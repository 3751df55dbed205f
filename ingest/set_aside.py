"""raw file → what became of it last time: a file that could not be read, or is a paper that is there already, is not
read again while nothing has changed that its fate hung on."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from ingest.errors import SourceError, SourceUnreadable
from ingest.record_aside import SetAside, SetAsideFiles
from ingest.settings import IngestSettings
from ingest.summary import FailedFile
from ingest.types import SourceFile

_READERS = ("charset-normalizer", "lxml", "pypdfium2", "python-docx", "PyYAML")


@dataclass(frozen=True, slots=True)
class Twin:
    """A file is the paper `document_id`, in another format, as long as that was made from content `sha256`."""

    document_id: str
    sha256: str


Fate: TypeAlias = FailedFile | Twin


class FatesOfFiles:
    """What became of files that are no documents, in the last run and in this one."""

    def __init__(self, files: SetAsideFiles, settings: IngestSettings) -> None:
        self._files, self._settings = files, settings
        self._known = files.load()
        self._now: dict[Path, SetAside] = {}

    def recall(self, source: SourceFile, holds: Callable[[Twin], bool]) -> Fate | None:
        """What became of this very content last time, if the same would become of it again; `holds` tells whether the
        other file is still that paper."""
        known = self._known.get(source.path)
        if known is None or (known.name, known.sha256) != (source.name, source.sha256):
            return None
        if known.conditions != self._conditions:
            return None
        told = json.loads(known.fate)
        fate = FailedFile(**told) if "reason" in told else Twin(**told)
        if isinstance(fate, Twin) and not holds(fate):
            return None
        self._now[source.path] = known
        return fate

    def note(self, source: SourceFile, fate: Fate) -> None:
        """Remember what became of a file; one whose name is no text cannot be remembered."""
        try:
            str(source.path).encode()
        except UnicodeEncodeError:
            return
        encoded = json.dumps(asdict(fate)).encode()
        self._now[source.path] = SetAside(source.name, source.sha256, self._conditions, encoded)

    def save(self, looked_at: Iterable[Path], roots: Sequence[Path]) -> None:
        """Keep what was noted, forget files that were looked at and have fared better or are gone from under `roots`;
        writes nothing when nothing has changed."""
        seen = set(looked_at)
        fresh = {path: one for path, one in self._now.items() if self._known.get(path) != one}
        gone = [
            path
            for path in self._known
            if path not in self._now and (path in seen or any(path.is_relative_to(root) for root in roots))
        ]
        if fresh or gone:
            self._files.change(fresh, gone)

    @cached_property
    def _conditions(self) -> str:
        """A digest of the limits, the code that reads, its libraries, and whether scans can be recognised."""
        digest = hashlib.sha256(self._settings.model_dump_json().encode())
        for path in sorted(Path(__file__).parent.rglob("*.py")):
            digest.update(path.read_bytes())
        for name in _READERS:
            digest.update(importlib.metadata.version(name).encode())
        digest.update(str(shutil.which("tesseract")).encode())
        return digest.hexdigest()[:16]


def is_lasting(fault: Exception) -> bool:
    """Whether a fault lies in the content of a file, so that reading it again would end alike."""
    return isinstance(fault, SourceError) and type(fault) is not SourceError and not isinstance(fault, SourceUnreadable)
