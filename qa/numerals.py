"""claim and quote → comparable numbers: "lima" = 5 = "five", "1,5 juta" = "1.5 million", "50%-70%" = 50 and 70. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_WORDS: dict[str, int] = {}
for _value, _names in enumerate(
    (
        "nol zero", "satu one", "dua two", "tiga three", "empat four", "lima five", "enam six", "tujuh seven",
        "delapan eight", "sembilan nine", "sepuluh ten", "sebelas eleven", "duabelas twelve", "tigabelas thirteen",
        "empatbelas fourteen", "limabelas fifteen", "enambelas sixteen", "tujuhbelas seventeen", "delapanbelas eighteen",
        "sembilanbelas nineteen", "duapuluh twenty",
    )
):  # fmt: skip
    for _name in _names.split():
        _WORDS[_name] = _value
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_WORDS |= _TENS
_WORDS |= {"seratus": 100, "seribu": 1000, "twice": 2, "thrice": 3, "sejuta": 1_000_000, "dozen": 12, "selusin": 12}
_SCALES = {
    "puluh": 10, "ratus": 100, "hundred": 100, "ribu": 1000, "thousand": 1000, "juta": 10**6, "million": 10**6,
    "miliar": 10**9, "milyar": 10**9, "billion": 10**9, "triliun": 10**12, "trillion": 10**12,
}  # fmt: skip
# Words that are numbers only beside a scale or a noun; alone they are articles or pronouns ("one of", "satu sama lain").
_WEAK = frozenset({"satu", "one", "nol", "zero"})

_PRICE = re.compile(r"\brp\.?\s?(?=\d)", re.IGNORECASE)
# Digits inside a name ("KP3Y", "m2") are no numbers; a suffix such as "an" or "th" does no harm.
_TOKEN = re.compile(
    r"(?<![a-z\d])(?<!\d[.,])\d+(?:[.,]\d+)*(?!\d)(?=(?:an|th|st|nd|rd|s)?\b)|[a-z]+(?:\d+[a-z\d]*)?",
    re.IGNORECASE,
)


def parse_number(text: str) -> Decimal:
    """The value of digits with separators, Indonesian or English: `1.500.000`, `1,500,000`, `4,5`, `4.5`, `2018`."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        return Decimal(text.replace(",", ""))
    parts = re.split(r"[.,]", text)
    return Decimal(parts[0]) if len(parts) == 1 else Decimal(".".join((parts[0], "".join(parts[1:]))))


def _canonical(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _word_value(word: str) -> int | None:
    return _WORDS.get(word)


def _spelled(tokens: list[str], start: int) -> tuple[Decimal, int] | None:
    """The number spelled from `tokens[start]` on, with the index after it ("dua puluh lima" → 25, "lima belas" → 15)."""
    first = _word_value(tokens[start])
    if first is None:
        return None
    value, end = Decimal(first), start + 1
    if end < len(tokens) and tokens[end] == "belas":
        return value + 10, end + 1
    if end < len(tokens) and tokens[end] == "puluh":
        value, end = value * 10, end + 1
    if value >= 20 and value % 10 == 0 and value < 100 and end < len(tokens):
        unit = _word_value(tokens[end])
        if unit is not None and unit < 10:
            value, end = value + unit, end + 1
    return value, end


def numbers_in(text: str) -> list[str]:
    """Every number of a text as a canonical decimal string, in order; digits, words and scales of both languages."""
    return list(_numbers_in(text))


# The same sentences come up in question after question.
@lru_cache(maxsize=16_384)
def _numbers_in(text: str) -> tuple[str, ...]:
    tokens = [match.group().lower() for match in _TOKEN.finditer(_PRICE.sub(" ", text))]
    found: list[str] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token[0].isdigit():
            value, end, strong = parse_number(token), position + 1, True
        else:
            spelled = _spelled(tokens, position)
            if spelled is None:
                position += 1
                continue
            value, end = spelled
            strong = token not in _WEAK
        while end < len(tokens) and tokens[end] in _SCALES:
            value, end, strong = value * _SCALES[tokens[end]], end + 1, True
        if strong:
            found.append(_canonical(value))
        position = end
    return tuple(found)
