"""Two processes on one PostgreSQL record and one Chroma server: what the one publishes, the other finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from ingest.errors import IndexMismatch, RecordError
from ingest.home import Home, own_folder
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
        assert other.lexical.search("Kilns are fired twice a week.", 1) == [], "it knows before it has looked"
        other.refresh()
        assert found(other, "Kilns are fired twice a week.") == {"Kilns are fired twice a week."}
        other.publish([embed(make_document("glass", ("Sand is melted at night.",)))], make_manifest())
        one.refresh()
        assert found(one, "Sand is melted at night.") == {"Sand is melted at night."}
        one.remove(["glass"])
        other.refresh()
        assert "Sand is melted at night." not in found(other, "Sand is melted at night.")
        assert one.check() == other.check() == []


def lose_collection(library: Library) -> None:
    """Empty the collection on the server behind the library's back."""
    chroma = library._index._chroma
    assert chroma is not None
    chroma.clear()


def test_a_collection_lost_by_the_server_is_filled_again(
    shared: tuple[RecordSettings, ChromaSettings], tmp_path: Path
) -> None:
    sentences = tuple(f"Batch {number} was glazed." for number in range(300))
    with open_library(Home(tmp_path / "here"), *shared) as library:
        library.publish([embed(make_document(sentences=sentences))], make_manifest())
        lose_collection(library)
    with open_library(Home(tmp_path / "here"), *shared) as library:
        assert library.check() == []
        assert found(library, "Batch 7 was glazed.") == {"Batch 7 was glazed."}


def test_nobody_mends_the_index_while_another_ingests(
    shared: tuple[RecordSettings, ChromaSettings], tmp_path: Path
) -> None:
    line = "Sand is melted at night."
    with open_library(Home(tmp_path / "here"), *shared) as one:
        one.publish([embed(make_document("clay", ("Kilns are fired twice a week.",)))], make_manifest())
        with one.one_run():
            one.index.upsert(["glass@v1#0"], unit_vector(line)[None, :])
            with open_library(Home(tmp_path / "there"), *shared) as other:
                assert other.health == "ready"
                assert "glass@v1#0" in other.index.ids()
        with open_library(Home(tmp_path / "there"), *shared) as other:
            assert "glass@v1#0" not in other.index.ids(), "what no run is about to publish is left over"


def test_nothing_is_published_by_a_run_that_has_lost_its_turn(
    shared: tuple[RecordSettings, ChromaSettings], tmp_path: Path
) -> None:
    clay = [embed(make_document("clay", ("Kilns are fired twice a week.",)))]
    with open_library(Home(tmp_path / "here"), *shared) as library:
        with pytest.raises(RecordError), library.one_run():
            engine = create_engine(str(shared[0].url))
            with engine.begin() as connection:
                holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                assert connection.execute(text(holders)).scalars().all() == [True]
            engine.dispose()
            library.publish(clay, make_manifest())
        assert library.record.corpus().documents == 0
        library.publish(clay, make_manifest())
        assert library.record.corpus().documents == 1


def test_a_collection_that_another_process_builds_anew_is_not_trusted_meanwhile(
    shared: tuple[RecordSettings, ChromaSettings], tmp_path: Path
) -> None:
    lines = tuple(f"Batch {number} was glazed." for number in range(30))
    with (
        open_library(Home(tmp_path / "here"), *shared) as one,
        open_library(Home(tmp_path / "there"), *shared) as other,
    ):
        one.publish([embed(make_document(sentences=lines))], make_manifest())
        other.refresh()
        lose_collection(one)
        hits = {hit.passage_id for line in lines for hit in other.index.search(unit_vector(line), 1)}
        assert hits == other.record.passage_ids()
        assert other.health in ("degraded", "proving", "rebuilding")


def test_processes_in_one_home_keep_their_words_apart(tmp_path: Path) -> None:
    with own_folder(tmp_path / "lexical") as first, own_folder(tmp_path / "lexical") as second:
        assert (first.name, second.name) == ("lexical", "lexical-2")
    with own_folder(tmp_path / "lexical") as again:
        assert again.name == "lexical"


def test_a_server_refuses_what_another_process_made_anew_under_other_settings(
    shared: tuple[RecordSettings, ChromaSettings], tmp_path: Path
) -> None:
    clay = embed(make_document("clay", ("Kilns are fired twice a week.",)))
    here, there = Home(tmp_path / "here"), Home(tmp_path / "there")
    with open_library(here, *shared, make_manifest()) as serving, open_library(there, *shared) as other:
        other.publish([clay], make_manifest())
        serving.refresh()
        assert serving.record.cards().keys() == {"clay"}
        changed = make_manifest(embedder_revision="2")
        other.record.stage(clay, changed)
        other.replace_all({"clay": "v1"}, changed)
        with pytest.raises(IndexMismatch):
            serving.refresh()
        for read in (serving.record.cards, serving.record.corpus, lambda: serving.record.passages(["no such"])):
            with pytest.raises(IndexMismatch):
                read()
