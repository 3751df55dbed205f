"""raw file → Document → Section: what a heading looks like and what its words say, in Indonesian and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.types import SectionKind

BULLETS = "•·▪■●○◦➢✓–*-"
"""Marks that open an item of a list without a number."""

MAX_HEADING_WORDS = 16
MAX_HEADING_CHARACTERS = 130

_NUMBER = re.compile(
    r"(?:(?P<chapter>(?:BAB|Bab|CHAPTER|Chapter|BAGIAN|Bagian|PART|Part)\s+(?:[IVXLC]+|\d{1,2})\b\s*[.:–-]?)"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){0,4})(?P<dot>[.)]?)(?=\s)"
    r"|(?P<roman>[IVX]{1,5})[.)](?=\s)"
    r"|(?P<upper>[A-Z])[.)](?=\s)"
    r"|(?P<lower>[a-z¢©])[.)](?=\s)"
    r"|\((?P<bracket>\d{1,2}|[a-z])\)(?=\s))\s*"
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ENDS = re.compile(r"[.?!:;,…]['\"”’»)\]]*$")
_SENTENCE_INSIDE = re.compile(r"[a-z]{3}[.?!] +[A-Z]")
_CAPTION = re.compile(
    r"^(?:gambar|tabel|grafik|bagan|diagram|foto|peta|lampiran|figure|fig|table|chart|graph|map|photo)(?:\.?\s+|(?=\d))(?-i:\d{1,3}|[IVX]{1,4}|[A-Z])(?:[.\-]\d{1,3})*\s*[.:)]?(?=\s|$)"
    r"|^(?:sumber|source|keterangan|note|catatan)s?(?:\s+(?:data|foto|gambar))?\s*:",
    re.IGNORECASE,
)
_SMALL = frozenset(
    "dan atau di ke dari yang untuk dengan pada oleh dalam bagi terhadap sebagai tentang antara melalui serta "
    "per para akan "
    "the a an of in on at to for from with by and or as vs versus between into through its their".split()
)

_KINDS: tuple[tuple[SectionKind, str], ...] = (
    (SectionKind.ABSTRACT, r"abstra[kc]t?|abstraksi|intisari|ringkasan(?: eksekutif)?|(?:executive )?summary|sari"),
    (SectionKind.KEYWORDS, r"kata[- ]?kata kunci|kata[- ]?kunci|key ?words?(?: and phrases)?|index terms"),
    (
        SectionKind.INTRODUCTION,
        r"pendahuluan|pengantar|latar belakang(?: (?:masalah|penelitian|teori))?|(?:konteks|tempat) dan latar"
        r"|(?:perumusan|rumusan|identifikasi|batasan|pembatasan|fokus) (?:masalah|permasalahan)|permasalahan"
        r"|(?:tujuan|manfaat|kegunaan|urgensi|signifikansi|pertanyaan)(?: (?:dan manfaat|"
        r"dan kegunaan))?(?: (?:penelitian|penulisan|studi))?"
        r"|(?:general )?introduction|background(?: of the (?:study|problem))?|(?:problem statement|"
        r"statement of the problem)"
        r"|place and background|(?:research|study) (?:questions?|problems?|objectives?|aims?|purposes?)|"
        r"(?:objectives?|aims?|purposes?)(?: of the (?:study|research))?"
        r"|significance of the (?:study|research)",
    ),
    (
        SectionKind.THEORY,
        r"(?:tinjauan|kajian|telaah|studi) (?:pustaka|kepustakaan|literatur|teori|teoritis|teoretis)"
        r"|(?:kerangka|landasan|dasar|dasar[- ]dasar) (?:dasar )?(?:teori|teoritis|teoretis|pemikiran|pikir|"
        r"berpikir|berfikir|konsep|konseptual|konsepsional)"
        r"|kerangka konsep dan teori|teori|penelitian terdahulu|state of the art|hipotesis|"
        r"definisi (?:konsepsional|konseptual|operasional)"
        r"|(?:literature|theoretical) review|review of (?:the )?literature|(?:theoretical|"
        r"conceptual) (?:framework|background|basis|foundations?)"
        r"|related works?|previous (?:studies|research)|theory|hypothes[ie]s(?: development)?",
    ),
    (
        SectionKind.METHOD,
        r"metode(?: dan kerangka)?|metodologi|metode (?:penelitian|riset|pelaksanaan|kajian|penulisan)|"
        r"metodologi penelitian|bahan dan metode|cara penelitian|prosedur penelitian"
        r"|(?:jenis|desain|rancangan|pendekatan|tipe)(?: dan (?:pendekatan|desain|jenis|metode))? penelitian"
        r"|(?:lokasi|tempat|waktu|wilayah)(?: dan (?:waktu|tempat|lokasi))? penelitian"
        r"|teknik (?:pengumpulan|analisis|pemeriksaan keabsahan|pengolahan) data|analisis data|"
        r"sumber(?: dan jenis)? data|jenis(?: dan sumber)? data"
        r"|(?:research )?method(?:s|ology)?|materials? and methods?|method and framework|(?:research|"
        r"study) (?:design|methods?|methodology|approach|site)|data (?:collection|analysis)(?: techniques?)?",
    ),
    (
        SectionKind.RESULTS,
        r"hasil|hasil (?:penelitian|studi|kajian|analisis|temuan|dan analisis)|temuan(?: penelitian| studi|"
        r" utama)?|pembahasan|diskusi|analisis|pembahasan hasil penelitian"
        r"|(?:research )?(?:results?|findings?)|(?:key|main) findings?|discussions?|analysis",
    ),
    (
        SectionKind.CONCLUSION,
        r"(?:ke)?simpulan(?: akhir| umum| penelitian)?|penutup|conclusions?|concluding remarks|closing",
    ),
    (
        SectionKind.RECOMMENDATIONS,
        r"saran(?:[- ]saran)?(?: penelitian| kebijakan)?|rekomendasi(?: kebijakan)?|implikasi(?: kebijakan|"
        r" praktis| teoretis| manajerial)?"
        r"|(?:policy )?(?:recommendations?|implications?)|suggestions?|(?:practical|managerial|"
        r"theoretical) implications?",
    ),
    (
        SectionKind.REFERENCES,
        r"(?:daftar )?(?:pustaka|referensi|rujukan|bacaan)|daftar kepustakaan|kepustakaan|references?(?: list)?|"
        r"bibliograph(?:y|ies)|works cited|literature cited",
    ),
    (
        SectionKind.BOILERPLATE,
        r"ucapan terima ?kasih|terima ?kasih|penghargaan|persantunan|acknowledge?ments?|konflik kepentingan|"
        r"(?:conflicts?|declaration)s? of (?:competing )?interests?"
        r"|competing interests?|pendanaan|sumber dana|funding(?: statement)?|kontribusi penulis|"
        r"authors?['’]? contributions?|ketersediaan data|data availability(?: statement)?"
        r"|daftar (?:isi|gambar|tabel|lampiran|singkatan)|table of contents|contents|list of (?:figures|tables|"
        r"abbreviations)|biografi(?: penulis)?|tentang penulis|about the authors?"
        r"|(?:profil|riwayat hidup) penulis|pernyataan(?: etika| penulis)?|ethic(?:s|al) (?:statement|approval|"
        r"considerations?)|hak cipta|copyright|lisensi|license",
    ),
    (
        SectionKind.FRONT_MATTER,
        r"(?:info|informasi|riwayat|sejarah) artikel|article (?:info(?:rmation)?|history)|"
        r"penulis(?: korespondensi)?|afiliasi|affiliations?|corresponding authors?|author(?:s| information)?",
    ),
)
_KIND_OF = tuple((kind, re.compile(rf"(?:{pattern})")) for kind, pattern in _KINDS)
_JOINT = re.compile(r"\s*(?:,|&|/|\bdan\b|\band\b|\bserta\b)\s*")
_RUN_IN = re.compile(r"^(?P<title>[^\W\d_][\w \-]{2,40}?)\s*(?P<mark>[:–—]|\.(?=\s*[—–])|\s-\s)\s*[-–—]?\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Shape:
    """A line taken apart: numbering style (`decimal2` for `4.2.`), its ordinal, its words, and whether in capitals."""

    style: str
    ordinal: int
    title: str
    capitals: bool


@lru_cache(maxsize=4096)
def shape(line: str) -> Shape:
    """Split the number off a line; style `none` and ordinal 0 where it has none."""
    found = _NUMBER.match(line)
    title = line[found.end() :].strip() if found else line.strip()
    capitals = len(title) <= 2 * MAX_HEADING_CHARACTERS and in_capitals(title)
    if not found:
        return Shape("none", 0, title, capitals)
    kind = found.lastgroup or ""
    kind = "decimal" if kind == "dot" else kind
    value = found.group(kind)
    if kind == "decimal":
        parts = value.split(".")
        if len(parts) == 1 and not found.group("dot") and any(char.isdigit() for char in title):
            return Shape("none", 0, line.strip(), capitals)
        return Shape(f"decimal{len(parts)}", int(parts[-1]), title, capitals)
    if kind in ("upper", "lower") or (kind == "bracket" and value.isalpha()):
        return Shape(kind, ord(value.lower()) - 96, title, capitals)
    ordinal = _roman_or_number(value)
    return Shape(kind, ordinal, title, capitals)


def in_capitals(text: str) -> bool:
    """Whether nearly all letters, at least three, are capitals."""
    letters = sum(map(str.isalpha, text))
    return letters > 2 and sum(map(str.isupper, text)) >= 0.8 * letters


def kind_of(title: str) -> SectionKind | None:
    """The purpose that a heading's own words name, or None. Combined headings count as their first known part."""
    words = " ".join(title.lower().strip(" .:;–—-*()[]").split())
    if not words or len(words) > 80:
        return None
    kind = _exact_kind(words)
    if kind is not None:
        return kind
    parts = [part for part in _JOINT.split(words) if part]
    kinds = [_exact_kind(part) for part in parts]
    if len(parts) > 1 and all(kinds):
        return kinds[0]
    return None


def is_caption(line: str) -> bool:
    """Whether the line labels a figure or table, or names its source."""
    return bool(_CAPTION.match(line))


def ends_sentence(text: str) -> bool:
    """Whether the text ends with closing punctuation, quotation marks and brackets aside."""
    return bool(_ENDS.search(text)) and not text.rstrip("'\"”’»)]").endswith(",")


def is_small(word: str) -> bool:
    """Whether the word is a particle that titles leave in small letters and that never ends one."""
    return word.lower() in _SMALL


def title_like(title: str) -> bool:
    """Whether short text is set like a title: begins with a capital, most of its content words are capitalised."""
    words = _WORD.findall(title)
    if not words or len(words) > MAX_HEADING_WORDS or len(title) > MAX_HEADING_CHARACTERS:
        return False
    first = title.lstrip("\"'“‘(")[:1]
    if not (first.isupper() or first.isdigit()) or words[-1].lower() in _SMALL:
        return False
    content = [word for word in words if word.lower() not in _SMALL]
    capital = sum(word[0].isupper() for word in content)
    return capital >= 0.6 * len(content) or (len(words) <= 3 and title[:1].isupper())


def looks_like_heading(line: str) -> bool:
    """Whether a line alone has the shape of a heading: known words, capitals, or a title with or without a number."""
    form = shape(line)
    if not form.title or len(line) > MAX_HEADING_CHARACTERS or is_caption(line):
        return False
    if kind_of(form.title) is not None:
        return True
    words = len(form.title.split())
    if _SENTENCE_INSIDE.search(form.title):
        return False
    if form.style != "none" and words <= 8 and re.search(r"[\w)]\.$", form.title):
        return title_like(form.title.rstrip("."))
    if _ENDS.search(form.title) or words > MAX_HEADING_WORDS:
        return False
    return form.capitals or title_like(form.title)


def may_be_numbered_heading(line: str) -> bool:
    """Whether a numbered line could be a heading if text of its own follows: short, capital first, no closing mark."""
    form = shape(line)
    return (
        form.style != "none"
        and form.title[:1].isupper()
        and len(form.title.split()) <= 14
        and len(line) <= MAX_HEADING_CHARACTERS
        and not _ENDS.search(form.title)
    )


def run_in(line: str) -> tuple[str, int] | None:
    """A known heading that opens its own paragraph (`Kata kunci: batik`): its words and where the text begins."""
    found = _RUN_IN.match(line)
    if not found or _exact_kind(" ".join(found.group("title").lower().split())) is None:
        return None
    return found.group("title").strip(), found.end()


def _exact_kind(words: str) -> SectionKind | None:
    return next((kind for kind, pattern in _KIND_OF if pattern.fullmatch(words)), None)


def _roman_or_number(value: str) -> int:
    digits = re.search(r"\d+", value)
    if digits:
        return int(digits.group())
    numeral = (re.findall(r"[IVXLC]+", value.upper()) or ["I"])[-1]
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[c] for c in numeral]
    return sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))
