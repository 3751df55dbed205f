"""Two processes on one PostgreSQL record and one Chroma server: what the one publishes, the other finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.home import Home
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import Library, open_library
from tests.factories import embed, make_document, make_manifest, unit_vector


def found(library: Library, sentence: str) -> set[str]:
    ids = [hit.passage_id for hit in library.index.search(unit_vector(sentence), 1)]
    ids += [hit.passage_id for hit in library.lexical.search(sentence, 1)]
    return {one.passage.text for one in library.record.passages(ids)}


@pytest.fixture
def shared(postgres_database: str, chroma_server: str, tmp_path: Path) -> tuple[RecordSettings, ChromaSettings]:
    chroma = ChromaSettings(url=chroma_server, collection=f"shared-{tmp_path.name}")
    return RecordSettings(url=postgres_database), chroma


def test_each_finds_what_the_other_publishes_and_loses_what_it_removes(
    shared: tuple[RecordSettings, ChromaSettings], tmp_path: Path
) -> None:
    here, there = Home(tmp_path / "here"), Home(tmp_path / "there")
    with open_library(here, *shared) as one, open_library(there, *shared) as other:
        assert one.ownership is None
        assert (one.health, other.health) == ("ready", "ready")
        one.publish([embed(make_document("clay", ("Kilns are fired twice a week.",)))], make_manifest())
        other.refresh()
        assert found(other, "Kilns are fired twice a week.") == {"Kilns are fired twice a week."}
        other.publish([embed(make_document("glass", ("Sand is melted at night.",)))], make_manifest())
        one.refresh()
        assert found(one, "Sand is melted at night.") == {"Sand is melted at night."}
        one.remove(["glass"])
        other.refresh()
        assert "Sand is melted at night." not in found(other, "Sand is melted at night.")
        assert one.check() == other.check() == []


def test_a_collection_lost_by_the_server_is_filled_again(
    shared: tuple[RecordSettings, ChromaSettings], tmp_path: Path
) -> None:
    sentences = tuple(f"Batch {number} was glazed." for number in range(300))
    with open_library(Home(tmp_path / "here"), *shared) as library:
        library.publish([embed(make_document(sentences=sentences))], make_manifest())
        library._index._chroma.clear()  # type: ignore[union-attr]
    with open_library(Home(tmp_path / "here"), *shared) as library:
        assert library.check() == []
        assert found(library, "Batch 7 was glazed.") == {"Batch 7 was glazed."}
