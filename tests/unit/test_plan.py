"""What is to be done with each file, decided from paths and digests alone."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.plan import IngestPlan, KnownSource, plan_ingest
from ingest.types import SourceFile

ROOT = Path("/papers")


def file(name: str, content: str, root: Path = ROOT) -> SourceFile:
    return SourceFile(root / name, name, content, len(content))


def known(document_id: str, name: str, content: str, root: Path = ROOT) -> KnownSource:
    return KnownSource(document_id, root / name, name, content)


def plan(sources: list[SourceFile], published: list[KnownSource], there: set[Path] | None = None) -> IngestPlan:
    return plan_ingest(sources, published, [ROOT], (there or set()).__contains__)


def test_a_file_that_nobody_knows_is_new() -> None:
    assert [one.name for one in plan([file("a", "1")], []).new] == ["a"]


def test_a_known_file_with_its_content_is_unchanged_and_with_another_is_changed() -> None:
    done = plan([file("a", "1"), file("b", "3")], [known("A", "a", "1"), known("B", "b", "2")])
    assert [one for one, _ in done.unchanged] == ["A"]
    assert [one for one, _ in done.changed] == ["B"]
    assert done.left == done.gone == ()


def test_known_content_at_a_new_path_has_moved_if_it_left_the_old_one() -> None:
    done = plan([file("new", "1")], [known("A", "old", "1")])
    assert [(one, old) for one, _, old in done.moved] == [("A", "old")]


def test_known_content_at_a_new_path_is_a_duplicate_if_the_old_one_is_still_there() -> None:
    elsewhere = Path("/elsewhere")
    done = plan([file("new", "1")], [known("A", "old", "1", elsewhere)], {elsewhere / "old"})
    assert [(one.name, twin) for one, twin in done.duplicates] == [("new", "old")]


def test_a_file_whose_old_content_moved_away_is_new() -> None:
    done = plan([file("a", "2"), file("b", "1")], [known("A", "a", "1")])
    assert [one for one, _, _ in done.moved] == ["A"]
    assert [one.name for one in done.new] == ["a"]


def test_a_document_is_gone_only_where_it_was_looked_for() -> None:
    elsewhere = Path("/elsewhere")
    published = [known("A", "a", "1"), known("B", "b", "2", elsewhere), known("C", "c", "3", elsewhere)]
    done = plan([], published, {elsewhere / "c"})
    assert (done.left, done.gone) == (("A", "B"), ("A",))


def test_a_file_that_is_there_but_could_not_be_read_is_not_gone() -> None:
    assert plan([], [known("A", "a", "1")], {ROOT / "a"}).gone == ()


NAMES = st.sampled_from("abcdef")
CONTENTS = st.sampled_from("123456")
FOLDER = st.dictionaries(NAMES, CONTENTS)


@given(FOLDER, st.dictionaries(NAMES, CONTENTS, max_size=6))
def test_every_file_has_one_fate_and_every_document_at_most_one_file(now: dict[str, str], then: dict[str, str]) -> None:
    published = {content: known(f"D{name}", name, content) for name, content in then.items()}
    done = plan([file(name, content) for name, content in sorted(now.items())], list(published.values()))
    fates = [
        *(source.name for source in done.new),
        *(source.name for _, source in (*done.changed, *done.unchanged)),
        *(source.name for _, source, _ in done.moved),
        *(source.name for source, _ in done.duplicates),
    ]
    assert sorted(fates) == sorted(now)
    kept = [one for one, *_ in (*done.changed, *done.unchanged, *done.moved)]
    assert len(kept) == len(set(kept))
    assert set(kept) | set(done.gone) == {one.document_id for one in published.values()}
    assert set(kept).isdisjoint(done.gone)


@given(FOLDER)
def test_what_a_run_published_is_unchanged_in_the_next(now: dict[str, str]) -> None:
    sources = [file(name, content) for name, content in sorted(now.items())]
    first = plan(sources, [])
    published = [known(f"D{one.name}", one.name, one.sha256) for one in first.new]
    second = plan(sources, published, {source.path for source in sources})
    assert (second.new, second.changed, second.moved, second.gone) == ((), (), (), ())
    assert {source.name for _, source in second.unchanged} == {one.name for one in first.new}
    assert second.duplicates == first.duplicates
