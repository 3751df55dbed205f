"""raw file → Document: single characters and inline marks put right (first half of text cleaning).

What remains is NFC text with plain spaces and `\\n`, without control and zero-width characters, ligatures, inline tags,
bookmark fields, Markdown emphasis and escapes. Headings that a file marks itself are kept as one sentinel character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ingest.offsets import ABSORB, MappedText, edit

_SENTINEL = 0xE000
HEADING_SENTINELS = {chr(_SENTINEL + level): level for level in range(7)}
"""Stand before a heading that the file marks itself: level 1-6 of Markdown, 0 for a line wholly in bold."""

PAGE_SENTINEL = chr(0xE007)
"""Stands where a form feed began a new page."""

_LIGATURES = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "ft", "st"), strict=True))
_COMBINING = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?:[^\n]*\n){1,200}?---[ \t]*(?:\r?\n|\Z)")
_ODD = re.compile(
    r"(?P<newline>\r\n?|[\n\x0b\f\x1c-\x1e\x85\u2028\u2029])"
    r"|(?P<soft>\u00ad[ \t]*(?:\r?\n[ \t]*)?)"
    r"|(?P<bullet>[\uf0a7\uf0b7\uf0d8\uf076\uf0fc])"
    r"|(?P<space>[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])"
    r"|(?P<ligature>[ﬀ-ﬆ])"
    r"|(?P<nothing>[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f"
    r"\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff])"
)
_TAG_NAMES = (
    "a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|q|s|small|span|strong|sub|sup"
    "|table|tbody|td|th|thead|tr|tt|u|ul"
)
_TAG = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>\n]{{0,300}})?/?>", re.IGNORECASE)
_FIELD = re.compile(
    r"\[(?:bookmark|anchor|image|img|figure|picture|gambar|link|toc|ref|object|embed|endif|if)\s*:[^\[\]]{0,120}\]"
    r"|\[\]\{#[^{}\n]{0,80}\}|\{#[\w.:-]{1,80}\}|!\[[^\[\]\n]{0,200}\]\([^()\s]{0,300}\)",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?<![!\w\]])\[([^\[\]\n]{1,200})\]\((?:https?://|mailto:|#|/)[^()\s]{0,300}\)")
_ATX = re.compile(r"^ {0,3}(#{1,6})[ ]+(?=[^\n]*[^\W\d_]{2})(?=\S)([^\n]*?)([ ]+#+)?[ ]*$", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(?:`{3,}|~{3,})[\w-]*[ ]*$|^ {0,3}>[ ]?|^ {0,3}#{1,6}[ ]*$", re.MULTILINE)
_NUMBER = r"^[ ]*(?P<number>(?:[\dA-Za-z.]{1,6}[.)][ ]*)?)"
_BOLD_WHOLE = re.compile(
    _NUMBER + r"(?P<open>\*\*\*?|__)(?=[^\s*_])[^*_\n]{0,150}[^\s*_](?P<close>(?P=open):?)[ ]*$", re.MULTILINE
)
_BOLD_RUN_IN = re.compile(
    _NUMBER
    + r"(?P<open>\*\*\*?)(?=[^\s*])[^*\n]{0,80}(?P<close>(?<=[.:])(?P=open)|(?P=open)[.:])(?P<gap>[ ]+)(?=[A-Z“\"])",
    re.MULTILINE,
)
_STARS = re.compile(
    r"(?<![\\*\w])(\*{1,3})(?=[^\s*])([^*\n]{0,400}(?:\n[^*\n]{1,120}){0,2}?[^*\s\\]|[^*\s\\])\1(?![*\w])"
)
_BARS = re.compile(r"(?<![\\_\w])(_{1,3})(?=[^\s_])([^_\n]{0,400}[^_\s\\]|[^_\s\\])\1(?![_\w])")
_ESCAPE = re.compile(r"\\+(?P<mark>[`*_{}\[\]()#+\-.!|<>~^$&])|\\{2,}")
_STRAY = re.compile(rf"(?<![^\s{PAGE_SENTINEL}])~(?=\s|[^\W\d_])(?!\s+\d)")
_SPACES = re.compile(r"(?<=\S) {2,}")


def settle(mapped: MappedText) -> MappedText:
    """Apply every rule of this file; a second application changes nothing."""
    mapped = edit(mapped, _odd_characters(mapped.text))
    for _ in range(8):
        before = mapped.text
        for rule in (_compose, _marks, _headings, _emphasis, _escapes):
            mapped = edit(mapped, rule(mapped.text))
        if mapped.text == before:
            break
    return edit(mapped, ((m.start(), m.end(), " ") for m in _SPACES.finditer(mapped.text)))


def front_matter_end(text: str) -> int:
    """Where the text begins after a block of YAML front matter; 0 without one."""
    found = _FRONT_MATTER.match(text)
    return found.end() if found and ":" in found.group() else 0


_REPLACED = {"space": " ", "bullet": "•"}


def _odd_characters(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _ODD.finditer(text):
        kind, old = found.lastgroup or "", found.group()
        if kind == "newline":
            if old != "\n":
                yield found.start(), found.end(), f"\n{PAGE_SENTINEL}\n" if old == "\f" else "\n"
        elif kind == "ligature":
            yield found.start(), found.end(), _LIGATURES[old]
        else:
            yield found.start(), found.end(), _REPLACED.get(kind, ABSORB)


def _compose(text: str) -> Iterator[tuple[int, int, str]]:
    """NFC, cluster by cluster, so that each cluster maps to its own code points of the file."""
    if unicodedata.is_normalized("NFC", text):
        return
    single = "".join(re.escape(c) for c in set(text) if unicodedata.normalize("NFC", c) != c)
    jamo = "[\u1100-\u1112\uac00-\ud7a3][\u1161-\u1175\u11a8-\u11c2]{1,2}"
    for found in re.finditer(f"{jamo}|[^{_COMBINING}]?[{_COMBINING}]+" + (f"|[{single}]" if single else ""), text):
        composed = unicodedata.normalize("NFC", found.group())
        if composed != found.group():
            yield found.start(), found.end(), composed


def _marks(text: str) -> Iterator[tuple[int, int, str]]:
    """Inline tags, bookmark fields, link targets, fences and quote bars."""
    if not re.search(r"[<\[{`>#~]", text):
        return
    hits = [(m.start(), m.end(), ABSORB) for m in _TAG.finditer(text)]
    hits += [(m.start(), m.end(), "") for m in _FIELD.finditer(text)]
    hits += [(m.start(), m.end(), "") for m in _FENCE.finditer(text)]
    hits += [(m.start(), m.end(), "") for m in _STRAY.finditer(text)]
    for link in _LINK.finditer(text):
        hits += [(link.start(), link.start(1), ABSORB), (link.end(1), link.end(), ABSORB)]
    yield from _apart(hits)


def _headings(text: str) -> Iterator[tuple[int, int, str]]:
    """Headings that the file marks itself become one sentinel and their words, on a line of their own."""
    hits: list[tuple[int, int, str]] = []
    for atx in _ATX.finditer(text):
        hits.append((atx.start(1), atx.start(2), chr(_SENTINEL + len(atx.group(1)))))
        if atx.group(3):
            hits.append((atx.start(3), atx.end(3), ABSORB))
    for bold in (*_BOLD_WHOLE.finditer(text), *_BOLD_RUN_IN.finditer(text)):
        opens, first = bold.span("open"), bold.start("number")
        if first < opens[0]:
            hits += [(first, first + 1, chr(_SENTINEL) + text[first]), (*opens, ABSORB)]
        else:
            hits.append((*opens, chr(_SENTINEL)))
        hits.append((*bold.span("close"), ABSORB))
        if "gap" in bold.groupdict():
            hits.append((*bold.span("gap"), "\n"))
    yield from _apart(hits)


def _emphasis(text: str) -> Iterator[tuple[int, int, str]]:
    hits = []
    for pattern, mark in ((_STARS, "*"), (_BARS, "_")):
        for found in pattern.finditer(text) if mark in text else ():
            hits += [(found.start(), found.end(1), ABSORB), (found.end() - len(found.group(1)), found.end(), ABSORB)]
    yield from _apart(hits)


def _escapes(text: str) -> Iterator[tuple[int, int, str]]:
    if "\\" in text:
        for found in _ESCAPE.finditer(text):
            yield found.start(), found.end(), found.group("mark") or "\\"


def _apart(hits: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The hits in order, without those that overlap an earlier one."""
    at = 0
    for start, end, new in sorted(hits):
        if start >= at and end > start:
            yield start, end, new
            at = end
