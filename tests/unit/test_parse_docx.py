"""raw file → ParsedFile, DOCX: the words that show, in order, and one clear sentence for other archives."""

from __future__ import annotations

import io
import time
import zipfile

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import SourceDamaged, SourceEmpty, SourceError, SourceProtected, SourceTooLarge, UnsupportedFormat
from ingest.parse import parse_bytes
from ingest.settings import IngestSettings
from ingest.types import LineRole

LIMITS = IngestSettings()
SENTENCE = "The weavers of Lereng sell cloth on Mondays."


def saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def one_paragraph() -> Document:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    return document


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def with_main(main: bytes) -> bytes:
    """A Word document whose main part is replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(one_paragraph()))) as old:
        parts = {entry.filename: old.read(entry) for entry in old.infolist()} | {"word/document.xml": main}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return buffer.getvalue()


def test_the_type_is_decided_by_content() -> None:
    parsed = parse_bytes(saved(one_paragraph()), "paper.pdf", LIMITS)
    assert parsed.text == SENTENCE
    assert parsed.media_type.endswith("wordprocessingml.document")


def test_insertions_show_and_deletions_do_not() -> None:
    document = one_paragraph()
    marks = (
        f'<w:p {nsdecls("w")}><w:r><w:t xml:space="preserve">They sell </w:t></w:r>'
        '<w:ins w:id="1" w:author="a"><w:r><w:t xml:space="preserve">much </w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="a"><w:r><w:delText>no </w:delText></w:r></w:del><w:r><w:t>cloth.</w:t></w:r></w:p>'
    )
    document.element.body.insert(1, parse_xml(marks))
    assert "They sell much cloth." in parse_bytes(saved(document), "a", LIMITS).text


def test_a_table_of_figures_is_read_row_by_row_and_one_of_text_cell_by_cell() -> None:
    document = docx.Document()
    grid = document.add_table(rows=1, cols=2)
    grid.rows[0].cells[0].text, grid.rows[0].cells[1].text = "Weavers", "52"
    wide = document.add_table(rows=1, cols=2)
    long = f"{SENTENCE} {SENTENCE}"
    wide.rows[0].cells[0].text, wide.rows[0].cells[1].text = long, "Abstract"
    assert parse_bytes(saved(document), "a", LIMITS).text == f"Weavers 52\n\n{long}\n\nAbstract"


def test_heads_of_pages_are_kept_apart_from_the_text() -> None:
    document = one_paragraph()
    document.sections[0].header.paragraphs[0].text = "Journal of Cloth Vol. 3"
    parsed = parse_bytes(saved(document), "a", LIMITS)
    assert [line.role for line in parsed.layout] == [LineRole.FURNITURE, LineRole.OPENS]


BILLION = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>&b;</w:body></w:document>'
)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (saved(docx.Document()), SourceEmpty),
        (saved(one_paragraph())[:2000], SourceDamaged),
        (archive(a=b"x"), UnsupportedFormat),
        (archive(mimetype=b"application/epub+zip"), UnsupportedFormat),
        (archive(xl__workbook_xml=b"x").replace(b"workbook_xml", b"workbook.xml"), UnsupportedFormat),
        (with_main(b"<w:document"), SourceDamaged),
        (with_main(BILLION), SourceDamaged),
    ],
)
def test_what_is_no_readable_word_document_is_refused_by_name(content: bytes, fault: type[SourceError]) -> None:
    with pytest.raises(fault, match=r"^paper: "):
        parse_bytes(content, "paper", LIMITS)


def test_an_archive_with_a_password_is_said_to_have_one() -> None:
    content = bytearray(archive(word__document=b"x"))
    content[6] |= 1
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    with pytest.raises(SourceProtected):
        parse_bytes(bytes(content), "a", LIMITS)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_main(b"<w:document>" + b" " * 60_000_000)
    began = time.process_time()
    with pytest.raises(SourceTooLarge):
        parse_bytes(bomb, "a", LIMITS)
    assert time.process_time() - began < 1
