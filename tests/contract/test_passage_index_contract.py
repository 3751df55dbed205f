"""What every `PassageIndex` holds to: in memory, Chroma embedded on disk, and a Chroma server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import chromadb
import numpy as np
import pytest

from ingest.chroma_index import ChromaPassageIndex
from ingest.errors import PassageIndexError, SettingsError
from ingest.exact_index import ExactIndex
from ingest.settings import ChromaSettings
from ingest.types import PassageIndex, Vector
from qa.settings import load_settings
from tests.factories import DIMENSION, unit_vector


@pytest.fixture(params=["memory", "embedded", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PassageIndex]:
    if request.param == "memory":
        yield ExactIndex()
        return
    url = request.getfixturevalue("chroma_server") if request.param == "server" else None
    settings = ChromaSettings(url=url, collection=f"test-{tmp_path.name}")
    with closing(ChromaPassageIndex(settings, tmp_path / "chroma")) as chroma:
        yield chroma


def vectors(*names: str) -> Vector:
    return np.stack([unit_vector(name) for name in names])


def test_an_empty_index_finds_nothing(index: PassageIndex) -> None:
    assert index.ids() == set()
    assert index.search(unit_vector("clay"), 5) == []


def test_a_passage_is_found_first_by_its_own_vector_with_a_cosine_of_one(index: PassageIndex) -> None:
    names = [f"passage {number}" for number in range(50)]
    index.upsert(names, vectors(*names))
    for name in names:
        best = index.search(unit_vector(name), 3)[0]
        assert best.passage_id == name
        assert best.score == pytest.approx(1.0, abs=1e-3)


def test_hits_come_best_first_with_cosine_similarities(index: PassageIndex) -> None:
    names = [f"passage {number}" for number in range(30)]
    index.upsert(names, vectors(*names))
    query = unit_vector("question")
    hits = index.search(query, 30)
    cosines = sorted((float(unit_vector(name) @ query) for name in names), reverse=True)
    assert [hit.score for hit in hits] == pytest.approx(cosines, abs=1e-3)


def test_no_more_than_limit_and_no_more_than_held(index: PassageIndex) -> None:
    index.upsert(["a", "b", "c"], vectors("a", "b", "c"))
    assert len(index.search(unit_vector("a"), 2)) == 2
    assert len(index.search(unit_vector("a"), 99)) == 3


def test_upserting_an_id_again_replaces_its_vector(index: PassageIndex) -> None:
    index.upsert(["a", "b"], vectors("old", "b"))
    index.upsert(["a"], vectors("new"))
    assert index.ids() == {"a", "b"}
    best = index.search(unit_vector("new"), 1)[0]
    assert (best.passage_id, best.score) == ("a", pytest.approx(1.0, abs=1e-3))


def test_deleted_ids_are_gone_and_unknown_ones_are_ignored(index: PassageIndex) -> None:
    index.upsert(["a", "b"], vectors("a", "b"))
    index.delete(["a", "never held"])
    index.delete([])
    assert index.ids() == {"b"}
    assert [hit.passage_id for hit in index.search(unit_vector("a"), 5)] == ["b"]


def test_clearing_forgets_everything_even_the_dimension(index: PassageIndex) -> None:
    index.upsert(["a"], vectors("a"))
    index.clear()
    assert index.ids() == set()
    index.upsert(["wide"], np.stack([unit_vector("wide", 2 * DIMENSION)]))
    assert [hit.passage_id for hit in index.search(unit_vector("wide", 2 * DIMENSION), 1)] == ["wide"]


def test_more_passages_than_chroma_takes_in_one_batch(index: PassageIndex) -> None:
    names = [f"passage {number}" for number in range(6000)]
    rows = np.random.default_rng(7).normal(size=(len(names), DIMENSION)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index.upsert(names, rows)
    assert len(index.ids()) == len(names)
    assert index.search(rows[5999], 1)[0].passage_id == "passage 5999"


def test_what_was_stored_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    settings, folder = ChromaSettings(), tmp_path / "chroma"
    with closing(ChromaPassageIndex(settings, folder)) as first:
        first.upsert(["a", "b"], vectors("a", "b"))
    with closing(ChromaPassageIndex(settings, folder)) as second:
        assert second.ids() == {"a", "b"}
        assert second.search(unit_vector("b"), 1)[0].passage_id == "b"


def search_width(folder: Path) -> int:
    client = chromadb.PersistentClient(folder)
    try:
        return int(client.get_collection(ChromaSettings().collection).configuration["hnsw"]["ef_search"])
    finally:
        client.close()


def test_a_large_store_is_searched_more_widely_from_its_next_opening_on(tmp_path: Path) -> None:
    settings, folder, widths = ChromaSettings(), tmp_path / "chroma", []
    for passages in (20_000, 100_023, 100_023, 10_000_000, 3):
        with closing(ChromaPassageIndex(settings, folder)) as index:
            index.upsert(["a"], vectors("a"))
            index.suit(passages)
        widths.append(search_width(folder))
    assert widths == [200, 1000, 1000, 5000, 200]
    with closing(ChromaPassageIndex(settings, folder)) as index:
        assert index.unreachable(["a"], vectors("a")) == []


def test_chromas_faults_come_out_as_ours(tmp_path: Path) -> None:
    with closing(ChromaPassageIndex(ChromaSettings(), tmp_path / "chroma")) as index:
        index.upsert(["a"], vectors("a"))
        with pytest.raises(PassageIndexError):
            index.upsert(["b"], np.stack([unit_vector("b", DIMENSION + 1)]))
        with pytest.raises(PassageIndexError):
            index.upsert(["c"], np.full((1, DIMENSION), np.nan, np.float32))


def test_a_server_that_is_not_there_is_an_index_error(tmp_path: Path) -> None:
    with pytest.raises(PassageIndexError):
        ChromaPassageIndex(ChromaSettings(url="http://127.0.0.1:9"), tmp_path)


def test_an_address_that_is_none_is_a_settings_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITASI_CHROMA__URL", "localhost:8000")
    with pytest.raises(SettingsError, match="SITASI_CHROMA__URL"):
        load_settings()


def test_a_collection_built_anew_by_another_process_is_found_again(chroma_server: str, tmp_path: Path) -> None:
    settings = ChromaSettings(url=chroma_server, collection="shared")
    mine, other = ChromaPassageIndex(settings, tmp_path), ChromaPassageIndex(settings, tmp_path)
    with closing(mine), closing(other):
        mine.upsert(["a"], vectors("a"))
        other.clear()
        other.upsert(["b"], vectors("b"))
        assert [hit.passage_id for hit in mine.search(unit_vector("b"), 5)] == ["b"]


def test_unreachable_names_exactly_what_its_own_vector_does_not_find(tmp_path: Path) -> None:
    with closing(ChromaPassageIndex(ChromaSettings(), tmp_path / "chroma")) as index:
        index.upsert(["a", "twin of a"], vectors("a", "a"))
        asked = ["a", "twin of a", "never stored"]
        assert index.unreachable(asked, vectors("a", "a", "never stored")) == ["never stored"]


def test_the_exact_index_agrees_with_itself_after_many_changes() -> None:
    index = ExactIndex()
    index.upsert(["a", "b", "c"], vectors("a", "b", "c"))
    index.delete(["b"])
    index.upsert(["c", "d"], vectors("c2", "d"))
    assert index.ids() == {"a", "c", "d"}
    assert index.search(unit_vector("c2"), 1)[0].passage_id == "c"
