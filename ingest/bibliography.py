"""ParsedFile → Document: who wrote the paper, what it is called, when and where; declared values first, then the text.

What the file declares (front matter, document properties) wins. The rest is read from title lines, running heads and
the abstract by general rules; fields found only by weak signs are named in `Bibliography.doubtful`. A year is never
guessed from citations: a wrong year is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.headings import ends_sentence
from ingest.language import language_of
from ingest.places import find_place
from ingest.text import CleanText
from ingest.types import Bibliography, Language, ParsedFile, Section, SectionKind

_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;:)\]}])", re.IGNORECASE)
_ISSUE = re.compile(
    r"\bvol(?:ume)?\.?\s*(?P<volume>\d{1,4}|[IVXLC]{1,7})\b(?:[\s,(:;/-]*\b(?:no(?:mor)?|issue|number|edisi)\.?\s*(?P<issue>\d{1,4}))?",
    re.IGNORECASE,
)
_PAGES = re.compile(r"\b(?:pp?|hal(?:aman)?|hlm|pages?)\.?\s*:?\s*(\d{1,5}\s*[-–]\s*\d{1,5})", re.IGNORECASE)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_DATED = re.compile(
    r"\b(?:vol|no|nomor|issue|edisi|tahun|received|accepted|published|available|diterima|disetujui|diterbitkan|dipublikasikan|terbit|revised|direvisi|januari|"
    r"februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|january|february|march|may|june|july|august|october|december)\b|©|\(c\)",
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
_BY = re.compile(r"^(?:oleh|by|penulis|authors?|disusun oleh|ditulis oleh)\s*:?\s+(?=\S)", re.IGNORECASE)
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
_TITLED = re.compile(
    r"\b(?:dengan judul|berjudul|entitled|"
    r"titled)\s*:?\s*[\"“'‘]?(?P<title>[A-Z][^\"”.\n]{15,220}?)[\"”'’]?(?=\s*(?:[\"”.,;]|\bdapat\b|\bmaka\b|"
    r"\bini\b|$))"
)
_PURPOSE = re.compile(
    r"(?:\bbertujuan|\btujuan(?: dalam| dari)?(?: penelitian| studi| artikel)?(?: ini)?|"
    r"\bfokus(?: utama)?(?: penelitian| studi)?(?: ini)?|\b(?:aims?|aimed)|\bpurpose of this (?:study|research|"
    r"paper) (?:is|was))"
    r"(?:\s+(?:ini|adalah|ialah|yaitu))*\s+(?:untuk\s+|to\s+)?"
    r"(?:meng\w+|men\w+|mem\w+|examine|know|analy[sz]e|explore|determine|describe|investigate|identify|"
    r"understand|find out|assess|evaluate)(?:\s+(?:dan|serta|and)\s+(?:men\w+|mem\w+|[a-z]+e))?\s+"
    r"(?P<topic>[^,.;:\n]{25,240})"
)
_TOPIC_ENDS = re.compile(
    r"\s+(?:dan juga|dan untuk|serta untuk|dengan (?:menitikberatkan|fokus|menggunakan|studi)|and to|"
    r"with a focus|by using|using)\b"
)
_MOST_LINES = 40
_LONGEST_LINE = 400
_SEPARATOR = re.compile(r"\s*(?:;|,|\n|\s-\s|·|•)\s*")


def find_bibliography(cleaned: CleanText, sections: Sequence[Section], parsed: ParsedFile, name: str) -> Bibliography:
    """Everything that is known of the paper. Never fails: in the worst case the title is made of the file's name.

    `original_title` is the title in the paper's other language as printed, unless the file declares one.
    """
    front = _front_lines(cleaned, sections)
    spoken = _spoken(sections)
    guessed = _from_text(cleaned, sections, front, name, spoken)
    declared = dict(parsed.metadata)
    fields: dict[str, object] = {}
    for field in ("title", "journal", "volume", "issue", "pages", "doi", "place", "original_title"):
        value = declared.get(field)
        if isinstance(value, str) and value.strip():
            fields[field] = value.strip()
    for field, key in (
        ("authors", "authors"),
        ("authors", "author"),
        ("affiliations", "affiliations"),
        ("keywords", "keywords"),
    ):
        value = declared.get(key)
        if value is not None and field not in fields:
            fields[field] = (
                tuple(value)
                if isinstance(value, tuple)
                else tuple(part for part in re.split(r"\s*;\s*", value) if part)
            )
    year = _YEAR.search(str(declared.get("year", "") or declared.get("date", "")))
    if year:
        fields["year"] = int(year.group(1))
    doubtful = tuple(field for field in guessed.doubtful if field not in fields)
    return replace(guessed, **fields, doubtful=doubtful)  # type: ignore[arg-type]


def _from_text(
    cleaned: CleanText, sections: Sequence[Section], front: list[str], name: str, spoken: Language
) -> Bibliography:
    doubtful: list[str] = []
    head = [*front, *cleaned.furniture[:_MOST_LINES]]
    titles = _titles(front)
    title = next((line for line in titles if language_of(line, spoken) == spoken), titles[0] if titles else None)
    other = next((line for line in titles if line != title), None)
    if title is None:
        title = _topic(cleaned, sections, spoken) or _from_name(name)
        doubtful.append("title")
    authors = _authors(front, titles)
    if authors and not any(_BY.match(line) for line in front):
        doubtful.append("authors")
    place, sure = find_place(title, cleaned.text, sections)
    if place and not sure:
        doubtful.append("place")
    journal = next((found for line in head if (found := _journal(line))), None)
    issue = next(filter(None, map(_ISSUE.search, head)), None)
    pages = next((match.group(1) for match in map(_PAGES.search, head) if match), None)
    doi = next((match.group(1) for match in map(_DOI.search, head) if match), None)
    return Bibliography(
        title=_sentence_case(title),
        authors=authors,
        affiliations=tuple(
            dict.fromkeys(
                part
                for line in front
                if _INSTITUTION.search(line) and line not in titles
                for part in _affiliation(line)
            )
        ),
        year=_year(head),
        journal=journal,
        volume=issue.group("volume") if issue else None,
        issue=issue.group("issue") if issue else None,
        pages=pages.replace(" ", "") if pages else None,
        doi=doi,
        place=place,
        keywords=_keywords(cleaned, sections),
        original_title=_sentence_case(other) if other else None,
        doubtful=tuple(doubtful),
    )


def _front_lines(cleaned: CleanText, sections: Sequence[Section]) -> list[str]:
    if not sections:
        return []
    first = next((section for section in sections if section.kind is not SectionKind.FRONT_MATTER), None)
    front = [
        cleaned.text[s.start : s.end]
        for s in sections
        if s.kind is SectionKind.FRONT_MATTER and (first is None or s.start < first.start)
    ]
    lines = [line for block in front for line in block.split("\n") if line.strip()]
    return [line for line in lines[:_MOST_LINES] if len(line) <= _LONGEST_LINE]


def _titles(front: Sequence[str]) -> list[str]:
    """Title lines: the first lines that are neither headers, names nor addresses; two at most (one in each "
    "language)."""
    titles: list[str] = []
    for line in front:
        words = line.split()
        other = (
            _HEADER.search(line)
            or _MAIL.search(line)
            or _BY.match(line)
            or _INSTITUTION.search(line)
            or _JOURNAL.match(line)
            or _ISSUE.search(line)
        )
        if other:
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


def _authors(front: Sequence[str], titles: Sequence[str]) -> tuple[str, ...]:
    for line in front:
        if _BY.match(line):
            names = _names(_BY.sub("", line))
            if names:
                return names
    after = front.index(titles[-1]) + 1 if titles else 0
    for line in front[after : after + 3]:
        if not _INSTITUTION.search(line) and not _HEADER.search(line):
            names = _names(line)
            if names:
                return names
    return ()


def _names(line: str) -> tuple[str, ...]:
    """The personal names that make up the whole line, without degrees and superscripts; empty if anything else "
    "is there."""
    bare = _SUPERSCRIPT.sub(" ", _DEGREE.sub("", _MAIL.sub("", line)))
    parts = [part.strip(" .,;&") for part in re.split(r"\s*(?:,|;|&|\bdan\b|\band\b)\s*", bare)]
    parts = [" ".join(part.split()) for part in parts if part.strip(" .,")]
    if not parts or len(parts) > 15:
        return ()
    if not all(_NAME.match(part) and len(part) > 2 for part in parts) or (len(parts) == 1 and " " not in parts[0]):
        return ()
    return tuple(parts)


def _affiliation(line: str) -> Iterable[str]:
    bare = _MAIL.sub("", line).strip(" .,;")
    yield re.sub(r"^[\d*¹²³⁴,\s)]+", "", bare)


def _journal(line: str) -> str | None:
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


def _year(head: Iterable[str]) -> int | None:
    for line in head:
        if _DATED.search(line) and len(line) < 200:
            years = [int(year) for year in _YEAR.findall(_DOI.sub("", line))]
            if years:
                return max(years)
    return None


def _keywords(cleaned: CleanText, sections: Sequence[Section]) -> tuple[str, ...]:
    words = [
        word.strip(" .;,")
        for section in sections
        if section.kind is SectionKind.KEYWORDS
        for word in _SEPARATOR.split(cleaned.text[section.start : section.end])
    ]
    seen: dict[str, str] = {}
    for word in words:
        if 1 < len(word) <= 80:
            seen.setdefault(word.casefold(), word)
    return tuple(seen.values())[:24]


def _topic(cleaned: CleanText, sections: Sequence[Section], spoken: Language) -> str | None:
    """What the paper calls itself in its text, or what it says it set out to study."""
    titled = _TITLED.search(cleaned.text)
    if titled:
        return " ".join(titled.group("title").split())
    for section in sorted(sections, key=lambda s: (s.kind is not SectionKind.ABSTRACT, s.language != spoken, s.start)):
        if section.kind in (SectionKind.ABSTRACT, SectionKind.INTRODUCTION, SectionKind.BODY):
            purpose = _PURPOSE.search(cleaned.text, section.start, section.end)
            if purpose:
                topic = _TOPIC_ENDS.split(purpose.group("topic"))[0].strip()
                return topic[:1].upper() + topic[1:]
    return None


def _spoken(sections: Sequence[Section]) -> Language:
    indonesian = sum(section.end - section.start for section in sections if section.language == "id")
    return "id" if 2 * indonesian >= sum(section.end - section.start for section in sections) else "en"


def _from_name(name: str) -> str:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return " ".join(re.split(r"[\s_\-.]+", stem)).strip().title() or name


def _sentence_case(title: str) -> str:
    """A title printed in capitals as headline case; short words of capitals (UMKM) cannot be told apart and are "
    "kept."""
    title = " ".join(title.split())
    letters = [char for char in title if char.isalpha()]
    if not letters or sum(char.isupper() for char in letters) < 0.8 * len(letters):
        return title
    small = {
        "DAN",
        "DI",
        "DALAM",
        "UNTUK",
        "PADA",
        "YANG",
        "DARI",
        "KE",
        "DENGAN",
        "OLEH",
        "THE",
        "OF",
        "IN",
        "AND",
        "ON",
        "FOR",
        "TO",
        "A",
        "AN",
        "BY",
    }
    words = [word.lower() if word in small and index else _headline(word) for index, word in enumerate(title.split())]
    return " ".join(words)


def _headline(word: str) -> str:
    bare = re.sub(r"[^A-Z]", "", word)
    if len(bare) <= 4 and not re.search(r"[AIUEO]", bare):
        return word
    return "-".join(part[:1] + part[1:].lower() for part in word.split("-"))
