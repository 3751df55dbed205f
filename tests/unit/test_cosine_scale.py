"""Cosines of different models, on one scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ingest.types import Vector
from qa.cosine_scale import BARE, CosineScale, measure_scale
from tests.fakes import WordEmbedder


class Narrow(WordEmbedder):
    """All vectors share most of their direction, as those of many models do."""

    def embed_questions(self, questions: Sequence[str]) -> Vector:
        vectors = super().embed_questions(questions)
        away = np.concatenate([vectors * 0.5, np.full((len(vectors), 1), np.sqrt(0.75))], axis=1)
        return np.asarray(away, np.float32)


def test_unrelated_is_nothing_and_equal_is_one() -> None:
    scale = CosineScale(0.8)
    assert scale.alike(0.8) == pytest.approx(0.0)
    assert scale.alike(1.0) == pytest.approx(1.0)
    assert scale.alike(0.7) < 0
    assert BARE.alike(0.3) == 0.3


def test_a_model_whose_vectors_all_lie_near_each_other_is_told() -> None:
    wide, narrow = measure_scale(WordEmbedder()), measure_scale(Narrow())
    assert abs(wide.unrelated) < 0.3
    assert narrow.unrelated == pytest.approx(0.75 + 0.25 * wide.unrelated, abs=1e-3)
