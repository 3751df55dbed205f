"""question text → the kind of value it asks for. Pure.

"Berapa rupiah", "which month" and "siapa nama" can be answered only by a sentence with an amount of money, a month or a
person's name in it (expected answer types: Li and Roth 2002; `qa.held_value` looks for it). A question that names no
such kind asks for nothing here.
"""

from __future__ import annotations

import re
from enum import StrEnum


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
    NAME = "name"
    PLACE = "place"
    COUNT = "count"
    AMOUNT = "amount"


def whole_words(*alternatives: str) -> re.Pattern[str]:
    """A pattern for any of the alternatives, regular expressions themselves, as whole words without regard to case."""
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


UNITS = (
    "detik|menit|jam|hari|pekan|minggu|bulan|tahun|dekade|abad|seconds?|minutes?|hours?|days?|weeks?|months?|years?|"
    "decades?|centur(?:y|ies)"
)

# Who holds these is asked for by name; other people ("who were the informants?") may be told by what they are.
ROLES_ID = (
    "kepala|ketua|bupati|wali ?kota|gubernur|camat|lurah|direktur|rektor|menteri|presiden|sekretaris|bendahara|"
    "pendiri|pemilik|penulis"
)
ROLES_EN = (
    "head|chair(?:man|woman|person)?|regent|mayor|governor|director|rector|minister|president|secretary|treasurer|"
    "founder|owner|author"
)
# What is asked for by its name where "which" or "apa" stands with it.
_NAMED_ID = "bank|perusahaan|universitas|kampus|yayasan|merek"
_NAMED_EN = "bank|company|companies|university|universities|brand"
# And these where "name" itself stands with it: "which group" may be told by what it is.
_TITLED_ID = (
    "festival|acara|pasar|sanggar|studio|galeri|museum|toko|lsm|organisasi|asosiasi|paguyuban|koperasi|komunitas|"
    "kelompok|sekolah|rumah sakit|marketplace|situs|aplikasi"
)
_TITLED_EN = (
    "festival|event|market|studio|gallery|museum|shop|ngo|organi[sz]ation|association|cooperative|community|group|"
    "school|hospital|marketplace|website|app"
)
_PLACES_ID = "negara|kota|kabupaten|kecamatan|kelurahan|desa|provinsi|pulau"
_PLACES_EN = "country|countries|city|cities|town|village|subdistrict|district|regency|province|island"

# What is measured, or may be told as a share, where other things are counted.
_MEASURED = (
    "banyak|jumlah|besar\\w*|luas\\w*|(?:ke)?tinggi\\w*|panjang\\w*|lebar\\w*|(?:ke)?dalam\\w*|jauh\\w*|jarak|berat\\w*|"
    "volume|kecepatan|suhu|perkiraan|total|jam|"
    "skor|nilai|angka|tingkat|rata-rata|kadar|bunga|porsi|bagian|proporsi|pangsa|kenaikan|penurunan|peningkatan|"
    "pertumbuhan|naik|turun|menjadi|jadi|yang|dari|dan|untuk|dengan|saja|derajat|usia|umur|skala|kapasitas|kepadatan|"
    "nomor|ukuran\\w*|massa|harga|biaya"
)

_HOLDER_ASKED = (
    f"siapa(?:kah)? (?:nama(?:nya)? )?(?:{ROLES_ID})(?:nya)?",
    f"who (?:is|was|were|are) (?:the )?(?:\\w+ )?(?:{ROLES_EN})",
)
_HOLDER = whole_words(*_HOLDER_ASKED)

# The first that matches decides: "berapa persen" before "berapa".
_ASKED: tuple[tuple[AskedValue, re.Pattern[str]], ...] = (
    (
        AskedValue.PERCENT,
        whole_words(
            "berapa(?:kah)? persen(?:tase)?(?:nya)?",
            "persentase(?:nya)? (?:\\w+ ){0,4}berapa",
            "(?:what|which) percent(?:age)?",
            "bunga(?:nya)? (?:\\w+ ){0,4}berapa",
            "(?:what|which) (?:is the )?(?:\\w+ )?interest rate",
        ),
    ),
    (
        AskedValue.MONEY,
        whole_words(
            "berapa (?:rupiah|dolar|rp|ribu rupiah|juta|juta rupiah|mili?ar)",
            "(?:harga|biaya|ongkos|tarif|omzet|gaji|upah|uang)(?:nya)? \\w* ?\\w* ?berapa",
            "berapa(?:kah)? (?:\\w+ )?(?:harga|biaya|ongkos|tarif|omzet|gaji|upah|uang|dana|anggaran)(?:nya)?",
            "how (?:much|many) (?:\\w+ )?(?:money|rupiah|dollars?|euros?)",
            "what (?:is|was|were|are) the (?:\\w+ ){0,2}(?:prices?|cost|turnover|salary|wage|fee)",
            "in (?:millions|billions|thousands) of (?:rupiah|dollars|euros)",
            "(?:what|how much) (?:do|does|did) (?:[\\w'-]+ ){1,8}(?:cost|sell for|earn)",
            "(?:harga(?:nya)?|dijual) (?:\\w+ ){0,5}berapa",
        ),
    ),
    (
        AskedValue.FREQUENCY,
        whole_words("berapa(?:kah)? kali", "seberapa sering", "(?:tiap|setiap) berapa", "how often", "how many times"),
    ),
    (AskedValue.YEAR, whole_words("tahun berapa(?:kah)?", "(?:what|which) years?")),
    (
        AskedValue.DURATION,
        whole_words(
            f"berapa(?:kah)? (?:lama|usia|umur|{UNITS})(?:nya|kah)?",
            "(?:usia|umur)(?:nya)? (?:\\w+ ){0,4}berapa",
            "how (?:long|old)",
            f"how many (?:{UNITS})",
        ),
    ),
    (AskedValue.MONTH, whole_words("bulan (?:apa|berapa)(?:kah)?", "(?:what|which) months?")),
    (AskedValue.WEEKDAY, whole_words("hari apa(?: saja)?", "(?:what|which) days?(?: of the week)?")),
    (
        AskedValue.DATE,
        whole_words(
            "tanggal berapa(?:kah)?",
            "(?:what|which) (?:exact )?dates?",
            "kapan(?:kah)?",
            "when (?:did|do|does|was|were|is|are|will|has|have|had|can)",
        ),
    ),
    (
        AskedValue.PERSON,
        whole_words(
            "siapa(?:kah)? nama(?:nya)?",
            "nama(?:nya)? siapa",
            *_HOLDER_ASKED,
            "who (?:headed|chaired|presided)",
            "(?:what|which) (?:is|was|were|are)? ?(?:the|her|his|their)? ?(?:full )?names? of (?:the )?(?:\\w+ ){0,3}?"
            "(?:person|people|m[ae]n|wom[ae]n|head|chair\\w*|regent|mayor|leader|owner|director|officials?|designer)",
        ),
    ),
    (
        AskedValue.NAME,
        whole_words(
            f"apa(?:kah)? nama (?:{_NAMED_ID})",
            f"(?:{_NAMED_ID}) (?:apa|mana)",
            f"(?:what|which) (?:is|was|were|are) the names? of (?:the )?(?:\\w+ )?(?:{_NAMED_EN})",
            f"(?:what|which) (?:{_NAMED_EN})",
        ),
    ),
    (
        AskedValue.PLACE,
        whole_words(
            f"apa(?:kah)? nama (?:{_PLACES_ID})",
            f"(?:{_PLACES_ID}) (?:apa|mana)",
            f"(?:what|which) (?:is|was|were|are) the names? of (?:the )?(?:\\w+ )?(?:{_PLACES_EN})",
            f"(?:what|which) (?:{_PLACES_EN})",
        ),
    ),
    # After places: "the market town" is one.
    (
        AskedValue.NAME,
        whole_words(
            f"apa(?:kah)? nama (?:{_TITLED_ID})",
            f"(?:{_TITLED_ID}|{_NAMED_ID}) (?:\\w+ ){{0,5}}(?:apa nama|nama)nya(?: apa)?",
            "(?:what|which) (?:is|was|were|are) the names? of "
            f"(?:the |an? )?(?:[\\w'’]+ ){{0,2}}(?:{_TITLED_EN}|{_NAMED_EN})",
            f"what (?:is|was|are|were) the (?:[\\w'’]+ ){{0,2}}(?:{_TITLED_EN}|{_NAMED_EN}) (?:[\\w'-]+ ){{0,6}}called",
            "(?:festival|marketplace) (?:apa|mana)",
            "which (?:\\w+ )?(?:festival|marketplace)",
        ),
    ),
    (
        AskedValue.COUNT,
        whole_words(
            f"berapa(?:kah)? (?:banyak |jumlah )?(?!(?:{_MEASURED})\\b)[a-z]{{3,}}",
            "how many",
            "(?:what|which) (?:is|was) the (?:total )?number of",
        ),
    ),
    (
        AskedValue.AMOUNT,
        whole_words("berapa(?:kah)?", "brp", "how much", "what number"),
    ),
)


def asked_value(text: str) -> AskedValue | None:
    """The kind of value that a question asks for, None where its answer may look like anything."""
    for kind, pattern in _ASKED:
        if pattern.search(text):
            return kind
    return None


def asks_for_holder(text: str) -> bool:
    """Whether a question asks who holds a role: "siapa ketua", "who is the mayor"."""
    return bool(_HOLDER.search(text))
