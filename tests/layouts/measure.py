"""a printed paper and what ingestion made of it → figures: words in order, pages, headings, references, metadata."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ingest.documents import cut_passages
from ingest.passages import page_at
from ingest.settings import PassageSettings
from ingest.types import Document, SectionKind
from tests.layouts.paper import Block, Paper, words

_BESIDE = re.compile(
    r"(?:informasiartikel|diterima2maret|disetujui9mei|terbit1juni|surelacontohid)+|(?:bab|chapter)[ivx]+|\d+\D{3,60}\d+"
    r"|daftarisi|tableofcontents"
)


@dataclass
class Figures:
    """Counts that add up over papers."""

    papers: int = 0
    words: int = 0
    in_order: int = 0
    paged: int = 0
    right_page: int = 0
    headings: int = 0
    found: int = 0
    hits: int = 0
    with_references: int = 0
    excluded: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Take in the counts of other papers."""
        for name in (
            "papers",
            "words",
            "in_order",
            "paged",
            "right_page",
            "headings",
            "found",
            "hits",
            "with_references",
            "excluded",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.fields += other.fields
        self.remarks += other.remarks

    @property
    def order(self) -> float:
        """Share of words in the right order."""
        return self.in_order / max(self.words, 1)

    @property
    def pages(self) -> float:
        """Share of words on the right page; 1 where the format has no pages."""
        return self.right_page / self.paged if self.paged else 1.0

    @property
    def heading_f1(self) -> float:
        """Harmonic mean of the shares of headings found and of found headings that are ones."""
        return 2 * self.hits / max(self.headings + self.found, 1)

    @property
    def references(self) -> float:
        """Share of papers no passage of which holds an entry of the list of references."""
        return self.excluded / max(self.with_references, 1)


FIELDS = ("title", "authors", "year", "journal", "volume", "issue", "doi", "keywords", "language")


def measure(
    paper: Paper, blocks: Sequence[Block], pages: Sequence[Sequence[int]] | None, document: Document
) -> Figures:
    """Compare a document with what was printed: `blocks` in the order of reading, and the page of each of their words
    (None for formats without pages)."""
    figures = Figures(papers=1)
    expected, expected_pages = _expected(blocks, pages)
    found, places = _found(paper, blocks, document)
    matching = SequenceMatcher(None, expected, found, autojunk=False).get_matching_blocks()
    figures.words = max(len(expected), len(found))
    figures.in_order = sum(block.size for block in matching)
    if pages is not None:
        for block in matching:
            for step in range(block.size):
                figures.paged += 1
                at = page_at(document.segments, document.pages, places[block.b + step])
                figures.right_page += at == expected_pages[block.a + step]
    _headings(paper, blocks, document, figures)
    _references(paper, document, figures)
    _fields(paper, document, figures)
    if figures.order < 0.995:
        figures.remarks.append(
            f"{paper.name}: {figures.order:.4f} of the words in order; {_first_fault(expected, found)}"
        )
    return figures


def _expected(blocks: Sequence[Block], pages: Sequence[Sequence[int]] | None) -> tuple[list[str], list[int]]:
    expected: list[str] = []
    numbers: list[int] = []
    for index, block in enumerate(blocks):
        for at, word in enumerate(block.text.split()):
            parts = words(word)
            expected += parts
            if pages is not None:
                numbers += [pages[index][at]] * len(parts)
    return expected, numbers


def _found(paper: Paper, blocks: Sequence[Block], document: Document) -> tuple[list[str], list[int]]:
    """The words of the stored text with their places, without tables, notes and what stands beside the text, each of
    which must stand in a paragraph of its own to be left out."""
    apart = {
        _squeezed(one)
        for table in paper.floats
        for one in (table.caption, table.source, *(" ".join(row) for row in table.rows))
    }
    apart |= {_squeezed(block.note) for block in blocks if block.note}
    found: list[str] = []
    places: list[int] = []
    for paragraph in re.finditer(r"[^\n]+", document.text):
        plain = _squeezed(paragraph.group())
        if plain in apart or re.sub(r"^\d+", "", plain) in apart or _other(plain):
            continue
        for word in re.finditer(r"\w+", paragraph.group()):
            found.append(word.group().lower())
            places.append(paragraph.start() + word.start())
    return found, places


def _other(plain: str) -> bool:
    """Lines of the sidebar, of the contents and above chapters."""
    return bool(_BESIDE.fullmatch(plain))


def _squeezed(text: str) -> str:
    return "".join(words(text))


def _headings(paper: Paper, blocks: Sequence[Block], document: Document, figures: Figures) -> None:
    known = {_squeezed(_bare(block.text)) for block in blocks if block.kind == "heading"}
    known.discard("")
    read = {_squeezed(_bare(title)) for section in document.sections for title in section.path}
    read -= {
        _squeezed(word) for word in ("Kata kunci", "Keywords", "Daftar Isi", "Table of Contents", "Informasi Artikel")
    }
    figures.headings, figures.found, figures.hits = len(known), len(read), len(known & read)
    if known != read:
        figures.remarks.append(f"{paper.name}: headings missed {sorted(known - read)}, invented {sorted(read - known)}")


def _bare(text: str) -> str:
    return re.sub(r"^(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.|[A-Z]\.)\s+|[.:]$", "", text.strip())


def _references(paper: Paper, document: Document, figures: Figures) -> None:
    figures.with_references = 1
    entries = [_squeezed(entry)[:40] for entry in paper.references]
    leaks = [
        entry
        for passage in cut_passages(document, PassageSettings())
        for entry in entries
        if entry in _squeezed(passage.text)
    ]
    listed = sum(
        _squeezed(document.text[section.start : section.end]).count(entry)
        for section in document.sections
        if section.kind is SectionKind.REFERENCES
        for entry in entries
    )
    figures.excluded = int(not leaks and listed >= len(entries))
    if not figures.excluded:
        figures.remarks.append(f"{paper.name}: {len(leaks)} references leak, {listed} of {len(entries)} in their list")


def _fields(paper: Paper, document: Document, figures: Figures) -> None:
    head = document.bibliography
    right = {
        "title": _squeezed(head.title) == _squeezed(paper.title),
        "authors": head.authors == paper.authors,
        "year": head.year == paper.year,
        "journal": (head.journal or "") == paper.journal,
        "volume": head.volume == paper.volume,
        "issue": head.issue == paper.issue,
        "doi": head.doi == paper.doi,
        "keywords": head.keywords == paper.keywords,
        "language": document.language == paper.language,
    }
    for name, yes in right.items():
        figures.fields[name] += yes
        if not yes:
            figures.remarks.append(f"{paper.name}: {name} read as {getattr(head, name, document.language)!r}")


def _first_fault(expected: list[str], found: list[str]) -> str:
    for tag, a, b, c, d in SequenceMatcher(None, expected, found, autojunk=False).get_opcodes():
        if tag != "equal":
            printed, read = expected[max(a - 3, 0) : min(b, a + 12)], found[max(c - 3, 0) : min(d, c + 12)]
            return f"{tag} {' '.join(printed)!r} → {' '.join(read)!r}"
    return ""
