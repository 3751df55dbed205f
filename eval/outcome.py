"""Case → what became of it, in one word a reader can filter by; two states of a question → better, worse or only
other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.answer_measures import facts_said, false_premise, unjudged
from eval.baseline import Baseline, Place
from eval.cases import Case
from eval.dataset import Expect
from eval.run_file import Run
from eval.scores import ScoreSheet
from eval.statistics import Row


class Outcome(StrEnum):
    """From worst to best; reports show them in this order."""

    FAILED = "failed"
    MADE_UP = "answered what has no answer"
    WRONG = "wrong answer"
    REFUSED = "refused what has an answer"
    PARTLY = "partly answered"
    UNJUDGED = "right, with quotes nobody judged"
    RIGHT = "right"


def outcome(case: Case) -> Outcome:
    """What became of the question."""
    if case.reply.answer is None:
        return Outcome.FAILED
    if case.expect is Expect.ABSTAIN:
        return Outcome.RIGHT if case.abstained else Outcome.MADE_UP
    if case.expect is Expect.CONTRADICT:
        return Outcome.RIGHT if false_premise(case) else Outcome.WRONG
    if case.abstained:
        return Outcome.REFUSED
    said = facts_said(case).values()
    if all(said):
        return Outcome.UNJUDGED if case.gold() and unjudged(case) else Outcome.RIGHT
    return Outcome.PARTLY if any(said) else Outcome.WRONG


def misses_first(cases: Sequence[Case]) -> list[Case]:
    """Cases from worst to best, in the order of the set within each outcome."""
    order = {one: place for place, one in enumerate(Outcome)}
    return sorted(cases, key=lambda case: order[outcome(case)])


@dataclass(frozen=True, slots=True)
class Before:
    """What the same question gave earlier. `texts` are the quotes of the answer, `said` its sentences where they are
    known: a baseline of ours keeps places, not sentences."""

    status: str
    texts: tuple[str, ...]
    rows: Mapping[str, Row]
    said: tuple[str, ...] = ()


class Change(StrEnum):
    """How an answer moved."""

    WORSE = "worse"
    BETTER = "better"
    OTHER = "other words"
    SAME = "same"


_DECISIVE = (
    ("fully-correct", "refusal-recall", "false-premise", "injection"),
    ("key-fact-recall",),
    ("citation-recall",),
    ("citation-precision",),
    ("gold-precision",),
    ("verbatim", "groundedness", "language-match"),
)


_MOVED = 1e-3


def change_of(case: Case, now: Mapping[str, Row], before: Before) -> Change:
    """Better or worse by the first measure that moved, the most decisive first; else whether other words were said."""
    for names in _DECISIVE:
        moved = sum(now[name][0] - before.rows[name][0] for name in names if name in now and name in before.rows)
        if abs(moved) > _MOVED:
            return Change.WORSE if moved < 0 else Change.BETTER
    status = case.reply.answer.status if case.reply.answer else "failed"
    words = case.sentences == before.said if before.said else texts_of(case) == before.texts
    same = status == before.status and (case.abstained or words)
    return Change.SAME if same else Change.OTHER


def why_changed(now: Mapping[str, Row], before: Before) -> tuple[str, ...]:
    """The measures that decided, with what they were and are: `fully-correct 1 → 0`; empty when none moved."""
    for names in _DECISIVE:
        both = [(name, before.rows[name][0], now[name][0]) for name in names if name in now and name in before.rows]
        moved = tuple(f"{name} {was:.2g} → {is_:.2g}" for name, was, is_ in both if abs(is_ - was) > _MOVED)
        if moved:
            return moved
    return ()


def weight(now: Mapping[str, Row], before: Before) -> int:
    """How decisive the first measure that moved is: 0 for the most decisive, rising."""
    for place, names in enumerate(_DECISIVE):
        if any(abs(now[one][0] - before.rows[one][0]) > _MOVED for one in names if one in now and one in before.rows):
            return place
    return len(_DECISIVE)


def texts_of(case: Case) -> tuple[str, ...]:
    """The quotes of an answer in order."""
    return tuple(quote.quote for quote in case.reply.answer.citations) if case.reply.answer else ()


def rows_by_key(sheet: ScoreSheet) -> dict[str, dict[str, Row]]:
    """Every measure's row by case key."""
    found: dict[str, dict[str, Row]] = {}
    for measured in sheet.measured:
        for key, row in measured.rows.items():
            found.setdefault(key, {})[measured.name] = row
    return found


def before_of_run(cases: Sequence[Case], sheet: ScoreSheet) -> dict[str, Before]:
    """What an earlier run said, from its scored cases."""
    rows = rows_by_key(sheet)
    return {
        case.key: Before(
            case.reply.answer.status if case.reply.answer else "failed", texts_of(case), rows[case.key], case.sentences
        )
        for case in cases
    }


def before_of_baseline(baseline: Baseline, run: Run, quoted: Mapping[Place, str] | None = None) -> dict[str, Before]:
    """What was accepted. The baseline holds places, not text: quotes come from `quoted`, where it is told, else from
    the passages that this run retrieved from the same versions; a quote found in neither is told by its place."""
    version = {document.id: document.version for document in run.head.documents}
    found: dict[str, Before] = {}
    for key, reply in baseline.replies.items():
        texts = tuple((quoted or {}).get(place) or _retrieved_at(run, version, place) for place in reply.quotes)
        found[key] = Before(reply.status, texts, reply.rows, reply.said)
    return found


def _retrieved_at(run: Run, version: Mapping[str, str], place: Place) -> str:
    document, held, start, end = place
    for passage in run.passages.values():
        within = passage.document == document and passage.start <= start and end <= passage.end
        if within and version.get(document) == held:
            return passage.text[start - passage.start : end - passage.start]
    return f"{document} {start}–{end}"
