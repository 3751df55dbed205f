"""files and folders → raw file: finds what may become a document, and says of everything else why not."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SourceEmpty, SourceError, SourceTooLarge, SourceUnreadable
from ingest.settings import IngestSettings
from ingest.types import SourceFile

_ABOUT_THE_FOLDER = frozenset({"readme", "license", "licence", "copying", "changelog", "contributing", "notice"})
_SIDECARS = frozenset(
    {
        ".csv",
        ".bib",
        ".json",
        ".yaml",
        ".yml",
        ".toml",
        ".ini",
        ".lock",
        ".log",
        ".py",
        ".part",
        ".tmp",
        ".bak",
        ".crdownload",
    }
)
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FoundSources:
    """What a walk found: `files` in order of their names, `faults` one per file that cannot be read, and the names that
    were passed over because they describe the folder (README, hidden files, sidecars), not a paper."""

    files: tuple[SourceFile, ...]
    faults: tuple[SourceError, ...]
    skipped: tuple[str, ...]


def find_sources(paths: Iterable[Path], settings: IngestSettings) -> FoundSources:
    """Walk files and folders. The same file reached twice counts once; a fault never stops the others.

    A file given by its own path is taken whatever its name. Links are followed only to places inside the folder given.
    """
    files: dict[Path, SourceFile] = {}
    faults: list[SourceError] = []
    skipped: list[str] = []
    for root in paths:
        for path, name in _walk(root, faults, skipped):
            try:
                real = path.resolve()
                if real not in files:
                    files[real] = read_source(path, name, settings)
            except SourceError as fault:
                faults.append(fault)
            except (OSError, RuntimeError, ValueError) as fault:
                faults.append(SourceUnreadable(f"{_shown(name)}: {_reason(fault)}"))
    ordered = sorted(files.values(), key=lambda source: (source.name.casefold(), source.name, str(source.path)))
    return FoundSources(tuple(ordered), tuple(faults), tuple(skipped))


def read_source(path: Path, name: str, settings: IngestSettings) -> SourceFile:
    """The file's size and digest. Raises SourceUnreadable, SourceTooLarge or SourceEmpty, each naming the file."""
    shown = _shown(name)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SourceUnreadable(f"{shown}: not a regular file.")
        if status.st_size > settings.max_file_bytes:
            raise SourceTooLarge(
                f"{shown}: {status.st_size:,} bytes are more than the limit of {settings.max_file_bytes:,}."
            )
        if status.st_size == 0:
            raise SourceEmpty(f"{shown}: the file is empty.")
        digest, size = _digest(path, settings.max_file_bytes)
    except OSError as fault:
        raise SourceUnreadable(f"{shown}: {_reason(fault)}") from fault
    if size > settings.max_file_bytes:
        raise SourceTooLarge(
            f"{shown}: the file grew over the limit of {settings.max_file_bytes:,} bytes while it was read."
        )
    return SourceFile(path, name, digest, size)


def _walk(root: Path, faults: list[SourceError], skipped: list[str]) -> Iterator[tuple[Path, str]]:
    if not root.is_dir():
        yield root, root.name
        return
    base = root.resolve()

    def unreadable(fault: OSError) -> None:
        faults.append(SourceUnreadable(f"{_shown(_relative(Path(fault.filename or root), root))}: {_reason(fault)}"))

    for folder, folders, names in os.walk(root, onerror=unreadable, followlinks=False):
        folders[:] = sorted(folder_name for folder_name in folders if not folder_name.startswith("."))
        for file_name in sorted(names):
            path = Path(folder) / file_name
            name = _relative(path, root)
            if (
                file_name.startswith((".", "~$"))
                or path.stem.lower() in _ABOUT_THE_FOLDER
                or path.suffix.lower() in _SIDECARS
            ):
                skipped.append(name)
            elif path.is_symlink() and not _leads_inside(path, base):
                faults.append(SourceUnreadable(f"{_shown(name)}: a link that leads out of the folder."))
            else:
                yield path, name


def _leads_inside(link: Path, base: Path) -> bool:
    """Whether a link ends below `base`; one that leads back to itself is left for the reader to report."""
    try:
        return link.resolve().is_relative_to(base)
    except (OSError, RuntimeError):
        return True


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _digest(path: Path, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > limit:
                break
            digest.update(block)
    return digest.hexdigest(), size


def _shown(name: str) -> str:
    """The name with bytes that are not text made visible."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _reason(fault: BaseException) -> str:
    reason = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
    return f"{reason[0].lower()}{reason[1:]}".rstrip(".") + "."
