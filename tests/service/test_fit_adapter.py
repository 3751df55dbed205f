"""The built-in model learns from lessons, and what it learned is what the prepared model does."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from ingest.adapter import apply_adapter
from ingest.token_vectors import TokenProjection, load_projection
from tests.tiny_model import HIDDEN, forward, tiny_model

torch = pytest.importorskip("torch", reason="the extra `models` is not installed")

from eval.adapted_encoder import AdaptedEncoder, TokenReader  # noqa: E402 - torch first
from eval.fit_adapter import Likeness, Plan, fit_adapter, loss_of  # noqa: E402
from eval.lessons import Asked, Lessons, Text  # noqa: E402
from ingest.built_in import model_folder  # noqa: E402

PROJECTION = TokenProjection(
    np.zeros(HIDDEN, np.float32), np.zeros(HIDDEN, np.float32), np.eye(HIDDEN, 8, dtype=np.float32)
)
WORDS = [4, 5, 7, 8]


class Reader(TokenReader):
    """A reader of nothing: the tests have tokens already."""

    def __init__(self) -> None:
        self.pad, self.question_prefix = 1, 0


def encoder() -> AdaptedEncoder:
    torch.manual_seed(3)
    return AdaptedEncoder(tiny_model(), PROJECTION, first_layer=0)


def lessons() -> Lessons:
    """Four texts of four sentences; a question of one word is answered by the sentence in which another word stands."""
    texts = {str(n): Text([0, *WORDS[n:], *WORDS[:n], 2], tuple((at, at + 1) for at in range(1, 5))) for n in range(4)}
    asked = []
    for n in range(4):
        for at in range(4):
            word = WORDS[(n + at) % 4]
            asked.append(Asked([0, WORDS[(WORDS.index(word) + 1) % 4], 2], {(str(n), at): 1.0}, ()))
    return Lessons(texts, (*asked, Asked([0, 9, 2], {}, ("0",))))


def test_before_it_learns_it_is_the_packed_model() -> None:
    model = tiny_model()
    states, mask = encoder().states([[0, 4, 5, 2], [0, 7, 2]], 1)
    assert mask.tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    expected = forward(model.weights, model.shape, [0, 7, 2])
    np.testing.assert_allclose(states[1, :3].detach().numpy(), expected, atol=0.05)


def test_what_answers_rises_above_the_others() -> None:
    learner, reader = encoder(), Reader()
    (batch,) = lessons().about_texts(8, random.Random(2))
    torch.manual_seed(0)
    before = loss_of(learner, Likeness(), reader, batch).item()
    fit_adapter(learner, reader, lessons(), [lessons()], Plan(steps=60, rate=0.02, rounds=1, judged_rate=0.01, texts=4))
    assert loss_of(learner, Likeness(), reader, batch).item() < 0.7 * before


def test_the_prepared_model_does_what_was_learned(tmp_path: Path) -> None:
    learner = encoder()
    fit_adapter(learner, Reader(), lessons(), [], Plan(steps=20, rate=0.02, texts=4))
    learner.save(tmp_path / "adapter.safetensors", tmp_path / "projection.safetensors")
    model = tiny_model()
    adapted = apply_adapter(model.weights, tmp_path / "adapter.safetensors")
    tokens = [0, 4, 5, 7, 2]
    expected = forward(adapted, model.shape, tokens)
    found = learner.states([tokens], 1)[0][0].detach().numpy()
    np.testing.assert_allclose(found, expected, atol=0.06)
    assert np.abs(expected - forward(model.weights, model.shape, tokens)).max() > 0.2
    assert load_projection(tmp_path / "projection.safetensors").directions.shape == (HIDDEN, 8)


def test_learning_goes_on_from_what_was_learned(tmp_path: Path) -> None:
    learner = encoder()
    fit_adapter(learner, Reader(), lessons(), [], Plan(steps=5, rate=0.02, texts=4))
    learner.save(tmp_path / "adapter.safetensors", tmp_path / "projection.safetensors")
    next_one = encoder()
    next_one.go_on_from(tmp_path / "adapter.safetensors")
    one, other = (each.states([[0, 4, 5, 2]], 1)[0].detach().numpy() for each in (learner, next_one))
    np.testing.assert_allclose(one, other, atol=0.03)


def test_learning_goes_on_with_more_ranks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.adapted_encoder._ATTENTION_RANK", 2)
    narrow = encoder()
    fit_adapter(narrow, Reader(), lessons(), [], Plan(steps=5, rate=0.02, texts=4))
    narrow.save(tmp_path / "adapter.safetensors", tmp_path / "projection.safetensors")
    monkeypatch.undo()
    wide = encoder()
    wide.go_on_from(tmp_path / "adapter.safetensors")
    one, other = (each.states([[0, 4, 5, 2]], 1)[0].detach().numpy() for each in (narrow, wide))
    np.testing.assert_allclose(one, other, atol=0.03)
    untouched = encoder().states([[0, 4, 5, 2]], 1)[0].detach().numpy()
    assert np.abs(one - untouched).max() > 0.1


def test_sentences_own_the_tokens_that_serving_pools(model_home: Path) -> None:
    reader = TokenReader(model_folder(model_home))
    tokens, spans = reader.passage("Kiln one is old. It burns wood.", [(0, 16), (17, 31)])
    assert (tokens[0], tokens[-1]) == (0, 2)
    assert spans[0][1] == spans[1][0]
    assert spans[1][1] == len(tokens) - 1
    assert (
        reader.question("Is it old?")[: 1 + reader.question_prefix] == reader.question("")[: 1 + reader.question_prefix]
    )
