"""Files of an index that were damaged on disk are noticed at the next start and made again; the record is refused."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import RecordError
from ingest.home import Home
from ingest.seal import read_seal, write_seal
from ingest.settings import ChromaSettings, RecordSettings
from ingest.store import open_library
from tests.counting import scaled, seed
from tests.faults.collection_life import Found, Tree, exit_code, in_process, look, run_ingest

DAMAGES = scaled(quick=5, ci=60, release=300)
SEED = seed()


def cut_in_half(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zero(path: Path, chance: random.Random) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def flip_bytes(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(max(1, len(content) // 50)):
        content[chance.randrange(len(content))] ^= 0xFF
    path.write_bytes(content)


def delete(path: Path, chance: random.Random) -> None:
    path.unlink()


def empty(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


KINDS: tuple[Callable[[Path, random.Random], None], ...] = (cut_in_half, zero, flip_bytes, delete, empty)


@pytest.fixture(scope="module")
def kept(quick_folder: Path) -> Path:
    """A home closed in order, with enough passages that Chroma has written its graph to files."""
    root = quick_folder / "kept"
    root.mkdir()
    (root / "papers").mkdir()
    for number in range(15):
        chance = random.Random(number)
        lines = [
            f"Kiln {number} fired {chance.randrange(900)} bowls and {chance.randrange(900)} jars on day {day * 3}."
            for day in range(150)
        ]
        (root / "papers" / f"kiln-{number}.md").write_text(f"# Kiln {number}\n\n## Findings\n\n" + "\n\n".join(lines))
    assert exit_code(run_ingest, root / "home", root / "papers", Tree()) == 0
    return root / "home"


@pytest.fixture(scope="module")
def sound(kept: Path, quick_folder: Path) -> Found:
    found = in_process(look, shutil.copytree(kept, quick_folder / "sound"))
    assert found.faults == ()
    assert sum(len(texts) for texts in found.texts.values()) > 1000
    return found


@pytest.fixture
def place(quick_folder: Path) -> Iterator[Path]:
    """An empty folder for one test."""
    folder = quick_folder / "place"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.mark.row("R4")
@pytest.mark.parametrize("number", range(DAMAGES))
def test_a_damaged_file_of_an_index_is_noticed_and_made_again(
    number: int, kept: Path, sound: Found, place: Path
) -> None:
    home = Path(shutil.copytree(kept, place / "home"))
    chance = random.Random(SEED + number)
    files = [p for part in ("chroma", "lexical") for p in sorted((home / part).rglob("*")) if p.is_file()]
    # Every file and every kind of damage has its turn in a long run; which come first is drawn once.
    every = [(path, kind) for path in files for kind in KINDS if path.stat().st_size or kind is delete]
    random.Random(SEED).shuffle(every)
    path, kind = every[number % len(every)]
    print(f"{kind.__name__} {path.relative_to(home)}")
    before = path.read_bytes()
    kind(path, chance)
    assert not path.exists() or path.read_bytes() != before
    if path.is_relative_to(home / "chroma"):
        assert read_seal(home / "chroma", home / "chroma.seal.json") is None
    found = in_process(look, home)
    assert (found.faults, found.health) == ((), "ready")
    assert found.texts == sound.texts


@pytest.mark.row("R4")
@pytest.mark.parametrize("part", ["chroma", "lexical", "chroma.seal.json"])
def test_a_whole_part_that_is_missing_is_made_again(part: str, kept: Path, sound: Found, place: Path) -> None:
    home = Path(shutil.copytree(kept, place / "home"))
    shutil.rmtree(home / part) if (home / part).is_dir() else (home / part).unlink()
    found = in_process(look, home)
    assert (found.faults, found.health, found.texts) == ((), "ready", sound.texts)


@pytest.mark.row("R4")
def test_an_index_that_lacks_passages_without_any_error_is_noticed(kept: Path, sound: Found, place: Path) -> None:
    """The silent fault: Chroma's own tables say all is well, and searches do not find what is there."""
    home = Path(shutil.copytree(kept, place / "home"))
    for path in (home / "chroma").rglob("link_lists.bin"):
        zero(path, random.Random(0))
    for path in (home / "chroma").rglob("data_level0.bin"):
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    found = in_process(look, home)
    assert (found.faults, found.health, found.texts) == ((), "ready", sound.texts)


@pytest.mark.control("R4")
def test_the_check_at_start_is_what_notices(kept: Path, place: Path) -> None:
    """Without it the same damage goes unnoticed: a seal over damaged files makes the start trust them."""
    home = Path(shutil.copytree(kept, place / "home"))
    for path in (home / "chroma").rglob("data_level0.bin"):
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    write_seal(home / "chroma", home / "chroma.seal.json")
    try:
        found = in_process(look, home)
    except AssertionError:
        return
    assert found.faults != ()


@pytest.mark.row("R4")
def test_a_damaged_record_is_refused_with_its_reason_and_not_touched(kept: Path, place: Path) -> None:
    home = Path(shutil.copytree(kept, place / "home"))
    record = home / "record.sqlite3"
    zero(record, random.Random(0))
    before = record.read_bytes()
    opening = open_library(Home(home), RecordSettings(), ChromaSettings())
    with pytest.raises(RecordError, match="not a database"), opening:
        pass
    assert record.read_bytes() == before
