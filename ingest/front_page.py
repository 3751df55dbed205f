"""ParsedFile → Document: the printed lines before a paper's first section: title, authors, addresses, journal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.characters import front_matter_end, settle
from ingest.headings import ends_sentence, in_capitals, kind_of
from ingest.language import language_of
from ingest.lines import split_lines
from ingest.offsets import rebuild, source_spans, whole
from ingest.side_by_side import one_below_the_other
from ingest.text import CleanText
from ingest.types import LineRole, ParsedFile, Section, SectionKind

ISSUE = re.compile(
    r"\bvol(?:ume)?\.?\s*(?P<volume>\d{1,4}|[IVXLC]{1,7})\b(?:[\s,(:;/-]*\b(?:no(?:mor)?|issue|number|edisi)\.?\s*(?P<issue>\d{1,4}))?",
    re.IGNORECASE,
)
_JOURNAL = re.compile(
    r"\b(?:e-?jurnal|jurnal|journal|prosiding|proceedings?|majalah ilmiah|bulletin|buletin|transactions|"
    r"conference|seminar nasional)\b",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"\b(?:universitas|university|institut(?:e)?|fakultas|faculty|program studi|prodi|jurusan|department|"
    r"departemen|sekolah tinggi|politeknik|polytechnic|akademi|"
    r"academy|school of|college|badan riset|pusat (?:studi|penelitian)|research (?:center|centre|institute)|"
    r"magister|pascasarjana|laborator\w+)\b",
    re.IGNORECASE,
)
_MAIL = re.compile(r"\S+@\S+\.\w+|https?://\S+|www\.\S+")
BY_LINE = re.compile(r"^(?:oleh|by|penulis|authors?|disusun oleh|ditulis oleh)\s*:?\s+(?=\S)", re.IGNORECASE)
_HEADER = re.compile(
    r"\b(?:issn|isbn|doi|https?:|www\.|copyright|lisensi|license|e-?mail|received|accepted|diterima|artikel|"
    r"article history|volume|vol\.)",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"(?:,\s*)?\b(?:[SM]\.\s?(?:[A-Z][A-Za-z]{0,6}\.?)+(?:\s?[A-Z]\.)?|Ph\.?\s?D\.?|MPA|MPP|MBA|MA|MSc|BSc|M\.?Sc\.?|Lc\.?|A\.?Md\.?)(?=[\s,;.&]|$)\.?|\b(?:Prof|Dr|Drs|Dra|Ir|Hj|Apt)\.\s*"
)
_SUPERSCRIPT = re.compile(r"[\d*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]+(?:\s*[,)]\s*[\d*†‡]+)*\)?")
_NAME = re.compile(
    r"^(?:[A-Z][\w.'’-]*|[A-Z]{2,}|bin|binti|van|de|von|al|el|der|dos|da)(?:\s+(?:[A-Z][\w.'’-]*|bin|binti|van|de|von|al|el|der|dos|da)){0,5}$"
)
_GLUED_NUMBER = re.compile(r"^[\d¹²³⁴⁵⁶*†]{1,3}[A-Z]")
_PAGED = re.compile(r"^\W*\d|\d\W*$")
_MOST_LINES = 40
_LONGEST_LINE = 400


def front_lines(cleaned: CleanText, sections: Sequence[Section], parsed: ParsedFile) -> list[str]:
    """The printed lines before the paper's first section, title lines that were broken for width put together."""
    first = next((s for s in sections if s.kind is not SectionKind.FRONT_MATTER), None)
    if first is None or not sections or sections[0].kind is not SectionKind.FRONT_MATTER:
        return []
    spans = source_spans(cleaned.segments, first.start, first.start + 1)
    end = spans[0][0] if spans else 0
    if parsed.layout:
        return [" ".join(lines) for _, lines in laid_out_paragraphs(parsed, end)][:_MOST_LINES]
    lines: list[str] = []
    for line in split_lines(_before(parsed.text, end))[:_MOST_LINES]:
        if len(line.text) > _LONGEST_LINE or kind_of(line.text) is not None:
            continue
        # A running head may be what the title is known by, but not with the number of a page.
        if _PAGED.search(line.text) and line.text in cleaned.furniture:
            continue
        if lines and line.blank == 0 and _continues_title(lines[-1], line.text):
            lines[-1] = f"{lines[-1]} {line.text}"
        else:
            lines.append(line.text)
    return lines


def _before(printed: str, end: int) -> str:
    """The settled text, its columns in order, before what stands at source offset `end`."""
    mapped = one_below_the_other(whole(printed))
    exact = (one for one in mapped.segments if one.exact and one.source_start <= end < one.source_end)
    stop = next((one.stored_start + end - one.source_start for one in exact), len(mapped.text))
    return settle(rebuild(mapped, [(front_matter_end(printed), stop, None)])).text


def titles_set(parsed: ParsedFile) -> list[str]:
    """The title as the layout shows it, its lines put together; empty where no layout tells."""
    return [" ".join(lines) for role, lines in laid_out_paragraphs(parsed) if role is LineRole.TITLE]


def laid_out_paragraphs(parsed: ParsedFile, end: int | None = None) -> list[tuple[LineRole, list[str]]]:
    """The cleaned lines of each paragraph that begins before source offset `end`, furniture left out."""
    found: list[tuple[LineRole, list[str]]] = []
    for one in parsed.layout:
        if end is not None and one.start >= end:
            break
        stop = parsed.text.find("\n", one.start)
        line = settle(whole(parsed.text[one.start : stop if stop >= 0 else None])).text.strip()
        if one.role is LineRole.GOES_ON and found:
            joined = found[-1][1][-1].endswith("-") and line[:1].islower()
            if joined:
                found[-1][1][-1] = f"{found[-1][1][-1][:-1]}{line}"
            else:
                found[-1][1].append(line)
        elif one.role is not LineRole.FURNITURE:
            found.append((one.role, [line]))
    return found


def _continues_title(title: str, line: str) -> bool:
    """Whether a line goes on with a title: set alike, and neither one is a name, an address or a header."""
    if len(title) + len(line) > _LONGEST_LINE or any(_is_address(text) or _names(text) for text in (title, line)):
        return False
    capitals = in_capitals(title), in_capitals(line)
    return all(capitals) or (not any(capitals) and len(title.split()) >= 4 and not ends_sentence(title))


def _is_address(line: str) -> bool:
    patterns = (_HEADER, _MAIL, BY_LINE, _INSTITUTION, ISSUE, _GLUED_NUMBER)
    return bool(_JOURNAL.match(line)) or any(pattern.search(line) for pattern in patterns)


def find_titles(front: Sequence[str]) -> list[str]:
    """Title lines: the first lines that are neither headers, names nor addresses; two at most (one in each
    language)."""
    titles: list[str] = []
    for line in front:
        words = line.split()
        if _is_address(line):
            if titles:
                break
            continue
        if len(words) < 4 or len(line) > 320 or ends_sentence(line.rstrip("?")):
            if titles:
                break
            continue
        if titles and _names(line):
            break
        titles.append(line)
        if len(titles) == 2:
            break
    if len(titles) == 2 and language_of(titles[0]) == language_of(titles[1]):
        return titles[:1]
    return titles


def find_authors(front: Sequence[str], titles: Sequence[str]) -> tuple[str, ...]:
    """The names after `Oleh:` or `By`, otherwise those below the title; empty when no line is all names."""
    for line in front:
        if BY_LINE.match(line):
            names = _names(BY_LINE.sub("", line))
            if names:
                return names
    after = front.index(titles[-1]) + 1 if titles and titles[-1] in front else 0
    for line in front[after : after + 3]:
        if not _INSTITUTION.search(line) and not _HEADER.search(line):
            names = _names(line)
            if names:
                return names
    return ()


def _names(line: str) -> tuple[str, ...]:
    """The personal names that make up the whole line, without degrees and superscripts; empty if anything else
    is there."""
    bare = _DEGREE.sub("", _SUPERSCRIPT.sub(" ", _MAIL.sub("", line)))
    parts = [part.strip(" .,;&") for part in re.split(r"\s*(?:,|;|&|\bdan\b|\band\b)\s*", bare)]
    parts = [" ".join(part.split()) for part in parts if part.strip(" .,")]
    if not parts or len(parts) > 15:
        return ()
    if not all(_NAME.match(part) and len(part) > 2 for part in parts) or (len(parts) == 1 and " " not in parts[0]):
        return ()
    return tuple(parts)


def find_affiliations(front: Sequence[str], titles: Sequence[str]) -> tuple[str, ...]:
    """The lines that name a university, faculty or institute, without numbers and addresses, each once."""
    lines = (_MAIL.sub("", line).strip(" .,;") for line in front if _INSTITUTION.search(line) and line not in titles)
    return tuple(dict.fromkeys(re.sub(r"^[\d*¹²³⁴,\s)]+", "", line) for line in lines))


def journal_in(line: str) -> str | None:
    """The journal's name in a running head or title line, volume and page numbers taken off."""
    if not _JOURNAL.search(line) or len(line) > 200:
        return None
    bare = re.split(
        r"\b(?:vol(?:ume)?\.?\s*\d|vol(?:ume)?\.?\s*[IVX]|no(?:mor)?\.\s*\d|e?-?issn|https?:|www\.|doi\b)",
        line,
        flags=re.IGNORECASE,
    )[0]
    bare = re.sub(r"^\s*\d{1,4}\s*[|¦•·–-]\s*|\s*[|¦•·–-]\s*(?:hal(?:aman)?|page|p)?\.?\s*\d{1,4}\s*$", "", bare)
    bare = re.sub(r"[\s,:;(|–-]+$", "", bare).strip()
    return bare if 2 <= len(bare.split()) <= 14 and not ends_sentence(bare) else None
