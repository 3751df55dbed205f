"""A folder of unreadable files: each is reported by name and reason, and every neighbour answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ingest.home import Home
from ingest.pipeline import ingest_paths
from ingest.settings import ChromaSettings, IngestSettings, PassageSettings, RecordSettings
from ingest.store import open_library
from tests.fakes import WordEmbedder
from tests.faults.bad_files import KINDS, LIMITS, VARIANTS, good_files, write_bad_files


@dataclass(frozen=True)
class Tree:
    """The parts of the settings that the pipeline reads."""

    ingest: IngestSettings = LIMITS
    passages: PassageSettings = field(default_factory=PassageSettings)
    record: RecordSettings = field(default_factory=RecordSettings)


def test_each_bad_file_is_reported_by_name_and_reason_and_its_neighbours_answer(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    expected = write_bad_files(papers)
    neighbours = dict(good_files(5))
    for name, content in neighbours.items():
        (papers / name).write_bytes(content)
    with open_library(Home(tmp_path / "home"), RecordSettings(), ChromaSettings(), proving="never") as library:
        summary = ingest_paths([papers], library, WordEmbedder(), Tree())
        published = {one.source.name for one in library.record.catalogue()}

    told = {one.name: one for one in summary.failed}
    silent = sorted(expected.keys() - told.keys())
    wrong = {name: told[name].code for name, codes in expected.items() if name in told and told[name].code not in codes}
    assert (silent, wrong) == ([], {})
    assert len(expected) == VARIANTS * len(KINDS) >= 120
    assert all(one.reason.startswith(f"{one.name}: ") and one.advice for one in summary.failed)
    assert Counter(one.name for one in summary.failed).most_common(1)[0][1] == 1
    assert published == neighbours.keys()
