"""RetrievedPassage → sentences that may be quoted: taken whole, from every section that can be evidence."""

from __future__ import annotations

from dataclasses import replace

from ingest.types import SectionKind
from tests.unit.test_evidence import FAR, NEAR, retrieved, scored_of

TWO = ("They burn wood.", "Lembang fires 14 kilns.")


def test_a_sentence_of_a_passage_further_down_in_its_paper_is_taken_whole() -> None:
    first = retrieved(TWO, [NEAR, FAR])
    moved = tuple(replace(one, start=one.start + 100, end=one.end + 100) for one in first.passage.sentences)
    length = len(first.passage.text)
    passage = replace(first.passage, start=100, end=100 + length, sentences=moved)
    assert {one.text for one in scored_of(replace(first, passage=passage))} == set(TWO)


def test_a_list_of_references_keeps_no_passage_after_it_from_being_evidence() -> None:
    references = retrieved(("Kilns of Lembang, 14 pages.",), [NEAR], kind=SectionKind.REFERENCES)
    assert {one.text for one in scored_of(references, retrieved(TWO, [NEAR, FAR], document="yarn"))} == set(TWO)
