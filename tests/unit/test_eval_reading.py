"""Judging how papers are read: headings and parts beside a list, sentences beside verdicts of a reader."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from eval.dataset import DatasetError
from eval.sentence_check import SEED, VERDICTS, Verdict, broken, draw_sentences, found_as_printed, load_verdicts
from eval.structure import SECTIONS, GoldSection, judge_structure, load_sections
from ingest.types import SectionKind

PAPER = """# Kilns

## Method

The kilns of the northern village were visited on nineteen days in the dry season by two of us.

## Findings

They are fired twice a week with coconut husk, because wood has become dear since the road was built.
"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    (tmp_path / "kilns.md").write_text(PAPER)
    return tmp_path / "kilns.md"


def listed(*headings: tuple[str, SectionKind]) -> dict[str, tuple[GoldSection, ...]]:
    starts = [PAPER.index(heading) for heading, _ in headings]
    ends = [*starts[1:], len(PAPER)]
    rows = zip(headings, starts, ends, strict=True)
    digest = hashlib.sha256(PAPER.encode()).hexdigest()
    return {
        "kilns": tuple(
            GoldSection(document="kilns", sha256=digest, heading=(at, at + len(words)), end=end, kind=kind, level=1)
            for (words, kind), at, end in rows
        )
    }


def test_headings_and_parts_that_are_as_listed_count_in_full(paper: Path) -> None:
    (found,) = judge_structure([paper], listed(("Method", SectionKind.METHOD), ("Findings", SectionKind.RESULTS)))
    assert (found.missed, found.invented, found.f1, found.share_placed) == ([], [], 1.0, 1.0)


def test_a_missed_heading_an_invented_one_and_a_wrong_part_are_each_counted(paper: Path) -> None:
    (found,) = judge_structure([paper], listed(("Method", SectionKind.THEORY), ("since the road", SectionKind.RESULTS)))
    assert (found.headings, found.found, found.hits) == (2, 2, 1)
    at = PAPER.index("since the road")
    assert found.missed == [(at, at + len("since the road"))]
    assert len(found.invented) == 1
    assert found.share_placed < 0.5


def test_another_file_under_the_name_of_a_listed_paper_is_refused(paper: Path) -> None:
    paper.write_text(PAPER + "More.")
    with pytest.raises(DatasetError, match="not the file"):
        judge_structure([paper], listed(("Method", SectionKind.METHOD)))


def test_a_draw_can_be_repeated_and_verdicts_are_found_again_by_their_places(paper: Path, tmp_path: Path) -> None:
    first = draw_sentences([paper], 2, SEED, {})
    assert first == draw_sentences([paper], 2, SEED, {})
    kept = tmp_path / "verdicts.jsonl"
    kept.write_text("\n".join(one.row(Verdict.COLUMNS) for one in first[:1]))
    again = draw_sentences([paper], 2, SEED, load_verdicts(kept))
    assert [one.verdict for one in again] == [Verdict.COLUMNS, None]
    assert broken(again) == 1


def test_sentences_are_looked_for_in_the_file_as_printed(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper.write_text(PAPER.replace("coconut husk", "coco<mark>nut</mark> husk"))
    assert found_as_printed([paper]) == (2, 2)
    monkeypatch.setattr("eval.sentence_check.source_spans", lambda segments, start, end: ((start, start + 3),))
    assert found_as_printed([paper]) == (2, 0)


def test_the_lists_that_ship_hold_places_and_no_text() -> None:
    assert sum(map(len, load_sections(SECTIONS).values())) > 100
    assert len(load_verdicts()) == 100
    for path in (SECTIONS, VERDICTS):
        longest = max(len(word.strip('"')) for word in path.read_text().replace(",", " ").split())
        assert longest <= 70
