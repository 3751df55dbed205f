"""claim and quotes → support score in [0, 1]: does this quote say this claim, within or across Indonesian and English?

Likeness of meaning (cosine of the embedder's vectors, rescaled) says that the two are about the same thing; exact
checks of numbers, names and negation pull it down where they say something different about it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.types import Embedder
from qa.names import names_in, words_in
from qa.numerals import numbers_in

_NEGATION = re.compile(
    r"\b(tidak|tak|bukan|belum|tanpa|jangan|kurang|gagal|not|no|never|without|neither|nor|lack(s|ed|ing)?|fail(s|ed)?|cannot|hardly)\b|n't\b",
    re.IGNORECASE,
)
# Cosines of this family of models lie between about 0.7 (unrelated) and 1; these ends are mapped to 0 and 1.
_UNRELATED, _SAME = 0.74, 0.92


class VectorSupport:
    """Support from sentence vectors with exact checks."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def __call__(self, claim: str, quotes: Sequence[str]) -> float:
        """The best support that one of the quotes gives to the claim; 0 without quotes."""
        if not quotes:
            return 0.0
        vectors = self._embedder.embed_questions([claim, *quotes])
        best = float((vectors[1:] @ vectors[0]).max())
        score = min(1.0, max(0.0, (best - _UNRELATED) / (_SAME - _UNRELATED)))
        together = " ".join(quotes)
        if not set(numbers_in(claim)) <= set(numbers_in(together)):
            score *= 0.3
        if not names_in(claim) <= words_in(together):
            score *= 0.7
        if bool(_NEGATION.search(claim)) != bool(_NEGATION.search(together)):
            score *= 0.5
        return score
