"""Considered → the Evidence that a language model is shown: the best sentences and what stands beside them. Pure.

It is much more than an answer quotes: a model tells what answers from what does not better than a score, but only of
what it sees. Of the validation questions over the studies 0.985 have a sentence that states the answer among this, and
of up to five such sentences 0.890 are there, in 596 words (0.973 and 0.833 in 295 without what stands beside the best),
and gold evidence for 0.990 of the development questions' key facts (0.944 without fragments).
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.types import Sentence
from qa.consider import Considered, spoken_of
from qa.evidence import ScoredSentence
from qa.prompting import addresses_model
from qa.selection import SelectionLimits, choose, to_evidence
from qa.settings import LlmSettings
from qa.types import Evidence

_WORDS = 1000
# Far more than what is quoted may lie below the best sentence.
_MARGIN = 30.0
# So many of the best are shown with the sentences before and behind them.
_WITH_NEIGHBOURS = 8
# Of what cannot be quoted alone; few places answer only there.
_FRAGMENTS = 4


def shown_evidence(considered: Considered, limits: LlmSettings) -> tuple[Evidence, ...]:
    """At most `limits.places` of the best sentences, each of several places asked about having its share, and what
    stands beside the best of them, study by study in reading order. Where a study is spoken of, only it is shown; else
    at most `limits.places_of_one` are from one paper, so that a paper made to match everything cannot fill the context.
    What addresses a model is left out."""
    parts = considered.halves or (considered,)
    shown: dict[tuple[str, int], ScoredSentence] = {}
    for part in parts:
        for one in _best(part, max(1, limits.places // len(parts)), limits.places_of_one):
            shown.setdefault((one.retrieved.document.id, one.sentence.start), one)
    return to_evidence(list(shown.values()))


def _best(part: Considered, places: int, of_one: int) -> list[ScoredSentence]:
    scored = [one for one in part.scored if not addresses_model(one.text)]
    asked_about = spoken_of(part.retrieval, scored)
    chosen = choose(asked_about or _at_most(of_one, scored), SelectionLimits(places, _WORDS, _MARGIN))
    fragments = [one for one in part.fragments if not addresses_model(one.text)]
    fragments = spoken_of(part.retrieval, fragments) or ([] if asked_about else fragments)
    return chosen + _beside(chosen[:_WITH_NEIGHBOURS], asked_about or scored) + fragments[:_FRAGMENTS]


def _at_most(of_one: int, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """The first `of_one` sentences of each paper."""
    taken: dict[str, int] = {}
    kept = []
    for one in scored:
        document = one.retrieved.document.id
        taken[document] = taken.get(document, 0) + 1
        if taken[document] <= of_one:
            kept.append(one)
    return kept


def _beside(best: Sequence[ScoredSentence], scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """The sentences of `scored` that stand directly before or behind one of the best, in its passage."""
    places = {_place(one, one.sentence) for one in best}
    before = {_place(one, one.before) for one in best if one.before}
    return [
        one
        for one in scored
        if _place(one, one.sentence) in before or (one.before and _place(one, one.before) in places)
    ]


def _place(one: ScoredSentence, sentence: Sentence) -> tuple[str, int]:
    return one.retrieved.passage.id, sentence.start
