"""What the record holds to, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import IndexMismatch, RecordError, SettingsError, UnknownDocument
from ingest.record import Record
from ingest.types import Collection, EmbeddedDocument, PageBreak
from tests.factories import DIMENSION, embed, make_document, make_manifest, unit_vector

MANIFEST = make_manifest()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else request.getfixturevalue("postgres_database")


@pytest.fixture
def record(url: str | None, tmp_path: Path) -> Iterator[Record]:
    with closing(Record(url, tmp_path / "record.sqlite3")) as opened:
        yield opened


def published_texts(record: Record) -> dict[str, str]:
    return {one.passage.id: one.passage.text for one in record.passages(sorted(record.passage_ids()))}


def test_a_new_record_is_empty(record: Record) -> None:
    assert record.manifest() is None
    assert record.cards() == {}
    assert record.passage_ids() == set()
    assert record.passages(["anything"]) == []
    assert list(record.vectors()) == []
    assert record.document_vectors(["anything"]) == ([], pytest.approx(np.zeros((0, 1))))


def test_what_was_published_is_read_back_as_it_was(record: Record) -> None:
    document = replace(make_document(), pages=(PageBreak(1, 0),), doubtful=((3, 9),), ocr=True)
    embedded = embed(document)
    change = record.publish(embedded, MANIFEST)
    ids = [one.passage.id for one in embedded.passages]
    assert change.added == tuple(ids)
    assert record.document("clay") == document
    assert record.document("clay", "v1") == document
    found = record.passages(ids)
    assert [one.passage for one in found] == [one.passage for one in embedded.passages]
    for one, given in zip(found, embedded.passages, strict=True):
        assert one.document.bibliography == document.bibliography
        assert one.sentence_vectors.shape == (1, DIMENSION)
        assert one.sentence_vectors.dtype == np.float32
        assert np.array_equal(one.sentence_vectors, given.vectors.sentences)


def test_passages_come_in_the_order_asked_for_without_unknown_ones(record: Record) -> None:
    record.publish(embed(make_document()), MANIFEST)
    asked = ["clay:v1:1", "unknown", "clay:v1:0", "clay:v1:1"]
    assert [one.passage.id for one in record.passages(asked)] == ["clay:v1:1", "clay:v1:0", "clay:v1:1"]


def test_a_new_version_replaces_the_old_one_at_once(record: Record) -> None:
    record.publish(embed(make_document(version="v1")), MANIFEST)
    before = record.corpus().version
    record.passages(["clay:v1:0"])
    change = record.publish(embed(make_document(sentences=("Glaze is made of ash.",), version="v2")), MANIFEST)
    assert change.added == ("clay:v2:0",)
    assert change.removed == ("clay:v1:0", "clay:v1:1")
    assert published_texts(record) == {"clay:v2:0": "Glaze is made of ash."}
    assert record.passages(["clay:v1:0", "clay:v2:0"])[0].passage.version == "v2"
    assert record.corpus().version == change.corpus_version != before


def test_a_version_that_fails_half_way_leaves_the_old_one_answering(record: Record) -> None:
    record.publish(embed(make_document(version="v1")), MANIFEST)
    before = record.corpus()
    good = embed(make_document(version="v2"))
    twice = EmbeddedDocument(good.document, (*good.passages, good.passages[0]))
    with pytest.raises(RecordError):
        record.publish(twice, MANIFEST)
    assert record.corpus() == before
    assert {one.rpartition(":")[0] for one in record.passage_ids()} == {"clay:v1"}
    record.publish(good, MANIFEST)
    assert {one.rpartition(":")[0] for one in record.passage_ids()} == {"clay:v2"}


def test_publishing_the_same_version_again_changes_no_passage(record: Record) -> None:
    record.publish(embed(make_document()), MANIFEST)
    texts = published_texts(record)
    change = record.publish(embed(make_document()), MANIFEST)
    assert (change.added, change.removed) == ((), ())
    assert published_texts(record) == texts


def test_a_reader_sees_one_version_only_while_versions_change(record: Record) -> None:
    """Every read of all of a paper's passages finds them whole and of one version."""
    lines = tuple(f"Line {number} of the paper on clay." for number in range(20))
    record.publish(embed(make_document(sentences=lines, version="v0")), MANIFEST)
    every = [f"clay:v{version}:{ordinal}" for version in range(30) for ordinal in range(20)]
    seen: list[tuple[int, set[str]]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            found = record.passages(every)
            seen.append((len(found), {one.passage.version for one in found}))

    with closing(record):
        reader = threading.Thread(target=read)
        reader.start()
        for version in range(1, 30):
            record.publish(embed(make_document(sentences=lines, version=f"v{version}")), MANIFEST)
        stop.set()
        reader.join()
    assert {count for count, _ in seen} == {20}
    assert {len(versions) for _, versions in seen} == {1}


def test_two_writers_wait_for_each_other(record: Record) -> None:
    def publish(number: int) -> None:
        for version in range(5):
            record.publish(embed(make_document(f"paper-{number}", version=f"v{version}")), MANIFEST)

    writers = [threading.Thread(target=publish, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {(card.id, card.version) for card in record.cards().values()} == {(f"paper-{n}", "v4") for n in range(4)}
    assert record.corpus().passages == len(record.passage_ids()) == 8


def test_removing_stops_a_document_answering(record: Record) -> None:
    record.publish(embed(make_document("clay")), MANIFEST)
    record.publish(embed(make_document("glass", ("Sand is melted.",))), MANIFEST)
    change = record.remove(["clay", "unknown"])
    assert change.removed == ("clay:v1:0", "clay:v1:1")
    assert record.cards().keys() == {"glass"}
    assert [one.card.id for one in record.catalogue()] == ["glass"]
    with pytest.raises(UnknownDocument):
        record.document("clay")
    assert record.corpus().documents == 1


def test_removing_nothing_changes_nothing(record: Record) -> None:
    record.publish(embed(make_document()), MANIFEST)
    before = record.corpus()
    record.remove(["unknown"])
    assert record.corpus() == before


# ---------------------------------------------------------------------- samples


def test_samples_answer_until_the_first_paper_withdraws_them(record: Record) -> None:
    record.publish(embed(make_document("brief", ("A brief.",), collection=Collection.SAMPLES)), MANIFEST)
    assert record.corpus().answering is Collection.SAMPLES
    assert record.cards().keys() == {"brief"}
    change = record.publish(embed(make_document("clay")), MANIFEST)
    assert change.withdrawn == ("brief",)
    assert change.removed == ("brief:v1:0",)
    assert record.cards().keys() == {"clay"}
    assert record.passages(["brief:v1:0"]) == []
    assert record.corpus().answering is Collection.PAPERS
    assert {one.card.id: one.answers for one in record.catalogue()} == {"brief": False, "clay": True}
    again = record.publish(embed(make_document("glass", ("Sand.",))), MANIFEST)
    assert again.withdrawn == ()


def test_samples_return_when_the_last_paper_goes(record: Record) -> None:
    record.publish(embed(make_document("brief", ("A brief.",), collection=Collection.SAMPLES)), MANIFEST)
    record.publish(embed(make_document("clay")), MANIFEST)
    change = record.remove(["clay"])
    assert change.returned == ("brief",)
    assert change.added == ("brief:v1:0",)
    assert published_texts(record) == {"brief:v1:0": "A brief."}


def test_samples_published_beside_papers_do_not_answer(record: Record) -> None:
    record.publish(embed(make_document("clay")), MANIFEST)
    change = record.publish(embed(make_document("brief", collection=Collection.SAMPLES)), MANIFEST)
    assert (change.added, change.withdrawn) == ((), ())
    assert record.cards().keys() == {"clay"}


# ---------------------------------------------------------------------- vectors


def test_vectors_give_every_answering_passage_once(record: Record) -> None:
    lines = tuple(f"Line {number}." for number in range(25))
    record.publish(embed(make_document(sentences=lines)), MANIFEST)
    batches = list(record.vectors(batch=10))
    assert [len(ids) for ids, _ in batches] == [10, 10, 5]
    ids = [one for part, _ in batches for one in part]
    assert sorted(ids) == sorted(record.passage_ids())
    texts = published_texts(record)
    for part, rows in batches:
        for one, row in zip(part, rows, strict=True):
            assert np.array_equal(row, unit_vector(texts[one]))


def test_vectors_of_chosen_passages_and_documents(record: Record) -> None:
    record.publish(embed(make_document("clay")), MANIFEST)
    record.publish(embed(make_document("glass", ("Sand.",))), MANIFEST)
    ids, rows = record.document_vectors(["glass", "unknown"])
    assert (ids, rows.shape) == (["glass:v1:0"], (1, DIMENSION))
    assert np.array_equal(rows[0], unit_vector("Sand."))
    ids, rows = record.vectors_of(["clay:v1:1", "unknown"])
    assert (ids, rows.shape) == (["clay:v1:1"], (1, DIMENSION))


def test_vectors_are_reused_for_the_same_input_only(record: Record) -> None:
    record.publish(embed(make_document(sentences=("Kept line.", "Old line."))), MANIFEST)
    fresh = [one.passage for one in embed(make_document("copy", ("New line.", "Kept line."), version="v9")).passages]
    found = record.reusable_vectors(fresh, MANIFEST.vector_space)
    assert found.keys() == {"copy:v9:1"}
    assert np.array_equal(found["copy:v9:1"].passage, unit_vector("Kept line."))
    assert np.array_equal(found["copy:v9:1"].sentences, unit_vector("Kept line.")[None, :])
    assert record.reusable_vectors(fresh, make_manifest(embedder_revision="2").vector_space) == {}


# ---------------------------------------------------------------------- manifest


@pytest.mark.parametrize(
    "changed",
    [
        {"schema_version": 99},
        {"embedder_name": "another"},
        {"embedder_revision": "2"},
        {"dimension": 8},
        {"passage_policy": "two sentences"},
        {"text_version": "2"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_nothing_is_published_beside_contents_made_under_another_manifest(
    record: Record, changed: dict[str, object]
) -> None:
    record.publish(embed(make_document()), MANIFEST)
    name, value = next(iter(changed.items()))
    with pytest.raises(IndexMismatch) as fault:
        record.publish(embed(make_document("glass")), make_manifest(**changed))
    assert repr(value) in str(fault.value)
    assert repr(getattr(MANIFEST, name)) in str(fault.value)
    assert record.manifest() == MANIFEST
    assert record.cards().keys() == {"clay"}


def test_an_emptied_record_takes_a_new_manifest(record: Record) -> None:
    record.publish(embed(make_document()), MANIFEST)
    record.remove(["clay"])
    other = make_manifest(embedder_revision="2")
    record.publish(embed(make_document()), other)
    assert record.manifest() == other


def test_staged_versions_are_seen_by_nobody_until_all_of_them_answer_at_once(record: Record) -> None:
    record.publish(embed(make_document("clay")), MANIFEST)
    record.publish(embed(make_document("glass", ("Sand.",))), MANIFEST)
    other = make_manifest(passage_policy="two sentences")
    before = record.corpus()
    record.stage(embed(make_document("clay", version="w1")), other)
    assert record.corpus() == before
    assert {card.version for card in record.cards().values()} == {"v1"}
    assert record.passages(["clay:w1:0"]) == []
    record.publish_staged({"clay": "w1"}, other)
    assert record.manifest() == other
    assert {(card.id, card.version) for card in record.cards().values()} == {("clay", "w1")}


# ---------------------------------------------------------------------- answers


def test_an_answer_is_kept_with_its_bytes(record: Record) -> None:
    record.publish(embed(make_document()), MANIFEST)
    record.save_answer("ans_1", b'{"text": "Kilns."}', [("clay", "v1"), ("clay", "v1")])
    kept = record.answer("ans_1")
    assert kept is not None
    assert (kept.id, kept.body, kept.shared) == ("ans_1", b'{"text": "Kilns."}', False)
    assert record.answer("ans_2") is None


def test_sharing_keeps_an_answer_for_good(record: Record) -> None:
    record.save_answer("ans_1", b"1", [])
    record.save_answer("ans_2", b"2", [])
    assert record.share_answer("ans_1")
    assert not record.share_answer("ans_3")
    assert record.prune(answer_days=0) == (1, 0)
    assert record.answer("ans_1") is not None
    assert record.answer("ans_2") is None


def test_versions_that_a_kept_answer_cites_stay_readable(record: Record) -> None:
    for version in ("v1", "v2", "v3"):
        record.publish(embed(make_document(version=version)), MANIFEST)
    record.save_answer("ans_1", b"1", [("clay", "v1")])
    assert record.prune(answer_days=30, grace_seconds=0) == (0, 1)
    assert record.document("clay", "v1").version == "v1"
    with pytest.raises(UnknownDocument):
        record.document("clay", "v2")
    record.remove(["clay"])
    assert record.prune(answer_days=0, grace_seconds=0) == (1, 2)
    with pytest.raises(UnknownDocument):
        record.document("clay", "v1")


def test_a_version_superseded_a_moment_ago_is_not_pruned(record: Record) -> None:
    record.publish(embed(make_document(version="v1")), MANIFEST)
    record.publish(embed(make_document(version="v2")), MANIFEST)
    assert record.prune(answer_days=30) == (0, 0)
    assert record.document("clay", "v1").version == "v1"


# ---------------------------------------------------------------------- opening


def test_two_records_on_one_database_see_each_others_changes(url: str | None, tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite3"
    with closing(Record(url, path)) as one, closing(Record(url, path)) as other:
        assert other.cards() == {}
        one.publish(embed(make_document()), MANIFEST)
        assert other.cards().keys() == {"clay"}
        assert len(other.passages(["clay:v1:0", "clay:v1:1"])) == 2


def test_a_file_that_is_no_database_is_reported_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite3"
    path.write_bytes(b"this is no database " * 300)
    with pytest.raises(RecordError, match="not a database"):
        Record(None, path)
    assert path.read_bytes().startswith(b"this is no database")


def test_a_record_of_another_version_is_named_as_such_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite3"
    with closing(Record(None, path)) as record:
        record.publish(embed(make_document()), MANIFEST)
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE versions DROP COLUMN sketch")
        database.commit()
    with pytest.raises(RecordError, match=r"another version of Sitasi \(versions lacks sketch\)"):
        Record(None, path)


def test_an_unusable_url_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SITASI_RECORD__URL"):
        Record("nonsense", tmp_path / "record.sqlite3")
