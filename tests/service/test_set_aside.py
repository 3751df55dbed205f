"""Files that did not become documents: named again at the next run without being read, until something has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parse import parse_file
from ingest.types import SourceFile
from tests.service.test_pipeline import (  # noqa: F401 - fixtures
    MARKET,
    Ingest,
    bytes_under,
    embedder,
    folder,
    ingest,
    library,
    paper,
)


@pytest.fixture
def mixed(ingest: Ingest) -> Ingest:  # noqa: F811
    """A folder with a paper, the same paper in another format, and a file that cannot be read, after a first run."""
    words = " ".join(f"The {n}th household sells bowls number {n * 7} at market {n * 3}." for n in range(40))
    (ingest.folder / "survey.md").write_text(paper("Survey", words))
    ingest()
    (ingest.folder / "survey.txt").write_text(f"SURVEY\n\nFINDINGS\n\n{words}\n\nPage 3 of 3\n")
    (ingest.folder / "archive.md").write_bytes(b"Rar!\x1a\x07" + bytes(200))
    ingest()
    return ingest


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read from now on."""
    names: list[str] = []

    def reading(source: SourceFile, *rest: object) -> object:
        names.append(source.name)
        return parse_file(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("ingest.pipeline.parse_file", reading)
    return names


def test_what_could_not_be_read_or_is_there_already_is_named_again_without_being_read(
    mixed: Ingest, read_files: list[str], tmp_path: Path
) -> None:
    before = bytes_under(tmp_path / "home")
    again = mixed()
    assert read_files == []
    assert again.duplicates == (("survey.txt", "survey.md"),)
    assert [(one.name, one.code) for one in again.failed] == [("archive.md", "unsupported_format")]
    assert bytes_under(tmp_path / "home") == before


def test_a_file_that_was_left_out_is_read_again_once_anything_has_changed_that_this_hung_on(
    mixed: Ingest, read_files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (mixed.folder / "archive.md").write_text(paper("Market", MARKET * 3))
    assert mixed().added == ("archive.md",)
    assert read_files == ["archive.md"]
    (mixed.folder / "survey.md").unlink()
    assert mixed(prune=True).updated == ("survey.txt",)
    (mixed.folder / "torn.md").write_bytes(b"Rar!\x1a\x07" + bytes(100))
    mixed()
    read_files.clear()
    monkeypatch.setattr("shutil.which", lambda _: "/a/reader/installed/since")
    assert [one.name for one in mixed().failed] == ["torn.md"]
    assert read_files == ["torn.md"]
