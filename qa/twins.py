"""scored sentences → those of a paper's two abstracts that say the same: the language asked in is quoted. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.types import Language, SectionKind
from qa.evidence import ScoredSentence

# Two sentences that say the same are at least so alike, and hardly less than the likest of the other abstract.
_TWIN = 0.57
_HARDLY_LESS = 0.05


def translates(one: ScoredSentence, other: ScoredSentence) -> bool:
    """Whether both stand in an abstract of one paper, in two languages: what the one abstract says, the other does."""
    ours, theirs = one.retrieved, other.retrieved
    both = ours.passage.section.kind is theirs.passage.section.kind is SectionKind.ABSTRACT
    return both and ours.document.id == theirs.document.id and one.sentence.language != other.sentence.language


def in_the_language(
    chosen: Sequence[ScoredSentence], scored: Sequence[ScoredSentence], language: Language
) -> list[ScoredSentence]:
    """`chosen`, where a sentence of an abstract in the other language gives way to the one that says the same in
    `language`."""
    taken = {(one.retrieved.document.id, one.sentence.start) for one in chosen}
    told = []
    for one in chosen:
        twin = None if one.sentence.language == language else _twin(one, scored)
        if twin is not None and (twin.retrieved.document.id, twin.sentence.start) not in taken:
            taken.add((twin.retrieved.document.id, twin.sentence.start))
            told.append(twin)
        else:
            told.append(one)
    return told


def _twin(one: ScoredSentence, scored: Sequence[ScoredSentence]) -> ScoredSentence | None:
    """What says the same in the paper's abstract in the other language; None for a sentence of no such abstract."""
    theirs = sorted((other for other in scored if translates(other, one)), key=lambda other: other.sentence.start)
    if not theirs:
        return None
    ours = sorted((other for other in scored if translates(other, theirs[0])), key=lambda other: other.sentence.start)
    alike = np.array([[this.alike(that) for that in theirs] for this in ours])
    at = next(place for place, other in enumerate(ours) if other.sentence.start == one.sentence.start)
    found = _in_step(alike - _TWIN).get(at)
    if found is None or alike[at, found] < alike[at].max() - _HARDLY_LESS:
        return None
    return theirs[found]


def _in_step(gain: NDArray[np.float64]) -> dict[int, int]:
    """Pairs of rows and columns, each at most once and in order, of the greatest sum: a translation keeps the order of
    what it translates (Gale and Church 1993)."""
    rows, columns = gain.shape
    best = np.zeros((rows + 1, columns + 1))
    for row in range(rows):
        for column in range(columns):
            paired = best[row, column] + gain[row, column]
            best[row + 1, column + 1] = max(paired, best[row, column + 1], best[row + 1, column])
    pairs, row, column = {}, rows, columns
    while row and column:
        if best[row, column] == best[row - 1, column]:
            row -= 1
        elif best[row, column] == best[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs[row] = column
    return pairs
