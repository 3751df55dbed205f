"""Files that cannot become papers: 30 kinds with four files of each, and what must be said of them."""

from __future__ import annotations

import gzip
import io
import os
import random
import textwrap
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.settings import IngestSettings
from tests.counting import scaled

LIMITS = IngestSettings(
    max_file_bytes=4_000_000,
    max_characters=400_000,
    max_unpacked_bytes=20_000_000,
    parse_seconds=1.5,
    parse_memory_bytes=500_000_000,
    recognise_seconds=0,
)
WORDS = "The weavers of Lereng sell cloth on Mondays, and the market closes at noon before the rain. "
VARIANTS = scaled(quick=4, ci=4, release=16)
_FORMS_OF = 4

Maker = Callable[[int], bytes]


def pdf_of(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    body, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + head + table + tail


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A packed stream object."""
    packed = zlib.compress(content, 6)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), entries, packed)


def good_pdf(variant: int = 0, **options: object) -> bytes:
    """A page of text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)  # type: ignore[arg-type]
    text = f"{WORDS * 4}In the year {variant} they sold {variant + 40} pieces. {WORDS * 4}"
    for at, line in enumerate(textwrap.wrap(text, 80)):
        canvas.drawString(72, 760 - 14 * at, line)
    canvas.save()
    return buffer.getvalue()


def good_docx(variant: int = 0) -> bytes:
    """A Word document with text."""
    document = docx.Document()
    for line in range(5):
        document.add_paragraph(f"{WORDS * 2}{variant} times {line}.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page_tree(variant: int) -> bytes:
    kids = (b"[3 0 R]", b"[2 0 R]", b"[2 0 R 2 0 R 3 0 R]", b"[4 0 R]")[variant % _FORMS_OF]
    node = b"<< /Type /Pages /Kids %s /Count %d >>" % (kids, 1 << (2 * variant))
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", node, b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"])


def _forms(variant: int) -> bytes:
    """Forms that draw forms: 20^6 words and more from a few hundred bytes."""
    depth, fan = 6 + variant % _FORMS_OF, 20 + variant
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /XObject << /F 6 0 R >> >> >>",
        stream(b"/F Do " * fan),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for level in range(depth):
        last = level == depth - 1
        drawn = b"BT /T 9 Tf 9 9 Td (cloth) Tj ET " if last else b"/F Do "
        next_one = b"" if last else b"/XObject << /F %d 0 R >>" % (7 + level)
        resources = b"/Resources << /Font << /T 5 0 R >> %s >>" % next_one
        objects.append(stream(drawn * fan, b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] " + resources))
    return pdf_of(objects)


def _text_bomb(variant: int) -> bytes:
    drawn = b"BT /T 9 Tf 9 %d Td (weavers sell cloth) Tj ET\n" % (90 + variant)
    page = b"/MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /T 5 0 R >> >>"
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R " + page + b" >>",
            stream(drawn * 600_000),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


def _drawing(variant: int) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.circle(100 + variant, 100, 50)
    canvas.save()
    return buffer.getvalue()


def _scan(variant: int) -> bytes:
    import numpy as np
    from PIL import Image

    grey = Image.fromarray(np.full((80, 60), 200 + variant, np.uint8))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawImage(ImageReader(grey), 0, 0, 595, 842)
    canvas.save()
    return buffer.getvalue()


def _archive(*parts: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return buffer.getvalue()


def _docx_with(main: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good_docx())) as old:
        parts = {entry.filename: old.read(entry) for entry in old.infolist()} | {"word/document.xml": main}
    return _archive(*parts.items())


def _locked_archive(variant: int) -> bytes:
    content = bytearray(_archive((f"word/document{variant}.xml", b"x")))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


_MAIN = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
_ENTITIES = (
    b'<!DOCTYPE l [<!ENTITY a "ha">%s]>' % b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a;" * 9) for i in range(9)),
    b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE l [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>',
    b'<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd">',
)
_OTHER_ARCHIVES = (
    ("mimetype", b"application/epub+zip"),
    ("xl/workbook.xml", b"<workbook/>"),
    ("ppt/presentation.xml", b"<p/>"),
    ("notes.txt", WORDS.encode()),
)
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\x00")
_PROGRAMS = (b"\x7fELF\x02\x01\x01", b"MZ\x90\x00", b"SQLite format 3\x00", b"%!PS-Adobe-3.0\n")
_PACKED = (gzip.compress(WORDS.encode()), b"7z\xbc\xaf'\x1c" + b"x" * 99, b"Rar!\x1a\x07" + b"x" * 99, b"AT&TFORMxxxx")
_SCRIPTS = (
    "<html><script>var words = 'never'</script></html>",
    "<!doctype html><body><nav><a href=a>One</a><a href=b>Two</a></nav></body>",
    "<html><style>p { color: red }</style></html>",
    "<html><body><p hidden>words</p></body></html>",
)


def _noise(variant: int) -> bytes:
    return random.Random(variant).randbytes(5000 + variant)


KINDS: dict[str, tuple[str, Maker, frozenset[str]]] = {
    "nothing": ("txt", lambda v: b"", frozenset({"source_empty"})),
    "white space": ("txt", lambda v: b" \n\t" * (v + 1), frozenset({"source_empty"})),
    "zeros": ("txt", lambda v: b"\x00" * (100 + v), frozenset({"source_empty"})),
    "marks": ("md", lambda v: b"... --- !!!" * (v + 1), frozenset({"source_empty"})),
    "noise": ("pdf", _noise, frozenset({"unsupported_format"})),
    "text too long": ("txt", lambda v: (WORDS * 5000 + str(v)).encode(), frozenset({"source_too_large"})),
    "file too large": ("txt", lambda v: b"x" * (4_000_001 + v), frozenset({"source_too_large"})),
    "PDF cut early": ("pdf", lambda v: good_pdf(v)[: 100 + 60 * v], frozenset({"source_damaged"})),
    "PDF cut late": ("pdf", lambda v: good_pdf(v)[: -(60 + 20 * v)], frozenset({"source_damaged"})),
    "PDF of noise": ("pdf", lambda v: b"%PDF-1.7\n" + _noise(v) + b"%%EOF", frozenset({"source_damaged"})),
    "PDF with a password": (
        "pdf",
        lambda v: good_pdf(v, encrypt=StandardEncryption("open", "owner", strength=(40, 128)[v % 2])),
        frozenset({"source_protected"}),
    ),
    "PDF without text": ("pdf", _drawing, frozenset({"source_empty"})),
    "scan": ("pdf", _scan, frozenset({"source_scanned"})),
    "PDF with a circle of pages": ("pdf", _page_tree, frozenset({"source_damaged", "source_empty"})),
    "PDF of forms in forms": (
        "pdf",
        _forms,
        frozenset({"source_too_costly", "source_too_large", "source_damaged", "source_empty"}),
    ),
    "PDF bomb": ("pdf", _text_bomb, frozenset({"source_too_large", "source_too_costly", "source_damaged"})),
    "DOCX cut": ("docx", lambda v: good_docx(v)[: 500 + 1500 * v], frozenset({"source_damaged"})),
    "DOCX bomb": ("docx", lambda v: _docx_with(_MAIN + b" " * (21_000_000 + v)), frozenset({"source_too_large"})),
    "DOCX of many parts": (
        "docx",
        lambda v: _archive(*((f"word/{v}/{n}.xml", b"") for n in range(20_001))),
        frozenset({"source_too_large"}),
    ),
    "DOCX with entities": (
        "docx",
        lambda v: _docx_with(_ENTITIES[v % _FORMS_OF] + _MAIN + b"&a;%d</w:body></w:document>" % v),
        frozenset({"source_damaged"}),
    ),
    "DOCX of broken XML": ("docx", lambda v: _docx_with(_MAIN[: 20 + 4 * v]), frozenset({"source_damaged"})),
    "DOCX without words": (
        "docx",
        lambda v: _docx_with(_MAIN + b" " * v + b"</w:body></w:document>"),
        frozenset({"source_empty"}),
    ),
    "other archive": (
        "docx",
        lambda v: _archive(_OTHER_ARCHIVES[v % _FORMS_OF], ("number", b"%d" % v)),
        frozenset({"unsupported_format"}),
    ),
    "archive with a password": ("docx", _locked_archive, frozenset({"source_protected"})),
    "old Word": ("doc", lambda v: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + _noise(v), frozenset({"unsupported_format"})),
    "rich text": ("rtf", lambda v: b"{\\rtf1 " + WORDS.encode() * (v + 1) + b"}", frozenset({"unsupported_format"})),
    "picture": ("pdf", lambda v: _PICTURES[v % _FORMS_OF] + _noise(v), frozenset({"unsupported_format"})),
    "program": ("txt", lambda v: _PROGRAMS[v % _FORMS_OF] + _noise(v), frozenset({"unsupported_format"})),
    "packed": ("txt", lambda v: _PACKED[v % _FORMS_OF] + b"%d" % v, frozenset({"unsupported_format"})),
    "page without words": (
        "html",
        lambda v: _SCRIPTS[v % _FORMS_OF].replace("<html>", f"<html><!-- {v} -->", 1).encode() + b"\n" * v,
        frozenset({"source_empty"}),
    ),
    "page nested beyond measure": (
        "html",
        lambda v: f"<html><p>{WORDS}{'<div>' * (3000 + v)}".encode(),
        frozenset({"source_damaged"}),
    ),
    "no file": ("txt", lambda v: b"", frozenset({"source_unreadable"})),
}


def write_bad_files(folder: Path) -> dict[str, frozenset[str]]:
    """Four files of each kind; the name of each and the codes one of which must be told of it."""
    expected: dict[str, frozenset[str]] = {}
    for kind, (suffix, make, codes) in KINDS.items():
        for variant in range(VARIANTS):
            name = f"{kind.replace(' ', '-')}-{variant}.{suffix}"
            _write(folder / name, kind, variant, make)
            expected[name] = codes
    return expected


def _write(path: Path, kind: str, variant: int, make: Maker) -> None:
    if kind != "no file":
        path.write_bytes(make(variant))
    elif variant % _FORMS_OF == 0:
        path.symlink_to(path.with_name("nowhere.txt"))
    elif variant % _FORMS_OF == 1:
        os.mkfifo(path)
    elif variant % _FORMS_OF == 2:
        path.symlink_to("/etc/hostname")
    else:
        path.symlink_to(path)


def good_files(count: int) -> Iterator[tuple[str, bytes]]:
    """Neighbours: papers in every format."""
    for index in range(count):
        text = f"# Paper {index}\n\n## Findings\n\n{WORDS * 3}In village {index} there are {index + 20} looms.\n"
        yield from (
            (f"good-{index}.md", text.encode()),
            (f"good-{index}-a.pdf", good_pdf(1000 * index)),
            (f"good-{index}-b.docx", good_docx(1000 * index + 7)),
            (f"good-{index}-c.html", f"<html><h1>Page {index}</h1><p>{WORDS * 4}{index} times.</p></html>".encode()),
        )
