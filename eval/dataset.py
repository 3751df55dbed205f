"""question files → validated questions with gold evidence: what every judgement starts from.

A question set is a folder with `questions.jsonl` and any number of `gold-*.jsonl`, each with the verdicts of readers on
quotes in `judgements-*.jsonl` where there are any. Gold evidence and verdicts are stored as half-open spans of code
points in the decoded file of a document, with the file's SHA-256, never as text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from eval.judged import JudgedQuotes, judged_faults
from ingest.types import Language, Span

LANGUAGES: tuple[Language, Language] = ("id", "en")
DATA = Path(__file__).with_name("data")
Row = TypeVar("Row", bound=BaseModel)


class DatasetError(Exception):
    """A question set cannot be used; the message names the file, the line or item, and what to correct."""


class Expect(StrEnum):
    """What a right system does: answer, abstain, or show what contradicts the premise (abstaining is right, too)."""

    ANSWER = "answer"
    ABSTAIN = "abstain"
    CONTRADICT = "contradict"


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Both(_Row):
    """The same text in both languages."""

    id: str
    en: str

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.id if language == "id" else self.en


class History(_Row):
    """Earlier turns, oldest first, question and answer in turn."""

    id: tuple[str, ...]
    en: tuple[str, ...]

    def of(self, language: Language) -> tuple[str, ...]:
        """The turns in one language."""
        return self.id if language == "id" else self.en


class KeyFact(_Row):
    """One checkable thing that a fully correct answer says; any of the patterns (searched without regard to case)
    shows it."""

    name: str
    patterns: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("patterns")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as fault:
                raise ValueError(f"pattern {pattern!r} does not compile: {fault}") from fault
        return patterns

    def said_in(self, text: str) -> bool:
        """Whether a text, white space collapsed, states this fact."""
        flat = " ".join(text.split())
        return any(re.search(pattern, flat, re.IGNORECASE) for pattern in self.patterns)


class QuestionItem(_Row):
    """A question in both languages, or asked in one of them. `fact` groups variants and unanswerable twins, which never
    part in the split."""

    id: str
    fact: str
    type: str
    split: Literal["development", "test"]
    documents: tuple[str, ...] = ()
    expect: Expect
    question: Both
    history: History | None = None
    key_facts: tuple[KeyFact, ...] = ()
    reference: Both | None = None
    why_not: str | None = None
    languages: tuple[Language, ...] = LANGUAGES


class GoldEvidence(_Row):
    """Every place in one document that states a key fact of a question."""

    item: str
    fact: str
    document: str
    sha256: str
    spans: Annotated[tuple[Span, ...], Field(min_length=1)]


class QuestionSet(_Row):
    """Questions with their gold evidence, and what readers said of quotes, ready to be asked.

    With `gold_optional` a key fact for which the set has no evidence is judged by its patterns alone; otherwise it is
    taken to have no answer in this corpus."""

    items: tuple[QuestionItem, ...]
    gold: tuple[GoldEvidence, ...]
    gold_optional: bool = False
    judgements: tuple[JudgedQuotes, ...] = ()

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits that change with any question, pattern or gold span. Judgements may grow without
        it: they say what was found, not what is asked."""
        rows = sorted(
            row.model_dump_json(exclude={"languages"} if getattr(row, "languages", ()) == LANGUAGES else None)
            for row in (*self.items, *self.gold)
        )
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]

    def gold_of(self, item: str) -> dict[str, tuple[GoldEvidence, ...]]:
        """Gold evidence of one question by key fact."""
        found: dict[str, tuple[GoldEvidence, ...]] = {}
        for row in self.gold:
            if row.item == item:
                found[row.fact] = (*found.get(row.fact, ()), row)
        return found

    def split(self, name: str) -> QuestionSet:
        """Only the questions of one split."""
        items = tuple(item for item in self.items if item.split == name)
        kept = {item.id for item in items}
        gold = tuple(row for row in self.gold if row.item in kept)
        judged = tuple(row for row in self.judgements if row.item in kept)
        return QuestionSet(items=items, gold=gold, gold_optional=self.gold_optional, judgements=judged)


def read_rows(path: Path, model: type[Row]) -> Iterator[Row]:
    """The rows of a JSON Lines file. Raises DatasetError, which names the line and what to correct."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield model.model_validate_json(line)
        except ValidationError as fault:
            first = fault.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise DatasetError(f"{path.name}, line {number}, {where}: {first['msg']}. Correct the line.") from fault


def load_questions(folder: Path = DATA, gold: str = "papers") -> QuestionSet:
    """Read `questions.jsonl` and `gold-{gold}.jsonl` of a folder, with `judgements-{gold}.jsonl` if it has one, and
    check them. Raises DatasetError."""
    if not folder.is_dir():
        raise DatasetError(f"There is no file or folder {folder}. Name a file of questions that exists.")
    files = (folder / "questions.jsonl", folder / f"gold-{gold}.jsonl")
    for path in files:
        if not path.is_file():
            raise DatasetError(f"{path.name} is missing in {folder}. Name a folder that holds it.")
    items = tuple(read_rows(files[0], QuestionItem))
    evidence = tuple(read_rows(files[1], GoldEvidence))
    loaded = QuestionSet(items=items, gold=evidence, judgements=load_judgements(judgements_path(folder, gold)))
    faults = check_questions(loaded)
    if faults:
        raise DatasetError(f"{len(faults)} faults in {folder}: " + "; ".join(faults[:5]))
    return loaded


def judgements_path(questions: Path, gold: str) -> Path:
    """Where verdicts on quotes stand: in the folder of a question set, or beside a team's own file."""
    if questions.is_dir():
        return questions / f"judgements-{gold}.jsonl"
    return questions.with_name(f"{questions.stem}.judgements.jsonl")


def load_judgements(path: Path) -> tuple[JudgedQuotes, ...]:
    """The verdicts in a file; none where it does not exist. Raises DatasetError."""
    if not path.is_file():
        return ()
    return tuple(read_rows(path, JudgedQuotes))


_REFUSALS = (
    "Makalah dalam koleksi ini tidak menjawab pertanyaan tersebut.",
    "The papers in this collection do not answer this question.",
)


def check_questions(questions: QuestionSet) -> list[str]:
    """What is wrong with a set, one sentence each: ids, splits, references that fail, patterns that match too much."""
    faults: list[str] = []
    split_of: dict[str, str] = {}
    seen: set[str] = set()
    for item in questions.items:
        if item.id in seen:
            faults.append(f"{item.id} stands twice")
        seen.add(item.id)
        if split_of.setdefault(item.fact, item.split) != item.split:
            faults.append(f"{item.id}: twins of {item.fact} are in both splits")
        if item.expect is Expect.ANSWER and not item.key_facts:
            faults.append(f"{item.id} has no key fact")
        faults += [f"{item.id}: {fault}" for fault in _pattern_faults(item, not questions.gold_optional)]
    known = {(item.id, fact.name) for item in questions.items for fact in item.key_facts}
    faults += [
        f"gold evidence for {row.item}/{row.fact}, which is no question"
        for row in questions.gold
        if (row.item, row.fact) not in known
    ]
    return faults


def _pattern_faults(item: QuestionItem, needs_reference: bool) -> list[str]:
    faults = []
    for fact in item.key_facts:
        for language in item.languages:
            if fact.said_in(item.question.of(language)):
                faults.append(f"the question itself passes for {fact.name!r}; name what only an answer would say")
            if item.reference is None and not needs_reference:
                continue
            if item.reference is None or not fact.said_in(item.reference.of(language)):
                faults.append(f"the {language} reference answer fails {fact.name!r}")
        if any(fact.said_in(refusal) for refusal in _REFUSALS):
            faults.append(f"a bare refusal passes for {fact.name!r}; name what only an answer would say")
    return faults


def check_spans(questions: QuestionSet, texts: Mapping[str, tuple[str, str]]) -> list[str]:
    """What is wrong with the spans of gold evidence and verdicts against the files: `texts` maps the name of a file,
    without its ending, to (sha256, decoded text). What lies in files that are not at hand is not checked."""
    facts = {(item.id, fact.name): fact for item in questions.items for fact in item.key_facts}
    faults = judged_faults(questions.judgements, (item.id for item in questions.items), texts)
    for row in questions.gold:
        if row.document not in texts:
            continue
        sha256, text = texts[row.document]
        if sha256 != row.sha256:
            faults.append(
                f"{row.document} is another file than the one that was judged for {row.item}; bring that file back, or "
                "judge its questions anew"
            )
            continue
        for start, end in row.spans:
            if not 0 <= start < end <= len(text):
                faults.append(f"{row.item}: span {start}-{end} lies outside {row.document}")
            elif not facts[row.item, row.fact].said_in(text[start:end]):
                faults.append(f"{row.item}: the quote at {start}-{end} of {row.document} does not state {row.fact!r}")
    return faults
