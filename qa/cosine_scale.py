"""cosine → how alike two texts are, on one scale for all models.

Models differ in what a cosine means: texts that have nothing to do with each other lie at 0.8 with one and at 0.3 with
another. Counted from there to 1, the same thresholds and weights serve them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.types import Embedder

# Two languages, eight subjects.
_UNRELATED = (
    "The ferry leaves the harbour twice a day in the dry season.",
    "Anak itu belajar memainkan suling dari kakeknya.",
    "Bacteria in the soil bind nitrogen from the air.",
    "Harga cabai naik menjelang hari raya.",
    "The court postponed the hearing until the following spring.",
    "Gunung itu terakhir meletus dua abad yang lalu.",
    "Her new telescope has a mirror of twenty centimetres.",
    "Pasien dianjurkan minum obat sesudah makan.",
)


@dataclass(frozen=True, slots=True)
class CosineScale:
    """`unrelated` is the cosine of texts that have nothing to do with each other."""

    unrelated: float = 0.0

    def alike(self, cosine: float) -> float:
        """0 for unrelated texts, 1 for equal ones; below 0 for what is less alike than unrelated texts are."""
        return (cosine - self.unrelated) / (1.0 - self.unrelated)


BARE = CosineScale()
"""Cosines as they are."""


def measure_scale(embedder: Embedder) -> CosineScale:
    """The scale of a model, from the median cosine of sentences about different things."""
    vectors = embedder.embed_questions(_UNRELATED)
    cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
    return CosineScale(min(0.95, float(np.median(cosines))))
