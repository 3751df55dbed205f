"""Retrieved passages → nDCG@10, R@5, RR, Success@1 by span, computed by ir_measures.

Each key fact of a question is one relevant item. It is found by the first retrieved passage that covers half or more of
one of its gold spans; a passage that finds several facts takes as many places. Every other passage is an item of its
own that is not relevant. Passages may therefore be cut anew without judging again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ir_measures
from ir_measures import RR, R, Success, nDCG

from eval.cases import Case
from eval.dataset import Expect
from eval.spans import covers

RETRIEVAL_MEASURES: tuple[Any, ...] = (nDCG @ 10, R @ 5, RR, Success @ 1)
BEIR_MEASURES: tuple[Any, ...] = (R @ 1, R @ 5, nDCG @ 10)
RETRIEVAL_NAMES: tuple[str, ...] = tuple(str(measure) for measure in RETRIEVAL_MEASURES)

Qrels = Mapping[str, Mapping[str, int]]
Ranking = Mapping[str, Sequence[str]]


def facts_by_place(case: Case) -> list[list[str]]:
    """For each retrieved passage, best first, the key facts that it is the first to find."""
    left = {judged.fact.name: judged.gold for judged in case.facts}
    places: list[list[str]] = []
    for passage in case.passages:
        found = [
            name
            for name, gold in left.items()
            if any(covers(passage.source_spans, span) for span in gold.get(passage.document, ()))
        ]
        for name in found:
            del left[name]
        places.append(found)
    return places


def ranked_items(case: Case) -> list[str]:
    """Ids in the order found: `fact:…` for a key fact found there, `passage:…` for a passage that finds none."""
    items: list[str] = []
    for place, found in enumerate(facts_by_place(case)):
        items += [f"fact:{name}" for name in found] or [f"passage:{place}"]
    return items


def retrieval_values(cases: Iterable[Case]) -> dict[str, dict[str, float]]:
    """Each measure's value by case key, for cases to be answered; unanswerable ones have none."""
    judged = [
        case for case in cases if case.expect is Expect.ANSWER and case.reply.retrieved is not None and case.gold()
    ]
    qrels = {case.key: {f"fact:{one.fact.name}": 1 for one in case.facts if one.gold} for case in judged}
    return measure_rankings(qrels, {case.key: ranked_items(case) for case in judged})


def measure_rankings(
    qrels: Qrels, ranking: Ranking, measures: Sequence[Any] = RETRIEVAL_MEASURES
) -> dict[str, dict[str, float]]:
    """Each measure's value by query id. A judged query that the ranking misses counts 0; one that nobody judged is
    left out. Scores are the places, so the order given is the order measured."""
    values: dict[str, dict[str, float]] = {str(measure): dict.fromkeys(qrels, 0.0) for measure in measures}
    if not qrels:
        return values
    run = {
        query: {item: float(len(items) - place) for place, item in enumerate(items)}
        for query, items in ranking.items()
        if query in qrels
    }
    for metric in ir_measures.iter_calc(list(measures), {q: dict(rels) for q, rels in qrels.items()}, run):
        if not math.isnan(metric.value):
            values[str(metric.measure)][metric.query_id] = float(metric.value)
    return values
