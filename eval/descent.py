"""losses → fitted parameters, step by step (torch): what the fits of the encoder and of the reranker share."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

_LEAST = 0.02


class Descent:
    """Adam with decoupled decay (Loshchilov and Hutter 2019), a short warm-up, then ever smaller steps."""

    def __init__(
        self,
        groups: Sequence[dict[str, Any]],
        clipped: Sequence[nn.Parameter],
        *,
        steps: int,
        warm: int,
        decay: float,
        told_every: int,
    ) -> None:
        """`groups` as torch's optimisers take them, with their rates; the slope of `clipped` is cut to length 1; how it
        goes is told on stderr."""
        self._clipped, self._steps, self._every = clipped, max(1, steps), told_every
        self._optimiser = torch.optim.AdamW(groups, weight_decay=decay)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda step: min(1.0, (step + 1) / max(1, warm)) * max(_LEAST, 1 - step / self._steps)
        )
        self._taken, self._sum = 0, 0.0

    def take(self, loss: Tensor) -> None:
        """One step down."""
        self._optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self._clipped, 1.0)
        self._optimiser.step()
        self._schedule.step()
        self._taken, self._sum = self._taken + 1, self._sum + loss.item()
        if self._taken % self._every == 0:
            sys.stderr.write(f"{self._taken} of {self._steps}: {self._sum / self._every:.3f}\n")
            self._sum = 0.0
