"""raw file → Document without storing it: what ingestion would make of files, to map quotes and passages back to
them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ingest.documents import build_document
from ingest.errors import SourceError
from ingest.parse import parse_file
from ingest.settings import IngestSettings
from ingest.sources import find_sources
from ingest.types import Collection, Document


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
