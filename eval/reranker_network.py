"""token vectors of questions and sentences → the reranking network that can be fitted (torch).

Both texts stand behind one another under a mark of their own, as in a cross-encoder (Nogueira and Cho 2019), but what
is read are the token vectors that are stored already, so that a narrow network of few layers does.
`qa.reranker` computes the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from eval.pairs import Bytes, Pair
from qa.reranker import HEADS, MAX_QUESTION, MAX_SENTENCE

# Pairs of like length are read together: padding costs as much as tokens.
_TOGETHER = 48


class _Layer(nn.Module):
    """Attention and a feed-forward step, each after a norm (Xiong et al. 2020)."""

    def __init__(self, size: int, dropout: float) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(size), nn.LayerNorm(size)
        self.attend, self.gather = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.widen, self.narrow = nn.Linear(size, 2 * size), nn.Linear(2 * size, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, away: Tensor, kept: int) -> Tensor:
        """`states`, shape `(pairs, tokens, size)`, of the first `kept` tokens afterwards; `away` is added to how much
        a token attends to another, shape `(pairs, 1, 1, tokens)`."""
        pairs, tokens, size = states.shape
        parts = self.attend(self.before(states)).view(pairs, tokens, 3, HEADS, size // HEADS).permute(2, 0, 3, 1, 4)
        scores = parts[0][:, :, :kept] @ parts[1].transpose(2, 3) / math.sqrt(size // HEADS) + away
        seen = (scores.softmax(3) @ parts[2]).transpose(1, 2).reshape(pairs, kept, size)
        states = states[:, :kept] + self.dropout(self.gather(seen))
        wide = functional.relu(self.widen(self.between(states)))
        return torch.add(states, self.dropout(self.narrow(wide)))


class RerankingNetwork(nn.Module):
    """Whether a sentence answers a question, as a logit."""

    def __init__(self, width: int, size: int = 96, layers: int = 2, dropout: float = 0.1) -> None:
        """`width` is that of the token vectors, `size` that of the states."""
        super().__init__()
        # Numbers of a unit vector are small: without this, the first steps would be, too.
        self.enter, self.scale = nn.Linear(width, size), math.sqrt(width)
        # By rows: the mark of a pair in two languages and of one in the same, a question's token, a sentence's.
        self.kinds = nn.Parameter(0.02 * torch.randn(4, size))
        self.likeness = nn.Parameter(0.02 * torch.randn(size))
        self.layers = nn.ModuleList(_Layer(size, dropout) for _ in range(layers))
        self.last, self.leave = nn.LayerNorm(size), nn.Linear(size, 1)

    def forward(self, pairs: Sequence[Pair]) -> Tensor:
        """A logit for each pair, shape `(pairs,)`."""
        order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].sentence) + len(pairs[at].question))
        groups = [order[at : at + _TOGETHER] for at in range(0, len(order), _TOGETHER)]
        logits = torch.cat([self._read([pairs[at] for at in group]) for group in groups])
        return logits[torch.argsort(torch.tensor(order))]

    def _read(self, pairs: Sequence[Pair]) -> Tensor:
        asked, asked_there = _padded([one.question[:MAX_QUESTION] for one in pairs])
        said, said_there = _padded([one.sentence[:MAX_SENTENCE] for one in pairs])
        alike = (asked @ said.transpose(1, 2)).masked_fill(~(asked_there[:, :, None] & said_there[:, None]), -1.0)
        same = torch.tensor([int(one.same) for one in pairs])
        states = torch.cat(
            [
                self.kinds[same][:, None],
                self.enter(asked * self.scale) + self.kinds[2] + alike.amax(2)[..., None] * self.likeness,
                self.enter(said * self.scale) + self.kinds[3] + alike.amax(1)[..., None] * self.likeness,
            ],
            dim=1,
        )
        there = torch.cat([torch.ones(len(pairs), 1, dtype=torch.bool), asked_there, said_there], dim=1)
        away = ((~there).float() * -1e4)[:, None, None]
        for number, layer in enumerate(self.layers, start=1):
            states = layer(states, away, 1 if number == len(self.layers) else states.shape[1])
        logits: Tensor = self.leave(self.last(states[:, 0]))[:, 0]
        return logits


def _padded(rows: Sequence[Bytes]) -> tuple[Tensor, Tensor]:
    """Unit vectors, shape `(rows, longest, width)`, and where there is a token, `(rows, longest)`."""
    longest = max(1, *map(len, rows))
    filled: NDArray[np.float32] = np.zeros((len(rows), longest, rows[0].shape[1]), np.float32)
    for at, row in enumerate(rows):
        filled[at, : len(row)] = row
    there = torch.arange(longest) < torch.tensor([len(row) for row in rows])[:, None]
    return functional.normalize(torch.from_numpy(filled), dim=-1), there


def weights_of(network: RerankingNetwork) -> dict[str, NDArray[np.float32]]:
    """What `qa.reranker` computes with, by name; matrices have shape `(in, out)` there."""
    kept = {name: one.detach().numpy() for name, one in network.named_parameters()}
    kept = {name: one.T if name.endswith(".weight") and one.ndim == 2 else one for name, one in kept.items()}
    return kept | {"enter.weight": kept["enter.weight"] * np.float32(network.scale)}
