"""Cases → every measure by question, and figures with intervals for any slice of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.across import agreement, correct_values, curve_rows, pair_key, parity_rows
from eval.answer_measures import ANSWER_MEASURES, Better
from eval.cases import Case, pairs
from eval.measures import RETRIEVAL_NAMES, retrieval_values
from eval.statistics import SEED, Estimate, Row, Statistic, estimate, seed_for

_RETRIEVAL_SAYS: Mapping[str, str] = {
    "nDCG@10": "Key facts found by the first passages, discounted by rank.",
    "R@5": "Key facts found in the first five places.",
    "RR": "One over the rank of the first passage with a key fact.",
    "Success@1": "Questions whose first passage holds a key fact.",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with what each question gave; keys are those of cases, or of pairs for measures across languages."""

    name: str
    better: Better
    says: str
    statistic: Statistic
    rows: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Facets:
    """What a key can be sliced by. `language` is `both` for a pair."""

    fact: str
    language: str
    type: str
    documents: tuple[str, ...]
    scope: str


Keep = Callable[[Facets], bool]


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """All measures of a run by question."""

    measured: tuple[Measured, ...]
    facets: Mapping[str, Facets]

    def figure(self, measured: Measured, keep: Keep, seed: int = SEED) -> Estimate | None:
        """The figure over the questions of a slice; None when the measure applies to none of them."""
        keys = [key for key in measured.rows if keep(self.facets[key])]
        rows, facts = [measured.rows[key] for key in keys], [self.facets[key].fact for key in keys]
        return estimate(rows, facts, measured.statistic, seed_for(measured.name, seed))

    def named(self, name: str) -> Measured:
        """The measure of that name. Raises KeyError."""
        for measured in self.measured:
            if measured.name == name:
                return measured
        raise KeyError(name)

    def slices(self) -> dict[str, Keep]:
        """All slices with at least one question: everything, each language, type and study, and each narrower scope."""
        seen = list(self.facets.values())
        found: dict[str, Keep] = {"all": in_full}
        for language in ("id", "en"):
            found[f"language {language}"] = _only("language", language)
        for kind in dict.fromkeys(one.type for one in seen):
            found[f"type {kind}"] = _only("type", kind)
        for study in sorted({document for one in seen for document in one.documents}):
            found[f"study {study}"] = _of_study(study)
        for scope in sorted({one.scope for one in seen} - {"all"}):
            found[f"scope {scope}"] = _of_scope(scope)
        return found


def in_full(facets: Facets) -> bool:
    """Keeps the questions that met all documents."""
    return facets.scope == "all"


def _only(field: str, value: str) -> Keep:
    return lambda facets: facets.scope == "all" and getattr(facets, field) == value


def _of_study(study: str) -> Keep:
    return lambda facets: facets.scope == "all" and study in facets.documents


def _of_scope(scope: str) -> Keep:
    return lambda facets: facets.scope == scope


def score(cases: Sequence[Case]) -> ScoreSheet:
    """Every measure of every case."""
    both = pairs(cases)
    facets = {case.key: _facets(case, case.reply.language) for case in cases}
    facets |= {pair_key(one): _facets(one, "both") for one, _ in both}
    measured = [*_retrieval(cases), *_answers(cases), *_across(cases, both)]
    return ScoreSheet(tuple(measured), facets)


def _facets(case: Case, language: str) -> Facets:
    return Facets(case.item.fact, language, case.item.type, case.item.documents, case.reply.scope)


def _retrieval(cases: Sequence[Case]) -> Iterable[Measured]:
    values = retrieval_values(cases)
    for name in RETRIEVAL_NAMES:
        rows = {key: (value,) for key, value in values[name].items()}
        yield Measured(name, Better.HIGHER, _RETRIEVAL_SAYS[name], Statistic.MEAN, rows)


def _answers(cases: Sequence[Case]) -> Iterable[Measured]:
    for measure in ANSWER_MEASURES:
        values = {case.key: measure.of(case) for case in cases}
        rows = {key: (value,) for key, value in values.items() if value is not None}
        yield Measured(measure.name, measure.better, measure.says, Statistic.MEAN, rows)


def _across(cases: Sequence[Case], both: Sequence[tuple[Case, Case]]) -> Iterable[Measured]:
    agreed = {pair_key(pair[0]): agreement(pair) for pair in both}
    rows = {key: (value,) for key, value in agreed.items() if value is not None}
    yield Measured("agreement", Better.HIGHER, "Key facts said in both languages.", Statistic.MEAN, rows)
    found = parity_rows(both, retrieval_values(cases)["nDCG@10"])
    says = "nDCG@10 of English questions over Indonesian ones."
    yield Measured("parity-retrieval", Better.HIGHER, says, Statistic.RATIO, found)
    correct = parity_rows(both, correct_values(cases))
    says = "Fully correct English answers over Indonesian ones."
    yield Measured("parity-answers", Better.HIGHER, says, Statistic.RATIO, correct)
    says = "Mean error over all coverages."
    yield Measured("AURC", Better.LOWER, says, Statistic.AURC, curve_rows(cases))
