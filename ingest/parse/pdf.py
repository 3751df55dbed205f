"""raw file → ParsedFile, PDF: characters with their places from PDFium, made into words, lines and reading order.

PDFium (through pypdfium2) is fast, tolerant of what printers write and gives every character's box; its own order of
text follows the file's drawing commands and is not used. Its handles never leave this file.
"""

from __future__ import annotations

import ctypes
import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.errors import SourceDamaged, SourceEmpty, SourceProtected, SourceScanned, SourceTooLarge
from ingest.parse.patience import Patience, no_clock
from ingest.parse.print_layout import lay_out
from ingest.parse.print_words import PrintedPage, Rule, Word
from ingest.parse.recognise import DOTS_PER_INCH, languages, recognise
from ingest.settings import IngestSettings
from ingest.types import ParsedFile

MEDIA_TYPE = "application/pdf"

_BOLD = re.compile(r"bold|black|heavy|semib|demi(?!t)|cmbx|cmb\d|[-,]bd\b", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|slanted|cmti|cmsl|[-,]it\b", re.IGNORECASE)
_FORCED_BOLD, _ITALIC_FLAG = 1 << 18, 1 << 6
_END = re.compile(rb"%%EOF|startxref")
_TAIL = 64 * 1024
_WORD_GAP = 0.25
_FEW_LETTERS = 12
_PICTURE_PAGE = 0.5
_MOST_DOTS = 5000
_GENERATED_TITLE = re.compile(
    r"microsoft|untitled|tanpa judul|\.(?:docx?|pdf|tex|indd|dvi|odt)\b|^(?:doc|draft)\d*$", re.IGNORECASE
)


def parse_pdf(content: bytes, name: str, settings: IngestSettings, patience: Patience = no_clock) -> ParsedFile:
    """The text in reading order with pages and what its layout tells.

    Raises SourceProtected, SourceDamaged, SourceScanned, SourceEmpty or SourceTooLarge, each naming the file."""
    if not _END.search(content[-_TAIL:]):
        raise SourceDamaged(f"{name}: the PDF breaks off before its end.")
    document = _open(content, name)
    try:
        pages = _recognised(document, list(_pages(document, name, settings)), name, settings, patience)
        metadata = _metadata(document)
    finally:
        document.close()
    if not any(word for page in pages for word in page.words if any(map(str.isalpha, word.text))):
        raise SourceEmpty(f"{name}: the PDF holds no words.")
    text, breaks, layout = lay_out(pages)
    return ParsedFile(text, MEDIA_TYPE, None, breaks, metadata, any(page.recognised for page in pages), layout)


def _open(content: bytes, name: str) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(content)
        if len(document) == 0:
            raise SourceDamaged(f"{name}: the PDF has no pages.")
    except pdfium.PdfiumError as fault:
        if getattr(fault, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY) or "assword" in str(
            fault
        ):
            raise SourceProtected(f"{name}: the PDF opens only with a password.") from fault
        raise SourceDamaged(f"{name}: the PDF cannot be opened; it is damaged.") from fault
    return document


def _pages(document: pdfium.PdfDocument, name: str, settings: IngestSettings) -> Iterator[PrintedPage]:
    characters = 0
    for index in range(len(document)):
        try:
            page = document[index]
        except pdfium.PdfiumError as fault:
            raise SourceDamaged(f"{name}: page {index + 1} of {len(document)} cannot be opened.") from fault
        words = tuple(_words(page))
        characters += sum(len(word.text) + 1 for word in words)
        if characters > settings.max_characters:
            raise SourceTooLarge(f"{name}: more than the limit of {settings.max_characters:,} characters.")
        width, height = page.get_size()
        rules, pictures = _drawn(page)
        yield PrintedPage(index + 1, width, height, words, rules, min(pictures / max(width * height, 1.0), 1.0))
        page.close()


def _recognised(
    document: pdfium.PdfDocument, pages: list[PrintedPage], name: str, settings: IngestSettings, patience: Patience
) -> list[PrintedPage]:
    """The pages, those that are pictures without text recognised. Raises SourceScanned where that cannot be done and
    most of the pages are such."""
    scanned = [page.number for page in pages if page.picture_share >= _PICTURE_PAGE and not _has_text(page)]
    if not scanned:
        return pages
    if not languages() or settings.recognise_seconds == 0:
        if 2 * len(scanned) >= len(pages):
            raise SourceScanned(f"{name}: {len(scanned)} of its {len(pages)} pages are pictures without text (a scan).")
        return pages
    patience(settings.recognise_seconds)
    try:
        return [_recognised_page(document, page) if page.number in scanned else page for page in pages]
    except (OSError, subprocess.SubprocessError) as fault:
        raise SourceScanned(f"{name}: text recognition failed on this scan.") from fault


def _recognised_page(document: pdfium.PdfDocument, page: PrintedPage) -> PrintedPage:
    """The page with the words that its picture shows; very large pages are looked at with fewer dots."""
    scale = min(DOTS_PER_INCH / 72, _MOST_DOTS / max(page.width, page.height, 1.0))
    bitmap = document[page.number - 1].render(scale=scale, grayscale=True)
    dots = bitmap.to_numpy()
    height, width = dots.shape[:2]
    picture = b"P5 %d %d 255\n" % (width, height) + dots.reshape(height, width).tobytes()
    return replace(page, words=recognise(picture, 72 * scale), recognised=True)


def _has_text(page: PrintedPage) -> bool:
    return sum(char.isalpha() for word in page.words for char in word.text) >= _FEW_LETTERS


class _Fonts:
    """Name and flags of the font of a character, looked up once per run of characters."""

    def __init__(self, text: pdfium.PdfTextPage) -> None:
        self._text = text
        self._name = ctypes.create_string_buffer(256)
        self._flags = ctypes.c_int()
        self._known: dict[tuple[bytes, int], tuple[bool, bool]] = {}

    def style(self, index: int) -> tuple[bool, bool]:
        """Whether the character is bold, and whether it is italic."""
        raw.FPDFText_GetFontInfo(self._text, index, self._name, 256, ctypes.byref(self._flags))
        key = self._name.value, self._flags.value
        if key not in self._known:
            name = key[0].decode("utf-8", "replace")
            bold = bool(_BOLD.search(name)) or bool(key[1] > 0 and key[1] & _FORCED_BOLD)
            self._known[key] = bold, bool(_ITALIC.search(name)) or bool(key[1] > 0 and key[1] & _ITALIC_FLAG)
        return self._known[key]


def _words(page: pdfium.PdfPage) -> Iterator[Word]:
    """Words in the order in which the file draws them; text that stands at another angle than most is left out."""
    text = page.get_textpage()
    count = text.count_chars()
    fonts = _Fonts(text)
    turn = _turn(text, count)
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    place = _Place(page, turn)
    seen: set[tuple[int, int, int]] = set()
    letters: list[str] = []
    x0 = x1 = base = size = 0.0
    bold = italic = spaced = False
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        blank = code in (0x20, 0xA0, 0x0D, 0x0A, 0x09) or code == 0
        if not blank:
            if _quarter(raw.FPDFText_GetCharAngle(text, index)) != turn:
                continue
            raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box))
            raw.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y))
            left, right, line = place.of(box, x.value, y.value)
            if place.outside(left, right, line):
                continue
            mark = code, round(left), round(line)
            if mark in seen and letters and left < x1 - 0.4 * (right - left):
                continue  # drawn twice to look bold
            seen.add(mark)
        if letters and (
            blank or abs(line - base) > 0.12 * size or left - x1 > _WORD_GAP * size or left < x1 - 0.6 * size
        ):
            yield Word("".join(letters), x0, x1, base, size, bold, italic, spaced)
            letters = []
            spaced = blank
        if blank:
            spaced = True
            continue
        if not letters:
            x0, base = left, line
            size = raw.FPDFText_GetFontSize(text, index) * place.scale(text, index)
            bold, italic = fonts.style(index)
        letters.append("-" if code in (0x02, 0xFFFE) else _character(code))
        x1 = right
    if letters:
        yield Word("".join(letters), x0, x1, base, size, bold, italic, spaced)
    text.close()


def _character(code: int) -> str:
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def _quarter(angle: float) -> int:
    """The angle in quarter turns against the clock, -1 for slanted text; PDFium gives radians with the clock."""
    turns = -angle / (math.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 0.06 else -1


def _turn(text: pdfium.PdfTextPage, count: int) -> int:
    """How most of the text on a page stands, in quarter turns."""
    step = max(1, count // 400)
    turns = Counter(_quarter(raw.FPDFText_GetCharAngle(text, index)) for index in range(0, count, step))
    turns.pop(-1, None)
    return turns.most_common(1)[0][0] if turns else 0


class _Place:
    """Turns boxes of the file's own coordinates into left, right and baseline of the page as it is read."""

    def __init__(self, page: pdfium.PdfPage, turn: int) -> None:
        left, bottom, right, top = page.get_cropbox()
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        self._turn = turn
        self._matrix = raw.FS_MATRIX()
        wide, high = right - left, top - bottom
        self._width, self._height = (high, wide) if turn % 2 else (wide, high)

    def of(self, box: raw.FS_RECTF, x: float, y: float) -> tuple[float, float, float]:
        """Left edge, right edge and baseline."""
        if self._turn == 0:
            return box.left - self._left, box.right - self._left, self._top - y
        if self._turn == 1:
            return box.bottom - self._bottom, box.top - self._bottom, x - self._left
        if self._turn == 2:
            return self._right - box.right, self._right - box.left, y - self._bottom
        return self._top - box.top, self._top - box.bottom, self._right - x

    def outside(self, left: float, right: float, line: float) -> bool:
        """Whether it stands where nobody sees it."""
        return right < 0 or left > self._width or line < 0 or line > self._height + 2

    def scale(self, text: pdfium.PdfTextPage, index: int) -> float:
        """How much larger than its font's nominal size a character is drawn."""
        if not raw.FPDFText_GetMatrix(text, index, ctypes.byref(self._matrix)):
            return 1.0
        return math.hypot(self._matrix.c, self._matrix.d) or 1.0


def _drawn(page: pdfium.PdfPage) -> tuple[tuple[Rule, ...], float]:
    """Horizontal rules, and the area that pictures cover."""
    left, _, right, top = page.get_cropbox()
    rules: list[Rule] = []
    pictures = 0.0
    for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        try:
            x0, y0, x1, y1 = one.get_bounds()
        except pdfium.PdfiumError:
            continue
        if one.type == raw.FPDF_PAGEOBJ_IMAGE:
            pictures += max(x1 - x0, 0.0) * max(y1 - y0, 0.0)
        elif x1 - x0 > 30 and (y1 - y0 < 3 or x1 - x0 < 0.98 * (right - left)):
            rules += [Rule(x0 - left, x1 - left, top - y) for y in ((y0,) if y1 - y0 < 3 else (y0, y1))]
    return tuple(rules), pictures


def _metadata(document: pdfium.PdfDocument) -> tuple[tuple[str, str | tuple[str, ...]], ...]:
    """Nothing but what people fill in on purpose: titles that programs make up are left out."""
    declared = document.get_metadata_dict(skip_empty=True)
    found: list[tuple[str, str | tuple[str, ...]]] = []
    keywords = tuple(part for part in re.split(r"\s*[;,]\s*", declared.get("Keywords", "")) if part)
    title = " ".join(declared.get("Title", "").split())
    if len(title.split()) >= 3 and not _GENERATED_TITLE.search(title):
        found.append(("declared_title", title))
    if keywords:
        found.append(("declared_keywords", keywords))
    return tuple(found)
