"""raw file → Document without storing it: what ingestion would make of files, to map quotes and passages back to
them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path, PurePosixPath

from ingest.documents import build_document
from ingest.errors import SourceError
from ingest.parse import parse_file
from ingest.settings import IngestSettings
from ingest.sources import find_sources
from ingest.types import Collection, Document


def decoded_texts(paths: Iterable[Path], names: Container[str]) -> dict[str, tuple[str, str]]:
    """Checksum and decoded text, as gold spans count in it, of each readable file under `paths` whose name without its
    ending is in `names`, by that name."""
    settings = IngestSettings()
    found: dict[str, tuple[str, str]] = {}
    for source in find_sources(list(paths), settings).files:
        stem = PurePosixPath(source.name).stem
        if stem not in names:
            continue
        try:
            found[stem] = (source.sha256, parse_file(source, settings).text)
        except SourceError:
            continue
    return found


def read_files(paths: Iterable[Path]) -> dict[str, Document]:
    """Each readable file under `paths` as the document that ingestion would make of it, by file name."""
    settings = IngestSettings()
    found: dict[str, Document] = {}
    for source in find_sources(list(paths), settings).files:
        try:
            document = build_document(source, parse_file(source, settings), Collection.PAPERS)
        except SourceError:
            continue
        found[PurePosixPath(source.name).name] = document
    return found
