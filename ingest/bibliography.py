"""ParsedFile → Document: who wrote the paper, what it is called, when and where; declared values first, then the text.

What the file declares (front matter, document properties) wins. The rest is read from title lines, running heads and
the abstract by general rules; fields found only by weak signs are named in `Bibliography.doubtful`. A year is never
guessed from citations: a wrong year is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ingest.front_page import (
    BY_LINE,
    ISSUE,
    find_affiliations,
    find_authors,
    find_titles,
    front_lines,
    journal_in,
    titles_set,
)
from ingest.language import language_of
from ingest.places import find_place
from ingest.text import CleanText
from ingest.types import Bibliography, Language, ParsedFile, Section, SectionKind

_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;:)\]}])", re.IGNORECASE)
_PAGES = re.compile(r"\b(?:pp?|hal(?:aman)?|hlm|pages?)\.?\s*:?\s*(\d{1,5}\s*[-–]\s*\d{1,5})", re.IGNORECASE)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_REST_OF_ISSUE = re.compile(r"^(?:no(?:mor)?\.?\s*)?\d{0,3}[\s,]*[(\[]?(?:19|20)\d\d[)\]]?[.,:]?$", re.IGNORECASE)
_DATED = re.compile(
    r"\b(?:vol|no|nomor|issue|edisi|tahun|received|accepted|published|available|diterima|disetujui|diterbitkan|dipublikasikan|terbit|revised|direvisi|januari|"
    r"februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|january|february|march|may|june|july|august|october|december)\b|©|\(c\)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:dengan judul|berjudul|entitled|"
    r"titled)\s*:?\s*[\"“'‘]?(?P<title>[A-Z][^\"”.\n]{15,220}?)[\"”'’]?(?=\s*(?:[\"”.,;]|\bdapat\b|\bmaka\b|"
    r"\bini\b|$))"
)
_PURPOSE = re.compile(
    r"(?i:\bbertujuan|\btujuan(?: dalam| dari)?(?: penelitian| studi| artikel)?(?: ini)?|"
    r"\bfokus(?: utama)?(?: penelitian| studi)?(?: ini)?|\b(?:aims?|aimed)|\bpurpose of this (?:study|research|"
    r"paper) (?:is|was)|\bfocus of this (?:study|research|paper) (?:is|was))"
    r"(?:\s+(?:ini|adalah|ialah|yaitu))*\s+(?:untuk\s+|to\s+)?"
    r"(?:meng\w+|men\w+|mem\w+|examine|know|analy[sz]e|explore|determine|describe|investigate|identify|"
    r"understand|find out|assess|evaluate)(?:\s+(?:dan|serta|and)\s+(?:men\w+|mem\w+|[a-z]+e))?\s+"
    r"(?P<topic>[^,.;:\n]{25,240})"
)
_TOPIC_ENDS = re.compile(
    r"\s+(?:dan juga|dan untuk|serta untuk|dengan (?:menitikberatkan|fokus|menggunakan|studi)|and to|"
    r"with a focus|by using|using)\b"
)
_SEPARATOR = re.compile(r"\s*(?:;|,|\n|\s-\s|·|•)\s*")


def find_bibliography(cleaned: CleanText, sections: Sequence[Section], parsed: ParsedFile, name: str) -> Bibliography:
    """Everything that is known of the paper. Never fails: in the worst case the title is made of the file's name.

    `original_title` is the title in the paper's other language as printed, unless the file declares one.
    """
    front = front_lines(cleaned, sections, parsed)
    spoken = _spoken(sections)
    guessed = _from_text(cleaned, sections, front, name, spoken, titles_set(parsed))
    declared = dict(parsed.metadata)
    fields: dict[str, Any] = {}
    if "title" in guessed.doubtful and declared.get("declared_title"):
        fields["title"] = declared["declared_title"]
    if not guessed.keywords and declared.get("declared_keywords"):
        fields["keywords"] = declared["declared_keywords"]
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
    return replace(guessed, **fields, doubtful=doubtful)


def _from_text(
    cleaned: CleanText,
    sections: Sequence[Section],
    front: list[str],
    name: str,
    spoken: Language,
    set_as_title: list[str],
) -> Bibliography:
    doubtful: list[str] = []
    head = _rejoined([*front, *cleaned.furniture])
    titles = set_as_title or find_titles(front)
    title = next((line for line in titles if language_of(line, spoken) == spoken), titles[0] if titles else None)
    other = next((line for line in titles if line != title), None)
    if title is None:
        title = _topic(cleaned, sections, spoken) or _from_name(name)
        doubtful.append("title")
    authors = find_authors(front, titles)
    if authors and not any(BY_LINE.match(line) for line in front):
        doubtful.append("authors")
    place, sure = find_place(title, cleaned.text, sections)
    if place and not sure:
        doubtful.append("place")
    journal = next((found for line in head if (found := journal_in(line))), None)
    issue = next(filter(None, map(ISSUE.search, head)), None)
    pages = next((match.group(1) for match in map(_PAGES.search, head) if match), None)
    doi = next((match.group(1) for match in map(_DOI.search, head) if match), None)
    return Bibliography(
        title=_sentence_case(title),
        authors=authors,
        affiliations=find_affiliations(front, titles),
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


def _year(head: Iterable[str]) -> int | None:
    for line in head:
        if _DATED.search(line) and len(line) < 200:
            years = [int(year) for year in _YEAR.findall(_DOI.sub("", line))]
            if years:
                return max(years)
    return None


def _rejoined(lines: Sequence[str]) -> list[str]:
    """The lines with `Vol. 5 No. 2 (2016)` put together where a narrow column broke it."""
    joined: list[str] = []
    for line in lines:
        if joined and ISSUE.search(joined[-1]) and _REST_OF_ISSUE.match(line):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


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
    """A title printed in capitals as headline case; short words of capitals (UMKM) cannot be told apart and are
    kept."""
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
