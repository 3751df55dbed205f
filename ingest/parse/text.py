"""raw file → ParsedFile, plain text: bytes in any usual encoding → text, with pages where form feeds mark them."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from ingest.errors import SourceEmpty, UnsupportedFormat
from ingest.types import PageBreak, ParsedFile

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SAMPLE = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_C1 = re.compile(r"[\x80-\x9f]")
_WORD_WITH_ACCENT = re.compile(r"[A-Za-z\u00c0-\u024f]")


def decode(content: bytes, name: str) -> tuple[str, str]:
    """Text and the name of its encoding, byte order mark removed; the text is the coordinate system of `source_spans`.

    Raises SourceEmpty for no bytes and UnsupportedFormat for content that is not text.
    """
    if not content.strip(b"\x00 \t\r\n"):
        raise SourceEmpty(f"{name}: the file holds no words.")
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _checked(content[len(mark) :].decode(encoding, "replace"), name), encoding
    wide = _wide(content)
    if wide:
        return _checked(content.decode(wide, "replace"), name), wide
    try:
        return _checked(content.decode("utf-8"), name), "utf-8"
    except UnicodeDecodeError as fault:
        if fault.start > 0.9 * len(content) and fault.end >= len(content):
            return _checked(content.decode("utf-8", "replace"), name), "utf-8"
    encoding = _guess(content, name)
    return _checked(content.decode(encoding, "replace"), name), encoding


def parse_text(text: str, encoding: str) -> ParsedFile:
    """Plain text; a form feed begins a new page, so a file with some has pages numbered from 1."""
    starts = [0, *(found.end() for found in re.finditer("\f", text))]
    end = len(text.rstrip())
    starts = [start for start in starts if start < end] or [0]
    pages = tuple(PageBreak(number, start) for number, start in enumerate(starts, 1)) if len(starts) > 1 else ()
    return ParsedFile(text, "text/plain", encoding, pages)


def _wide(content: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of Latin text is zero."""
    sample = content[: _SAMPLE - _SAMPLE % 2]
    half = max(len(sample) // 2, 1)
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if len(content) % 2 == 0 and odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if len(content) % 2 == 0 and even > 0.4 and odd < 0.1 else None


def _guess(content: bytes, name: str) -> str:
    """The encoding of text that is not Unicode. Western ones win ties: both languages are written in Latin letters."""
    if content.count(0) > len(content) // 100:
        raise UnsupportedFormat(f"{name}: the content is not text.")
    best = from_bytes(
        content[:_SAMPLE], cp_isolation=["cp1252", "latin_1", "mac_roman", "cp437", "cp850", "utf_8"]
    ).best()
    if best is None:
        raise UnsupportedFormat(f"{name}: the content is not text in a known encoding.")
    if best.encoding in ("latin_1", "cp1252", "cp437", "cp850") or not _C1.search(
        best.output("utf-8").decode("utf-8", "replace")
    ):
        western = content.decode("cp1252", "replace")
        if western.count("\ufffd") == 0 and best.encoding != "mac_roman":
            return "cp1252"
    return "latin-1" if best.encoding == "latin_1" else best.encoding.replace("_", "-")


def _checked(text: str, name: str) -> str:
    """The text itself, if it is mostly text."""
    sample = text[:_SAMPLE]
    odd = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    if odd > max(4, len(sample) // 20) and odd - sample.count("\x00") > max(4, len(sample) // 50):
        raise UnsupportedFormat(f"{name}: the content is not text.")
    return text
