"""Random lives of a folder: after every run the library holds what is in the folder, and finds all of it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from ingest.home import Home
from ingest.pipeline import ingest_paths
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import Library, open_library
from tests.counting import RecordCount, scaled, seed
from tests.fakes import WordEmbedder
from tests.faults.collection_life import Tree

OPERATIONS = scaled(quick=30, ci=100, release=3000)
SEED = seed()
WORDS = [f"{a}{b}{c}" for a in ("ba", "ke", "mi", "to") for b in ("la", "ri", "su") for c in ("n", "ng", "t", "k", "r")]


class Folder:
    """A folder of papers that is changed at random; knows which contents it holds."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path, self.chance, self.made = path, chance, 0
        path.mkdir()

    def names(self) -> list[str]:
        return sorted(one.name for one in self.path.iterdir())

    def sentence(self) -> str:
        self.made += 1
        return f"Entry {self.made} tells of {' '.join(self.chance.choices(WORDS, k=8))} in the register."

    def write(self, name: str, lines: list[str]) -> None:
        (self.path / name).write_text("# Register\n\n## Findings\n\n" + "\n\n".join(lines) + "\n")

    def lines(self, name: str) -> list[str]:
        return [line for line in (self.path / name).read_text().splitlines() if line.startswith("Entry")]

    def change(self) -> str:
        chance, names = self.chance, self.names()
        kind = chance.choice(("add", "add", "edit", "grow", "shrink", "rename", "delete", "copy")) if names else "add"
        name = chance.choice(names) if names else ""
        fresh = f"paper-{chance.randrange(12)}.md"
        if kind == "add":
            self.write(fresh, [self.sentence() for _ in range(chance.randrange(2, 8))])
        elif kind == "edit":
            self.write(name, [chance.choice((line, self.sentence())) for line in self.lines(name)])
        elif kind == "grow":
            self.write(name, [*self.lines(name), self.sentence()])
        elif kind == "shrink":
            self.write(name, self.lines(name)[: chance.randrange(1, 9)] or [self.sentence()])
        elif kind == "rename":
            (self.path / name).rename(self.path / fresh)
        elif kind == "delete":
            (self.path / name).unlink()
        else:
            (self.path / fresh).write_text((self.path / name).read_text())
        return f"{kind} {name} {fresh}"


def entries(text: str) -> list[str]:
    return sorted(line for line in text.splitlines() if line.startswith("Entry"))


def assert_in_step(library: Library, folder: Folder) -> None:
    wanted = sorted(entries(text) for text in {(folder.path / name).read_text() for name in folder.names()})
    stored = [library.record.document(one.card.id).text for one in library.record.catalogue()]
    assert sorted(entries(text) for text in stored) == wanted
    ids = library.record.passage_ids()
    assert library.lexical.ids() == library.index.ids() == ids
    told = " ".join(one.passage.text for one in library.record.passages(sorted(ids)))
    assert all(line in told for lines in wanted for line in lines)
    for part, rows in library.record.vectors():
        for one, row in zip(part, rows, strict=True):
            best = library.index.search(row, 1)[0]
            assert best.passage_id == one or np.isclose(best.score, 1.0, atol=1e-4), f"{one} is not found"


@pytest.mark.row("R3")
@pytest.mark.timeout(7200)
def test_a_random_life_of_a_folder(tmp_path: Path, record_count: RecordCount) -> None:
    chance = random.Random(SEED)
    folder = Folder(tmp_path / "papers", chance)
    embedder, settings = WordEmbedder(), Tree()
    done: list[str] = []
    while len(done) < OPERATIONS:
        with open_library(Home(tmp_path / "home"), RecordSettings(), ChromaSettings()) as library:
            for _ in range(chance.randrange(1, 6)):
                done += [folder.change() for _ in range(chance.randrange(1, 4))]
                print(f"seed {SEED}, operation {len(done)}: {'; '.join(done[-3:])}")
                summary = ingest_paths([folder.path], library, embedder, settings, prune=True)
                assert summary.failed == ()
                assert_in_step(library, folder)
                before = (embedder.embedded, library.record.corpus())
                ingest_paths([folder.path], library, embedder, settings, prune=True)
                assert (embedder.embedded, library.record.corpus()) == before
    record_count("R3", done=len(done), of=len(done))


@pytest.mark.control("R3")
def test_a_run_that_forgets_to_prune_is_noticed(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "papers", random.Random(SEED))
    for name in ("a.md", "b.md"):
        folder.write(name, [folder.sentence()])
    with open_library(Home(tmp_path / "home"), RecordSettings(), ChromaSettings()) as library:
        ingest_paths([folder.path], library, WordEmbedder(), Tree())
        assert_in_step(library, folder)
        (folder.path / "a.md").unlink()
        ingest_paths([folder.path], library, WordEmbedder(), Tree(), prune=False)
        with pytest.raises(AssertionError):
            assert_in_step(library, folder)
