"""A folder of unreadable files: each is reported by name and reason, and every neighbour answers."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.parse import parse_bytes
from ingest.pipeline import ingest_paths
from ingest.settings import ChromaSettings, IngestSettings, PassageSettings, RecordSettings
from ingest.store import open_library
from ingest.summary import IngestSummary
from ingest.types import ParsedFile, SourceFile
from tests.counting import RecordCount
from tests.fakes import WordEmbedder
from tests.faults.bad_files import KINDS, LIMITS, VARIANTS, good_files, write_bad_files


@dataclass(frozen=True)
class Tree:
    """The parts of the settings that the pipeline reads."""

    ingest: IngestSettings = LIMITS
    passages: PassageSettings = field(default_factory=PassageSettings)
    record: RecordSettings = field(default_factory=RecordSettings)


def ingested(papers: Path, home: Path) -> tuple[IngestSummary, set[str]]:
    """What a run says of the folder, and the names that answer after it."""
    with open_library(Home(home), RecordSettings(), ChromaSettings(), proving="never") as library:
        summary = ingest_paths([papers], library, WordEmbedder(), Tree())
        return summary, {one.source.name for one in library.record.catalogue()}


def unreported(summary: IngestSummary, expected: dict[str, frozenset[str]]) -> dict[str, str]:
    """Bad files of which nothing is said, or the wrong thing, each with what is said."""
    told = {one.name: one.code for one in summary.failed}
    return {name: told.get(name, "nothing") for name, codes in expected.items() if told.get(name) not in codes}


@pytest.mark.row("R7")
def test_each_bad_file_is_reported_by_name_and_reason_and_its_neighbours_answer(
    tmp_path: Path, record_count: RecordCount
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    expected = write_bad_files(papers)
    neighbours = dict(good_files(5))
    for name, content in neighbours.items():
        (papers / name).write_bytes(content)
    summary, published = ingested(papers, tmp_path / "home")
    wrong = unreported(summary, expected)
    assert wrong == {}
    assert len(expected) == VARIANTS * len(KINDS) >= 120
    assert all(one.reason.startswith(f"{one.name}: ") and one.advice for one in summary.failed)
    assert Counter(one.name for one in summary.failed).most_common(1)[0][1] == 1
    assert published == neighbours.keys()
    record_count("R7", done=len(expected) - len(wrong), of=len(expected))


@pytest.mark.control("R7")
def test_a_reader_that_makes_something_of_every_file_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As peers do, which return an empty or a broken text for a file with a password."""

    def indulgent(source: SourceFile, *rest: object) -> ParsedFile:
        chance = random.Random(source.name)
        words = ["".join(chance.choices("abdegiklmnoprstu", k=6)) for _ in range(300)]
        return parse_bytes(f"The file says {' '.join(words)}.".encode(), source.name, LIMITS)

    monkeypatch.setattr("ingest.pipeline.parse_file", indulgent)
    papers = tmp_path / "papers"
    papers.mkdir()
    expected = write_bad_files(papers)
    summary, _ = ingested(papers, tmp_path / "home")
    assert len(unreported(summary, expected)) > 100
