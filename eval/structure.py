"""files → what their sections are → shares: headings and parts of papers found, beside a list made by hand.

The list holds spans of the decoded file with its SHA-256, never text. A heading counts as found where a heading that
ingestion sees covers at least half of it and no more than twice its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from eval.dataset import DATA, DatasetError
from eval.spans import HALF, length, merged, shared
from ingest.offsets import source_spans
from ingest.parse import parse_file
from ingest.sections import find_headings, find_sections, paragraphs
from ingest.settings import IngestSettings
from ingest.sources import find_sources
from ingest.text import CleanText, clean
from ingest.types import SectionKind, SourceFile, Span

SECTIONS = DATA / "sections-papers.jsonl"
_TWICE = 2


class GoldSection(BaseModel):
    """One section of the hand-made list: `heading` and everything below it up to `end`, half-open code points of the
    decoded file. Level 1 is outermost; level 0 stands before the first heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    sha256: str
    heading: Span
    end: int
    kind: SectionKind
    level: int


@dataclass(slots=True)
class Structure:
    """How much of one paper's structure was found. Letters and digits are counted, where ingestion kept
    them; `placed` of `characters` stand in a section of the right kind."""

    document: str
    headings: int = 0
    found: int = 0
    hits: int = 0
    characters: int = 0
    placed: int = 0
    missed: list[Span] = field(default_factory=list)
    invented: list[Span] = field(default_factory=list)
    confused: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def f1(self) -> float:
        """Harmonic mean of the shares of headings found and of found headings that are ones."""
        return 2 * self.hits / max(1, self.headings + self.found)

    @property
    def share_placed(self) -> float:
        """Share of the characters that stand in a section of the right kind."""
        return self.placed / max(1, self.characters)


def load_sections(path: Path = SECTIONS) -> dict[str, tuple[GoldSection, ...]]:
    """The hand-made list by document. Raises DatasetError."""
    found: dict[str, list[GoldSection]] = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = GoldSection.model_validate_json(line)
            found.setdefault(row.document, []).append(row)
    except (OSError, ValueError) as fault:
        raise DatasetError(f"{path} cannot be read as a list of sections: {fault}") from fault
    return {document: tuple(rows) for document, rows in found.items()}


def judge_structure(paths: Iterable[Path], gold: dict[str, tuple[GoldSection, ...]]) -> list[Structure]:
    """Each listed paper among the files under `paths`. Raises DatasetError when one is not the file that was read to
    make the list, or when none is there."""
    settings = IngestSettings()
    judged = []
    for source in find_sources(list(paths), settings).files:
        rows = gold.get(PurePosixPath(source.name).stem)
        if rows:
            if rows[0].sha256 != source.sha256:
                raise DatasetError(f"{source.name} is not the file that the list was made from.")
            judged.append(_judge(source, rows, settings))
    if not judged:
        raise DatasetError("None of the listed papers is there: name their folder with --papers.")
    return judged


def _judge(source: SourceFile, gold: Sequence[GoldSection], settings: IngestSettings) -> Structure:
    parsed = parse_file(source, settings)
    cleaned = clean(parsed.text, parsed.layout)
    told = Structure(gold[0].document)
    _headings(cleaned, [one.heading for one in gold if one.level], told)
    _kinds(cleaned, parsed.text, gold, told)
    return told


def _headings(cleaned: CleanText, gold: Sequence[Span], told: Structure) -> None:
    seen = [
        source_spans(cleaned.segments, one.start, one.body if one.opens_paragraph else _line_end(cleaned, one.start))
        for one in find_headings(paragraphs(cleaned))
        if one.title
    ]
    left = list(gold)
    for spans in seen:
        hit = next((one for one in left if _is_heading(spans, one)), None)
        if hit is None:
            told.invented.append((spans[0][0], spans[-1][1]))
        else:
            left.remove(hit)
    told.headings, told.found, told.hits = len(gold), len(seen), len(gold) - len(left)
    told.missed = left


def _line_end(cleaned: CleanText, start: int) -> int:
    end = cleaned.text.find("\n", start)
    return len(cleaned.text) if end < 0 else end


def _is_heading(spans: Sequence[Span], gold: Span) -> bool:
    size = gold[1] - gold[0]
    return shared(spans, (gold,)) >= HALF * size and length(spans) <= _TWICE * size


def _kinds(cleaned: CleanText, text: str, gold: Sequence[GoldSection], told: Structure) -> None:
    kept = [False] * len(text)
    kinds: list[SectionKind | None] = [None] * len(text)
    for low, high in merged(source_spans(cleaned.segments, 0, len(cleaned.text))):
        kept[low:high] = [True] * (high - low)
    for section in find_sections(cleaned):
        for low, high in source_spans(cleaned.segments, section.start, section.end):
            kinds[low:high] = [section.kind] * (high - low)
    for one in gold:
        for at in range(one.heading[1], one.end):
            if kept[at] and text[at].isalnum():
                told.characters += 1
                kind = kinds[at]
                if kind is one.kind:
                    told.placed += 1
                else:
                    pair = (one.kind.value, kind.value if kind else "heading")
                    told.confused[pair] = told.confused.get(pair, 0) + 1
