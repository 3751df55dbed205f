"""RetrievedPassage → sentences that may be quoted: taken whole, from every section that can be evidence."""

from __future__ import annotations

from dataclasses import replace

from ingest.types import SectionKind
from qa.evidence import likely_fragments, load_weights
from tests.unit.test_evidence import FAR, NEAR, OTHER, PROFILE, retrieval_of, retrieved, scored_of, term, words

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


def test_a_sentence_whose_words_may_be_out_of_order_is_quoted_where_nothing_surer_comes_near() -> None:
    doubtful = ("Lembang fires kilns 14 every week.", "Sheep graze on hills there.")
    sure, alone = (retrieved(doubtful, [NEAR, OTHER], complete=flags) for flags in ((True, True), (False, True)))
    assert scored_of(sure)[0].score > scored_of(alone)[0].score and scored_of(alone)[0].text == doubtful[0]
    surer = retrieved(("Lembang fires 14 kilns every week.",), [NEAR], document="yarn")
    assert [one.sentence.complete for one in scored_of(alone, surer)][:2] == [True, False]


def test_a_figure_in_a_list_is_quoted_though_it_is_no_sentence() -> None:
    listed = ("Kilns in Lembang = 14 kilns", "Sheep graze on hills there.")
    assert scored_of(retrieved(listed, [NEAR, FAR], complete=(False, True)))[0].text == listed[0]
    keywords = retrieved(listed, [NEAR, FAR], complete=(False, False), kind=SectionKind.KEYWORDS)
    assert scored_of(keywords) == []


def test_only_a_model_is_shown_a_fragment_and_only_one_that_comes_near() -> None:
    parts = ("fires Lembang kilns 14 every", "kilns of:", "Sheep graze on hills.", "and goats on the slopes do too")
    passage = retrieved(parts, [NEAR, NEAR, FAR, FAR], complete=(False, False, True, False))
    assert [one.text for one in scored_of(passage)] == [parts[2]]
    retrieval = retrieval_of([passage], [term("kilns", 2.0), term("lembang")])
    found = likely_fragments(PROFILE, retrieval, words, load_weights(), among=1)
    assert [one.text for one in found] == [parts[0]]
    assert likely_fragments(PROFILE, retrieval_of([], []), words, load_weights(), among=1) == []
