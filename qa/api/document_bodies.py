"""Document → response: the papers, their text and their sections, as HTTP contract v1 writes them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from ingest.record import StoredDocument
from ingest.types import Bibliography, Document, Language
from qa.api.bodies import Body


class BibliographyBody(Body):
    """What is known about a paper; `doubtful` names the members that were guessed from weak signs."""

    title: str
    authors: tuple[str, ...]
    affiliations: tuple[str, ...]
    year: int | None
    journal: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    doi: str | None
    place: str | None
    keywords: tuple[str, ...]
    original_title: str | None
    doubtful: tuple[str, ...]


class EntryBody(Body):
    """A published paper in the list. `answers` is false for a sample that has withdrawn; `stored_at` is in seconds
    since 1970, UTC; `source` is the name of the file that it was read from; `ocr` tells whether its text was
    recognised in scans."""

    id: str
    version: str
    language: Language
    bibliography: BibliographyBody
    collection: str
    passages: int
    answers: bool
    source: str
    media_type: str
    ocr: bool = False
    stored_at: float


class ListBody(Body):
    """All published papers, by id."""

    documents: tuple[EntryBody, ...]


class SectionBody(Body):
    """A stretch `[start, end)` of the stored text under the chain of headings `path`."""

    path: tuple[str, ...]
    kind: str
    start: int
    end: int
    language: Language


class PageBody(Body):
    """What was printed on page `number` (1-based) of the file goes on from `start` of the stored text. A page may be
    opened again: a footnote stands behind the paragraph that it interrupts."""

    number: int
    start: int


class VersionBody(Body):
    """One version of a paper without its text. `characters` is the length of the stored text in code points."""

    id: str
    version: str
    current: bool
    language: Language
    bibliography: BibliographyBody
    collection: str
    source: str
    media_type: str
    characters: int
    sections: tuple[SectionBody, ...]
    pages: tuple[PageBody, ...]
    href: str


class TextBody(Body):
    """Stored text of one version, or the part `[start, end)` of it, with the sections that it touches."""

    id: str
    version: str
    start: int
    end: int
    characters: int
    text: str
    sections: tuple[SectionBody, ...]


def bibliography_body(head: Bibliography) -> BibliographyBody:
    """The bibliography, member by member."""
    return BibliographyBody.model_validate(head, from_attributes=True)


def entry_body(stored: StoredDocument) -> EntryBody:
    """A paper of the list."""
    return EntryBody(
        id=stored.card.id,
        version=stored.card.version,
        language=stored.card.language,
        bibliography=bibliography_body(stored.card.bibliography),
        collection=stored.collection.value,
        passages=stored.passages,
        answers=stored.answers,
        source=stored.source.name,
        media_type=stored.media_type,
        ocr=stored.ocr,
        stored_at=stored.stored_at,
    )


def _sections(document: Document, start: int, end: int) -> tuple[SectionBody, ...]:
    return tuple(
        SectionBody(path=s.path, kind=s.kind.value, start=s.start, end=s.end, language=s.language)
        for s in document.sections
        if s.start < end and s.end > start
    )


def version_body(document: Document, *, current: bool, href: str) -> VersionBody:
    """One version of a paper; `current` tells whether it is the one that answers now."""
    return VersionBody(
        id=document.id,
        version=document.version,
        current=current,
        language=document.language,
        bibliography=bibliography_body(document.bibliography),
        collection=document.collection.value,
        source=document.source.name,
        media_type=document.parsed_media_type,
        characters=len(document.text),
        sections=_sections(document, 0, len(document.text)),
        pages=page_bodies(document),
        href=href,
    )


def page_bodies(document: Document) -> tuple[PageBody, ...]:
    """Where the pages of the file begin in the stored text, in order; empty where the format has no pages."""
    found: list[PageBody] = []
    breaks = [page.start for page in document.pages]
    for segment in document.segments if breaks else ():
        page = max(bisect_right(breaks, segment.source_start) - 1, 0)
        within = range(page + 1, bisect_left(breaks, segment.source_end))
        # Inside a segment that maps as a whole nobody can tell where a page begins: what follows it does.
        places = [(page, segment.stored_start)]
        places += [(one, segment.stored_start + breaks[one] - segment.source_start) for one in within if segment.exact]
        for one, start in places:
            number = document.pages[one].number
            if not found or found[-1].number != number:
                found.append(PageBody(number=number, start=start))
    return tuple(found)


def text_body(document: Document, start: int, end: int | None) -> TextBody:
    """The stored text from `start` to `end`, both clipped to its length; the whole when `end` is None."""
    length = len(document.text)
    first = min(start, length)
    last = length if end is None else max(first, min(end, length))
    return TextBody(
        id=document.id,
        version=document.version,
        start=first,
        end=last,
        characters=length,
        text=document.text[first:last],
        sections=_sections(document, first, last),
    )
