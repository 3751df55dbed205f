"""files → sentences drawn at random → verdicts of a reader: how many are still broken by debris or by columns.

Verdicts are kept by the spans of the decoded file that a sentence came from, with its SHA-256, never as text. One
without a verdict is shown to be judged; so a change of ingestion asks only for what it changed.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from eval.dataset import DATA, DatasetError
from eval.files import read_files
from ingest.documents import build_document, cut_passages
from ingest.offsets import source_spans
from ingest.parse import parse_file
from ingest.settings import IngestSettings, PassageSettings
from ingest.sources import find_sources
from ingest.types import Collection, Document, Sentence, Span

VERDICTS = DATA / "sentences-judged.jsonl"
SEED = 20261121
_MARKUP = re.compile(r"</?mark>|\[bookmark:[^\]\n]*\]")


class Verdict(StrEnum):
    """What a reader says of a sentence beside the paper: as printed; with something in it that is not of the text;
    with words out of order or lost between columns."""

    WHOLE = "whole"
    DEBRIS = "debris"
    COLUMNS = "columns"


class JudgedSentence(BaseModel):
    """A reader's verdict on the sentence that came from these spans."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str
    sha256: str
    spans: tuple[Span, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sentence with its verdict, None where no reader has seen it; `quotable` sentences may be cited."""

    document: str
    sha256: str
    spans: tuple[Span, ...]
    section: str
    text: str
    quotable: bool
    verdict: Verdict | None

    def row(self, verdict: Verdict) -> str:
        """The line that keeps a verdict."""
        told = {"document": self.document, "sha256": self.sha256, "spans": self.spans, "verdict": verdict.value}
        return json.dumps(told)


def load_verdicts(path: Path = VERDICTS) -> dict[tuple[str, tuple[Span, ...]], Verdict]:
    """Verdicts by file digest and spans; none where the file does not exist. Raises DatasetError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        rows = [JudgedSentence.model_validate_json(line) for line in lines]
    except (OSError, ValueError) as fault:
        raise DatasetError(f"{path} cannot be read as a list of verdicts: {fault}") from fault
    return {(row.sha256, row.spans): row.verdict for row in rows}


def draw_sentences(
    paths: Iterable[Path], count: int, seed: int, verdicts: dict[tuple[str, tuple[Span, ...]], Verdict]
) -> list[Drawn]:
    """`count` of the sentences that can be found, each as likely as any other, in the order of the papers."""
    papers = sorted(read_files(paths).items())
    every = [(name, document, *one) for name, document in papers for one in _sentences(document)]
    chosen = sorted(random.Random(seed).sample(range(len(every)), min(count, len(every))))
    drawn = []
    for name, document, section, sentence in (every[index] for index in chosen):
        spans = source_spans(document.segments, sentence.start, sentence.end)
        drawn.append(
            Drawn(
                PurePosixPath(name).stem,
                document.source.sha256,
                spans,
                section,
                document.text[sentence.start : sentence.end],
                sentence.complete,
                verdicts.get((document.source.sha256, spans)),
            )
        )
    return drawn


def found_as_printed(paths: Iterable[Path]) -> tuple[int, int]:
    """How many sentences can be found, and how many of them stand in the decoded file at the places that the offset map
    names: the same letters and digits, markup between them left aside."""
    settings = IngestSettings()
    every = found = 0
    for source in find_sources(list(paths), settings).files:
        printed = parse_file(source, settings)
        document = build_document(source, printed, Collection.PAPERS)
        for _, one in _sentences(document):
            spans = source_spans(document.segments, one.start, one.end)
            there = " ".join(printed.text[low:high] for low, high in spans)
            every += 1
            found += _bare(_MARKUP.sub("", there)) == _bare(document.text[one.start : one.end])
    return every, found


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def broken(drawn: Sequence[Drawn]) -> int:
    """How many of them a reader found broken."""
    return sum(one.verdict in (Verdict.DEBRIS, Verdict.COLUMNS) for one in drawn)


def _sentences(document: Document) -> Iterable[tuple[str, Sentence]]:
    """Each sentence once, though passages overlap, with the heading above it."""
    seen: dict[tuple[int, int], tuple[str, Sentence]] = {}
    for passage in cut_passages(document, PassageSettings()):
        for one in passage.sentences:
            seen.setdefault((one.start, one.end), (passage.section.heading, one))
    return seen.values()
