"""raw file → ParsedFile: decides the type of a file by its content and hands it to the parser of that type."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from ingest.errors import SourceEmpty, SourceTooLarge, SourceUnreadable, UnsupportedFormat
from ingest.parse.markdown import looks_like_markdown, parse_markdown
from ingest.parse.patience import Patience, no_clock
from ingest.parse.text import decode, parse_text
from ingest.settings import IngestSettings
from ingest.types import ParsedFile, SourceFile

if TYPE_CHECKING:
    from ingest.parse.child import ParserChild

__all__ = ["kind_of_content", "parse_bytes", "parse_file"]

BinaryParser: TypeAlias = Callable[[bytes, str, IngestSettings, Patience], ParsedFile]

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Microsoft Office"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x1f\x8b", "gzip archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"Rar!", "RAR archive"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"SQLite format 3\x00", "database"),
    (b"%!PS", "PostScript"),
    (b"AT&TFORM", "DjVu"),
)
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def _parse_pdf(content: bytes, name: str, settings: IngestSettings, patience: Patience) -> ParsedFile:
    from ingest.parse.pdf import parse_pdf

    return parse_pdf(content, name, settings, patience)


def _parse_docx(content: bytes, name: str, settings: IngestSettings, patience: Patience) -> ParsedFile:
    del patience
    from ingest.parse.docx import parse_docx

    return parse_docx(content, name, settings)


def _parse_html(content: bytes, name: str, settings: IngestSettings, patience: Patience) -> ParsedFile:
    del patience
    from ingest.parse.html import parse_html

    return parse_html(content, name, settings)


BINARY_PARSERS: dict[str, BinaryParser] = {"PDF": _parse_pdf, "ZIP": _parse_docx, "HTML": _parse_html}
"""Parsers of formats that are not plain text, by the names that `_MAGIC` gives. Their libraries load when needed."""


def parse_file(source: SourceFile, settings: IngestSettings, child: ParserChild | None = None) -> ParsedFile:
    """Read one file found by `ingest.sources`, in `child` where one is given.

    Raises a SourceError that names the file.
    """
    try:
        with source.path.open("rb") as stream:
            content = stream.read(settings.max_file_bytes + 1)
    except OSError as fault:
        raise SourceUnreadable(f"{source.name}: {fault.strerror or fault}.") from fault
    if len(content) > settings.max_file_bytes:
        raise SourceTooLarge(f"{source.name}: over the limit of {settings.max_file_bytes:,} bytes.")
    if child is not None:
        return child.parse(content, source.name)
    return parse_bytes(content, source.name, settings)


def kind_of_content(content: bytes) -> str | None:
    """The type that the first bytes tell; None for plain text."""
    kind = next((label for magic, label in _MAGIC if content.startswith(magic)), None)
    return "HTML" if kind is None and _HTML.match(content[:2000]) else kind


def parse_bytes(content: bytes, name: str, settings: IngestSettings, patience: Patience = no_clock) -> ParsedFile:
    """The same for content already in memory, in this process; `name` only appears in messages. `patience` is told
    before a part begins that takes long."""
    kind = kind_of_content(content)
    if kind is not None:
        parser = BINARY_PARSERS.get(kind)
        if parser is None:
            raise UnsupportedFormat(f"{name}: this is a file of type {kind}, which cannot be read.")
        return parser(content, name, settings, patience)
    text, encoding = decode(content, name)
    if len(text) > settings.max_characters:
        raise SourceTooLarge(
            f"{name}: {len(text):,} characters are more than the limit of {settings.max_characters:,}."
        )
    if not any(char.isalnum() for char in text):
        raise SourceEmpty(f"{name}: the file holds no words.")
    return parse_markdown(text, encoding) if looks_like_markdown(text) else parse_text(text, encoding)
