"""Pairs of cases → what the two languages have in common; all cases → rows of the risk-coverage curve. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eval.answer_measures import facts_said, fully_correct
from eval.cases import Case
from eval.dataset import Expect
from eval.statistics import Row


def agreement(pair: tuple[Case, Case]) -> float | None:
    """Key facts said in both languages over those said in at least one; None when neither says any."""
    one, other = facts_said(pair[0]), facts_said(pair[1])
    either = [name for name in one if one[name] or other[name]]
    return sum(one[name] and other[name] for name in either) / len(either) if either else None


def parity_rows(both: Iterable[tuple[Case, Case]], values: Mapping[str, float]) -> dict[str, Row]:
    """(Indonesian, English) values of one measure by pair."""
    return {
        pair_key(one): (values[one.key], values[other.key])
        for one, other in both
        if one.key in values and other.key in values
    }


def pair_key(case: Case) -> str:
    """Names the pair that a case belongs to."""
    return f"{case.item.id}/both" + ("" if case.reply.scope == "all" else f"/{case.reply.scope}")


def correct_values(cases: Iterable[Case]) -> dict[str, float]:
    """Fully correct or not, by key of the case to be answered."""
    values = {case.key: fully_correct(case) for case in cases}
    return {key: value for key, value in values.items() if value is not None}


def curve_rows(cases: Iterable[Case]) -> dict[str, Row]:
    """(confidence, error) of every case whose system tells how sure it was and what it would have said unasked to
    refuse.

    An answer to a question without one is an error whatever it says."""
    rows: dict[str, Row] = {}
    for case in cases:
        reply = case.reply
        if reply.confidence is None or reply.forced is None:
            continue
        said = [judged.fact.said_in(reply.forced) for judged in case.facts]
        right = case.expect is not Expect.ABSTAIN and bool(said) and all(said)
        rows[case.key] = (reply.confidence, 0.0 if right else 1.0)
    return rows
