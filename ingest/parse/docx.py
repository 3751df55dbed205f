"""raw file → ParsedFile, DOCX: paragraphs in the order of the document, headings by style, notes where they are called.

python-docx opens the package; its text of a paragraph leaves out what was inserted under review, content controls and
notes, so the words are taken from the XML below it. Word keeps no pages in a file.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from ingest.errors import SourceDamaged, SourceEmpty, SourceProtected, SourceTooLarge, UnsupportedFormat
from ingest.headings import kind_of
from ingest.parse.composed import Paragraph, compose, paragraph, row, set_like_heading
from ingest.settings import IngestSettings
from ingest.types import LineRole, ParsedFile

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_CONTRADICTIONS = (PackageNotFoundError, LookupError, ValueError, AttributeError, TypeError, etree.LxmlError)
_BROKEN_ARCHIVE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
_MAIN = "word/document.xml"
_MOST_ENTRIES = 20_000
_XML_SHARE = 4
_HEADING_STYLE = re.compile(r"^(?:heading|judul|überschrift|kop)\s*(?P<level>[1-6])$", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"^(?:title|judul(?: utama)?|paper ?title|article ?title)$", re.IGNORECASE)
_FRONT = 12
_KINDS = (
    ("mimetype", "OpenDocument or EPUB"),
    ("xl/workbook.xml", "spreadsheet"),
    ("ppt/presentation.xml", "presentation"),
    ("META-INF/MANIFEST.MF", "Java archive"),
)


def parse_docx(content: bytes, name: str, settings: IngestSettings) -> ParsedFile:
    """The text of a Word document. A ZIP archive that is none raises UnsupportedFormat; besides SourceDamaged,
    SourceProtected, SourceTooLarge and SourceEmpty, each naming the file."""
    _check_package(content, name, settings)
    try:
        document = docx.Document(io.BytesIO(content))
        paragraphs = [*_furniture(document), *_paragraphs(document)]
    except (
        PackageNotFoundError,
        KeyError,
        ValueError,
        AttributeError,
        etree.LxmlError,
        zipfile.BadZipFile,
        OSError,
    ) as fault:
        raise SourceDamaged(f"{name}: the Word document contradicts itself; it is damaged.") from fault
    _name_title(paragraphs)
    text, layout = compose([one for one, _ in paragraphs])
    if len(text) > settings.max_characters:
        raise SourceTooLarge(
            f"{name}: {len(text):,} characters are more than the limit of {settings.max_characters:,}."
        )
    if not any(map(str.isalnum, text)):
        raise SourceEmpty(f"{name}: the document holds no words.")
    return ParsedFile(text, MEDIA_TYPE, None, metadata=_metadata(document), layout=layout)


def _check_package(content: bytes, name: str, settings: IngestSettings) -> None:
    """Look at the archive's directory before anything is unpacked; Python unpacks no more than it states."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise SourceProtected(f"{name}: the archive opens only with a password.")
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > _MOST_ENTRIES or unpacked > settings.max_unpacked_bytes:
                raise SourceTooLarge(
                    f"{name}: {unpacked:,} bytes in {len(entries):,} parts when unpacked; the limit is "
                    f"{settings.max_unpacked_bytes:,} bytes."
                )
            if _MAIN not in names:
                kind = next((kind for part, kind in _KINDS if part in names), "ZIP archive")
                raise UnsupportedFormat(f"{name}: this is a file of type {kind}, which cannot be read.")
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _check_part(archive, entry, name, settings)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
    ) as fault:
        raise SourceDamaged(f"{name}: the archive cannot be opened; it is damaged.") from fault


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, settings: IngestSettings) -> None:
    if entry.file_size > settings.max_unpacked_bytes // _XML_SHARE:
        raise SourceTooLarge(f"{name}: its part {entry.filename} unpacks to {entry.file_size:,} bytes.")
    with archive.open(entry) as part:
        head = part.read(4096)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise SourceDamaged(f"{name}: its part {entry.filename} declares entities, which no Word document does.")


def _paragraphs(document: WordDocument) -> Iterator[tuple[Paragraph, float]]:
    """Paragraphs in order, each with how large its letters are, in points (0 where the style decides)."""
    styles = {style.style_id: (style.name or "", _outline(style.element)) for style in document.styles}
    notes = _notes(document)
    for element in _blocks(document.element.body):
        if element.tag == qn("w:tbl"):
            for line in element.iter(qn("w:tr")):
                cells = [_cell(cell) for cell in line.findall(qn("w:tc"))]
                yield from ((one, 0.0) for one in row(cells))
            continue
        one = _paragraph(element, styles)
        if one is not None:
            yield one, _size(element)
        for reference in element.iter(qn("w:footnoteReference"), qn("w:endnoteReference")):
            note = paragraph(notes.get((reference.tag, reference.get(qn("w:id"), "")), ""))
            if note is not None:
                yield note, 0.0


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables below an element, through content controls and revisions."""
    for child in parent:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")):
            yield from _blocks(child)


def _paragraph(element: Any, styles: dict[str, tuple[str, int]]) -> Paragraph | None:
    text = _text(element)
    properties = element.find(qn("w:pPr"))
    style = properties.find(qn("w:pStyle")) if properties is not None else None
    name, outline = styles.get(style.get(qn("w:val")), ("", 0)) if style is not None else ("", 0)
    outline = (_outline(element) if properties is not None else 0) or outline
    heading = _HEADING_STYLE.match(name)
    if _TITLE_STYLE.match(name):
        return paragraph(text, LineRole.TITLE)
    if heading or outline:
        return paragraph(text, LineRole.HEADING, int(heading.group("level")) if heading else outline)
    if _bold(element, name) and set_like_heading(text):
        return paragraph(text, LineRole.HEADING)
    listed = properties is not None and properties.find(qn("w:numPr")) is not None
    return paragraph(f"• {text}" if (listed or name.lower().startswith("list")) and text.strip() else text)


def _text(element: Any) -> str:
    """The words of a paragraph as they show: insertions in, deletions, field codes and text boxes out."""
    parts: list[str] = []
    for node in element.iter():
        if node.tag == qn("w:t") and not _hidden(node, element):
            parts.append(node.text or "")
        elif node.tag in (qn("w:tab"), qn("w:br"), qn("w:cr")) and node.getparent().tag == qn("w:r"):
            parts.append(" ")
        elif node.tag == qn("w:noBreakHyphen"):
            parts.append("-")
    return "".join(parts)


def _hidden(node: Any, top: Any) -> bool:
    """Whether the text stands in a deletion, a text box (drawn twice in the file) or a run that is not shown."""
    parent = node.getparent()
    while parent is not None and parent is not top:
        if parent.tag in (qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent")):
            return True
        if parent.tag == qn("w:r"):
            shown = parent.find(qn("w:rPr"))
            if shown is not None and shown.find(qn("w:vanish")) is not None:
                return True
        parent = parent.getparent()
    return False


def _cell(cell: Any) -> str:
    return " ".join(_text(one) for one in cell.iter(qn("w:p")))


def _bold(element: Any, style: str) -> bool:
    """Whether every run with letters is set in bold."""
    told = []
    for run in element.iter(qn("w:r")):
        if any(map(str.isalpha, "".join(node.text or "" for node in run.iter(qn("w:t"))))):
            properties = run.find(qn("w:rPr"))
            mark = properties.find(qn("w:b")) if properties is not None else None
            told.append(mark is not None and mark.get(qn("w:val"), "1") not in ("0", "false"))
    return bool(told) and (all(told) or style.lower() in ("strong", "subtitle"))


def _size(element: Any) -> float:
    sizes = [
        float(size.get(qn("w:val"), "0")) / 2 for run in element.iter(qn("w:rPr")) for size in run.findall(qn("w:sz"))
    ]
    return max(sizes, default=0.0)


def _outline(element: Any) -> int:
    """Level 1-6 of the outline; 0 for running text."""
    found = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    level = int(found.get(qn("w:val"), "9")) + 1 if found is not None else 0
    return level if 1 <= level <= 6 else 0


def _notes(document: WordDocument) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if kind in ("footnotes", "endnotes") and not relation.is_external:
            root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
            call = qn(f"w:{kind[:-1]}Reference")
            for note in root.findall(qn(f"w:{kind[:-1]}")):
                if note.get(qn("w:type")) in (None, "normal"):
                    found[call, note.get(qn("w:id"), "")] = " ".join(_text(one) for one in note.iter(qn("w:p")))
    return found


def _furniture(document: WordDocument) -> Iterator[tuple[Paragraph, float]]:
    """Heads and feet, each once: journal and volume often stand only there."""
    seen: set[str] = set()
    for section in document.sections:
        for part in (section.first_page_header, section.header, section.first_page_footer, section.footer):
            if not part.is_linked_to_previous:
                for element in part._element.iter(qn("w:p")):
                    one = paragraph(_text(element), LineRole.FURNITURE)
                    if one is not None and one.text not in seen:
                        seen.add(one.text)
                        yield one, 0.0


def _name_title(paragraphs: list[tuple[Paragraph, float]]) -> None:
    """Without a title style, the largest of the first paragraphs is the title, or the first that is set in bold."""
    if any(one.role is LineRole.TITLE for one, _ in paragraphs):
        return
    early = [at for at, (one, _) in enumerate(paragraphs) if one.role is not LineRole.FURNITURE][:_FRONT]
    known = next((at for at in early if kind_of(paragraphs[at][0].text) is not None), None)
    early = [at for at in early if (known is None or at < known) and 3 <= len(paragraphs[at][0].text.split()) <= 45]
    largest = max((paragraphs[at][1] for at in early), default=0.0)
    usual = sorted(size for _, size in paragraphs)[len(paragraphs) // 2] if paragraphs else 0.0
    for at in early:
        one, size = paragraphs[at]
        set_off = one.role is LineRole.HEADING and one.level in (0, 1)
        if (size == largest and largest > usual) or (largest <= usual and set_off):
            paragraphs[at] = Paragraph(one.text, LineRole.TITLE), size
            return


def _metadata(document: WordDocument) -> tuple[tuple[str, str | tuple[str, ...]], ...]:
    declared = document.core_properties
    title, keywords = " ".join((declared.title or "").split()), declared.keywords or ""
    found: list[tuple[str, str | tuple[str, ...]]] = []
    if len(title.split()) >= 3:
        found.append(("declared_title", title))
    if keywords.strip():
        found.append(("declared_keywords", tuple(part for part in re.split(r"\s*[;,]\s*", keywords.strip()) if part)))
    return tuple(found)
