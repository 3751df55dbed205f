"""Retrieval measured on spans, against ir_measures itself and by hand."""

import math
import random
from dataclasses import replace

import ir_measures
import pytest
from ir_measures import RR, R, Success, nDCG

from eval.dataset import Expect
from eval.measures import BEIR_MEASURES, RETRIEVAL_MEASURES, measure_rankings, ranked_items, retrieval_values
from eval.spans import covers, meets, merged, rests_on, shared
from tests.eval_factories import make_case, make_item, make_passage

TWO = make_item(facts={"twice": "twice", "in shade": "shade"})
GOLD = (((100, 200),), ((400, 500), (900, 1000)))


def test_a_fact_is_found_by_the_first_passage_that_covers_half_of_a_gold_span() -> None:
    passages = [make_passage((0, 149)), make_passage((0, 150)), make_passage((100, 200))]
    items = ranked_items(make_case(item=TWO, gold=GOLD, passages=passages))
    assert items == ["passage:0", "fact:twice", "passage:2"]


def test_any_one_of_equivalent_places_finds_the_fact() -> None:
    items = ranked_items(make_case(item=TWO, gold=GOLD, passages=[make_passage((950, 1100))]))
    assert items == ["fact:in shade"]


def test_a_passage_that_finds_two_facts_takes_two_places() -> None:
    items = ranked_items(make_case(item=TWO, gold=GOLD, passages=[make_passage((90, 520)), make_passage((0, 5))]))
    assert items == ["fact:twice", "fact:in shade", "passage:1"]


def test_the_same_span_of_another_document_finds_nothing() -> None:
    items = ranked_items(make_case(item=TWO, gold=GOLD, passages=[make_passage((100, 200), document="yarn")]))
    assert items == ["passage:0"]


def test_how_passages_are_cut_does_not_change_what_is_relevant() -> None:
    whole = make_case(item=TWO, gold=GOLD, passages=[make_passage((0, 1000))])
    halves = make_case(item=TWO, gold=GOLD, passages=[make_passage((0, 300)), make_passage((300, 1000))])
    for case in (whole, halves):
        assert retrieval_values([case])["nDCG@10"] == {"kilns/en": pytest.approx(1.0)}


def test_values_by_hand() -> None:
    passages = [make_passage((0, 5)), make_passage((100, 200)), make_passage((1, 2)), make_passage((400, 500))]
    values = retrieval_values([make_case(item=TWO, gold=GOLD, passages=passages)])
    ideal = 1 + 1 / math.log2(3)
    assert values["nDCG@10"]["kilns/en"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert values["RR"]["kilns/en"] == 0.5
    assert values["R@5"]["kilns/en"] == 1.0
    assert values["Success@1"]["kilns/en"] == 0.0


def test_a_judged_question_that_the_run_misses_counts_nought() -> None:
    values = retrieval_values([make_case(item=TWO, gold=GOLD, passages=[])])
    assert all(by_key == {"kilns/en": 0.0} for by_key in values.values())


def test_only_questions_with_an_answer_and_comparable_passages_are_measured() -> None:
    found = [make_passage((100, 200))]
    answerable = make_case(item=TWO, gold=GOLD, passages=found)
    refused = make_case(
        item=TWO.model_copy(update={"id": "refused", "expect": Expect.ABSTAIN}), gold=GOLD, passages=found
    )
    elsewhere = make_case(item=TWO.model_copy(update={"id": "elsewhere"}), gold=GOLD)
    elsewhere = replace(elsewhere, reply=elsewhere.reply.model_copy(update={"retrieved": None}))
    without_gold = make_case(item=TWO.model_copy(update={"id": "nowhere"}), gold=(), passages=found)
    values = retrieval_values([answerable, refused, elsewhere, without_gold])
    assert {key for by_key in values.values() for key in by_key} == {"kilns/en"}


def test_folders_in_beir_form_are_measured_as_the_page_says() -> None:
    assert [str(measure) for measure in BEIR_MEASURES] == ["R@1", "R@5", "nDCG@10"]


def test_random_rankings_agree_with_ir_measures() -> None:
    chance = random.Random(1)
    items = [f"d{number}" for number in range(30)]
    qrels = {f"q{q}": dict.fromkeys(chance.sample(items, chance.randint(1, 6)), 1) for q in range(40)}
    ranking = {q: chance.sample(items, chance.randint(0, 20)) for q in qrels}
    values = measure_rankings(qrels, ranking)
    run = [
        ir_measures.ScoredDoc(q, one, 1 / (place + 1))
        for q, ranked in ranking.items()
        for place, one in enumerate(ranked)
    ]
    judged = [ir_measures.Qrel(q, one, grade) for q, rels in qrels.items() for one, grade in rels.items()]
    expected = ir_measures.calc_aggregate([nDCG @ 10, R @ 5, RR, Success @ 1], judged, run)
    for measure in RETRIEVAL_MEASURES:
        mean = sum(values[str(measure)].values()) / len(qrels)
        assert mean == pytest.approx(expected[measure]), measure


def test_shared_places_count_once_however_they_are_split() -> None:
    assert merged([(5, 9), (0, 3), (2, 4), (9, 9)]) == ((0, 4), (5, 9))
    assert shared([(0, 10), (5, 12)], [(8, 20)]) == 4
    assert covers(((0, 5), (7, 9)), (0, 10))
    assert not covers(((0, 4),), (0, 10))


def test_a_quote_meets_gold_by_the_shorter_and_rests_on_it_by_itself() -> None:
    long_quote = ((0, 100),)
    assert meets(long_quote, [(10, 20)])
    assert not rests_on(long_quote, [(10, 20)])
    assert rests_on(((0, 10),), [(5, 300)])
    assert not meets(((0, 10),), [(6, 300)])
    assert not meets((), [(6, 300)])
