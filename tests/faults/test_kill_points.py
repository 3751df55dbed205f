"""A process killed anywhere in ingestion leaves each document in its old version or its new one, whole and findable."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.failpoints import EXIT_CODE, FAILPOINTS
from tests.counting import scaled, seed
from tests.faults.collection_life import (
    LONGER,
    Found,
    Tree,
    exit_code,
    in_process,
    look,
    look_without_repair,
    run_ingest,
    run_ingest_that_deletes_first,
)

KILLS = scaled(quick=len(FAILPOINTS) + 3, ci=100, release=1000)
TURNS = scaled(quick=1, ci=3, release=10)
RANDOM_KILLS = max(3, KILLS - TURNS * len(FAILPOINTS))
SEED = seed()
REMAKING = {"ingest.staged", "rebuild.before_fill", "rebuild.filled"}

GOODS = ("bowls", "tiles", "ridges", "jars", "lamps", "whistles", "bricks", "pots", "cups", "urns", "plates", "beads")


def write_paper(folder: Path, number: int, edition: int) -> None:
    lines = []
    for turn in range(18):
        of_edition = edition if turn % 3 == 0 else 0
        goods = random.Random(f"{number} {turn} {of_edition}").choices(GOODS, k=9)
        lines.append(f"Workshop {number} sold {', '.join(goods)} in year {turn} of its register.")
    (folder / f"workshop-{number}.md").write_text(f"# Workshop {number}\n\n## Findings\n\n" + "\n\n".join(lines) + "\n")


def edit(folder: Path) -> None:
    """Two papers change, one is new, one goes, one stays."""
    write_paper(folder, 0, edition=2)
    write_paper(folder, 1, edition=2)
    write_paper(folder, 9, edition=1)
    (folder / "workshop-3.md").unlink()


@dataclass(frozen=True)
class Scene:
    """A home with four papers, closed in order, that can be put back to that state in the same place."""

    root: Path
    kept: Path

    def put_back(self) -> Path:
        """The place, with the four papers published and the folder edited since."""
        shutil.rmtree(self.root)
        shutil.copytree(self.kept, self.root)
        edit(self.root / "papers")
        return self.root


@pytest.fixture(scope="module")
def scene(quick_folder: Path) -> Scene:
    base = quick_folder
    root = base / "place"
    (root / "papers").mkdir(parents=True)
    for number in range(4):
        write_paper(root / "papers", number, edition=1)
    assert exit_code(run_ingest, root / "home", root / "papers", Tree()) == 0
    shutil.copytree(root, base / "kept")
    return Scene(root, base / "kept")


@pytest.fixture(scope="module")
def old(scene: Scene) -> Found:
    return in_process(look, scene.put_back() / "home")


@pytest.fixture(scope="module")
def undisturbed(scene: Scene) -> dict[str, tuple[Found, float]]:
    """What a run makes of the edited folder, under the same settings and under others, and how long it takes."""
    found = {}
    for name, settings in (("edited", Tree()), ("remade", LONGER)):
        root = scene.put_back()
        started = time.monotonic()
        assert exit_code(run_ingest, root / "home", root / "papers", settings) == 0
        seconds = time.monotonic() - started
        found[name] = (in_process(look, root / "home"), seconds)
    return found


@pytest.fixture(scope="module")
def after(undisturbed: dict[str, tuple[Found, float]]) -> dict[str, Found]:
    return {name: found for name, (found, _) in undisturbed.items()}


def assert_old_or_new(found: Found, old: Found, new: Found) -> None:
    assert found.faults == ()
    assert found.health == "ready"
    gone = old.texts.keys() - new.texts.keys()
    for document_id in old.texts.keys() | new.texts.keys():
        versions = [side.texts[document_id] for side in (old, new) if document_id in side.texts]
        if document_id in found.texts:
            assert found.texts[document_id] in versions, f"{document_id} is neither its old version nor its new one"
        else:
            assert document_id in gone or document_id not in old.texts, f"{document_id} is lost"
    assert found.texts.keys() <= old.texts.keys() | new.texts.keys()


def assert_finishes(root: Path, settings: Tree, new: Found) -> None:
    assert exit_code(run_ingest, root / "home", root / "papers", settings) == 0
    found = in_process(look, root / "home")
    assert (found.faults, found.texts, found.health) == ((), new.texts, "ready")


def test_the_undisturbed_runs_are_sound_and_differ(old: Found, after: dict[str, Found]) -> None:
    assert [one.faults for one in (old, *after.values())] == [(), (), ()]
    assert len({str(sorted(one.texts.items())) for one in (old, *after.values())}) == 3
    assert after["edited"].texts.keys() == {"workshop-0", "workshop-1", "workshop-2", "workshop-9"}


@pytest.mark.row("R1")
@pytest.mark.parametrize("turn", range(1, TURNS + 1))
@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_at(failpoint: str, turn: int, scene: Scene, old: Found, after: dict[str, Found]) -> None:
    name, settings = ("remade", LONGER) if failpoint in REMAKING else ("edited", Tree())
    code = 0
    # Some places are passed once only: their later turns try the first passage again.
    for place in dict.fromkeys((f"{failpoint}:{turn}", failpoint)):
        if code == 0:
            root = scene.put_back()
            code = exit_code(run_ingest, root / "home", root / "papers", settings, failpoint=place)
    assert code == EXIT_CODE, "the run never came by this place"
    assert_old_or_new(in_process(look, root / "home"), old, after[name])
    assert_finishes(root, settings, after[name])


@pytest.mark.row("R1")
@pytest.mark.parametrize("number", range(RANDOM_KILLS))
def test_killed_at_a_random_moment(
    number: int, scene: Scene, old: Found, undisturbed: dict[str, tuple[Found, float]]
) -> None:
    chance = random.Random(SEED + number)
    name, settings = chance.choice((("edited", Tree()), ("remade", LONGER)))
    new, usual = undisturbed[name]
    root = scene.put_back()
    seconds = chance.uniform(0.02, 1.1 * usual)
    code = exit_code(run_ingest, root / "home", root / "papers", settings, kill_after=seconds)
    found = in_process(look, root / "home")
    how_far = sum(found.texts.get(one) == texts for one, texts in new.texts.items())
    print(f"seed {SEED + number}, {name}, ended {code} after {seconds:.2f} of {usual:.2f} s, {how_far} papers as new")
    assert_old_or_new(found, old, new)
    assert_finishes(root, settings, new)


@pytest.mark.control("R1")
def test_a_start_that_repairs_nothing_leaves_what_these_tests_notice(scene: Scene) -> None:
    root = scene.put_back()
    exit_code(run_ingest, root / "home", root / "papers", Tree(), failpoint="record.after_remove")
    assert in_process(look_without_repair, root / "home").faults != ()


@pytest.mark.control("R1")
def test_a_publication_that_deletes_first_loses_what_these_tests_notice(
    scene: Scene, old: Found, after: dict[str, Found]
) -> None:
    root = scene.put_back()
    work = run_ingest_that_deletes_first
    assert exit_code(work, root / "home", root / "papers", Tree(), failpoint="record.inside_publish:2") == EXIT_CODE
    with pytest.raises(AssertionError, match="is lost"):
        assert_old_or_new(in_process(look, root / "home"), old, after["edited"])
