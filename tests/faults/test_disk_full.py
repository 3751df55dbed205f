"""A disk that fills up stops ingestion with its reason; reading goes on, and so does ingestion once there is space."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import RecordFull
from ingest.home import Home
from ingest.pipeline import ingest_paths
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import Library, open_library
from tests.counting import RecordCount, scaled, seed
from tests.fakes import WordEmbedder
from tests.faults.collection_life import Tree, in_process, look
from tests.faults.full_disk import live_on

POINTS = scaled(quick=5, ci=20, release=100)
GOODS = ("bowls", "tiles", "ridges", "jars", "lamps", "whistles", "bricks", "pots", "cups", "urns", "plates", "beads")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(30):
        chance = random.Random(number)
        lines = [
            f"Workshop {number} sold {', '.join(chance.choices(GOODS, k=9))} in year {year}." for year in range(40)
        ]
        text = f"# Workshop {number}\n\n## Findings\n\n" + "\n\n".join(lines)
        (folder / f"workshop-{number}.md").write_text(text)
    return folder


def answering(library: Library) -> tuple[int, int]:
    """How many passages answer, and how many of them a search for their own vector finds."""
    vectors = {one: row for ids, rows in library.record.vectors() for one, row in zip(ids, rows, strict=True)}
    found = sum(any(hit.passage_id == one for hit in library.index.search(row, 5)) for one, row in vectors.items())
    return len(vectors), found


def fill_and_go_on(home: Path, papers: Path) -> dict[str, object]:
    with open_library(Home(home), RecordSettings(), ChromaSettings()) as library:
        seen: dict[str, object] = {}
        try:
            ingest_paths([papers], library, WordEmbedder(), Tree())
        except RecordFull as fault:
            seen["fault"] = str(fault)
        seen["while full"] = answering(library)
        seen["papers"] = len(library.record.cards())
        subprocess.run(["mount", "-o", "remount,size=200m", home.parent], check=True)
        summary = ingest_paths([papers], library, WordEmbedder(), Tree())
        seen["went on"] = (len(summary.unchanged), len(summary.added), len(summary.failed))
        seen["after"] = answering(library)
        seen["still lost"] = library.check()
        return seen


def test_a_full_disk_loses_nothing_and_ingestion_goes_on_when_there_is_space(small_disk: Path, papers: Path) -> None:
    seen = in_process(fill_and_go_on, small_disk / "home", papers)
    assert "full" in str(seen["fault"])
    passages, found = seen["while full"]
    published = seen["papers"]
    assert passages == found
    assert 0 < published < 30
    assert seen["went on"] == (published, 30 - published, 0)
    passages, found = seen["after"]
    assert passages == found > 0
    assert seen["still lost"] == []
    after = in_process(look, small_disk / "home")
    assert (after.faults, len(after.texts)) == ((), 30)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, bool]]:
    """A small file system, and whether it is one: who may not mount any gets a folder whose files may not grow."""
    root = tmp_path / "disk"
    root.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", root]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    yield root, mounted
    if mounted:
        subprocess.run(["umount", "-l", root], check=True)


@pytest.mark.row("R5")
@pytest.mark.timeout(1200)
def test_wherever_it_fills_up_reading_goes_on_and_nothing_is_lost(
    disk: tuple[Path, bool], record_count: RecordCount
) -> None:
    kept, wrong = in_process(live_on, disk[0], POINTS, seed(), disk[1])
    assert wrong == []
    record_count("R5", done=kept, of=POINTS)


@pytest.mark.control("R5")
def test_a_publication_that_deletes_first_is_noticed(disk: tuple[Path, bool]) -> None:
    _, wrong = in_process(live_on, disk[0], 20, seed(), disk[1], True)
    assert wrong != []
