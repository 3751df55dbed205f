"""A team's own questions in CSV, YAML or JSON Lines → question set, with every fault named by its row.

A row is one question: what it asks, whether the papers answer it, what an answer must say, and where the papers say it.
The fields are explained in docs/evaluation.md.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from eval.dataset import (
    LANGUAGES,
    Both,
    DatasetError,
    Expect,
    GoldEvidence,
    KeyFact,
    QuestionItem,
    QuestionSet,
    check_questions,
)
from ingest.offsets import source_spans
from ingest.text import find_quote
from ingest.types import Document, Language
from qa.language import detect_language

FORMATS = (".csv", ".yaml", ".yml", ".jsonl")
_REGULAR = "re:"
_TOLD_AT_ONCE = 40


def _listed(value: object) -> object:
    """A cell of a table holds several values with semicolons between them."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


Several = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Quote(BaseModel):
    """Words of a paper, as they stand there; `document` is the file's name with or without its ending."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    text: str


class UserQuestion(BaseModel):
    """One row. `question` stands in one language, or `question_id` and `question_en` in both. `must_say` holds one
    entry for each fact, alternatives between bars; an entry that begins with `re:` is a regular expression. `reference`
    is an answer that is right: it has to pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str = ""
    question_id: str = ""
    question_en: str = ""
    expect: Literal["answer", "abstain"] = "answer"
    must_say: Several = ()
    document: str = ""
    quote: str = ""
    quotes: tuple[Quote, ...] = ()
    reference: str = ""
    type: str = "own"
    note: str = ""

    @model_validator(mode="after")
    def _complete(self) -> UserQuestion:
        if not (self.question or self.question_id or self.question_en):
            raise ValueError("the question is empty; write it, or delete the row")
        if self.expect == "answer" and not self.must_say:
            raise ValueError("must_say is empty; name what a right answer says, or set expect to abstain")
        if self.quote and not self.document:
            raise ValueError("quote needs document: the name of the file in which it stands")
        return self

    def places(self) -> tuple[Quote, ...]:
        """All quotes of the row."""
        return (*self.quotes, Quote(document=self.document, text=self.quote)) if self.quote else self.quotes

    def both(self) -> tuple[Both, tuple[Language, ...]]:
        """The question by language, and the languages in which it stands."""
        written: dict[Language, str] = {"id": self.question_id, "en": self.question_en}
        if self.question and not (written["id"] and written["en"]):
            free: Language = detect_language(self.question)
            if written[free]:
                free = "en" if free == "id" else "id"
            written[free] = self.question
        present = tuple(language for language in LANGUAGES if written[language])
        anything = next(text for text in written.values() if text)
        return Both(id=written["id"] or anything, en=written["en"] or anything), present


def load_user_questions(path: Path, documents: Mapping[str, Document]) -> QuestionSet:
    """A question set from a team's file. `documents` maps file names to what ingestion makes of them (`read_files`).

    Raises DatasetError that lists every faulty row, with what to correct."""
    rows, faults = parse_rows(path)
    items, gold = [], []
    for where, row in rows:
        question, languages = row.both()
        try:
            facts = tuple(KeyFact(name=said, patterns=_patterns(said)) for said in row.must_say)
        except ValidationError as fault:
            faults.append(f"{where}: {fault.errors()[0]['msg'].removeprefix('Value error, ')}")
            continue
        found, wrong = _evidence(row, facts, documents)
        faults += [f"{where}: {fault}" for fault in wrong]
        gold += found
        items.append(_item(row, question, languages, facts))
    checked = QuestionSet(items=tuple(items), gold=tuple(gold), gold_optional=True)
    faults += check_questions(checked)
    if faults:
        told = [f"  {fault}" for fault in faults[:_TOLD_AT_ONCE]]
        more = [f"  … and {len(faults) - _TOLD_AT_ONCE} more"] if len(faults) > _TOLD_AT_ONCE else []
        raise DatasetError(f"{path.name} has {len(faults)} faults:\n" + "\n".join(told + more))
    return checked


def _item(row: UserQuestion, question: Both, languages: Sequence[Language], facts: tuple[KeyFact, ...]) -> QuestionItem:
    return QuestionItem(
        id=row.id,
        fact=row.id,
        type=row.type,
        split="development",
        documents=tuple(dict.fromkeys(Path(place.document).stem for place in row.places())),
        expect=Expect(row.expect),
        question=question,
        key_facts=facts if row.expect == "answer" else (),
        reference=Both(id=row.reference, en=row.reference) if row.reference else None,
        languages=tuple(languages),
    )


def _patterns(said: str) -> tuple[str, ...]:
    """Regular expressions for one entry of `must_say`: whole words, any white space between them, in any case."""
    if said.startswith(_REGULAR):
        return (said.removeprefix(_REGULAR),)
    alternatives = [one.strip() for one in said.split("|") if one.strip()]
    return tuple("(?<!\\w)" + r"\s+".join(map(re.escape, one.split())) + "(?!\\w)" for one in alternatives)


def _evidence(
    row: UserQuestion, facts: Iterable[KeyFact], documents: Mapping[str, Document]
) -> tuple[list[GoldEvidence], list[str]]:
    """Where the row's quotes stand in their files, and what is wrong with them."""
    found, faults = [], []
    stems = {Path(name).stem: one for name, one in documents.items()}
    by_name = {one.id: one for one in documents.values()} | stems | dict(documents)
    for place in row.places():
        document = by_name.get(place.document)
        span = find_quote(document.text, place.text) if document else None
        if document is None or span is None:
            known = ", ".join(sorted(documents)) or "none was given"
            missing = f"there is no file {place.document!r} (files: {known})"
            faults.append(
                missing if document is None else f"this does not stand in {place.document}: {place.text[:60]!r}"
            )
            continue
        stated = [fact.name for fact in facts if fact.said_in(document.text[slice(*span)])]
        if not stated:
            faults.append(f"the quote states nothing of must_say: {place.text[:60]!r}")
        spans = source_spans(document.segments, *span)
        sha256, stem = document.source.sha256, Path(document.source.name).stem
        found += [
            GoldEvidence(item=row.id, fact=fact, document=stem, sha256=sha256, spans=spans) for fact in stated if spans
        ]
    return found, faults


def to_yaml(rows: Sequence[Mapping[str, object]], head: str) -> str:
    """Rows as a file that a person fills in, `head` above them."""
    return head + str(yaml.safe_dump([dict(row) for row in rows], allow_unicode=True, sort_keys=False, width=100))


def check_form(path: Path) -> None:
    """Raises DatasetError when questions cannot stand in a file of that name."""
    if path.suffix.lower() not in FORMATS:
        raise DatasetError(f"{path.name}: questions stand in a file that ends in {', '.join(FORMATS)}.")


def parse_rows(path: Path) -> tuple[list[tuple[str, UserQuestion]], list[str]]:
    """The rows of a file with where each stands, and the faults of those that cannot be read. Raises DatasetError."""
    rows, faults = [], []
    for where, raw in _raw_rows(path):
        try:
            rows.append((where, UserQuestion.model_validate(raw)))
        except ValidationError as fault:
            faults += [f"{where}: {_told(one['type'], one['loc'], one['msg'])}" for one in fault.errors()]
    return rows, faults


def _told(kind: str, location: tuple[int | str, ...], message: str) -> str:
    """A fault of pydantic's in words that say what to correct."""
    field = ".".join(map(str, location))
    if kind == "missing":
        return f"{field} is missing"
    if kind in ("extra_forbidden", "invalid_key"):
        return f"there is no field {field[:40]!r} (fields: {', '.join(UserQuestion.model_fields)})"
    plain = message.removeprefix("Value error, ")
    return f"{field}: {plain}" if field else plain


def _raw_rows(path: Path) -> list[tuple[str, Any]]:
    check_form(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() == ".csv":
            sign = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
            table = csv.DictReader(io.StringIO(text), delimiter=sign)
            return [(f"row {n}", {k: v for k, v in row.items() if v}) for n, row in enumerate(table, start=2)]
        if path.suffix.lower() == ".jsonl":
            lines = enumerate(text.splitlines(), start=1)
            return [(f"line {number}", json.loads(line)) for number, line in lines if line.strip()]
        listed = yaml.safe_load(text) or []
    except (OSError, UnicodeDecodeError, csv.Error, json.JSONDecodeError, yaml.YAMLError) as fault:
        raise DatasetError(f"{path.name} cannot be read: {fault}") from fault
    if not isinstance(listed, list):
        raise DatasetError(f"{path.name}: write a list, one entry for each question, each beginning with a dash.")
    return [(f"entry {number}", row) for number, row in enumerate(listed, start=1)]
