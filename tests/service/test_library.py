"""The library keeps answering: while its vector index is proven, damaged, failing, or being built anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import ingest.chroma_index
import ingest.lexical
import ingest.proven_index
from ingest.chroma_index import ChromaPassageIndex, Probe
from ingest.errors import HomeInUse, IndexDamaged, IndexMismatch, PassageIndexError
from ingest.home import Home
from ingest.proven_index import IndexHealth, Proving
from ingest.record import Record
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import Library, open_library
from ingest.types import Collection, PublishedPassage
from qa.question import profile_question
from qa.retrieve import HybridRetriever
from qa.settings import RetrievalSettings
from tests.factories import embed, make_document, make_manifest, unit_vector
from tests.fakes import MeaninglessEmbedder

LINES = tuple(f"Kiln {number} was fired on day {number * 3}." for number in range(40))


def opening(home: Path, proving: Proving = "now", **wanted: object):  # type: ignore[no-untyped-def]
    return open_library(Home(home), RecordSettings(), ChromaSettings(), proving=proving, **wanted)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with forty passages, closed in order."""
    with opening(tmp_path / "home") as library:
        library.publish([embed(make_document(sentences=LINES))], make_manifest())
        library.settle()
    return tmp_path / "home"


@pytest.fixture
def unsealed(home: Path) -> Path:
    """The same home as a kill would leave it."""
    (home / "chroma.seal.json").unlink()
    return home


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with opening(home) as opened:
        yield opened


def all_found(library: Library, lines: tuple[str, ...] = LINES) -> bool:
    hits = [library.index.search(unit_vector(line), 1)[0].passage_id for line in lines]
    return [one.passage.text for one in library.record.passages(hits)] == list(lines)


# ---------------------------------------------------------------------- start


def test_an_index_closed_in_order_is_trusted_without_looking_at_every_passage(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Probe, "run", lambda *_: pytest.fail("it was looked at"))
    with opening(home) as library:
        assert library.health is IndexHealth.READY
        assert all_found(library)


def test_an_index_that_has_become_large_is_closed_in_order_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.chroma_index, "_PASSAGES_A_STEP", 0.1)
    with opening(home) as library:
        assert all_found(library)
    monkeypatch.setattr(Probe, "run", lambda *_: pytest.fail("it was looked at"))
    with opening(home) as library:
        assert library.health is IndexHealth.READY
        assert all_found(library)


def test_an_index_that_was_not_closed_is_looked_at_before_it_is_opened(
    unsealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    run = Probe.run

    def counted(probe: Probe, ids: list[str], vectors: object) -> list[str]:
        asked.append(len(ids))
        return run(probe, ids, vectors)  # type: ignore[arg-type]

    monkeypatch.setattr(Probe, "run", counted)
    with opening(unsealed) as library:
        assert library.health is IndexHealth.READY
        assert all_found(library)
    assert asked == [40]


def test_questions_are_answered_while_the_index_is_proven_in_the_background(
    unsealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def waits(*_: object) -> list[str]:
        assert go_on.wait(60)
        return []

    monkeypatch.setattr(Probe, "run", waits)
    with opening(unsealed, "background") as library:
        assert library.health is IndexHealth.PROVING
        assert all_found(library)
        go_on.set()
        assert library.check() == []
        assert library.health is IndexHealth.READY
        assert all_found(library)


def test_what_was_left_in_order_is_neither_compared_with_the_record_nor_analysed_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.lexical, "_SMALL", 5)
    with opening(home) as library:
        library.publish([embed(make_document("salt", sentences=("Salt is boiled by families.",)))], make_manifest())
        library.settle()
    with monkeypatch.context() as scene:
        scene.setattr(Record, "passage_ids", lambda _: pytest.fail("every id was read"))
        with opening(home) as library:
            assert all_found(library, (*LINES, "Salt is boiled by families."))
            assert library.lexical.passages() == 41
    # As where a copy of the record is put back that is older than the indexes.
    record = Record(None, Home(home).record)
    record.remove(["salt"])
    record.close()
    with opening(home) as library:
        assert library.lexical.ids() == library.index.ids() == library.record.passage_ids()
        assert len(library.index.ids()) == 40


def test_the_first_questions_of_a_large_collection_wait_for_the_store_and_read_no_vectors(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.proven_index, "_SCANNED_SOONER", 10)
    monkeypatch.setattr(Record, "vectors", lambda *_: pytest.fail("every vector was read"))
    with opening(home, "background") as library:
        assert all_found(library)
        assert library.health is IndexHealth.READY


def test_a_scan_that_stands_in_for_chroma_reads_only_what_is_new(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    vectors = Record.vectors
    with opening(home, "never") as library:
        monkeypatch.setattr(Record, "vectors", lambda record: read.append(1) or vectors(record))  # type: ignore[func-returns-value]
        assert all_found(library)
        salt = embed(make_document("salt", sentences=("Salt is boiled by families.",)))
        library.publish([salt], make_manifest())
        assert all_found(library, (*LINES, "Salt is boiled by families."))
        assert library.index.ids() == library.record.passage_ids()
        library.remove(["salt"])
        assert all_found(library)
        assert library.index.ids() == library.record.passage_ids()
    assert read == [1]


def test_closing_does_not_wait_for_the_proof(unsealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.proven_index, "_PROVEN_IN_FULL", 10**9)
    with opening(unsealed, "background") as library:
        assert all_found(library)
    with opening(unsealed) as library:
        assert all_found(library)


def test_a_single_question_needs_no_index_and_leaves_its_seal(home: Path) -> None:
    seal = (home / "chroma.seal.json").read_bytes()
    with opening(home, "never") as library:
        assert library.health is IndexHealth.UNUSED
        assert all_found(library)
    assert (home / "chroma.seal.json").read_bytes() == seal


def test_a_sound_index_is_opened_when_something_changes_and_its_files_stay_as_they_are_until_then(home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file() and path.name != "owner.lock"}
    with opening(home, "late") as library:
        assert library.health is IndexHealth.UNUSED
        assert all_found(library)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    more = ("Salt is boiled by nineteen families.",)
    with opening(home, "late") as library:
        library.publish([embed(make_document("salt", sentences=more))], make_manifest())
        assert library.health is IndexHealth.READY
        assert all_found(library, LINES + more)


def test_an_index_that_was_not_closed_is_looked_at_even_when_nothing_changes(unsealed: Path) -> None:
    with opening(unsealed, "late") as library:
        assert library.health is IndexHealth.READY
    assert (unsealed / "chroma.seal.json").exists()


def test_what_was_published_without_the_index_is_in_it_at_the_next_start(home: Path) -> None:
    with opening(home, "never") as library:
        library.publish([embed(make_document("glass", ("Sand is melted.",)))], make_manifest())
        library.remove(["clay"])
        assert all_found(library, ("Sand is melted.",))
    with opening(home) as library:
        assert library.index.ids() == {"glass:v1:0"}
        assert all_found(library, ("Sand is melted.",))


def test_damage_is_said_in_the_log_and_repaired_without_embedding(
    unsealed: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def died(*_: object) -> list[str]:
        raise IndexDamaged("Chroma died of signal 11 on its own files.")

    monkeypatch.setattr(Probe, "run", died)
    with opening(unsealed) as library:
        assert library.health is IndexHealth.READY
        assert all_found(library)
    assert "signal 11" in caplog.text
    assert "built anew from the record: 40 passages" in caplog.text


def test_a_few_passages_that_the_graph_does_not_reach_are_found_all_the_same(
    unsealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = ["clay:v1:3", "clay:v1:17"]
    monkeypatch.setattr(Probe, "run", lambda *_: lost)
    search = ChromaPassageIndex.search

    def blind(index: ChromaPassageIndex, vector: object, limit: int) -> list[object]:
        return [hit for hit in search(index, vector, limit) if hit.passage_id not in lost]  # type: ignore[arg-type]

    monkeypatch.setattr(ChromaPassageIndex, "search", blind)
    with opening(unsealed) as library:
        assert all_found(library)
    monkeypatch.setattr(Probe, "run", lambda *_: pytest.fail("the seal names them"))
    with opening(unsealed) as library:
        assert all_found(library)


# ---------------------------------------------------------------------- at work


def test_when_chroma_fails_an_exact_scan_answers_and_chroma_is_tried_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise PassageIndexError("Chroma failed: no space left")

    with monkeypatch.context() as broken:
        for name in ("search", "upsert", "delete"):
            broken.setattr(ChromaPassageIndex, name, fails)
        assert all_found(library)
        assert library.health is IndexHealth.DEGRADED
        assert library.fault == "Chroma failed: no space left"
        library.publish([embed(make_document("glass", ("Sand is melted.",)))], make_manifest())
        assert all_found(library, (*LINES, "Sand is melted."))
        library.remove(["clay"])
        assert [hit.passage_id for hit in library.index.search(unit_vector(LINES[0]), 9)] == ["glass:v1:0"]
    assert library.check() == []
    assert library.health is IndexHealth.READY
    assert library.fault is None
    assert library.index.ids() == {"glass:v1:0"}


def test_a_failed_chroma_comes_back_by_itself_when_questions_go_on(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.proven_index, "_FIRST_RETRY_SECONDS", 0.0)
    library._index._retry_after = 0.0
    with monkeypatch.context() as broken:
        broken.setattr(ChromaPassageIndex, "search", lambda *_: (_ for _ in ()).throw(PassageIndexError("gone")))
        assert all_found(library, LINES[:1])
    assert all_found(library, LINES[:1])
    worker = library._index._worker
    assert worker is not None
    worker.join(60)
    assert library.health is IndexHealth.READY


def test_what_was_proven_and_fails_at_a_question_is_not_proven_again_but_built_anew(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(ChromaPassageIndex, "search", lambda *_: (_ for _ in ()).throw(PassageIndexError("no way on")))
        assert all_found(library, LINES[:1])
    monkeypatch.setattr(Probe, "run", lambda *_: pytest.fail("it was proven once already"))
    assert library.check() == []
    assert library.health is IndexHealth.READY and "built anew" in caplog.text
    assert all_found(library)


def test_questions_are_answered_while_the_index_is_built_anew(library: Library) -> None:
    failures: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            if not all_found(library):
                failures.append("a passage was not found")

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(3):
        library.rebuild()
    stop.set()
    asking.join()
    assert failures == []
    assert library.health is IndexHealth.READY


def test_questions_during_changes_find_one_version_of_a_paper(library: Library) -> None:
    mixed: list[set[str]] = []
    seen: set[str] = set()
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            hits = library.index.search(unit_vector(LINES[5]), 20) + library.lexical.search("kiln fired day 15", 20)
            read = library.record.passages([hit.passage_id for hit in hits])
            versions = {one.passage.version for one in read}
            # None where all that was found had been superseded before it was read.
            if len(versions) > 1:
                mixed.append(versions)
            seen.update(versions)

    asking = threading.Thread(target=ask)
    asking.start()
    for number in range(2, 12):
        library.publish([embed(make_document(sentences=LINES, version=f"v{number}"))], make_manifest())
    stop.set()
    asking.join()
    assert mixed == []
    assert seen
    assert all_found(library)


def test_what_is_superseded_while_a_question_is_searched_is_searched_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, published = library.record.passages, list[str]()

    def late(ids: Sequence[str]) -> list[PublishedPassage]:
        if not published:
            published.append("v2")
            library.publish([embed(make_document(sentences=LINES, version="v2"))], make_manifest())
        return read(ids)

    monkeypatch.setattr(library.record, "passages", late)
    retriever = HybridRetriever(
        library.record, library.index, library.lexical, MeaninglessEmbedder(), RetrievalSettings()
    )
    found = retriever.retrieve(profile_question("When was kiln 5 fired?", "en"), (), 5)
    assert {one.passage.version for one in found.passages} == {"v2"}


def test_samples_leave_both_legs_with_the_first_paper_and_return_with_the_last(tmp_path: Path) -> None:
    with opening(tmp_path / "home") as library:
        brief = embed(make_document("brief", ("A brief on kilns.",), collection=Collection.SAMPLES))
        library.publish([brief], make_manifest())
        library.publish([embed(make_document("clay"))], make_manifest())
        assert "brief:v1:0" not in library.index.ids() | library.lexical.ids()
        library.remove(["clay"])
        assert library.index.ids() == library.lexical.ids() == {"brief:v1:0"}
        assert all_found(library, ("A brief on kilns.",))


# ---------------------------------------------------------------------- owners and manifests


def test_a_second_owner_is_refused_while_the_first_works(library: Library, home: Path) -> None:
    with pytest.raises(HomeInUse, match="in use by process"), opening(home):
        pass
    assert all_found(library)


def test_opening_for_another_model_is_refused_and_changes_nothing(home: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and "owner" not in path.name}
    other = make_manifest(embedder_revision="2")
    with pytest.raises(IndexMismatch, match="revision is '1' in the index and '2'"), opening(home, wanted=other):
        pass
    after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and "owner" not in path.name}
    assert after == before
    with opening(home, wanted=make_manifest()) as library:
        assert all_found(library)


def test_an_empty_library_opens_for_any_model(tmp_path: Path) -> None:
    with opening(tmp_path / "home", wanted=make_manifest(embedder_name="any")) as library:
        assert library.index.search(unit_vector("anything"), 5) == []
        assert library.lexical.search("anything", 5) == []
