"""outside, development and training questions → qa/reranker.safetensors: which of the best sentences answer.

python -m eval.fit_reranker ../shared/benchmarks/reading-train.jsonl ../shared/papers
    --without ../shared/benchmarks/squad-en-id --without ../shared/benchmarks/tydiqa-id

The encoder and what weighs its findings stay as they are; the sentences that they put first are told apart here, by a
softmax over those of a question (ListNet, Cao et al. 2007) and by whether each of them answers at all. First from
outside questions, then from the judged development and training questions with outside ones beside them. It has to be
fitted anew after the encoder. Two cores take three quarters of an hour.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from eval.beir import load_beir
from eval.descent import Descent
from eval.pairs import ReadingList, judged_lists, outside_lists
from eval.reranker_network import RerankingNetwork, weights_of
from eval.weighed import open_weighing
from ingest.embedding import load_embedder
from qa.reranker import RERANKER_FILE, write_reranker
from qa.settings import load_settings

# Sentences of a list that are looked at in a step: of those that answer no more than so many, of the others the best
# ones and a few from further down.
_LOOKED_AT, _ANSWERING, _FURTHER_DOWN = 12, 4, 2
_ANSWERS_AT_ALL, _OUTSIDE_SHARE = 2.0, 0.25
_SEED = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How long is learned and how fast: rounds over outside and over judged lists, lists in a step, the rate."""

    outside_rounds: float = 1.5
    rounds: float = 10.0
    outside_lists: int = 48
    lists: int = 24
    outside_beside: int = 8
    rate: float = 1.5e-3


def loss_of(network: RerankingNetwork, lists: Sequence[ReadingList], chance: random.Random) -> Tensor:
    """How far the sentences that answer are from standing above the others of their list, and above zero."""
    rows = [_rows(one, chance) for one in lists]
    logits: Tensor = network([one.pairs[row] for one, kept in zip(lists, rows, strict=True) for row in kept])
    total: Tensor = logits.sum() * 0.0
    for one, kept, read in zip(lists, rows, torch.split(logits, [len(kept) for kept in rows]), strict=True):
        gains = torch.tensor([one.gains[row] for row in kept])
        if gains.any():
            total = total - (functional.log_softmax(read, 0) * gains / gains.sum()).sum()
        answers = (gains > 0).float()
        total = total + _ANSWERS_AT_ALL * functional.binary_cross_entropy_with_logits(read, answers)
    return torch.div(total, len(lists))


def fit_reranker(
    network: RerankingNetwork, outside: Sequence[ReadingList], judged: Sequence[ReadingList], plan: Plan
) -> None:
    """Fit `network` in place, telling how it goes on stderr."""
    chance = random.Random(_SEED)
    network.train()
    steps = round(plan.outside_rounds * len(outside) / plan.outside_lists)
    descent = _descent(network, plan.rate, steps)
    for lists in _parts(outside, plan.outside_lists, steps, chance):
        descent.take(loss_of(network, lists, chance))
    steps = round(plan.rounds * len(judged) / plan.lists)
    descent = _descent(network, plan.rate, steps)
    for lists in _parts(judged, plan.lists, steps, chance):
        beside = chance.sample(outside, min(plan.outside_beside, len(outside)))
        loss = loss_of(network, lists, chance)
        descent.take(loss + _OUTSIDE_SHARE * loss_of(network, beside, chance) if beside else loss)
    network.eval()


def _descent(network: RerankingNetwork, rate: float, steps: int) -> Descent:
    fitted = list(network.parameters())
    warm = min(100, steps // 10)
    return Descent([{"params": fitted, "lr": rate}], fitted, steps=steps, warm=warm, decay=0.02, told_every=100)


def _parts(
    lists: Sequence[ReadingList], size: int, count: int, chance: random.Random
) -> Iterator[Sequence[ReadingList]]:
    """`count` parts of `size`; every list once before any comes again."""
    waiting: list[ReadingList] = []
    for _ in range(count):
        if len(waiting) < size:
            waiting = chance.sample(lists, len(lists))
        yield waiting[-size:]
        del waiting[-size:]


def _rows(one: ReadingList, chance: random.Random) -> list[int]:
    """Which of a list's sentences are looked at."""
    answering = [row for row, gain in enumerate(one.gains) if gain]
    others = [row for row, gain in enumerate(one.gains) if not gain]
    answering = chance.sample(answering, min(_ANSWERING, len(answering)))
    best = _LOOKED_AT - len(answering) - _FURTHER_DOWN
    further = others[best:]
    return [*answering, *others[:best], *chance.sample(further, min(_FURTHER_DOWN, len(further)))]


def main() -> None:
    """Fit and write the reranker."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("reading", type=Path, help="passages and questions, a JSON object a line")
    parser.add_argument("papers", type=Path, nargs="+", help="the studies")
    parser.add_argument("--without", type=Path, action="append", default=[], help="BEIR folder, not learned from")
    parser.add_argument("--apart", action="store_true", help="from no sentence that answers the test split")
    parser.add_argument("--reranker", type=Path, default=RERANKER_FILE)
    told = parser.parse_args()
    torch.manual_seed(_SEED)
    settings = load_settings()
    left_out = frozenset(query.text.strip() for folder in told.without for query in load_beir(folder).queries)
    outside = list(outside_lists(told.reading, left_out, load_embedder(settings.embedding, settings.home)))
    judged: list[ReadingList] = []
    collections: list[list[Path]] = [told.papers, []]
    for paths in collections:
        with open_weighing(settings, paths, reranked=False) as weighing:
            judged += judged_lists(weighing, apart=told.apart)
    network = RerankingNetwork(judged[0].pairs[0].question.shape[1])
    fit_reranker(network, outside, judged, Plan())
    write_reranker(told.reranker, weights_of(network))


if __name__ == "__main__":
    main()
