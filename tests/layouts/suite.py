"""Every layout of every format under one name: print a paper, read the file as ingestion does, measure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import build_document
from ingest.parse import parse_bytes
from ingest.settings import IngestSettings
from ingest.types import Collection, SourceFile
from tests.layouts.layout import Layout
from tests.layouts.measure import Figures, measure
from tests.layouts.other_formats import article_html, exported_html, old_html, plain_docx, styled_docx
from tests.layouts.paper import Block, Paper, papers
from tests.layouts.pdf_layouts import PDF_LAYOUTS
from tests.layouts.printed_text import TextLayout, side_by_side, text_layouts
from tests.layouts.typeset import typeset

__all__ = ["LAYOUTS", "PrintedPaper", "SuiteLayout", "papers", "printed_pdf", "read_back"]

PrintedPaper = tuple[bytes, Sequence[Block], Sequence[Sequence[int]] | None]


@dataclass(frozen=True)
class SuiteLayout:
    """A layout with its format; `make` gives the file, its blocks and the page of each of their words."""

    name: str
    suffix: str
    make: Callable[[Paper], PrintedPaper]


def printed_pdf(layout: Layout) -> SuiteLayout:
    """A layout of the typesetter as one of the suite."""

    def make(paper: Paper) -> PrintedPaper:
        printed = typeset(paper, layout)
        return printed.content, printed.blocks, printed.pages

    return SuiteLayout(f"PDF, {layout.name}", "pdf", make)


def printed_text(name: str, layout: TextLayout) -> SuiteLayout:
    """Plain text in columns as one of the suite."""
    return SuiteLayout(f"text, {name}", "txt", lambda paper: side_by_side(paper, layout))


LAYOUTS: tuple[SuiteLayout, ...] = (
    *map(printed_pdf, PDF_LAYOUTS),
    *(printed_text(name, layout) for name, layout in text_layouts().items()),
    SuiteLayout("DOCX, Word's own styles", "docx", styled_docx),
    SuiteLayout("DOCX, no styles, typed numbers", "docx", plain_docx),
    SuiteLayout("HTML, journal page", "html", article_html),
    SuiteLayout("HTML, tables for layout", "html", old_html),
    SuiteLayout("HTML, exported by a word processor", "html", exported_html),
)


def read_back(paper: Paper, layout: SuiteLayout, keep: Path | None = None) -> Figures:
    """Print the paper, parse the bytes under a name that says nothing of their type, and measure what came back."""
    content, blocks, pages = layout.make(paper)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        slug = re.sub(r"\W+", "-", layout.name).strip("-").lower()
        (keep / f"{slug}-{paper.name}.{layout.suffix}").write_bytes(content)
    source = SourceFile(Path("paper"), "paper", hashlib.sha256(content).hexdigest(), len(content))
    parsed = parse_bytes(content, source.name, IngestSettings())
    document = build_document(source, parsed, Collection.PAPERS)
    return measure(paper, blocks, pages, document)
