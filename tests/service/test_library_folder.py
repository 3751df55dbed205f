"""A librarian's folder: the same paper in several formats, sidecars beside the papers, and a folder that is watched."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from qa.cli_watch import ingest_on_change, matters
from tests.layouts.suite import LAYOUTS, papers
from tests.service.test_pipeline import Ingest, embedder, folder, ingest, library

__all__ = ["embedder", "folder", "ingest", "library"]

FORMATS = {"pdf": LAYOUTS[1], "docx": LAYOUTS[-5], "html": LAYOUTS[-3]}


@pytest.fixture(autouse=True)
def no_other_papers(folder: Path) -> None:
    """Begin with an empty folder."""
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.parametrize(("first", "second"), [("pdf", "docx"), ("docx", "html"), ("html", "pdf")])
def test_the_same_paper_in_two_formats_is_named_and_indexed_once(
    ingest: Ingest, folder: Path, first: str, second: str
) -> None:
    paper = papers()[0]
    (folder / f"a.{first}").write_bytes(FORMATS[first].make(paper)[0])
    (folder / f"b.{second}").write_bytes(FORMATS[second].make(paper)[0])
    (folder / "other.pdf").write_bytes(FORMATS["pdf"].make(papers()[2])[0])
    summary = ingest()
    assert summary.duplicates == ((f"b.{second}", f"a.{first}"),)
    assert set(summary.added) == {f"a.{first}", "other.pdf"}
    again = ingest()
    assert (again.embedded, again.added, again.duplicates) == (0, (), summary.duplicates)


def test_a_citation_of_a_pdf_carries_its_page(ingest: Ingest, folder: Path, library: object) -> None:
    (folder / "a.pdf").write_bytes(FORMATS["pdf"].make(papers()[0])[0])
    ingest()
    passages = [one for batch in ingest.library.record.answering_passages() for one in batch]
    assert {one.page for one in passages} >= {1, 2}


def test_a_sidecar_beats_what_was_read_and_embeds_nothing(ingest: Ingest, folder: Path) -> None:
    (folder / "a.pdf").write_bytes(FORMATS["pdf"].make(papers()[0])[0])
    ingest()
    (folder / "papers.csv").write_text("file,title,year\na.pdf,Named by the librarian,1987\n")
    told = ingest()
    assert (told.updated, told.embedded) == (("a.pdf",), 0)
    (card,) = ingest.library.record.cards().values()
    assert (card.bibliography.title, card.bibliography.year) == ("Named by the librarian", 1987)
    again = ingest()
    assert (again.unchanged, again.updated) == (("a.pdf",), ())


def test_a_sidecar_that_cannot_be_understood_is_reported_and_the_paper_answers(ingest: Ingest, folder: Path) -> None:
    (folder / "a.docx").write_bytes(FORMATS["docx"].make(papers()[0])[0])
    (folder / "papers.csv").write_text("title;year\nNobody;1987\n")
    summary = ingest()
    assert summary.added == ("a.docx",)
    assert [(one.name, one.code) for one in summary.failed] == [("papers.csv", "sidecar_unclear")]


def test_a_watched_folder_is_ingested_again_when_a_file_appears(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    stop = threading.Event()

    def look() -> None:
        seen.append(sorted(path.name for path in watched.iterdir() if path.is_file()))
        stop.set()

    watched = tmp_path / "watched"
    (watched / "home").mkdir(parents=True)
    watching = threading.Thread(target=ingest_on_change, args=([watched], look, watched / "home", stop))
    watching.start()
    while watching.is_alive():
        (watched / "kilns.md").write_text(f"Kilns. {time.monotonic()}")
        time.sleep(0.5)
        if seen:
            break
    watching.join(30)
    assert seen == [["kilns.md"]]


def test_what_ingesting_itself_writes_and_hidden_files_set_nothing_off() -> None:
    root, home = Path("/papers"), Path("/papers/home")
    quiet = ("home/record.sqlite3", ".sitasi/record.sqlite3", "~$a.docx", "a/.b.pdf", "a.pdf.part")
    assert not any(matters(root / name, [root], home) for name in quiet)
    assert all(matters(root / name, [root], home) for name in ("a.pdf", "b/a.docx", "papers.csv"))
