"""raw file → ParsedFile, HTML: what a reader sees of the paper; menus, scripts and what stands around it left out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
from lxml import etree

from ingest.errors import SourceDamaged, SourceEmpty, SourceTooLarge
from ingest.parse.composed import PROSE_WORDS, Paragraph, compose, paragraph, set_like_heading
from ingest.parse.text import decode
from ingest.settings import IngestSettings
from ingest.types import LineRole, ParsedFile

MEDIA_TYPE = "text/html"

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{3,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_UNSEEN = frozenset(
    "script style noscript template head svg math canvas iframe object embed audio video map form button select "
    "textarea input dialog nav aside footer menu".split()
)
_AROUND_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog menu menubar toolbar alert".split()
)
_AROUND_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|sidebar|breadcrumbs?|footer|cookies?|share|sharing|social|advert\w*|ads"
    r"|banner|related|comments?|pagination|pager|skip|toolbar|popup|modal|newsletter|login)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.IGNORECASE)
_BLOCKS = frozenset(
    "address article blockquote body center dd details dir div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 "
    "header hgroup hr html li main ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
_PLAIN = frozenset(("", "p", "div", "td", "center", "li"))
_BOLD = frozenset(("b", "strong"))
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LINK_SHARE = 0.6
_MAIN_SHARE = 0.4
_CITATION = {
    "citation_title": "title",
    "citation_journal_title": "journal",
    "citation_volume": "volume",
    "citation_issue": "issue",
    "citation_doi": "doi",
    "citation_publication_date": "date",
    "citation_date": "date",
    "citation_language": "language",
}


def parse_html(content: bytes, name: str, settings: IngestSettings) -> ParsedFile:
    """The text of a page. Raises SourceDamaged, SourceEmpty or SourceTooLarge, each naming the file."""
    text, encoding = _decode(content, name)
    if len(text) > 4 * settings.max_characters:
        raise SourceTooLarge(f"{name}: {len(text):,} characters of HTML are more than a paper has.")
    try:
        parser = lxml.html.HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
        root = lxml.html.document_fromstring(_DECLARATION.sub("", text).replace("\x00", ""), parser=parser)
    except (etree.LxmlError, ValueError) as fault:
        raise SourceDamaged(f"{name}: the HTML cannot be made sense of.") from fault
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceDamaged(f"{name}: the elements of the HTML are nested beyond all measure.")
    metadata = _metadata(root)
    paragraphs = _named(list(_Reader().read(_main_part(root))))
    composed, layout = compose(paragraphs)
    if len(composed) > settings.max_characters:
        raise SourceTooLarge(f"{name}: more than the limit of {settings.max_characters:,} characters.")
    if not any(map(str.isalnum, composed)):
        raise SourceEmpty(f"{name}: the page holds no words.")
    return ParsedFile(composed, MEDIA_TYPE, encoding, metadata=metadata, layout=layout)


def _decode(content: bytes, name: str) -> tuple[str, str]:
    """UTF-8 where the bytes are that, else what the page declares, else what its bytes look like."""
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        declared = _CHARSET.search(content[:4096])
    if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            encoding = codecs.lookup(declared.group(1).decode("ascii")).name
            if not encoding.startswith(("utf-16", "utf-32")):
                return content.decode("cp1252" if encoding == "iso8859-1" else encoding, "replace"), encoding
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(content, name)


def _main_part(root: Any) -> Any:
    """The element that holds the paper: one marked as such, where it has a fair share of the page's words."""
    body = root.find("body")
    body = root if body is None else body
    whole = len(" ".join(body.itertext()))
    marked = [one for one in body.iter("article", "main") if isinstance(one.tag, str)]
    marked += [one for one in body.iter() if one.get("role") == "main"]
    best = max(marked, key=lambda one: len(" ".join(one.itertext())), default=None)
    return best if best is not None and len(" ".join(best.itertext())) >= _MAIN_SHARE * whole else body


class _Reader:
    """Walks the tree without recursion (pages may be nested without end) and yields a paragraph where one is full."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._breaks = 0
        self._bold_letters = self._letters = 0
        self._cells: list[str] | None = None
        self._mark = ""

    def read(self, top: Any) -> Iterator[Paragraph]:
        """All paragraphs below `top`, in order."""
        bold, skipped = 0, False
        walk = etree.iterwalk(top, events=("start", "end"))
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if element is not top and _left_out(element, tag):
                    walk.skip_subtree()
                    skipped = True
                    continue
                if tag in _BLOCKS:
                    yield from self._close()
                    self._open(element, tag)
                bold += tag in _BOLD
                self._text(self._raised(element, tag), bold)
                continue
            if tag in _BLOCKS and not skipped:
                yield from self._close(tag)
            bold -= tag in _BOLD and not skipped
            skipped = False
            if tag == "br":
                self._breaks += 1
                self._parts.append(" ")
                if self._breaks >= 2:
                    yield from self._close()
            if element is not top:
                self._text(element.tail, bold)
        yield from self._close()

    def _raised(self, element: Any, tag: str) -> str | None:
        text: str | None = element.text
        if tag == "sup" and text and text.strip("[] ").isdigit() and len(element) == 0:
            return text.strip("[] ").translate(_RAISED)
        return text

    def _open(self, element: Any, tag: str) -> None:
        if tag == "tr" and not any(_is_prose(cell) for cell in element.iter("td", "th")):
            self._cells = []
        if tag == "li":
            self._mark = "• "

    def _text(self, text: str | None, bold: int) -> None:
        if not text:
            return
        if not text.isspace():
            self._breaks = 0
        self._parts.append(text)
        letters = sum(map(str.isalpha, text))
        self._letters += letters
        self._bold_letters += letters if bold else 0

    def _close(self, tag: str = "") -> Iterator[Paragraph]:
        """What has gathered, as a paragraph of the kind that the closing element says."""
        text, letters, bold = "".join(self._parts), self._letters, self._bold_letters
        self._parts, self._letters, self._bold_letters, self._breaks = [], 0, 0, 0
        if self._cells is not None:
            if text.strip():
                self._cells.append(text)
            if tag == "tr":
                one, self._cells = paragraph(" ".join(self._cells)), None
                if one:
                    yield one
            return
        if not text.strip():
            return
        mark, self._mark = self._mark, ""
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            one = paragraph(text, LineRole.HEADING, int(tag[1]))
        elif (
            tag in ("", "p", "div", "td", "center", "li")
            and not mark
            and bold == letters > 0
            and set_like_heading(text)
        ):
            one = paragraph(text, LineRole.HEADING)
        else:
            one = paragraph(mark + text)
        if one:
            yield one


def _left_out(element: Any, tag: str) -> bool:
    if tag in _UNSEEN or tag == "":
        return True
    if (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or element.get("role") in _AROUND_ROLES
    ):
        return True
    if _HIDDEN_STYLE.search(element.get("style") or ""):
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    if tag in ("div", "section", "ul", "ol", "header", "table", "p", "span") and _AROUND_CLASS.search(named):
        return True
    return tag in ("ul", "ol", "table", "header") and _is_links(element)


def _is_links(element: Any) -> bool:
    """Whether a list or table is made of links: a menu. Entries of a list of references are longer than their links."""
    whole = sum(len(text.strip()) for text in element.itertext())
    linked = sum(len(text.strip()) for link in element.iter("a") for text in link.itertext())
    return whole > 0 and linked > _LINK_SHARE * whole and len(list(element.iter("a"))) > 1


def _is_prose(cell: Any) -> bool:
    return len(" ".join(cell.itertext()).split()) >= PROSE_WORDS


def _named(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The first heading of the highest level is the title, where it stands before any running text."""
    for at, one in enumerate(paragraphs[:8]):
        if one.role is LineRole.HEADING and one.level == 1:
            again = any(other.role is LineRole.HEADING and other.level == 1 for other in paragraphs[at + 1 :])
            if not again or at == 0:
                paragraphs[at] = Paragraph(one.text, LineRole.TITLE)
            break
        if len(one.text.split()) > 40:
            break
    return paragraphs


def _metadata(root: Any) -> tuple[tuple[str, str | tuple[str, ...]], ...]:
    """What journals declare for search engines, and the page's title."""
    found: dict[str, str | tuple[str, ...]] = {}
    authors: list[str] = []
    for meta in root.iter("meta"):
        name, value = (meta.get("name") or "").lower(), " ".join((meta.get("content") or "").split())
        if not value:
            continue
        if name == "citation_author":
            last, comma, first = value.partition(", ")
            authors.append(f"{first} {last}" if comma else value)
        elif name == "citation_keywords":
            found["keywords"] = tuple(part for part in re.split(r"\s*;\s*", value) if part)
        elif name in _CITATION:
            found.setdefault(_CITATION[name], value)
    if authors:
        found["authors"] = tuple(authors)
    title = root.find(".//title")
    if title is not None and len((title.text or "").split()) >= 3:
        found["declared_title"] = " ".join(title.text.split())
    return tuple(found.items())
