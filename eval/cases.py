"""Run and question set → cases: each reply beside what was to be said and the gold evidence within its reach. Pure.

Gold evidence counts where the run's corpus holds the very file that was judged and the question could reach it. A key
fact without such evidence is not asked for there; a question that should be answered but has none left is not judged
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from eval.dataset import DatasetError, Expect, GoldEvidence, KeyFact, QuestionItem, QuestionSet
from eval.judged import JudgedQuote, JudgedQuotes
from eval.run_file import KeptPassage, Reply, Run, RunDocument
from ingest.types import Language, Span


@dataclass(frozen=True, slots=True)
class JudgedFact:
    """A key fact with its gold spans by document id of the corpus; none where nobody looked for evidence."""

    fact: KeyFact
    gold: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One question in one language with its reply. `passages` are those retrieved, best first; `judged` holds the
    quotes that readers judged for the question, by document id of the corpus."""

    item: QuestionItem
    reply: Reply
    facts: tuple[JudgedFact, ...]
    passages: tuple[KeptPassage, ...]
    judged: Mapping[str, tuple[JudgedQuote, ...]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names the case within its run."""
        return self.reply.key

    @property
    def expect(self) -> Expect:
        """What a right system does."""
        return self.item.expect

    @property
    def answered(self) -> bool:
        """Whether claims were given; a failure is neither an answer nor a refusal."""
        return self.reply.answer is not None and self.reply.answer.status == "answered"

    @property
    def abstained(self) -> bool:
        """Whether the system said honestly that it does not answer."""
        return self.reply.answer is not None and self.reply.answer.status == "abstained"

    @property
    def said(self) -> str:
        """The claims of the answer without citation marks; empty for none."""
        return " ".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The claims of the answer one by one."""
        return tuple(claim.text for claim in self.reply.answer.claims) if self.reply.answer else ()

    def gold(self) -> dict[str, tuple[Span, ...]]:
        """Gold spans of all key facts by document id."""
        spans: dict[str, tuple[Span, ...]] = {}
        for judged in self.facts:
            for document, places in judged.gold.items():
                spans[document] = (*spans.get(document, ()), *places)
        return spans


def build_cases(run: Run, questions: QuestionSet) -> tuple[Case, ...]:
    """Cases in the order of the replies. Raises DatasetError when the run asked other questions, or when the corpus
    holds none of the files that were judged."""
    if run.head.dataset_digest != questions.digest:
        raise DatasetError(
            f"The run asked question set {run.head.dataset_digest}, this is {questions.digest}. Run it again."
        )
    held = run.head.documents
    if questions.gold and not any(is_judged_file(row, one) for row in questions.gold for one in held):
        raise DatasetError(
            "The corpus holds none of the files for which there is gold evidence, or other editions of them. "
            "Ingest those files, or name other gold evidence."
        )
    items = {item.id: item for item in questions.items}
    judgements: dict[str, tuple[JudgedQuotes, ...]] = {}
    for row in questions.judgements:
        judgements[row.item] = (*judgements.get(row.item, ()), row)
    cases = []
    for reply in run.replies:
        item = items[reply.item]
        reach = [one for one in held if in_reach(one, reply)]
        facts = _judged_facts(item, questions, reach)
        if item.expect is Expect.ANSWER and not facts:
            continue
        passages = tuple(run.passages[one] for one in reply.retrieved or ())
        cases.append(Case(item, reply, facts, passages, _judged_quotes(judgements.get(item.id, ()), reach)))
    return tuple(cases)


def is_judged_file(row: GoldEvidence | JudgedQuotes, document: RunDocument) -> bool:
    """Whether the document was read from the file in which a reader looked: by checksum, by name without one."""
    if document.sha256 is None:
        return PurePosixPath(document.source).stem == row.document
    return document.sha256 == row.sha256


def in_reach(document: RunDocument, reply: Reply) -> bool:
    """Whether the question could have met this document."""
    return reply.scope == "all" or document.language != reply.language


def _judged_facts(item: QuestionItem, questions: QuestionSet, reach: Sequence[RunDocument]) -> tuple[JudgedFact, ...]:
    rows = questions.gold_of(item.id)
    judged = []
    for fact in item.key_facts:
        places = rows.get(fact.name, ())
        gold = {one.id: row.spans for row in places for one in reach if is_judged_file(row, one)}
        if gold or (questions.gold_optional and not places):
            judged.append(JudgedFact(fact, gold))
    return tuple(judged)


def _judged_quotes(rows: Sequence[JudgedQuotes], reach: Sequence[RunDocument]) -> dict[str, tuple[JudgedQuote, ...]]:
    return {one.id: row.judged for row in rows for one in reach if is_judged_file(row, one)}


def pairs(cases: Iterable[Case]) -> list[tuple[Case, Case]]:
    """(Indonesian, English) cases of the same item and scope, where both were judged on the same key facts."""
    found: dict[tuple[str, str], dict[Language, Case]] = {}
    for case in cases:
        found.setdefault((case.item.id, case.reply.scope), {})[case.reply.language] = case
    both = [(two["id"], two["en"]) for two in found.values() if len(two) == 2]
    return [(one, other) for one, other in both if _names(one.facts) == _names(other.facts)]


def _names(facts: Sequence[JudgedFact]) -> list[str]:
    return [judged.fact.name for judged in facts]
