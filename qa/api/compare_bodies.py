"""Matrix → response: the evidence matrix as JSON, and as CSV with one line for each statement. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from ingest.types import Language
from qa.api.bodies import (
    Body,
    CitationBody,
    ClaimBody,
    CorpusBody,
    DocumentBody,
    citation_body,
    claim_body,
    document_body,
)
from qa.compare import Cell, Matrix

_HEADS: dict[Language, tuple[str, ...]] = {
    "id": ("Studi", "Penulis", "Tahun", "Tempat", "Tema", "Pernyataan", "Kutipan", "Bagian", "Halaman", "Alamat"),
    "en": ("Study", "Authors", "Year", "Place", "Theme", "Statement", "Quotation", "Section", "Page", "Address"),
}
# A spreadsheet runs cells that begin so; a leading apostrophe makes them text.
_RUNS = re.compile(r"^\s*[=+\-@\t\r]")


class ThemeBody(Body):
    """A column; `own` when its words are the caller's."""

    id: str
    label: str
    own: bool


class CellBody(Body):
    """What one study says on one theme. Without claims nothing was found. Citations count from 1 in each cell."""

    theme: str
    claims: tuple[ClaimBody, ...]
    citations: tuple[CitationBody, ...]
    dropped_claims: int


class RowBody(Body):
    """One study with one cell for each theme, in the order of the themes."""

    document: DocumentBody
    cells: tuple[CellBody, ...]


class MatrixBody(Body):
    """Studies by themes; every statement is a verified quotation."""

    language: Language
    themes: tuple[ThemeBody, ...]
    rows: tuple[RowBody, ...]
    corpus: CorpusBody
    timings_ms: dict[str, float]


def matrix_body(matrix: Matrix) -> MatrixBody:
    """The matrix as HTTP contract v1 writes it."""
    return MatrixBody(
        language=matrix.language,
        themes=tuple(
            ThemeBody(id=theme.id, label=theme.label[matrix.language], own=theme.own) for theme in matrix.themes
        ),
        rows=tuple(
            RowBody(document=document_body(row.document), cells=tuple(map(_cell_body, row.cells)))
            for row in matrix.rows
        ),
        corpus=CorpusBody(
            version=matrix.corpus.version, documents=matrix.corpus.documents, passages=matrix.corpus.passages
        ),
        timings_ms={stage: round(milliseconds, 2) for stage, milliseconds in matrix.timings_ms},
    )


def matrix_csv(body: MatrixBody, base: str) -> str:
    """CSV (RFC 4180) with a byte-order mark, by which Excel knows UTF-8: one line for each claim and citation, so that
    every statement stands beside its quotation and the address of that quotation. An empty cell has a line without a
    statement, so that what was looked for and not found can be seen. `base` is the service's address without a slash
    at its end."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADS[body.language])
    for line in _lines(body, base):
        writer.writerow(f"'{field}" if _RUNS.match(field) else field for field in line)
    return f"\ufeff{text.getvalue()}"


def _lines(body: MatrixBody, base: str) -> Iterator[tuple[str, ...]]:
    labels = {theme.id: theme.label for theme in body.themes}
    for row in body.rows:
        paper = row.document
        study = (paper.title, "; ".join(paper.authors), str(paper.year or ""), paper.place or "")
        for cell in row.cells:
            numbered = {citation.number: citation for citation in cell.citations}
            if not cell.claims:
                yield (*study, labels[cell.theme], "", "", "", "", "")
            for claim in cell.claims:
                for one in (numbered[number] for number in claim.citations):
                    where = (one.section, str(one.page or ""), f"{base}{one.href}")
                    yield (*study, labels[cell.theme], claim.text, one.quote, *where)


def _cell_body(cell: Cell) -> CellBody:
    return CellBody(
        theme=cell.theme,
        claims=tuple(map(claim_body, cell.claims)),
        citations=tuple(map(citation_body, cell.citations)),
        dropped_claims=cell.dropped_claims,
    )
