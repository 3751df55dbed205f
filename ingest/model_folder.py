"""raw file → … → vectors: a model's folder on disk, which is there whole or not at all.

It is written under another name, flushed, given a manifest with the digest of every file, and renamed. A process that
is killed at any point leaves the old folder, the new one, or none; never a half one that passes for finished.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

_MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class ModelManifest:
    """What made a model. `revision` names weights, adapter and quantisation: equal revisions, equal vectors."""

    model: str
    revision: str
    dimension: int
    source_sha256: str
    adapter_sha256: str | None
    versions: dict[str, str]


def sound_manifest(folder: Path) -> ModelManifest | None:
    """The manifest of `folder`, when it is finished and every file is as it was written."""
    try:
        stated = json.loads((folder / _MANIFEST_FILE).read_text(encoding="utf-8"))
        whole = all(file_sha256(folder / name) == digest for name, digest in stated["files"].items())
        return ModelManifest(**stated["model"]) if whole else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def is_finished(folder: Path) -> bool:
    """Whether `folder` was finished once; its files may be damaged since."""
    return (folder / _MANIFEST_FILE).is_file()


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Wait until no other process writes `folder`, whose parent exists. The system lets go when a process ends."""
    with folder.with_name(f".{folder.name}.lock").open("w") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


@contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """A new empty folder beside `folder`, gone afterwards unless it was put in place; so are those of killed processes.

    To be used under `only_one`."""
    _remove_drafts(folder)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.draft.", dir=folder.parent))
    try:
        yield work
    finally:
        _remove_drafts(folder)


def put_in_place(work: Path, folder: Path, manifest: ModelManifest) -> None:
    """Flush what `work` holds, seal it with `manifest`, and give it the name of `folder`, replacing what was there."""
    files = sorted(path for path in work.rglob("*") if path.is_file())
    for path in files:
        # Some libraries write for the owner alone; a service may run as another user than the one that set it up.
        path.chmod(0o644)
        _flush(path)
    digests = {path.relative_to(work).as_posix(): file_sha256(path) for path in files}
    sealed = work / _MANIFEST_FILE
    sealed.write_text(json.dumps({"model": asdict(manifest), "files": digests}, indent=2), encoding="utf-8")
    for path in (sealed, *(part for part in work.rglob("*") if part.is_dir()), work):
        _flush(path)
    if folder.exists():
        # A folder cannot be renamed onto another that holds files.
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.draft.", dir=folder.parent))
        folder.rename(old / folder.name)
    work.chmod(0o755)
    work.rename(folder)
    _flush(folder.parent)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _remove_drafts(folder: Path) -> None:
    for left in folder.parent.glob(f".{folder.name}.draft.*"):
        shutil.rmtree(left, ignore_errors=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
