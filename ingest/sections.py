"""Document → Section: cleaned paragraphs become sections with a heading path, a purpose and a language.

A paragraph is a heading when the file marks it as one, when its words name a part of a paper, or when it is set like
one (number, capitals, title case, no full stop) and text follows it. Lists look like numbered headings but have no text
of their own between the items.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.headings import (
    Shape,
    ends_sentence,
    is_caption,
    kind_of,
    looks_like_heading,
    may_be_numbered_heading,
    run_in,
    shape,
)
from ingest.language import language_of
from ingest.text import CleanText
from ingest.types import Language, Section, SectionKind

_PARAGRAPH = re.compile(r"[^\n]+")
_PROSE_WORDS = 15
_RUNNING_WORDS = 8
_FEW_WORDS = 4
_MAJOR = frozenset(SectionKind) - {SectionKind.RECOMMENDATIONS, SectionKind.BODY, SectionKind.FRONT_MATTER}
_REFERENCE = re.compile(
    r"^(?:\[\d{1,3}\]\s*|\d{1,3}\.\s+)?[A-Z][^\d\n]{0,40}?(?:,|\b[A-Z]\.)[^\d\n]{0,160}?[(.,\s](?:19|20)\d\d[a-z]?"
    r"(?:[).,:]+\s+[\"“*]?[A-Z0-9]|[).,;:]*\s*\d*[(:])"
)
_LONGEST_REFERENCE = 700
_FEWEST_REFERENCES = 3
_ALWAYS_OUTER = frozenset({SectionKind.ABSTRACT, SectionKind.KEYWORDS, SectionKind.REFERENCES, SectionKind.BOILERPLATE})
_AFTER_REFERENCES = frozenset(
    {SectionKind.BOILERPLATE, SectionKind.ABSTRACT, SectionKind.INTRODUCTION, SectionKind.METHOD, SectionKind.RESULTS}
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Stored `[start, end)` of one paragraph; `level` 0-6 where the file marks it as a heading; `doubtful` where the
    order of its lines is not sure."""

    start: int
    end: int
    text: str
    level: int | None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found: its words without number, depth (1 outermost), own purpose, and where the text below begins.

    One that opens its own paragraph (`Keywords: …`) has no headings below it."""

    title: str
    depth: int
    kind: SectionKind | None
    start: int
    body: int
    opens_paragraph: bool = False


def paragraphs(cleaned: CleanText) -> tuple[Paragraph, ...]:
    """The paragraphs of cleaned text in order."""
    levels = dict(cleaned.marked)
    unsure = [start for start, _ in cleaned.doubtful]
    found: list[Paragraph] = []
    for match in _PARAGRAPH.finditer(cleaned.text):
        start, end = match.span()
        doubtful = bisect_left(unsure, end) > bisect_left(unsure, start)
        found.append(Paragraph(start, end, match.group(), levels.get(start), doubtful))
    return tuple(found)


def find_sections(cleaned: CleanText, language: Language | None = None) -> tuple[Section, ...]:
    """Sections in reading order, without gaps other than headings and without overlap; none is empty.

    `language` is what the file declares for all of it; without it each section is judged by its words.
    """
    items = paragraphs(cleaned)
    if not items:
        return ()
    headings = find_headings(items)
    overall = language or language_of(_sample(items))
    spans = [*_before(items, headings)]
    path: list[Heading] = []
    for index, heading in enumerate(headings):
        end = headings[index + 1].start if index + 1 < len(headings) else len(cleaned.text)
        path = [*(one for one in path if one.depth < heading.depth and not one.opens_paragraph), heading]
        spans.append((tuple(h.title for h in path if h.title), _kind(path), heading.body, end))
    sections = []
    for titles, kind, start, end in spans:
        body = cleaned.text[start:end]
        start, end = start + len(body) - len(body.lstrip()), end - (len(body) - len(body.rstrip()))
        if start < end:
            spoken = language or _language(titles, kind, cleaned.text[start:end], overall)
            sections.append(Section(titles, kind, start, end, spoken))
    return tuple(sections)


def find_headings(items: Sequence[Paragraph]) -> tuple[Heading, ...]:
    """The headings among the paragraphs, in order."""
    candidates = _candidates(items)
    stack: list[_Open] = []
    found: list[Heading] = []
    after_run_in = False
    unheaded = _unheaded_references(items)
    for index, item in enumerate(items):
        if index == unheaded and not (stack and stack[-1].kind is SectionKind.REFERENCES):
            found.append(Heading("", 1, SectionKind.REFERENCES, item.start, item.start))
            break
        opened = run_in(item.text) if item.level is None else None
        if opened is not None:
            found.append(Heading(opened[0], 1, kind_of(opened[0]), item.start, item.start + opened[1], True))
            stack, after_run_in = [], kind_of(opened[0]) is SectionKind.KEYWORDS
            continue
        if index in candidates:
            form = shape(item.text)
            kind = kind_of(form.title)
            if stack and stack[-1].kind is SectionKind.REFERENCES and kind not in _AFTER_REFERENCES:
                continue
            depth = _depth(item, form, kind, stack)
            found.append(Heading(form.title.rstrip(" .:"), depth, kind, item.start, item.end))
        elif after_run_in:
            found.append(Heading("", 1, SectionKind.BODY, item.start, item.start))
        after_run_in = False
    return tuple(found)


def _unheaded_references(items: Sequence[Paragraph]) -> int:
    """Where a list of references begins that runs to the end of the paper; past the end if there is none."""
    first = len(items)
    while first > 0 and len(items[first - 1].text) < _LONGEST_REFERENCE and _REFERENCE.match(items[first - 1].text):
        first -= 1
    return first if len(items) - first >= _FEWEST_REFERENCES else len(items)


def _candidates(items: Sequence[Paragraph]) -> set[int]:
    looks = [item.level is not None or looks_like_heading(item.text) for item in items]
    known = {i for i, item in enumerate(items) if looks[i] and kind_of(shape(item.text).title) is not None}
    chosen = {
        index
        for index, item in enumerate(items)
        if index in known
        or (item.level is not None and index + 1 < len(items))
        or ((looks[index] or may_be_numbered_heading(item.text)) and _opens_text(items, looks, index))
    }
    chosen -= _list_items(items, chosen)
    return chosen - _before_the_paper(items, chosen, known)


def _opens_text(items: Sequence[Paragraph], looks: Sequence[bool], index: int) -> bool:
    """Whether running text or another heading follows, and the paragraph before was finished."""
    before = items[index - 1].text if index else "."
    numbered = shape(items[index].text).style != "none"
    if not (numbered or ends_sentence(before) or looks[index - 1] or before.endswith(")") or is_caption(before)):
        return False
    after = next(
        (other for other in items[index + 1 : index + 4] if not looks[index] or not looks_like_heading(other.text)),
        None,
    )
    if after is None or is_caption(after.text) or after.text[:1].islower() or (after.doubtful and not numbered):
        return False
    words = len(after.text.split())
    return words >= _RUNNING_WORDS or (words >= _FEW_WORDS and ends_sentence(after.text))


def _list_items(items: Sequence[Paragraph], chosen: set[int]) -> set[int]:
    """Numbered candidates that stand directly under one another: items of a list, not headings."""
    away: set[int] = set()
    for index in chosen:
        form = shape(items[index].text)
        if form.style == "none" or form.capitals or items[index].level is not None or kind_of(form.title) is not None:
            continue
        for other in (index - 1, index + 1):
            if 0 <= other < len(items):
                near = shape(items[other].text)
                if near.style == form.style and near.capitals is False and abs(near.ordinal - form.ordinal) == 1:
                    away.add(index)
    return away


def _before_the_paper(items: Sequence[Paragraph], chosen: set[int], known: set[int]) -> set[int]:
    """Title and author lines that look like headings: those before the first known heading or running text."""
    prose = next((i for i, item in enumerate(items) if _is_prose(item.text)), len(items))
    first = min([prose, *known])
    early = {index for index in chosen if index < first and index not in known}
    last = first - 1
    return early - {last} if last > 0 and first == prose else early


def _is_prose(text: str) -> bool:
    return len(text.split()) >= _PROSE_WORDS and ends_sentence(text)


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading whose part of the paper is still running."""

    style: str
    depth: int
    kind: SectionKind | None


def _depth(item: Paragraph, form: Shape, kind: SectionKind | None, stack: list[_Open]) -> int:
    """Depth by style: a style that is open closes everything under it, a new one goes one deeper."""
    style = f"{form.style}-{'caps' if form.capitals else 'title'}"
    enclosing = next((outer.kind for outer in stack if outer.depth == 1), None)
    if item.level:
        style, depth = f"marked{item.level}", item.level
    elif form.style.startswith("decimal") and form.style != "decimal1":
        style, depth = form.style, int(form.style.removeprefix("decimal"))
    elif (
        form.style == "chapter"
        or (form.style in ("none", "decimal1") and form.capitals)
        or kind in _ALWAYS_OUTER
        or (kind in _MAJOR and kind is not enclosing)
    ):
        depth = 1
    else:
        alike = next((outer.depth for outer in stack if outer.style == style), None)
        depth = alike if alike is not None else (stack[-1].depth + 1 if stack else 1)
        if depth == 1 and stack and stack[0].kind in _MAJOR and kind in (None, enclosing):
            depth = 2
    while stack and stack[-1].depth >= depth:
        stack.pop()
    stack.append(_Open(style, depth, kind))
    return depth


def _kind(path: Sequence[Heading]) -> SectionKind:
    """The purpose named by the innermost heading that names one."""
    return next((heading.kind for heading in reversed(path) if heading.kind is not None), SectionKind.BODY)


def _language(titles: Sequence[str], kind: SectionKind, text: str, overall: Language) -> Language:
    """By its words; a list of keywords, which has none to go by, by its heading."""
    if kind is SectionKind.KEYWORDS and titles:
        return "en" if titles[-1].lower().startswith(("key", "index")) else "id"
    return language_of(text, overall)


def _before(
    items: Sequence[Paragraph], headings: Sequence[Heading]
) -> list[tuple[tuple[str, ...], SectionKind, int, int]]:
    """What stands before the first heading: title, authors and addresses, then text."""
    limit = headings[0].start if headings else items[-1].end
    early = [item for item in items if item.start < limit]
    if not early:
        return []
    prose = next(
        (item.start for item in early if len(item.text.split()) >= _PROSE_WORDS and ends_sentence(item.text)), limit
    )
    spans = [((), SectionKind.FRONT_MATTER, early[0].start, prose), ((), SectionKind.BODY, prose, limit)]
    return [span for span in spans if span[2] < span[3]]


def _sample(items: Sequence[Paragraph]) -> str:
    return " ".join(item.text[:400] for item in items if len(item.text) > 80)[:4000] or " ".join(
        item.text for item in items[:20]
    )
