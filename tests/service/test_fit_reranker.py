"""The reranker learns from lists of sentences, and what it learned is what answering computes."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ingest.types import Passage, PassageVectors, QuestionVectors, TokenVectors
from qa.reranker import MAX_SENTENCE, Reranker, load_reranker, write_reranker
from tests.fakes import WordEmbedder

torch = pytest.importorskip("torch", reason="the extra `models` is not installed")

from eval.fit_reranker import Plan, fit_reranker, loss_of  # noqa: E402 - torch first
from eval.pairs import Pair, ReadingList, outside_lists  # noqa: E402
from eval.reranker_network import RerankingNetwork, weights_of  # noqa: E402

WIDTH, SIZE = 8, 16
WORDS = np.random.default_rng(4).integers(-127, 128, (6, WIDTH)).astype(np.int8)
QUICK = Plan(outside_rounds=0, rounds=300, lists=6, outside_beside=0, rate=5e-3)


def network(layers: int = 2) -> RerankingNetwork:
    torch.manual_seed(5)
    return RerankingNetwork(WIDTH, SIZE, layers, dropout=0.0).eval()


def texts(count: int) -> list[np.ndarray]:
    """Token vectors of sentences of 1 to some 120 tokens."""
    chance = np.random.default_rng(6)
    return [chance.integers(-127, 128, (1 + 7 * at, WIDTH)).astype(np.int8) for at in range(count)]


def lists() -> list[ReadingList]:
    """A question of one word is answered by the sentence with the next word, and not by the one that has its own."""
    made = []
    for word in range(5):
        order = random.Random(word).sample(range(6), 6)
        pairs = tuple(Pair(WORDS[[word]], WORDS[[one, one]], True) for one in order)
        made.append(ReadingList(pairs, tuple(float(one == word + 1) for one in order)))
    unanswered = tuple(Pair(WORDS[[5]], WORDS[[one]], True) for one in range(6))
    return [*made, ReadingList(unanswered, (0.0,) * 6)]


def test_answering_computes_what_was_fitted() -> None:
    fitted, said = network(), texts(18)
    same = [at % 2 == 0 for at in range(len(said))]
    with torch.no_grad():
        expected = fitted([Pair(WORDS, one, alike) for one, alike in zip(said, same, strict=True)]).numpy()
    np.testing.assert_allclose(Reranker(weights_of(fitted), 2).score(WORDS, said, same), expected, atol=1e-4)
    assert np.ptp(expected) > 0.01


def test_the_file_keeps_what_was_fitted_in_bytes(tmp_path: Path) -> None:
    fitted, said = network(), texts(8)
    write_reranker(tmp_path / "r.safetensors", weights_of(fitted))
    kept, own = load_reranker(tmp_path / "r.safetensors"), Reranker(weights_of(fitted), 2)
    same = [True] * len(said)
    np.testing.assert_allclose(kept.score(WORDS, said, same), own.score(WORDS, said, same), atol=0.05)
    assert (kept.layers, kept.width) == (2, WIDTH)


def test_it_learns_which_sentence_answers_and_that_none_does() -> None:
    fitted, chance = network(), random.Random(1)
    before = loss_of(fitted, lists(), chance).item()
    fit_reranker(fitted, [], lists(), QUICK)
    assert loss_of(fitted, lists(), chance).item() < before / 2
    reads = Reranker(weights_of(fitted), 2)
    for one in lists():
        scores = reads.score(one.pairs[0].question, [pair.sentence for pair in one.pairs], [True] * 6)
        if any(one.gains):
            assert int(scores.argmax()) == one.gains.index(1.0) and scores.max() > 0
        else:
            assert scores.max() < 0


def test_what_nobody_sees_changes_nothing() -> None:
    reads, said = Reranker(weights_of(network()), 2), texts(20)
    alone = np.concatenate([reads.score(WORDS, [one], [True]) for one in said])
    np.testing.assert_allclose(reads.score(WORDS, said, [True] * 20), alone, atol=1e-4)
    cut = reads.score(WORDS, [said[-1], said[-1][:MAX_SENTENCE]], [True, True])
    assert len(said[-1]) > MAX_SENTENCE and cut[0] == pytest.approx(cut[1], abs=1e-5)
    assert np.isfinite(reads.score(WORDS, [np.zeros((0, WIDTH), np.float32)], [False])).all()


@dataclass
class TokenEmbedder(WordEmbedder):
    """Also a vector for each word."""

    def read_question(self, question: str) -> QuestionVectors:
        return QuestionVectors(self._vector(question), self._tokens(question))

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        made = super().embed_passages(passages)
        return [
            PassageVectors(vectors.passage, vectors.sentences, self._tokens(one.text))
            for one, vectors in zip(passages, made, strict=True)
        ]

    def _tokens(self, text: str) -> TokenVectors:
        starts, at = [], 0
        for word in text.split():
            at = text.index(word, at)
            starts.append(at)
            at += len(word)
        ends = [start + len(word) for start, word in zip(starts, text.split(), strict=True)]
        values = np.stack([np.rint(127 * self._vector(word)).astype(np.int8) for word in text.split()])
        return TokenVectors(values, np.array(starts, np.uint16), np.array(ends, np.uint16))


def test_outside_questions_stand_beside_the_sentences_of_their_passage(tmp_path: Path) -> None:
    passage = "Kiln one is old. Kiln two was built in 1999 by potters."
    asked = [("When was it built?", passage.index("1999")), ("Siapa pergi?", None), ("Measured with?", 0)]
    rows = [
        {"question": text, "language": "id" if text.startswith("Siapa") else "en", "answer_start": at, "answer": None}
        for text, at in asked
    ]
    path = tmp_path / "reading.jsonl"
    path.write_text(json.dumps({"passage": passage, "language": "en", "questions": rows}) + "\n")
    first, second = outside_lists(path, frozenset({"Measured with?"}), TokenEmbedder())
    assert (first.gains, second.gains) == ((0.0, 1.0), (0.0, 0.0))
    assert [len(pair.sentence) for pair in first.pairs] == [4, 8]
    assert [pair.same for pair in (*first.pairs, *second.pairs)] == [True, True, False, False]
