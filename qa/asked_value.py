"""question text → the kind of value it asks for; sentence → whether it holds such a value. Pure.

"Berapa rupiah", "which month" and "siapa nama" can be answered only by a sentence with an amount of money, a month or a
person's name in it (expected answer types: Li and Roth 2002). A question that names no such kind asks for nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from qa.numerals import numbers_in


class AskedValue(StrEnum):
    """A kind of value that shows on the face of a sentence."""

    MONEY = "money"
    PERCENT = "percent"
    FREQUENCY = "frequency"
    DURATION = "duration"
    YEAR = "year"
    MONTH = "month"
    WEEKDAY = "weekday"
    DATE = "date"
    PERSON = "person"
    COUNT = "count"
    AMOUNT = "amount"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


_MONTHS = (
    "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|"
    "january|february|march|may|june|july|august|october|december"
)
_WEEKDAYS = "senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_UNITS = (
    "detik|menit|jam|hari|pekan|minggu|bulan|tahun|dekade|abad|seconds?|minutes?|hours?|days?|weeks?|months?|years?|"
    "decades?|centur(?:y|ies)"
)
_SMALL = (
    "satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|one|two|three|four|five|six|seven|eight|nine|"
    "ten|eleven|twelve"
)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_CITED = re.compile(r"\([^()]{0,60}?\b(?:19|20)\d\d[a-z]?\s*(?:[:,;][^()]{0,30})?\)")
_LIST_MARK = re.compile(r"(?:^|[\s(])(?:\d{1,2}|[a-z])[.)](?=\s)")

# The first that matches decides: "berapa persen" before "berapa".
_ASKED: tuple[tuple[AskedValue, re.Pattern[str]], ...] = (
    (
        AskedValue.PERCENT,
        _pattern(
            "berapa persen(?:tase)?(?:nya)?",
            "persentase(?:nya)? (?:\\w+ ){0,4}berapa",
            "(?:what|which) percent(?:age)?",
            "bunga(?:nya)? (?:\\w+ ){0,4}berapa",
            "(?:what|which) (?:is the )?(?:\\w+ )?interest rate",
        ),
    ),
    (
        AskedValue.MONEY,
        _pattern(
            "berapa (?:rupiah|dolar|rp|ribu rupiah|juta|juta rupiah|mili?ar)",
            "(?:harga|biaya|ongkos|tarif|omzet|gaji|upah|uang)(?:nya)? \\w* ?\\w* ?berapa",
            "berapa(?:kah)? (?:\\w+ )?(?:harga|biaya|ongkos|tarif|omzet|gaji|upah|uang|dana|anggaran)(?:nya)?",
            "how (?:much|many) (?:\\w+ )?(?:money|rupiah|dollars?|euros?)",
            "what (?:is|was|were|are) the (?:\\w+ ){0,2}(?:prices?|cost|turnover|salary|wage|fee)",
            "in (?:millions|billions|thousands) of (?:rupiah|dollars|euros)",
        ),
    ),
    (
        AskedValue.FREQUENCY,
        _pattern("berapa kali", "seberapa sering", "(?:tiap|setiap) berapa", "how often", "how many times"),
    ),
    (AskedValue.YEAR, _pattern("tahun berapa", "(?:what|which) years?")),
    (
        AskedValue.DURATION,
        _pattern(f"berapa (?:lama|{_UNITS})(?:nya|kah)?", "how long", f"how many (?:{_UNITS})"),
    ),
    (AskedValue.MONTH, _pattern("bulan (?:apa|berapa)", "(?:what|which) months?")),
    (AskedValue.WEEKDAY, _pattern("hari apa(?: saja)?", "(?:what|which) days?(?: of the week)?")),
    (
        AskedValue.DATE,
        _pattern(
            "tanggal berapa",
            "(?:what|which) (?:exact )?dates?",
            "kapan(?:kah)?",
            "when (?:did|do|does|was|were|is|are|will|has|have|had|can)",
        ),
    ),
    (
        AskedValue.PERSON,
        _pattern(
            "siapa(?:kah)? nama(?:nya)?",
            "nama(?:nya)? siapa",
            "(?:what|which) (?:is|was|were|are)? ?(?:the|her|his|their)? ?(?:full )?names? of (?:the )?(?:\\w+ ){0,3}?"
            "(?:person|people|m[ae]n|wom[ae]n|head|chair\\w*|regent|mayor|leader|owner|director|officials?|designer)",
        ),
    ),
    (
        AskedValue.COUNT,
        _pattern(
            "berapa(?:kah)? (?:banyak |jumlah )?(?:orang|buah|unit|anggota|peserta|tenaga kerja)",
            "how many",
            "(?:what|which) (?:is|was) the (?:total )?number of",
        ),
    ),
    (
        AskedValue.AMOUNT,
        _pattern("berapa(?:kah)?", "brp", "how much", "what number"),
    ),
)


def asked_value(text: str) -> AskedValue | None:
    """The kind of value that a question asks for, None where its answer may look like anything."""
    for kind, pattern in _ASKED:
        if pattern.search(text):
            return kind
    return None


_MONEY = re.compile(
    r"\brp\.?\s?\d|\b(?:rupiah|dolar|dollars?|idr|usd|euros?|pounds?|gulden|ringgit|yen)\b|[$€£]|"
    r"\b[\d.,]+\s*(?:juta|mil[iy]ar|triliun|million|billion)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"%|\b(?:per ?sen(?:tase)?|per ?cent(?:age)?|separuh|setengah|sepertiga|seperempat|half|third|quarter|mayoritas|"
    r"majority)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\d[\d.,]*\s?(?:%|per ?sen\b|per ?cent\b)(?:\s?[-–]\s?\d[\d.,]*\s?%)?", re.IGNORECASE)
_FREQUENCY = re.compile(
    rf"\b(?:\w+ kali|sekali|se(?:hari|minggu|bulan|tahun)|(?:se)?tiap (?:\w+ )?(?:{_UNITS})|"
    rf"(?:hari|minggu|bulan|tahun)an|rutin|berkala|once|twice|thrice|times|"
    rf"(?:every|each|per|an?) (?:\w+ )?(?:{_UNITS})|daily|weekly|monthly|yearly|annual(?:ly)?|"
    r"regular(?:ly)?|periodic(?:ally)?)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\bse(?:detik|menit|jam|hari|pekan|minggu|bulan|tahun|abad|dekade)\b(?! sekali)|"
    rf"(?:\d|\b(?:{_SMALL}|puluh|belas|ratus|ribu|an?|beberapa|sekian|several|few|many|half|hundred|"
    rf"thousand))[ -](?:\w+[ -])?(?:{_UNITS})\b(?! sekali)|\bsejak\b|\bsince\b|\bsampai\b|\bhingga\b|\buntil\b",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"\b(?:separuh|setengah|sepertiga|seperempat|half|third|quarter|sebagian besar|most of|puluhan|"
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
_NAME = re.compile(r"(?<![.!?“\"] )(?<!^)\b[A-Z][a-z]{2,}")


def _printed(text: str) -> str:
    """Without what holds numbers of another kind: cited works and the marks of a list."""
    return _LIST_MARK.sub(" ", _CITED.sub(" ", text))


def _names_somebody(text: str, question: str) -> bool:
    asked = question.lower()
    return any(match.group().lower() not in asked for match in _NAME.finditer(_printed(text)))


def _count(text: str) -> bool:
    return _amount(_SHARE.sub(" ", text))


def _amount(text: str) -> bool:
    return bool(_FRACTION.search(text)) or any(not _YEAR.fullmatch(number) for number in numbers_in(_printed(text)))


_HOLDS: dict[AskedValue, Callable[[str], bool]] = {
    AskedValue.MONEY: lambda text: bool(_MONEY.search(text)),
    AskedValue.PERCENT: lambda text: bool(_PERCENT.search(text)),
    AskedValue.FREQUENCY: lambda text: bool(_FREQUENCY.search(text)),
    AskedValue.DURATION: lambda text: bool(_SPAN.search(text) or len(_YEAR.findall(text)) > 1),
    AskedValue.YEAR: lambda text: bool(_YEAR.search(_printed(text))),
    AskedValue.MONTH: lambda text: bool(_MONTH.search(text)),
    AskedValue.WEEKDAY: lambda text: bool(_WEEKDAY.search(text)),
    AskedValue.DATE: lambda text: any(one.search(_printed(text)) for one in (_YEAR, _MONTH, _WEEKDAY, _MOMENT)),
    AskedValue.COUNT: _count,
    AskedValue.AMOUNT: _amount,
}


def holds(value: AskedValue, text: str, question: str) -> bool:
    """Whether `text` has a value of the kind in it; for a person, a name that `question` does not hold already."""
    return _names_somebody(text, question) if value is AskedValue.PERSON else _HOLDS[value](text)
