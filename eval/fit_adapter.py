"""outside, development and training questions → ingest/adapter.safetensors: the built-in model learns to find answers.

python -m eval.fit_adapter ../shared/benchmarks/reading-train.jsonl ../shared/papers
    --without ../shared/benchmarks/squad-en-id --without ../shared/benchmarks/tydiqa-id

The model was trained to find passages; here a sentence's mean over its passage's token states, and late interaction
with it, learn to stand above all other sentences (contrastive learning, van den Oord et al. 2018, with the grades of
readers as gains; late interaction as in Khattab and Zaharia 2020). It costs nothing at answering: the corrections are
added to the weights when the model is prepared. First from outside questions, then from the judged development
and training questions with outside ones beside them. Two cores take one to two hours.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from eval.adapted_encoder import AdaptedEncoder, TokenReader, sentence_states
from eval.beir import load_beir
from eval.descent import Descent
from eval.lessons import Batch, Lessons, judged_lessons, outside_lessons
from eval.weighed import open_weighing
from ingest.built_in import ADAPTER, model_folder
from ingest.token_vectors import PROJECTION_FILE, load_projection
from ingest.weights import read_packed_weights
from qa.settings import load_settings

# Cosines of this model lie close together; these are the widths of a difference that counts.
_COSINE_WIDTH, _LATE_WIDTH = 0.02, 0.03
_PASSAGE_SHARE, _REFUSAL_SHARE, _OUTSIDE_SHARE = 0.5, 0.5, 0.7
_LONGEST_OUTSIDE, _LONGEST_JUDGED = 300, 360
# How often a sentence is taken to be asked for beyond the lessons, so that those that no lesson asks for count, too.
_UNSEEN = 0.5
# Of the way from the packed model. With questions that were not learned from (nDCG@10 on SQuAD, asked in English and
# in Indonesian; TyDiQA-id): 0.873, 0.905, 0.917 at 0; 0.881, 0.899, 0.918 at 0.7; 0.866, 0.895, 0.908 at 0.85.
_SHARE = 0.7
_SEED = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How long is learned and how fast: steps over outside texts, rounds over the judged questions, learning rates;
    how much is looked at in a step."""

    steps: int = 600
    rate: float = 1e-3
    rounds: int = 4
    judged_rate: float = 1.5e-3
    outside_texts: int = 16
    texts: int = 48
    questions: int = 120


class Likeness(nn.Module):
    """Whether the best sentence answers at all: a logistic step over its cosine."""

    def __init__(self) -> None:
        super().__init__()
        self.middle = nn.Parameter(torch.tensor(0.75))
        self.steepness = nn.Parameter(torch.tensor(3.0))

    def forward(self, cosine: Tensor) -> Tensor:
        """The logit of a cosine."""
        return torch.mul(cosine - self.middle, self.steepness.exp())


def loss_of(encoder: AdaptedEncoder, likeness: Likeness, reader: TokenReader, batch: Batch) -> Tensor:
    """How far the sentences that answer are from standing above all others of the batch."""
    states, mask = encoder.states([text.tokens for text in batch.texts], reader.pad)
    sentences, tokens = sentence_states(states, batch.texts)
    asked, asked_mask = encoder.states(list(batch.questions), reader.pad)
    questions = _mean(asked, asked_mask)
    gains, own = torch.tensor(batch.gains), torch.tensor(batch.own)
    answered = gains.sum(1) > 0
    cosines = questions @ sentences.T
    late = _late_interaction(encoder, asked, batch, tokens, reader.question_prefix)
    often = _often(torch.tensor(batch.asked_for))
    loss = _above_others(cosines / _COSINE_WIDTH + often, gains) + _above_others(late / _LATE_WIDTH + often, gains)
    passages = questions @ _mean(states, mask).T / _COSINE_WIDTH
    texts_often = _often(torch.stack([one.sum() for one in _each_text(torch.tensor(batch.asked_for), batch)]))
    loss = loss + _PASSAGE_SHARE * _above_others(passages + texts_often, _by_text(gains, batch))
    best = cosines.masked_fill(torch.where(answered[:, None], gains == 0, ~own), -1.0).amax(1)
    refused = functional.binary_cross_entropy_with_logits(likeness(best), answered.float())
    return loss + _REFUSAL_SHARE * refused


def fit_adapter(
    encoder: AdaptedEncoder, reader: TokenReader, outside: Lessons, judged: Sequence[Lessons], plan: Plan
) -> None:
    """Fit `encoder` in place, telling how it goes on stderr."""
    chance = random.Random(_SEED)
    likeness = Likeness()
    outside_batches = _endless(outside, plan.outside_texts, chance)
    descent = _descent(encoder, likeness, plan.rate, plan.steps)
    for _ in range(plan.steps):
        descent.take(loss_of(encoder, likeness, reader, next(outside_batches)))
    rounds = [
        batch
        for _ in range(plan.rounds)
        for lessons in judged
        for batch in lessons.about_questions(plan.texts, plan.questions, chance)
    ]
    chance.shuffle(rounds)
    descent = _descent(encoder, likeness, plan.judged_rate, len(rounds))
    few = _endless(outside, plan.outside_texts // 2, chance)
    for batch in rounds:
        loss = loss_of(encoder, likeness, reader, batch)
        descent.take(loss + _OUTSIDE_SHARE * loss_of(encoder, likeness, reader, next(few)))


def _descent(encoder: AdaptedEncoder, likeness: Likeness, rate: float, steps: int) -> Descent:
    narrow, others = encoder.fitted()
    groups = [
        {"params": narrow, "lr": rate},
        {"params": others, "lr": 0.3 * rate},
        {"params": list(likeness.parameters()), "lr": 3e-3},
    ]
    return Descent(groups, [*narrow, *others], steps=steps, warm=steps // 15, decay=0.01, told_every=25)


def _endless(lessons: Lessons, texts: int, chance: random.Random) -> Iterator[Batch]:
    while True:
        yield from lessons.about_texts(texts, chance)


def _mean(states: Tensor, mask: Tensor) -> Tensor:
    return functional.normalize((states * mask[..., None]).sum(1), dim=-1)


def _above_others(scores: Tensor, gains: Tensor) -> Tensor:
    """Cross-entropy of the softmax over sentences to the gains; questions that nothing answers say nothing."""
    answered = gains.sum(1) > 0
    if not answered.any():
        return scores.sum() * 0.0
    wanted = gains[answered] / gains[answered].sum(1, keepdim=True)
    return -(wanted * functional.log_softmax(scores[answered], dim=1)).sum(1).mean()


def _often(asked_for: Tensor) -> Tensor:
    """What is added to a score in fitting for how often it is asked for at all: or else the encoder would learn that,
    and hold against a sentence that the lessons happen not to ask for it (Menon et al. 2021, "logit adjustment")."""
    return torch.log(asked_for + _UNSEEN)


def _by_text(gains: Tensor, batch: Batch) -> Tensor:
    """What each text is worth to each question: its best sentence's gain."""
    return torch.stack([part.amax(1) for part in _each_text(gains, batch)], dim=1)


def _each_text(values: Tensor, batch: Batch) -> Sequence[Tensor]:
    """Values whose last axis is the sentences of all texts, a part for each text."""
    return torch.split(values, [len(text.sentences) for text in batch.texts], dim=-1)


def _late_interaction(
    encoder: AdaptedEncoder, asked: Tensor, batch: Batch, tokens: Sequence[Tensor], prefix: int
) -> Tensor:
    """For each question and sentence, the mean over the question's tokens of the likest token in the sentence."""
    held = functional.normalize((torch.cat(list(tokens)) - encoder.passage_mean) @ encoder.directions, dim=-1)
    # Without the marks of beginning and end and the prefix, which no question shares with a sentence.
    counts = [len(one) - 2 - prefix for one in batch.questions]
    own = torch.cat([row[1 + prefix : 1 + prefix + count] for row, count in zip(asked, counts, strict=True)])
    wanted = functional.normalize((own - encoder.question_mean) @ encoder.directions, dim=-1)
    likest = torch.split(wanted @ held.T, [len(one) for one in tokens], dim=1)
    met = torch.stack([one.amax(1) for one in likest], dim=1)
    return torch.stack([one.mean(0) for one in torch.split(met, counts)])


def main() -> None:
    """Fit and write the adapter and the projection; the model and what is embedded are made anew at next use."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("reading", type=Path, help="passages and questions, a JSON object a line")
    parser.add_argument("papers", type=Path, nargs="*", help="the studies; none leaves out the judged questions")
    parser.add_argument("--without", type=Path, action="append", default=[], help="BEIR folder, not learned from")
    parser.add_argument("--steps", type=int, default=Plan().steps, help="over outside questions")
    parser.add_argument("--rounds", type=int, default=Plan().rounds, help="over the judged questions")
    parser.add_argument("--go-on", action="store_true", help="from the adapter that is there, e.g. after new verdicts")
    parser.add_argument("--apart", action="store_true", help="from no sentence that answers the test split")
    parser.add_argument("--share", type=float, default=_SHARE, help="of the way that is taken; 1 to go on from it")
    parser.add_argument("--adapter", type=Path, default=ADAPTER)
    parser.add_argument("--projection", type=Path, default=PROJECTION_FILE)
    told = parser.parse_args()
    torch.manual_seed(_SEED)
    settings = load_settings()
    reader = TokenReader(model_folder(settings.home))
    left_out = frozenset(query.text.strip() for folder in told.without for query in load_beir(folder).queries)
    outside = outside_lessons(told.reading, left_out, reader.passage, reader.question, _LONGEST_OUTSIDE)
    judged = []
    collections: list[list[Path]] = [told.papers, []] if told.papers else []
    for paths in collections:
        with open_weighing(settings, paths, reranked=False) as weighing:
            judged.append(judged_lessons(weighing, reader.passage, reader.question, _LONGEST_JUDGED, apart=told.apart))
    encoder = AdaptedEncoder(read_packed_weights(), load_projection())
    if told.go_on:
        encoder.go_on_from(ADAPTER)
    fit_adapter(encoder, reader, outside, judged, Plan(steps=told.steps, rounds=told.rounds))
    encoder.save(told.adapter, told.projection, told.share)


if __name__ == "__main__":
    main()
