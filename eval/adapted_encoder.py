"""packed weights → the built-in model with low-rank corrections that can be fitted (torch).

Attention and feed-forward products of the upper layers get a low-rank correction (Hu et al. 2021, "LoRA"), their layer
norms a shift; everything else stays as it was packed. The projection of token vectors is fitted along.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from eval.lessons import Text, Tokens
from ingest.adapter import LOWER, UPPER, write_adapter
from ingest.built_in import MAX_TOKENS, PASSAGE_PREFIX, QUESTION_PREFIX
from ingest.fitted_tensors import read_fitted
from ingest.packed_e5 import PackedModel
from ingest.token_vectors import TokenProjection
from ingest.types import Span
from ingest.windows import sentence_tokens

# Half of the time goes into going back through layers; the lowest ones change least.
FIRST_LAYER = 4
# What the lowest layers make of a text is kept for so many texts: about 1 GB.
_REMEMBERED = 20_000
# Padding costs as much as tokens: texts of like length are looked at together, so many tokens at once.
_TOKENS_TOGETHER = 2_500
# Added to how much a token attends to padding.
_MASKED = -1e4
# Together with the norms, what 256 KiB hold.
_ATTENTION_RANK, _FEED_FORWARD_RANK = 6, 2
_LOWER, _UPPER = "lower", "upper"


class LowRank(nn.Module):
    """A fixed linear layer and a fitted product of two narrow matrices beside it; at first the product is zero."""

    def __init__(self, fixed: nn.Linear, rank: int) -> None:
        super().__init__()
        self.fixed = fixed
        self.lower = nn.Parameter(torch.randn(rank, fixed.in_features) / math.sqrt(fixed.in_features))
        self.upper = nn.Parameter(torch.zeros(fixed.out_features, rank))

    def forward(self, states: Tensor) -> Tensor:
        """What the layer gives, corrected."""
        narrow = functional.linear(functional.linear(states, self.lower), self.upper)
        return torch.add(self.fixed(states), narrow)


class AdaptedEncoder(nn.Module):
    """Token states of texts, and what is pooled and projected from them, as `ingest.embedding` does."""

    def __init__(self, packed: PackedModel, projection: TokenProjection, first_layer: int = FIRST_LAYER) -> None:
        """Layers below `first_layer`, 0-based, stay as they are."""
        super().__init__()
        self.bert: Any = _bert(packed)
        self.passage_mean = torch.tensor(projection.passage_mean)
        self.question_mean = torch.tensor(projection.question_mean)
        self.directions = nn.Parameter(torch.tensor(projection.directions))
        self._first_layer = first_layer
        self._unfitted: dict[tuple[int, ...], Tensor] = {}
        self._norms: dict[str, Tensor] = {}
        self._directions = self.directions.detach().clone()
        self.bert.requires_grad_(False)
        for number, layer in enumerate(self.bert.encoder.layer):
            if number < first_layer:
                continue
            attention = layer.attention
            for owner, name, rank in (
                (attention.self, "query", _ATTENTION_RANK),
                (attention.self, "key", _ATTENTION_RANK),
                (attention.self, "value", _ATTENTION_RANK),
                (attention.output, "dense", _ATTENTION_RANK),
                (layer.intermediate, "dense", _FEED_FORWARD_RANK),
                (layer.output, "dense", _FEED_FORWARD_RANK),
            ):
                setattr(owner, name, LowRank(getattr(owner, name), rank))
            for norm in (attention.output.LayerNorm, layer.output.LayerNorm):
                norm.requires_grad_(True)
        for name, fitted in self.bert.named_parameters():
            if "LayerNorm" in name and fitted.requires_grad:
                self._norms[name] = fitted.detach().clone()

    def states(self, texts: Sequence[Tokens], pad: int) -> tuple[Tensor, Tensor]:
        """Token states, shape `(texts, longest, dim)`, and the mask of what is no padding, `(texts, longest)`."""
        longest = max(map(len, texts))
        rows: list[Tensor] = [torch.empty(0)] * len(texts)
        for group in _alike(texts):
            own = [texts[at] for at in group]
            ids, mask = _padded(own, pad), _mask(own)
            away = ((1 - mask) * _MASKED)[:, None, None].float()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = self._unfitted_states(ids, mask, away)
                for layer in self.bert.encoder.layer[self._first_layer :]:
                    states = layer(states, attention_mask=away)
            filled = functional.pad(states.float(), (0, 0, 0, longest - ids.shape[1]))
            for at, row in zip(group, filled, strict=True):
                rows[at] = row
        return torch.stack(rows), _mask(texts)

    def _unfitted_states(self, ids: Tensor, mask: Tensor, away: Tensor) -> Tensor:
        """What the layers make of texts that are not fitted: computed once for each text."""
        counts = mask.sum(1).tolist()
        keys = [tuple(row[:count]) for row, count in zip(ids.tolist(), counts, strict=True)]
        new = [at for at, key in enumerate(keys) if key not in self._unfitted]
        if new:
            with torch.no_grad():
                states: Tensor = self.bert.embeddings(input_ids=ids[new])
                for layer in self.bert.encoder.layer[: self._first_layer]:
                    states = layer(states, attention_mask=away[new])
            if len(self._unfitted) > _REMEMBERED:
                self._unfitted = {key: self._unfitted[key] for key in keys if key in self._unfitted}
            self._unfitted |= {keys[at]: row[: counts[at]].bfloat16() for at, row in zip(new, states, strict=True)}
        held = [functional.pad(self._unfitted[key], (0, 0, 0, ids.shape[1] - len(key))) for key in keys]
        return torch.stack(held).float()

    def fitted(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """The narrow matrices, and the norms and directions, which move more slowly."""
        narrow = [one for name, one in self.named_parameters() if one.requires_grad and _is_narrow(name)]
        others = [one for name, one in self.named_parameters() if one.requires_grad and not _is_narrow(name)]
        return narrow, others

    def go_on_from(self, adapter: Path) -> None:
        """Take over what was fitted before, with as many ranks or fewer. Raises ModelNotReady when `adapter` cannot be
        read, KeyError when it was fitted to other layers, RuntimeError when it has more ranks."""
        fitted = dict(self.bert.named_parameters())
        with torch.no_grad():
            for name, values in read_fitted(adapter).items():
                change = torch.tensor(values)
                if name.endswith(LOWER):
                    fitted[name.replace(f".weight{LOWER}", f".{_LOWER}")][: len(change)] = change
                elif name.endswith(UPPER):
                    fitted[name.replace(f".weight{UPPER}", f".{_UPPER}")][:, : change.shape[1]] = change
                else:
                    fitted[name].copy_(self._norms[name] + change)

    def save(self, adapter: Path, projection: Path, share: float = 1.0) -> None:
        """Write what was fitted, as `ingest.adapter` and `ingest.token_vectors` read it.

        `share` of the way from the packed model to the fitted one: further on, what the model was good at before
        suffers more than what it learned gains (Wortsman et al. 2022, "WiSE-FT")."""
        kept: dict[str, NDArray[np.float32]] = {}
        for name, one in self.bert.named_parameters():
            if not one.requires_grad:
                continue
            stem, _, last = name.rpartition(".")
            if last == _LOWER:
                kept[f"{stem}.weight{LOWER}"] = one.detach().numpy()
            elif last == _UPPER:
                kept[f"{stem}.weight{UPPER}"] = (share * one).detach().numpy()
            else:
                kept[name] = (share * (one - self._norms[name])).detach().numpy()
        write_adapter(adapter, kept)
        directions = share * self.directions + (1 - share) * self._directions
        means = {"passage_mean": _half(self.passage_mean), "question_mean": _half(self.question_mean)}
        save_file({**means, "directions": _half(directions)}, projection)


class TokenReader:
    """Texts and questions → tokens, with the prefixes that the model was trained with."""

    def __init__(self, model: Path) -> None:
        """`model` is the folder of the built-in model. Raises OSError when its tokenizer cannot be read."""
        self._pieces = Tokenizer.from_file(str(model / "tokenizer.json"))
        self._begin, self._end, self.pad = (self._mark(mark) for mark in ("<s>", "</s>", "<pad>"))
        self.question_prefix = len(self._encode(QUESTION_PREFIX.strip())[0])

    def passage(self, text: str, sentences: Sequence[Span]) -> tuple[Tokens, list[Span]]:
        """Tokens between the marks of beginning and end, and the token span of each sentence."""
        ids, offsets = self._encode(PASSAGE_PREFIX + text)
        before = sum(end <= len(PASSAGE_PREFIX) for _, end in offsets)
        shifted = [(start - len(PASSAGE_PREFIX), end - len(PASSAGE_PREFIX)) for start, end in offsets[before:]]
        spans = sentence_tokens(shifted, sentences)
        return self._marked(ids), [(start + before + 1, end + before + 1) for start, end in spans]

    def question(self, text: str) -> Tokens:
        """Tokens between the marks of beginning and end."""
        return self._marked(self._encode(QUESTION_PREFIX + text)[0])

    def _encode(self, text: str) -> tuple[Tokens, list[Span]]:
        read = self._pieces.encode(text, add_special_tokens=False)
        return read.ids[: MAX_TOKENS - 2], read.offsets[: MAX_TOKENS - 2]

    def _mark(self, written: str) -> int:
        number = self._pieces.token_to_id(written)
        assert number is not None, f"The tokenizer has no {written}."
        return number

    def _marked(self, ids: Tokens) -> Tokens:
        return [self._begin, *ids, self._end]


def sentence_states(states: Tensor, texts: Sequence[Text]) -> tuple[Tensor, list[Tensor]]:
    """Unit vectors of all sentences of `texts`, shape `(sentences, dim)`, and the token states of each."""
    own = [states[row, start:end] for row, text in enumerate(texts) for start, end in text.sentences]
    return functional.normalize(torch.stack([one.sum(0) for one in own]), dim=-1), own


def _alike(texts: Sequence[Tokens]) -> list[list[int]]:
    """Places of all texts, in groups of like length."""
    groups: list[list[int]] = []
    for at in sorted(range(len(texts)), key=lambda at: len(texts[at])):
        count, last = len(texts[at]), groups[-1] if groups else []
        if last and (len(last) + 1) * count <= _TOKENS_TOGETHER and count <= 1.25 * len(texts[last[0]]) + 4:
            last.append(at)
        else:
            groups.append([at])
    return groups


def _padded(texts: Sequence[Tokens], pad: int) -> Tensor:
    """Token numbers, shape `(texts, longest)`."""
    longest = max(map(len, texts))
    return torch.tensor([[*text, *[pad] * (longest - len(text))] for text in texts])


def _mask(texts: Sequence[Tokens]) -> Tensor:
    """1 for what is no padding, else 0, shape `(texts, longest)`."""
    counts = torch.tensor([len(text) for text in texts])
    return (torch.arange(int(counts.max())) < counts[:, None]).long()


def _bert(packed: PackedModel) -> Any:
    shape = packed.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
    )
    bert: Any = BertModel(config, add_pooling_layer=False)
    # Of short texts, in bfloat16 on a CPU, twice as fast as the fused one.
    bert.set_attn_implementation("eager")
    bert.eval()
    weights = {name: torch.tensor(np.asarray(values, np.float32)) for name, values in packed.weights.items()}
    bert.load_state_dict(weights, strict=True)
    return bert


def _is_narrow(name: str) -> bool:
    return name.endswith((f".{_LOWER}", f".{_UPPER}"))


def _half(values: Tensor) -> NDArray[np.float16]:
    return np.ascontiguousarray(values.detach().numpy().astype(np.float16))
