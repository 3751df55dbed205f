"""scored sentences → the few that make an answer: complete, short, without repeats, grouped by study. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.types import SectionKind, Sentence
from qa.affinity import same_place
from qa.answer_type import asks_for_help, on_help, on_obstacles
from qa.asked_for import asked_sections, asks_written_out
from qa.enumerations import listed_with, ordinals
from qa.evidence import ANAPHORA, ScoredSentence
from qa.held_value import holds
from qa.question import QuestionProfile, QuestionType
from qa.twins import translates
from qa.types import Evidence


@dataclass(frozen=True, slots=True)
class SelectionLimits:
    """How much an answer may hold. `margin` is how far below the best score a further sentence may lie, `least` the
    logit of the reranker that it must reach; `listed` is the margin of those that stand in a list with a chosen one."""

    sentences: int
    words: int
    margin: float
    least: float = -math.inf
    listed: float = 0.0


# Same point: in one language near-equal vectors; across languages translations lie a little further apart
# (`CosineScale`).
_SAME_LANGUAGE_REPEAT = 0.76
_CROSS_LANGUAGE_REPEAT = 0.66
_SHARED_WORDS_REPEAT = 0.7
# Types whose answers show on their face; how well one of the best sentences must fit for the others to be left out.
_STRICT = frozenset({QuestionType.NUMBER, QuestionType.WHEN, QuestionType.OBSTACLE})
_FITS = 0.65
_BEST = 3
# How far below the best sentence one that holds a value of the kind asked for may lie.
_NEAR = 2.5

# Words of a sentence together with the one that it leans on.
_LONGEST_PAIR = 60
# What joins a sentence to the one before and stands for nothing in it.
_JOINT = re.compile(
    r"^(?:namun(?: demikian)?|(?:akan )?tetapi|selain itu|di ?samping itu|however|in addition|moreover)\b[\s,]*",
    re.IGNORECASE,
)

# Chosen on the development and validation questions: less loses key facts, more adds words and few facts. A question
# for one thing (a value, a person, a place, whether it is so) is answered by its best sentences or hardly ever.
_MARGIN = 2.0
_MARGIN_FOR_ONE = 1.0
# What the reranker adds sets the scores so much further apart; a further sentence of which it says that it hardly
# answers is none, however near it comes.
_SPREAD = 1.75
_LEAST = -1.5
_ONE_THING = frozenset(
    {
        QuestionType.WHEN,
        QuestionType.WHO,
        QuestionType.WHERE,
        QuestionType.YES_NO,
        QuestionType.FACT,
    }
)
# Of items of one list, where several things are asked for; chosen on the same questions.
_MARGIN_IN_LIST = 5.0


def limits_for(
    max_sentences: int, max_words: int, profile: QuestionProfile, *, reranked: bool = False
) -> SelectionLimits:
    """The length that the settings allow, filled as long as sentences come near the best one: less far where one thing
    is asked for, further where they were `reranked` and may answer. What an abbreviation stands for is told once."""
    one = profile.value is not None or profile.type in _ONE_THING
    if asks_written_out(profile.text):
        max_sentences = 1
    margin = (_MARGIN_FOR_ONE if one else _MARGIN) * (_SPREAD if reranked else 1.0)
    listed = _MARGIN_IN_LIST if _asks_for_several(profile) else 0.0
    return SelectionLimits(max_sentences, max_words, margin, _LEAST if reranked else -math.inf, listed)


def _asks_for_several(profile: QuestionProfile) -> bool:
    """Whether a list answers a question as a whole: things of a kind, or what is advised."""
    advice = profile.type is not QuestionType.WHY and SectionKind.RECOMMENDATIONS in asked_sections(profile.text)
    return profile.type is QuestionType.LIST or advice


def _differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether both count something, and not the same: the first obstacle is not the second in other words."""
    return bool(ours and theirs and ours.isdisjoint(theirs))


def _repeats(candidate: ScoredSentence, chosen: ScoredSentence) -> bool:
    same_place = candidate.retrieved.document.id == chosen.retrieved.document.id and (
        candidate.sentence.start < chosen.sentence.end and chosen.sentence.start < candidate.sentence.end
    )
    if same_place:
        return True
    if _differ(ordinals(candidate.text), ordinals(chosen.text)):
        return False
    limit = _SAME_LANGUAGE_REPEAT if candidate.sentence.language == chosen.sentence.language else _CROSS_LANGUAGE_REPEAT
    # Sentence vectors know what stands around them: those of one passage lie near each other whatever they say.
    elsewhere = candidate.retrieved.passage.id != chosen.retrieved.passage.id
    if elsewhere and candidate.alike(chosen) >= limit:
        return True
    ours, theirs = set(candidate.text.lower().split()), set(chosen.text.lower().split())
    return len(ours & theirs) / max(1, min(len(ours), len(theirs))) >= _SHARED_WORDS_REPEAT


def fitting(scored: Sequence[ScoredSentence], profile: QuestionProfile) -> Sequence[ScoredSentence]:
    """`scored`, less what holds nothing of the kind asked for, where one of the best does hold it: an amount of money,
    a date, an obstacle; and less the obstacles where helping factors are asked for, or the other way round."""
    if asks_for_help(profile.text):
        scored = [one for one in scored if not on_obstacles(one.text)] or scored
    elif profile.type is QuestionType.OBSTACLE:
        scored = [one for one in scored if not on_help(one.text)] or scored
    holding = [one for one in scored if holds_asked_value(one, profile)]
    if len(holding) < len(scored) and holding and holding[0].score >= scored[0].score - _NEAR:
        scored = holding
    if profile.type not in _STRICT or not any(one.answer_type >= _FITS for one in scored[:_BEST]):
        return scored
    return [one for one in scored if one.answer_type > 0]


def holds_asked_value(one: ScoredSentence, profile: QuestionProfile) -> bool:
    """Whether a sentence has a value in it of the kind that the question asks for; True where it asks for none."""
    return profile.value is None or holds(profile.value, one.text, profile.text)


def choose(scored: Sequence[ScoredSentence], limits: SelectionLimits) -> list[ScoredSentence]:
    """Greedy choice from sentences sorted best first: the best, and others within its margin that may answer, each with
    what is listed with it; no repeats, within the length."""
    chosen: list[ScoredSentence] = []
    for candidate in scored:
        if candidate.score < scored[0].score - limits.margin:
            break
        if chosen and candidate.reread < limits.least:
            continue
        if not _has_room(chosen, candidate, limits) or _said(chosen, candidate):
            continue
        chosen.append(candidate)
        for item in listed_with(candidate, scored) if limits.listed else ():
            near = item.score >= scored[0].score - limits.listed
            if near and _has_room(chosen, item, limits) and not _said(chosen, item):
                chosen.append(item)
    return chosen


def _has_room(chosen: Sequence[ScoredSentence], candidate: ScoredSentence, limits: SelectionLimits) -> bool:
    words = sum(len(one.text.split()) for one in (*chosen, candidate))
    return not chosen or (len(chosen) < limits.sentences and words <= limits.words)


def _said(chosen: Sequence[ScoredSentence], candidate: ScoredSentence) -> bool:
    """Whether what is chosen says the same already."""
    return any(_repeats(candidate, earlier) or translates(candidate, earlier) for earlier in chosen)


def choose_per_study(scored: Sequence[ScoredSentence], limits: SelectionLimits) -> list[ScoredSentence]:
    """The best of each study in turn, so that a comparison hears every study it names; papers of one place are taken
    for one study."""
    by_study: dict[str, list[ScoredSentence]] = {}
    for candidate in scored:
        by_study.setdefault(same_place(candidate.retrieved.document), []).append(candidate)
    heard = list(by_study.values())[: limits.sentences]
    each = max(1, len(heard))
    share = replace(limits, sentences=limits.sentences // each, words=limits.words // each)
    return [one for candidates in heard for one in choose(candidates, share)]


def to_evidence(chosen: Sequence[ScoredSentence]) -> tuple[Evidence, ...]:
    """Evidence grouped by study, that of the best sentence (the first of `chosen`) first. In each study its best
    sentence leads, because it answers most often; the others follow in reading order, and all do where they count
    ("the first obstacle", "the second"). A sentence that leans on the one before it ("Hal ini …", "They …") brings that
    one along, so that the quote can be understood alone."""
    by_study: dict[str, list[ScoredSentence]] = {}
    for one in chosen:
        by_study.setdefault(one.retrieved.document.id, []).append(one)
    return tuple(evidence for told in by_study.values() for evidence in _told(told))


def _told(chosen: Sequence[ScoredSentence]) -> list[Evidence]:
    """The evidence of one study, from its chosen sentences, best first."""
    taken = {one.sentence.start for one in chosen}
    counted = sum(bool(ordinals(one.text)) for one in chosen) > 1 or bool(listed_with(chosen[0], chosen))
    leading = set() if counted else {chosen[0].sentence.start}
    before = _leans_on(chosen[0])
    if before is not None and before.start in taken and not counted:
        leading.add(before.start)
    ordered = sorted(chosen, key=lambda one: (one.sentence.start not in leading, one.sentence.start))
    evidence = []
    for one in ordered:
        passage, start = one.retrieved.passage, one.sentence.start
        before = _leans_on(one)
        if before is not None and before.start not in taken:
            together = passage.text[before.start - passage.start : one.sentence.end - passage.start]
            start = before.start if len(together.split()) <= _LONGEST_PAIR else start
        text = passage.text[start - passage.start : one.sentence.end - passage.start]
        evidence.append(Evidence(one.retrieved, start, one.sentence.end, text, one.sentence.language, one.score))
    return evidence


def _leans_on(one: ScoredSentence) -> Sentence | None:
    """The sentence that a leaning one cannot be understood without; None for one that stands alone, or that begins a
    paragraph. What joins two sentences ("Namun, …", "Selain itu …") leans on nothing by itself."""
    if not ANAPHORA.match(_JOINT.sub("", one.text)):
        return None
    before, passage = one.before, one.retrieved.passage
    if before is None or not before.complete:
        return None
    between = passage.text[before.end - passage.start : one.sentence.start - passage.start]
    return None if between.count("\n") > 1 else before
