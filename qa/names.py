"""claim and quote → comparable proper names: "Kutai Timur" = "East Kutai". Pure."""

from __future__ import annotations

import re

from qa.question import STOP_WORDS

# One form for words that are part of names in both languages.
_SAME: dict[str, str] = {}
for _form, _variants in {
    "timur": "east eastern", "barat": "west western", "utara": "north northern", "selatan": "south southern",
    "tengah": "central", "kabupaten": "regency district kab", "kota": "city", "desa": "village", "kecamatan": "subdistrict",
    "provinsi": "province", "jawa": "java", "kalimantan": "borneo", "dinas": "office agency", "pemerintah": "government",
    "indonesia": "indonesian", "universitas": "university", "daerah": "region regional",
}.items():  # fmt: skip
    for _variant in (_form, *_variants.split()):
        _SAME[_variant] = _form

_NAME = re.compile(r"[^\W\d_][\w'’-]*")


def fold_name(word: str) -> str:
    """The form under which a word of a name is compared."""
    lowered = word.lower().strip("'’-")
    lowered = lowered.removesuffix("'s").removesuffix("’s")
    return _SAME.get(lowered, lowered)


def names_in(text: str) -> set[str]:
    """Words of a text that are written as names, folded. A capitalised word at the start of a sentence counts unless it is
    a word of a closed class."""
    found = set()
    for match in _NAME.finditer(text):
        word = match.group()
        if not (word[0].isupper() or any(letter.isupper() for letter in word[1:])):
            continue
        if word.lower() in STOP_WORDS:
            continue
        found.add(fold_name(word))
    return found


def words_in(text: str) -> set[str]:
    """All words of a text, folded as names are."""
    return {fold_name(match.group()) for match in _NAME.finditer(text)}
