"""sentence → whether it holds a value of the kind that the question asks for (`qa.asked_value`). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from qa.asked_value import ROLES_EN, ROLES_ID, UNITS, AskedValue, asks_for_holder, whole_words
from qa.numerals import numbers_in

_MONTHS = (
    "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|"
    "january|february|march|may|june|july|august|october|december"
)
_WEEKDAYS = "senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_SMALL = (
    "satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|one|two|three|four|five|six|seven|eight|nine|"
    "ten|eleven|twelve"
)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
# As years are printed: "2,000" and "1.250" are none.
_BARE_YEAR = re.compile(r"(?<![\d.,])(?:1[0-9]|20)\d\d(?![\d.,]*\d)")
_CITED = re.compile(r"\([^()]{0,60}?\b(?:19|20)\d\d[a-z]?\s*(?:[:,;][^()]{0,30})?\)")
_LIST_MARK = re.compile(r"(?:^|[\s(])(?:\d{1,2}|[a-z])[.)](?=\s)")
_MONEY = re.compile(
    r"\brp\.?\s?\d|\b(?:rupiah|dolar|dollars?|idr|usd|euros?|pounds?|gulden|ringgit|yen)\b|[$€£]|"
    r"\b[\d.,]+\s*(?:juta|mil[iy]ar|triliun|million|billion)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"%|\b(?:per ?sen(?:tase)?|per ?cent(?:age)?|separuh|(?<!-)setengah(?!-)|sepertiga|seperempat|half|third|quarter|"
    r"mayoritas|majority)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\d[\d.,]*\s?(?:%|per ?sen\b|per ?cent\b)(?:\s?[-–]\s?\d[\d.,]*\s?%)?", re.IGNORECASE)
# "Once a year" says how often, not how long; "4% a year" says neither.
_RECURRENT = re.compile(
    r"\b(?:once|twice|\w+ times) (?:an?|every|each|per) \w+|\b(?:sekali|\w+ kali) (?:se\w+|dalam \w+ \w+)",
    re.IGNORECASE,
)
_RATE = re.compile(rf"\d\s?(?:%|per ?sen|per ?cent) (?:per|an?|each|every|se|setiap) ?(?:{UNITS})\b", re.IGNORECASE)
_FREQUENCY = re.compile(
    rf"\b(?:\w+ kali|sekali|se(?:hari|minggu|bulan|tahun)|(?:se)?tiap (?:\w+ )?(?:{UNITS})|"
    rf"(?:hari|minggu|bulan|tahun)an|rutin|berkala|once|twice|thrice|times|"
    rf"(?:every|each|per|an?) (?:\w+ )?(?:{UNITS})|daily|weekly|monthly|yearly|annual(?:ly)?|"
    r"regular(?:ly)?|periodic(?:ally)?)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\bse(?:detik|menit|jam|hari|pekan|minggu|bulan|tahun|abad|dekade)\b(?! sekali)|"
    r"\bber(?:jam|hari|minggu|bulan|tahun|abad)-|"
    rf"(?:\d|\b(?:{_SMALL}|puluh|belas|ratus|ribu|an?|beberapa|sekian|several|few|many|half|hundred|"
    rf"thousand))[ -](?:\w+[ -])?(?:{UNITS})\b(?! sekali| (?:19|20)\d\d)|"
    rf"\b(?:sejak|since|sampai|hingga|until)\b[^.;]{{0,25}}?(?:\d+(?![\d.,]* ?(?:%|per))|"
    rf"\b(?:{UNITS}|{_MONTHS}|kini|sekarang|now|today)\b)|"
    r"\b(?:1\d|20)\d\d\)? ?(?:[-–—]|sampai|hingga|to|until|and|dan)[^.;\d]{0,15}(?:1\d|20)\d\d\b",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"\b(?:separuh|(?<!-)setengah(?!-)|sepertiga|seperempat|half|third|quarter|sebagian besar|most of|puluhan|"
    r"ratusan|ribuan|dozens|hundreds|thousands)\b",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"\b(?:{_MONTHS})\b|\b\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{2,4}}\b", re.IGNORECASE)
_WEEKDAY = re.compile(rf"\b(?:{_WEEKDAYS})\b", re.IGNORECASE)
_MOMENT = re.compile(
    r"\b(?:abad|dekade|centur(?:y|ies)|decades?|masa|zaman|era|pada (?:saat|waktu)|ketika|setelah|sesudah|sebelum|"
    r"sejak|awal|akhir|when|after|before|since|during|until|sampai|hingga|pukul|jam|setiap|tiap|every|once|sekali|yesterday|"
    r"today|tahun|bulan|hari|malam|pagi|siang|sore|years?|months?|days?|night|morning)\b",
    re.IGNORECASE,
)
# "Nomor 3 Tahun 2014", "Pasal 7", "12 Juni": numbers that count nothing; a law is asked for by its own number.
_LAW = re.compile(r"\b(?:nomor|no\.|pasal|ayat|article|act|law|number) ?\d[\d./-]*(?: tahun \d{4})?", re.IGNORECASE)
_DAY = re.compile(rf"\b\d{{1,2}} (?:{_MONTHS})\b", re.IGNORECASE)
# How long, how large, how heavy: numbers that count nothing.
_MEASURE = re.compile(
    rf"(?:\d[\d.,]*|\b(?:{_SMALL}))"
    r"(?: (?:puluh|belas|ratus|ribu|juta|mil[iy]ar|hundred|thousand|million|billion))*[ -]?"
    rf"(?:[°º]|['’\u2032\"\u2033](?![A-Za-z])|(?:{UNITS}|ha|hektare?|hectares?|[cmk]?m[²2]?|kilomet(?:er|re)s?|"
    r"met(?:er|re)s?|miles?|kg|kilograms?|ton|tonnes?|liter|lit(?:er|re)s?|derajat|degrees?|arah|way)\b)",
    re.IGNORECASE,
)
_OF_A_LAW = re.compile(r"\b(?:nomor|pasal|ayat|tanggal|number of the|article|section)\b", re.IGNORECASE)
# Capitalised words in a row inside a sentence.
_RUN = re.compile(r"(?<![.!?“\"] )(?<!^)\b[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")
_WRITER = re.compile(r"\b[A-Z][a-z]+ (?:et al\.|dkk\.?|and others|(?:dan|and|&) [A-Z][a-z]+)")
# What is abbreviated behind it is a body's name: "Aparatur Sipil Negara (ASN)".
_ABBREVIATED = re.compile(r"(?:\b[A-Z][a-z]+\.? )+\([A-Z]{2,}\w*\)")
_INITIALS = re.compile(r"\b[A-Z]{2,}[A-Z\d]*\b")
# Who is told to hold a role, and not only named somewhere near it.
_IN_A_ROLE = whole_words(
    f"(?:{ROLES_ID})(?:nya)?", f"(?:{ROLES_EN})s?", "pemimpin|leader|bapak|ibu|pak|bu|mr|mrs|ms|dr|prof|haji"
)
_FULL_NAME = 2
_TITLES = frozenset(f"{ROLES_ID}|{ROLES_EN}|bapak|ibu|pak|bu|dr|prof|haji|staf|staff|informan|informant".split("|"))
# A row of capitalised words with one of these in it names an office, a body or a place, and nobody.
_INSTITUTIONS = frozenset(
    "dinas kementerian bidang seksi bagian badan lembaga asosiasi koperasi perusahaan universitas institut sekolah "
    "kabupaten kecamatan kelurahan desa kota provinsi jalan undang peraturan program pemerintah daerah pusat sentra "
    "perindustrian perdagangan pariwisata kebudayaan usaha mikro kecil menengah industri penelitian tabel gambar "
    "kampung kelompok indonesia jawa department office ministry agency bureau association cooperative company "
    "university institute "
    "school regency district village city province street law regulation government research table figure "
    "utara selatan timur barat tengah north south east west central northern southern eastern western".split()
)


def _printed(text: str) -> str:
    """Without what holds numbers of another kind: cited works and the marks of a list."""
    return _LIST_MARK.sub(" ", _CITED.sub(" ", text))


def _names_somebody(text: str, question: str) -> bool:
    asked, holder = question.lower(), asks_for_holder(question)
    if holder and not _IN_A_ROLE.search(text):
        return False
    for run in _RUN.findall(_ABBREVIATED.sub(" ", _printed(text))):
        words = run.lower().split()
        # "Bupati Wulan", "Wulan Sari": one capitalised word alone may be part of an office's name.
        if holder and len(words) < _FULL_NAME:
            continue
        if not _INSTITUTIONS.intersection(words) and any(word not in asked for word in words if word not in _TITLES):
            return True
    return False


def _names_something(text: str, question: str, *, bodies: bool = True) -> bool:
    initials = set(_INITIALS.findall(question))
    # What the question calls by its initials is not named by being written out.
    printed = _ABBREVIATED.sub(
        lambda told: " " if initials.intersection(_INITIALS.findall(told.group())) else told.group(), _printed(text)
    )
    runs = [*_RUN.findall(printed), *_INITIALS.findall(printed)] if bodies else _RUN.findall(_WRITER.sub(" ", printed))
    asked, known = question.lower(), _TITLES | _INSTITUTIONS
    return any(word not in asked and word not in known for run in runs for word in run.lower().split())


def _count(text: str, question: str) -> bool:
    asked = question.lower().split()
    unasked = _MEASURE.sub(lambda told: told.group() if told.group().split()[-1].lower() in asked else " ", text)
    return _amount(_SHARE.sub(" ", unasked), question)


def _amount(text: str, question: str) -> bool:
    if _FRACTION.search(text):
        return True
    told = _printed(text)
    if not _OF_A_LAW.search(question):
        told = _DAY.sub(" ", _LAW.sub(" ", told))
    return not set(numbers_in(question)).issuperset(numbers_in(_BARE_YEAR.sub(" ", told)))


_HOLDS: dict[AskedValue, Callable[[str], bool]] = {
    AskedValue.MONEY: lambda text: bool(_MONEY.search(text)),
    AskedValue.PERCENT: lambda text: bool(_PERCENT.search(text)),
    AskedValue.FREQUENCY: lambda text: bool(_FREQUENCY.search(_RATE.sub(" ", text))),
    AskedValue.DURATION: lambda text: bool(_SPAN.search(_RECURRENT.sub(" ", _RATE.sub(" ", text)))),
    AskedValue.YEAR: lambda text: bool(_YEAR.search(_LAW.sub(" ", _printed(text)))),
    AskedValue.MONTH: lambda text: bool(_MONTH.search(text)),
    AskedValue.WEEKDAY: lambda text: bool(_WEEKDAY.search(text)),
    AskedValue.DATE: lambda text: any(
        one.search(_LAW.sub(" ", _printed(text))) for one in (_YEAR, _MONTH, _WEEKDAY, _MOMENT)
    ),
}


def holds(value: AskedValue, text: str, question: str) -> bool:
    """Whether `text` has a value of the kind in it. A person, name or count that `question` holds already is none."""
    if value is AskedValue.PERSON:
        return _names_somebody(text, question)
    if value in (AskedValue.NAME, AskedValue.PLACE):
        return _names_something(text, question, bodies=value is AskedValue.NAME)
    if value is AskedValue.COUNT:
        return _count(text, question)
    if value is AskedValue.AMOUNT:
        return _amount(text, question)
    return _HOLDS[value](text)
