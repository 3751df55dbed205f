"""Files → published documents: what a run does to a collection, seen through the library that it fills."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.errors import IndexMismatch
from ingest.home import Home
from ingest.index import expected_manifest
from ingest.pipeline import ingest_paths
from ingest.settings import ChromaSettings, IngestSettings, PassageSettings, RecordSettings
from ingest.store import Library, open_library
from ingest.summary import IngestProgress, IngestSummary
from ingest.types import Collection
from tests.fakes import WordEmbedder

KILN = "The kilns of the northern village are fired twice a week with coconut husk and split bamboo. "
GLAZE = "Glaze is mixed from rice ash and river clay, and every family keeps its own proportion. "
MARKET = "Traders from three districts buy the bowls before the rains and resell them in port towns. "


def paper(title: str, *paragraphs: str) -> str:
    return f"# {title}\n\n## Findings\n\n" + "\n\n".join(paragraphs) + "\n"


@dataclass(frozen=True)
class Tree:
    """The parts of the settings that the pipeline reads."""

    ingest: IngestSettings = field(default_factory=IngestSettings)
    passages: PassageSettings = field(default_factory=lambda: PassageSettings(max_tokens=40, min_tokens=0))
    record: RecordSettings = field(default_factory=RecordSettings)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(Home(tmp_path / "home"), RecordSettings(), ChromaSettings(), proving="never") as opened:
        yield opened


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "kilns.md").write_text(paper("Kilns", KILN * 3, "Firing takes eleven hours in the dry season. " * 2))
    (papers / "glaze.md").write_text(paper("Glaze", GLAZE * 3, "Salt glaze is not used at all. " * 2))
    return papers


@pytest.fixture
def ingest(library: Library, embedder: WordEmbedder, folder: Path) -> Ingest:
    return Ingest(library, embedder, folder)


@dataclass
class Ingest:
    """Runs the pipeline over the folder, as `sitasi ingest FOLDER` does."""

    library: Library
    embedder: WordEmbedder
    folder: Path
    settings: Tree = field(default_factory=Tree)

    def __call__(self, *, prune: bool = False, **changed: object) -> IngestSummary:
        return ingest_paths([self.folder], self.library, self.embedder, self.settings, prune=prune, **changed)  # type: ignore[arg-type]

    def texts(self) -> list[str]:
        found = self.library.record.passages(sorted(self.library.record.passage_ids()))
        return [one.passage.text for one in found]

    def sources(self) -> dict[str, str]:
        return {one.card.id: one.source.name for one in self.library.record.catalogue()}

    def finds(self, words: str) -> set[str]:
        """Documents that both legs find for these words, by what the record publishes of their hits."""
        vector = self.embedder.embed_questions([words])[0]
        dense = self.library.record.passages([hit.passage_id for hit in self.library.index.search(vector, 3)])
        lexical = self.library.record.passages([hit.passage_id for hit in self.library.lexical.search(words, 3)])
        return {one.document.id for one in dense} & {one.document.id for one in lexical}


def test_a_first_run_publishes_every_paper_and_both_legs_find_it(ingest: Ingest) -> None:
    summary = ingest()
    assert summary.added == ("glaze.md", "kilns.md")
    assert summary.passages == summary.embedded == len(ingest.texts()) > 2
    assert summary.reused == 0
    assert "kilns" in ingest.finds("kilns fired with coconut husk")
    assert "glaze" in ingest.finds("rice ash and river clay")
    assert json.loads(json.dumps(summary.as_dict()))["added"] == ["glaze.md", "kilns.md"]


def test_a_second_run_over_an_unchanged_folder_embeds_and_writes_nothing(ingest: Ingest, tmp_path: Path) -> None:
    ingest()
    before = (ingest.library.record.corpus(), ingest.embedder.embedded, bytes_under(tmp_path / "home"))
    summary = ingest()
    assert summary.unchanged == ("glaze.md", "kilns.md")
    assert (summary.added, summary.updated, summary.passages, summary.embedded) == ((), (), 0, 0)
    assert (ingest.library.record.corpus(), ingest.embedder.embedded, bytes_under(tmp_path / "home")) == before


def test_a_changed_file_embeds_its_changed_passages_only(ingest: Ingest) -> None:
    ingest()
    old = set(ingest.texts())
    edited = paper("Kilns", KILN * 3, "Firing takes nine hours since the new kiln. " * 2)
    (ingest.folder / "kilns.md").write_text(edited)
    summary = ingest()
    assert (summary.updated, summary.unchanged) == (("kilns.md",), ("glaze.md",))
    assert summary.embedded == len(set(ingest.texts()) - old)
    assert summary.reused == summary.passages - summary.embedded > 0
    assert "eleven hours" not in " ".join(ingest.texts())
    assert "kilns" in ingest.finds("nine hours new kiln")


def test_a_renamed_file_keeps_its_document_and_costs_nothing(ingest: Ingest) -> None:
    ingest()
    version = ingest.library.record.corpus().version
    (ingest.folder / "kilns.md").rename(ingest.folder / "ovens.md")
    summary = ingest()
    assert summary.moved == (("ovens.md", "kilns.md"),)
    assert (summary.added, summary.removed, summary.embedded) == ((), (), 0)
    assert ingest.sources() == {"glaze": "glaze.md", "kilns": "ovens.md"}
    assert ingest.library.record.corpus().version == version
    assert ingest().unchanged == ("glaze.md", "ovens.md")


def test_two_files_that_swap_names_keep_their_documents(ingest: Ingest) -> None:
    ingest()
    texts = {name: (ingest.folder / name).read_text() for name in ("glaze.md", "kilns.md")}
    (ingest.folder / "glaze.md").write_text(texts["kilns.md"])
    (ingest.folder / "kilns.md").write_text(texts["glaze.md"])
    summary = ingest()
    assert sorted(summary.moved) == [("glaze.md", "kilns.md"), ("kilns.md", "glaze.md")]
    assert ingest.sources() == {"glaze": "kilns.md", "kilns": "glaze.md"}


def test_the_same_content_under_two_names_is_one_document_and_named(ingest: Ingest) -> None:
    (ingest.folder / "a-copy.md").write_text((ingest.folder / "kilns.md").read_text())
    summary = ingest()
    assert summary.duplicates == (("kilns.md", "a-copy.md"),)
    assert summary.added == ("a-copy.md", "glaze.md")
    later = ingest()
    assert (later.duplicates, later.added) == ((("kilns.md", "a-copy.md"),), ())


def test_the_same_paper_in_another_format_is_named_as_a_duplicate(ingest: Ingest) -> None:
    words = " ".join(f"The {n}th household sells bowls number {n * 7} at market {n * 3}." for n in range(40))
    (ingest.folder / "survey.md").write_text(paper("Survey", words))
    ingest()
    (ingest.folder / "survey.txt").write_text(f"SURVEY\n\nFINDINGS\n\n{words}\n\nPage 3 of 3\n")
    summary = ingest()
    assert summary.duplicates == (("survey.txt", "survey.md"),)
    assert summary.added == ()


def test_a_paper_replaced_by_another_format_keeps_its_document(ingest: Ingest) -> None:
    words = " ".join(f"The {n}th household sells bowls number {n * 7} at market {n * 3}." for n in range(40))
    (ingest.folder / "survey.md").write_text(paper("Survey", words))
    ingest()
    (ingest.folder / "survey.md").unlink()
    (ingest.folder / "final.txt").write_text(f"SURVEY\n\nFINDINGS\n\n{words}\n")
    summary = ingest(prune=True)
    assert (summary.updated, summary.added, summary.removed) == (("final.txt",), (), ())
    assert ingest.sources()["survey"] == "final.txt"


def test_a_deleted_file_stays_published_until_pruning_is_asked_for(ingest: Ingest) -> None:
    ingest()
    (ingest.folder / "glaze.md").unlink()
    assert ingest().removed == ()
    assert "glaze" in ingest.sources()
    assert ingest(prune=True).removed == ("glaze",)
    assert ingest.sources() == {"kilns": "kilns.md"}
    assert "glaze" not in ingest.finds("rice ash and river clay")


def test_pruning_one_folder_leaves_papers_of_another_alone(ingest: Ingest, tmp_path: Path) -> None:
    ingest()
    other = tmp_path / "other"
    other.mkdir()
    (other / "market.md").write_text(paper("Market", MARKET * 3))
    (ingest.folder / "glaze.md").unlink()
    summary = ingest_paths([other], ingest.library, ingest.embedder, ingest.settings, prune=True)
    assert (summary.added, summary.removed) == (("market.md",), ())
    assert ingest.sources().keys() == {"glaze", "kilns", "market"}


def test_files_of_one_name_in_two_folders_are_two_documents(ingest: Ingest, tmp_path: Path) -> None:
    ingest()
    other = tmp_path / "other"
    other.mkdir()
    (other / "kilns.md").write_text(paper("Market", MARKET * 3))
    ingest_paths([other], ingest.library, ingest.embedder, ingest.settings)
    assert len(ingest.sources()) == 3
    assert "fired twice a week" in ingest.library.record.document("kilns").text


def test_a_bad_file_is_named_with_its_reason_and_its_neighbours_go_on(ingest: Ingest) -> None:
    (ingest.folder / "empty.md").write_bytes(b"")
    (ingest.folder / "marks.txt").write_text("--- *** ---")
    (ingest.folder / "archive.md").write_bytes(b"Rar!\x1a\x07" + bytes(200))
    summary = ingest()
    assert summary.added == ("glaze.md", "kilns.md")
    assert {one.name: one.code for one in summary.failed} == {
        "empty.md": "source_empty",
        "marks.txt": "source_empty",
        "archive.md": "unsupported_format",
    }
    assert all(one.reason and one.advice for one in summary.failed)
    assert not summary.nothing_readable


def test_a_paper_that_upsets_the_model_does_not_take_its_batch_with_it(ingest: Ingest) -> None:
    ingest.embedder.refuses = "Salt glaze"
    summary = ingest()
    assert summary.added == ("kilns.md",)
    assert [one.name for one in summary.failed] == ["glaze.md"]
    ingest.embedder.refuses = None
    retry = ingest()
    assert (retry.added, retry.unchanged) == (("glaze.md",), ("kilns.md",))


@pytest.mark.parametrize("stage", ["parse_file", "build_document", "cut_passages"])
def test_a_failed_update_leaves_the_old_version_answering_and_the_next_run_completes_it(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    ingest()
    (ingest.folder / "kilns.md").write_text(paper("Kilns", "A wholly new kiln was built of brick. " * 4))

    def fails(*_: object, **__: object) -> None:
        raise MemoryError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(f"ingest.pipeline.{stage}", fails)
        summary = ingest()
    assert [(one.name, one.code) for one in summary.failed] == [("kilns.md", "ingest_error")]
    assert "eleven hours" in " ".join(ingest.texts())
    assert ingest().updated == ("kilns.md",)
    assert "built of brick" in " ".join(ingest.texts())


def test_the_first_paper_withdraws_the_samples_and_the_summary_says_so(ingest: Ingest, tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "brief.md").write_text(paper("Brief", MARKET * 3))
    library, embedder, settings = ingest.library, ingest.embedder, ingest.settings
    ingest_paths([samples], library, embedder, settings, Collection.SAMPLES)
    assert "brief" in ingest.finds("traders buy the bowls")
    assert ingest().withdrawn == ("brief",)
    assert "brief" not in ingest.finds("traders buy the bowls")
    library.remove(["kilns", "glaze"])
    assert "brief" in ingest.finds("traders buy the bowls")


def test_another_model_makes_everything_anew_and_is_seen_only_when_all_of_it_is_ready(ingest: Ingest) -> None:
    ingest()
    (ingest.folder / "glaze.md").unlink()
    old = ingest.library.record.manifest()
    ingest.embedder = WordEmbedder(revision="2", dimension=32)
    seen: list[object] = []

    def watch(progress: IngestProgress) -> None:
        seen.append(ingest.library.record.manifest())

    summary = ingest(progress=watch)
    assert set(seen) == {old}
    assert summary.remade == ("glaze.md", "kilns.md")
    assert summary.embedded == summary.passages == len(ingest.texts())
    assert ingest.library.record.manifest() == expected_manifest(ingest.embedder, ingest.settings.passages)
    assert {"kilns"} <= ingest.finds("kilns fired with coconut husk")
    assert {"glaze"} <= ingest.finds("rice ash and river clay")


def test_other_passage_lengths_make_everything_anew_but_embed_only_what_differs(ingest: Ingest) -> None:
    ingest()
    (ingest.folder / "extra.md").write_text(paper("Extra", "One short line about potters and their daily bread."))
    ingest.settings = Tree(passages=PassageSettings(max_tokens=60, min_tokens=0))
    summary = ingest()
    assert summary.added == ("extra.md",)
    assert summary.remade == ("glaze.md", "kilns.md")
    assert summary.passages == len(ingest.texts()) == summary.embedded + summary.reused


def test_a_library_made_under_other_settings_does_not_open_for_questions(ingest: Ingest, tmp_path: Path) -> None:
    ingest()
    manifest = ingest.library.record.manifest()
    wanted = expected_manifest(WordEmbedder(revision="2"), ingest.settings.passages)
    home = Home(tmp_path / "other-home")
    record = RecordSettings(url=f"sqlite:///{tmp_path / 'home' / 'record.sqlite3'}")
    with (
        pytest.raises(IndexMismatch, match="'1' in the index and '2' in the settings"),
        open_library(home, record, ChromaSettings(), wanted, proving="never"),
    ):
        pass
    assert ingest.library.record.manifest() == manifest


def test_progress_names_files_and_ends_with_all_of_them_through(ingest: Ingest) -> None:
    seen: list[IngestProgress] = []
    ingest(progress=seen.append)
    assert {one.name for one in seen} == {"glaze.md", "kilns.md"}
    assert (seen[-1].done, seen[-1].total) == (2, 2)
    assert [one.done for one in seen] == sorted(one.done for one in seen)


def bytes_under(home: Path) -> dict[str, bytes]:
    # The write-ahead log's index changes with every reader that looks at the database.
    return {str(p): p.read_bytes() for p in home.rglob("*") if p.is_file() and not p.name.endswith("-shm")}


def test_a_folder_that_was_moved_and_edited_keeps_its_documents(ingest: Ingest, tmp_path: Path) -> None:
    long = " ".join(f"The {n}th household sells bowls number {n * 7} at market {n * 3}." for n in range(40))
    (ingest.folder / "survey.md").write_text(paper("Survey", long))
    ingest()
    ingest.folder = ingest.folder.rename(tmp_path / "archive")
    (ingest.folder / "survey.md").write_text(paper("Survey", long, MARKET * 3))
    summary = ingest()
    assert (summary.updated, summary.added) == (("survey.md",), ())
    assert summary.moved == (("glaze.md", "glaze.md"), ("kilns.md", "kilns.md"))
    assert ingest.sources().keys() == {"glaze", "kilns", "survey"}


def test_two_editions_in_one_format_are_two_papers(ingest: Ingest) -> None:
    long = " ".join(f"The {n}th household sells bowls number {n * 7} at market {n * 3}." for n in range(40))
    (ingest.folder / "survey.md").write_text(paper("Survey", long))
    (ingest.folder / "survey-2.md").write_text(paper("Survey", long, MARKET * 3))
    assert ingest().added == ("glaze.md", "kilns.md", "survey-2.md", "survey.md")


def test_runs_at_the_same_time_end_as_if_one_had_followed_the_other(ingest: Ingest) -> None:
    faults: list[BaseException] = []

    def run() -> None:
        try:
            ingest()
        except BaseException as fault:
            faults.append(fault)

    runs = [threading.Thread(target=run) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert faults == []
    assert ingest.sources() == {"glaze": "glaze.md", "kilns": "kilns.md"}
    assert ingest.embedder.embedded == len(ingest.texts())
