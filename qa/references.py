"""DocumentCard → the reference that a scholar pastes: plain text, Markdown, APA (7th edition), BibTeX or RIS. Pure.

APA follows the Publication Manual, 7th edition, sections 8.17, 9.8 and 10.1; RIS the tags of the 2001 specification;
BibTeX the entry types `article` and `misc`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from enum import StrEnum

from ingest.types import Bibliography, DocumentCard, Language

_NO_DATE = {"id": "t.t.", "en": "n.d."}
_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX_SPECIAL = re.compile(r"[\\{}~^&%$#_]")
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_LONGEST_AUTHOR_LIST = 20


class ReferenceFormat(StrEnum):
    """The formats in which a reference can be had."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    APA = "apa"
    BIBTEX = "bibtex"
    RIS = "ris"


def references(
    cards: Sequence[DocumentCard], wanted: ReferenceFormat, language: Language, address: Callable[[DocumentCard], str]
) -> str:
    """The references of `cards`, in the order given and each paper once; `address` says where a paper can be read.

    Plain text and Markdown are numbered lists, BibTeX keys are distinct, RIS records end their lines with CR LF."""
    papers = list({card.id: card for card in cards}.values())
    if wanted is ReferenceFormat.BIBTEX:
        keys = _distinct([cite_key(card.bibliography) for card in papers])
        return "\n\n".join(bibtex(card, key, address(card)) for card, key in zip(papers, keys, strict=True))
    if wanted is ReferenceFormat.RIS:
        return "\r\n".join(ris(card, address(card)) for card in papers)
    if wanted is ReferenceFormat.APA:
        return "\n\n".join(apa(card.bibliography, language) for card in papers)
    if wanted is ReferenceFormat.MARKDOWN:
        return "\n".join(f"{n}. {markdown(card, language, address(card))}" for n, card in enumerate(papers, start=1))
    return "\n".join(f"[{n}] {plain(card, language, address(card))}" for n, card in enumerate(papers, start=1))


def plain(card: DocumentCard, language: Language, address: str) -> str:
    """The APA reference followed by where the paper can be read."""
    return f"{apa(card.bibliography, language)} {address}"


def markdown(card: DocumentCard, language: Language, address: str) -> str:
    """The APA reference with its title as a link to `address` and the journal in italics."""
    head = card.bibliography
    title, journal = _as_text(_sentence(_line(head.title))), _as_text(_line(head.journal))
    return _apa(head, language, f"[{title}](<{address}>)", f"*{journal}*" if journal else "", _as_text)


def apa(head: Bibliography, language: Language) -> str:
    """One APA reference in plain characters; `language` decides how a missing year is said."""
    return _apa(head, language, _sentence(_line(head.title)), _line(head.journal), lambda text: text)


def bibtex(card: DocumentCard, key: str, address: str) -> str:
    """One BibTeX entry under `key`: `article` when the journal is known, else `misc`."""
    head = card.bibliography
    fields = [
        ("title", f"{{{_tex(head.title)}}}"),
        ("author", " and ".join(_tex_name(author) for author in head.authors)),
        ("year", "" if head.year is None else str(head.year)),
        ("journal", _tex(head.journal)),
        ("volume", _tex(head.volume)),
        ("number", _tex(head.issue)),
        ("pages", re.sub(r"[-–]+", "--", _tex(head.pages))),
        ("doi", _line(head.doi)),
        ("langid", {"id": "indonesian", "en": "english"}[card.language]),
        ("url", address),
    ]
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields if value)
    return f"@{'article' if head.journal else 'misc'}{{{key},\n{body}\n}}"


def ris(card: DocumentCard, address: str) -> str:
    """One RIS record, lines ended by CR LF."""
    head = card.bibliography
    first, _, last = re.sub(r"\s*[-–]+\s*", "–", _line(head.pages)).partition("–")
    lines = [
        ("TY", "JOUR" if head.journal else "GEN"),
        ("TI", _line(head.title)),
        *(("AU", ", ".join(part for part in _name_parts(author) if part)) for author in head.authors),
        ("PY", "" if head.year is None else str(head.year)),
        ("JO", _line(head.journal)),
        ("VL", _line(head.volume)),
        ("IS", _line(head.issue)),
        ("SP", first),
        ("EP", last),
        ("DO", _line(head.doi)),
        *(("KW", _line(keyword)) for keyword in head.keywords),
        ("LA", card.language),
        ("UR", address),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n"


def in_text(head: Bibliography, language: Language) -> str:
    """Who and when, as it stands inside a text: `Indrawati & Pambudi, 2020`; the title's beginning without authors."""
    families = [_name_parts(author)[0] for author in head.authors]
    title = _line(head.title)
    if len(families) > 2:
        who = f"{families[0]} {'dkk.' if language == 'id' else 'et al.'}"
    else:
        who = " & ".join(families) or (f"{title[:38].strip()}…" if len(title) > 40 else title)
    return f"{who}, {head.year or _NO_DATE[language]}"


def cite_key(head: Bibliography) -> str:
    """`indrawati2020collaborative`: first family name, year and first longer word of the title, in ASCII."""
    family = _ascii(_name_parts(head.authors[0])[0]) if head.authors else ""
    word = next((word for word in map(_ascii, _line(head.title).split()) if len(word) > 4), "")
    return f"{family}{head.year or ''}{word}" or "sitasi"


def _distinct(keys: Sequence[str]) -> list[str]:
    """`a, a, b` → `a, a2, b`."""
    seen: dict[str, int] = {}
    given = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        given.append(key if seen[key] == 1 else f"{key}x{seen[key]}")
    return given


def _apa(head: Bibliography, language: Language, title: str, journal: str, escape: Callable[[str], str]) -> str:
    date = f"({head.year or _NO_DATE[language]})."
    who = escape(_apa_authors(head.authors))
    volume = _line(head.volume) + (f"({_line(head.issue)})" if head.issue else "")
    pages = re.sub(r"\s*[-–]+\s*", "–", _line(head.pages))
    source = ", ".join(part for part in (journal, escape(volume), escape(pages)) if part)
    parts = [f"{_sentence(who)} {date} {title}" if who else f"{title} {date}"]
    if source:
        parts.append(_sentence(source))
    if head.doi:
        parts.append(f"https://doi.org/{_line(head.doi)}")
    return " ".join(parts)


def _apa_authors(authors: Sequence[str]) -> str:
    names = [_apa_name(author) for author in authors]
    if len(names) > _LONGEST_AUTHOR_LIST:
        return f"{', '.join(names[: _LONGEST_AUTHOR_LIST - 1])}, . . . {names[-1]}"
    return f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names)


def _apa_name(author: str) -> str:
    family, given = _name_parts(author)
    initials = " ".join(f"{part[0].upper()}." for part in re.split(r"[\s.]+", given) if part)
    return f"{family}, {initials}" if initials else family


def _name_parts(author: str) -> tuple[str, str]:
    """Family and given names: of `Given Family` and `Family, Given`; many Indonesian names are one word only."""
    name = _line(author)
    if "," in name:
        family, _, given = name.partition(",")
        return family.strip(), given.strip()
    given, _, family = name.rpartition(" ")
    return family, given


def _line(text: str | None) -> str:
    """One line without control characters: nothing in it can begin a new field."""
    visible = "".join(" " if unicodedata.category(mark) in ("Cc", "Zl", "Zp") else mark for mark in text or "")
    return " ".join(visible.split())


def _as_text(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).lower())


def _tex(text: str | None) -> str:
    return _TEX_SPECIAL.sub(lambda found: _TEX.get(found[0], f"\\{found[0]}"), _line(text))


def _tex_name(author: str) -> str:
    # Braces keep a name whole that holds the word which separates names.
    name = _tex(author)
    return f"{{{name}}}" if re.search(r"\band\b", name, re.IGNORECASE) else name
