"""question type → does this sentence look like an answer of that type? Closed-class cues in both languages. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from qa.numerals import numbers_in
from qa.question import QuestionType

_REMEMBERED = 32_768
_CAUSE = re.compile(
    r"\b(karena|sebab|disebabkan|akibat(nya)?|mengakibatkan|menyebabkan|berdampak|dampak|sehingga|hambatan|penghambat|menghambat|terhambat|"
    r"kendala|terkendala|kurang(nya)?|minim(nya)?|rendah(nya)?|terbatas(nya)?|keterbatasan|belum|faktor|because|due to|owing to|caused?|"
    r"leads? to|led to|results? in|resulted|therefore|obstacles?|hinder(s|ed)?|barriers?|lack(s|ing)?|limited|factors?|so that)\b",
    re.IGNORECASE,
)
_HINDERED = (
    "penghambat|hambatan|menghambat|terhambat|kendala|terkendala|obstacles?|inhibit(s|ed|ing)?|hinder(s|ed|ing)?|barriers?|"
    "stall(s|ed)?|constrain(s|ed|ts?)"
)
_OBSTACLE = re.compile(
    rf"\b({_HINDERED}|tantangan|challenges?|kelemahan(nya)?|kesulitan(nya)?|permasalahan(nya)?|risiko(nya)?|weakness(es)?|"
    r"difficult(y|ies)|problems?|risks?)\b",
    re.IGNORECASE,
)
# "Faktor penghambatnya adalah …": the sentence that lists them, not one that only mentions that there are some.
_STATED_OBSTACLE = re.compile(
    r"\b(penghambat(nya)?|hambatan(nya)?|kendala(nya)?|tantangan(nya)?|obstacles?|barriers?|challenges?)\b[^.;]{0,100}?"
    r"\b(adalah|ialah|berupa|yaitu|yakni|meliputi|antara lain|seperti|are|is|was|were|includ(e|es|ing)|such as|namely|both)\b",
    re.IGNORECASE,
)
_SHORTFALL = re.compile(
    r"\b(kurang(nya)?|minim(nya)?|rendah(nya)?|terbatas(nya)?|keterbatasan|belum|pasif(nya)?|sulit(nya)?|enggan|lack(s|ed|ing)?|"
    r"limited|passive|insufficient|reluctan(t|ce))\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(tidak|tanpa|not?|less|without)\b", re.IGNORECASE)
_MANNER = re.compile(
    r"\b(melalui|dengan (cara|me\w+|mem\w+|meng\w+)|cara|menggunakan|dilakukan|dilaksanakan|proses|tahap(an)?|upaya|berupa|lewat|by|through|"
    r"using|via|process|steps?|carried out|conducted)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\b(adalah|ialah|merupakan|yaitu|yakni|dimaksud|diartikan|didefinisikan|pengertian|is an?|are|refers? to|means?|defined as|stands for)\b|\(",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"\b(yaitu|yakni|antara lain|meliputi|terdiri( dari| atas)?|mencakup|seperti|diantaranya|di antaranya|berupa|namely|including|includes?|"
    r"such as|consists? of|comprises?|among them|as well as)\b|(?:^|\s)[a-h1-9]\)|;",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_DATE = re.compile(
    r"\b(januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|january|february|march|may|june|july|"
    r"august|october|december|sejak|since|tahun|during|selama)\b",
    re.IGNORECASE,
)
_NAME_RUN = re.compile(r"(?<=[a-z,;:(] )[A-Z][\w.-]+(?: (?:[A-Z][\w.-]+|dan|and|of|the))*|\b[A-Z]{2,}\w*\b")
_AGENT = re.compile(
    r"\b(dinas|pemerintah|bupati|walikota|wali kota|perajin|pengrajin|koperasi|asosiasi|paguyuban|kelompok|masyarakat|pihak|aktor|lembaga|"
    r"ketua|kepala|bapak|ibu|oleh|government|regent|mayor|office|association|cooperative|artisans?|craftsmen|community|group|actors?|"
    r"head|chair|by)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(di|ke|desa|kelurahan|kecamatan|kabupaten|kota|provinsi|dusun|in|at|village|district|regency|city|province)\s+(?:the )?[A-Z]\w+"
)


def _has_measure(text: str) -> bool:
    """A number that is not only a year or a page."""
    return any(not _YEAR.fullmatch(number) for number in numbers_in(text))


_AIM = re.compile(
    r"\b(penelitian|studi|artikel|kajian|makalah|research|study|article|paper) ini (bertujuan|berfokus|akan)|(tujuan|maksud) (dari |dalam )?(penelitian|studi|artikel)|"
    r"\b(studi|penelitian|study|research|authors?) (\w+ ){0,3}(menanyakan|mempertanyakan|asks?)\b|(pe)?rumusan masalah|fokus penelitian|\b(this|the) (research|study|article|paper) (aims?|seeks|intends|asks)|aim of th(is|e) "
    r"(research|study)|research questions?|dapat dilihat (pada|dalam) (gambar|tabel)|\?\s*$",
    re.IGNORECASE,
)


_CITED = re.compile(r"\(\s*(?:[^()]{0,60}?\b)?(?:19|20)\d\d[a-z]?\s*(?:[:,;][^()]{0,30})?\)")


_ACCORDING = re.compile(
    r"^\W*(menurut|mengacu (pada|kepada)|merujuk (pada|kepada)|(berdasarkan|dalam) (teori|pendapat|pandangan)|"
    r"(sebagaimana|seperti) (yang )?(di\w+|menurut)|according to|following|as \w+ (states?|argues?|notes?))\b|"
    # "Sudarto (2011: 17) explains", "Sudarto in (Wulan, 2019) defines": what is taught, not what was found.
    r"^\W*[^.;()]{3,60}?\([^()]{0,40}?(19|20)\d\d[^()]*\) (\w+ ){0,2}?(menjelaskan|mengatakan|menyatakan|mendefinisikan|mengemukakan|"
    r"berpendapat|menyebutkan|mengartikan|memaparkan|explain(s|ed)?|states?|stated|defines?|defined|argues?|argued|says|describes?|"
    r"described)\b",
    re.IGNORECASE,
)


CITED_WITHIN = 110
"""Characters at the beginning of a sentence in which the work that it tells of is named."""
SHAPELESS = frozenset({QuestionType.COMPARISON, QuestionType.YES_NO, QuestionType.FACT, QuestionType.KEYWORDS})
"""Types whose answers may look like anything."""


_HELP = re.compile(
    r"\b(pendukung(nya)?|pendorong(nya)?|penunjang(nya)?|(faktor|kunci) (keberhasilan|kesuksesan)(nya)?|"
    r"apa (saja )?yang (\w+ )?(membantu|mendukung|menunjang|melancarkan|memperlancar|memudahkan)|"
    r"(supporting|enabling|driving|success|helping) (factor|condition)s?|what (has |have )?(helps?|helped|supports?|supported|enables?|"
    r"enabled|facilitates?|facilitated)|enablers?|strengths?)\b",
    re.IGNORECASE,
)
_HELPING = re.compile(
    r"\b(pendukung(nya)?|pendorong(nya)?|penunjang(nya)?|supporting factors?|drivers?|enablers?|success factors?)\b",
    re.IGNORECASE,
)
_HINDERING = re.compile(rf"\b({_HINDERED})(nya)?\b", re.IGNORECASE)


def asks_for_help(text: str) -> bool:
    """Whether a question asks for what helped, and not for what stood in the way as well."""
    return bool(_HELP.search(text)) and not _HINDERING.search(text)


# What is said of a text alone is remembered: the same sentences come up in question after question.
@lru_cache(maxsize=_REMEMBERED)
def reports_others(text: str) -> float:
    """How far a sentence tells what others found or defined: 1 when it begins with a cited work, 20 when it also says
    that it speaks after that work, else 0."""
    if not _CITED.search(text[:CITED_WITHIN]):
        return 0.0
    # Set by hand: among the judged sentences are too few that begin with "according to" and a source to fit it, and
    # what a textbook says in general answers no question about what a study found.
    return 20.0 if _ACCORDING.search(text) else 1.0


_OF_THE_STUDY = re.compile(
    r"\b((penelitian|studi|kajian|artikel) ini|th(is|e present) (study|research|article|paper)|tujuan)\b", re.IGNORECASE
)


@lru_cache(maxsize=_REMEMBERED)
def of_the_study(text: str) -> bool:
    """True for a sentence that speaks of the study itself, which seldom answers a question about its subject."""
    return bool(_OF_THE_STUDY.search(text))


@lru_cache(maxsize=_REMEMBERED)
def announces(text: str) -> bool:
    """True for a sentence that says what a study will ask or show, instead of what it found."""
    return bool(_AIM.search(text))


# "Industri Kecil Menengah (IKM)", "IKM (Industri Kecil Menengah)".
_SHORT_FORM = re.compile(r"\(([A-Z][\w.&-]*[A-Z][\w.&-]*)\)|\b([A-Z][\w&-]*[A-Z][\w&-]*) \((?=[A-Z][a-z])")


def writes_out(text: str, words: Collection[str]) -> bool:
    """Whether a sentence gives one of `words` (lower case) as an abbreviation beside what it stands for."""
    return any((match[1] or match[2]).lower() in words for match in _SHORT_FORM.finditer(text))


@lru_cache(maxsize=_REMEMBERED)
def on_obstacles(text: str) -> bool:
    """True for a sentence that speaks of obstacles and of nothing that helps."""
    return bool(_HINDERING.search(text)) and not _HELPING.search(text)


@lru_cache(maxsize=_REMEMBERED)
def on_help(text: str) -> bool:
    """True for a sentence that speaks of what helps and of nothing that stands in the way."""
    return bool(_HELPING.search(text)) and not _HINDERING.search(text)


@lru_cache(maxsize=_REMEMBERED)
def answer_type_match(kind: QuestionType, text: str) -> float:
    """How well a sentence fits what is asked for, between 0 and 1; types without a shape of their own give 0."""
    match kind:
        case QuestionType.NUMBER:
            return 1.0 if _has_measure(text) else 0.0
        case QuestionType.WHEN:
            return 1.0 if _YEAR.search(text) else 0.5 if _DATE.search(text) else 0.0
        case QuestionType.WHO:
            return 0.5 * bool(_NAME_RUN.search(text)) + 0.5 * bool(_AGENT.search(text))
        case QuestionType.WHERE:
            return 1.0 if _PLACE.search(text) else 0.0
        case QuestionType.WHY:
            return 1.0 if _CAUSE.search(text) else 0.0
        case QuestionType.OBSTACLE:
            named = bool(_OBSTACLE.search(text))
            lacking = bool(_SHORTFALL.search(text) or (named and _DENIAL.search(text)))
            return 0.35 * named + 0.35 * lacking + 0.3 * bool(_STATED_OBSTACLE.search(text))
        case QuestionType.HOW:
            return 1.0 if _MANNER.search(text) else 0.0
        case QuestionType.DEFINITION:
            return 1.0 if _DEFINITION.search(text) else 0.0
        case QuestionType.LIST:
            commas = text.count(",") + text.count(";")
            return 1.0 if _LISTING.search(text) or commas >= 3 else 0.5 if commas else 0.0
        case _:
            return 0.0
