"""claim and quotes → what they say differently in words of closed classes: quantity, certainty, direction, order. Pure.

Each check looks for a contradiction, or for a strength that the quotes do not have, by words that both languages have few
of. None of them knows what a text is about.
"""

from __future__ import annotations

import re

from qa.numerals import numbers_in


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


# Strength: a claim may have it only where the quotes have it.
_STRONG: dict[str, re.Pattern[str]] = {
    "all": _words(
        r"(?<!not )(?<!bukan )(?<!tidak )(?<!after )(?<!above )(?<!\bat )(?:all|every|everyone|everybody|everything|always|entire(?:ly)?|whole|fully|"
        r"completely|semua(?:nya)?|seluruh(?:nya)?|setiap|selalu|sepenuhnya|hancur total)"
    ),
    "none": _words(
        r"never(?! (?:before|again))|none|no one|nobody|nothing|at all|sama sekali|tidak pernah|tak pernah|belum pernah|tak seorang pun|tidak ada (?:\w+ ){0,2}yang|"
        r"no (?=\w+ (?:has|have|had|is|are|was|were|ever|understands?|knows?|agreed)\b)|neither"
    ),
    "only": _words(
        r"(?<!not )(?:only|solely|alone|exclusively|merely|just)(?! (?:a )?(?:few|some|part|\d))|satu-satunya|hanya(?! (?:sedikit|sebagian|beberapa|\d))|"
        r"cuma(?! (?:sedikit|sebagian|beberapa))|semata|melulu"
    ),
    "proof": _words(
        r"prove[sdn]?|proof|proves|certainly|(?:is|are|was|were|be|been) certain(?! \w+s\b)|definitely|undoubtedly|guarantees?|terbukti|membuktikan|pasti|tentu|niscaya|menjamin|"
        r"as (?:\w+ )?(?:have|has) shown"
    ),
    "duty": _words(r"must|obliged|obligat\w+|compulsory|mandatory|harus|mesti|wajib|diwajibkan"),
    "most": _words(
        r"(?<!the )(?<!matters )(?<!\bat )most(?! (?:important|likely|common|\w+(?:ive|ous|ful|able|ible|ant|ent))\b)|majority|mostly|mainly|"
        r"kebanyakan|mayoritas|sebagian besar|umumnya"
    ),
}
# What a quote of another class may stand for: "neither … nor" is also "tidak … maupun"; "all" and "every" are one class already.
_ALSO: dict[str, re.Pattern[str]] = {
    "all": _words(r"each|both|masing-masing|per|baik .{1,40} maupun|penuh|total|keseluruhan"),
    "none": _words(r"(?:not|n't|tidak|belum|tanpa|without|nor|no)"),
    "only": _words(r"baru|saja|but|tetapi|not yet|so far|hingga kini"),
    "most": _words(r"hampir semua|almost all|nearly all|rata-rata"),
    "proof": _words(r"jelas|clearly"),
    "duty": _words(r"need(?:s|ed)?|requir\w+|perlu\w*|diperlukan|membutuhkan|tidak bisa|cannot"),
}
# Opposites: the claim must not say one where the quotes say only the other.
_OPPOSITES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (_words(one), _words(other))
    for one, other in (
        (
            r"naik|menaik\w*|meningkat\w*|peningkatan|kenaikan|bertambah|menambah|tumbuh|melonjak|soar\w*|surg\w+|membesar|membaik|rises?|rose|risen|rising|raises?|"
            r"raised|increas\w+|gr[eo]ws?|went up|go(?:es)? up|growing|growth|gain(?:s|ed)?|climb\w*|doubl\w+|tripl\w+|lengthen\w*|longer|expand\w*|improv\w+|berlipat|digandakan|"
            r"memperpanjang",
            r"turun|menurun\w*|penurunan|berkurang|mengurangi|pengurangan|menyusut|anjlok|merosot|memburuk|slump\w*|plung\w+|plummet\w*|memangkas|dipangkas|menyingkat|falls?|fell|fallen|"
            r"falling|declin\w+|decreas\w+|drop\w*|went down|go(?:es)? down|reduc\w+|lower(?:s|ed|ing)?|shr[aiu]nk\w*|halv\w+|cut|cuts|shorten\w*|worsen\w*|los[ts]\w*|diminish\w*",
        ),
        (r"mahal|expensive|costly|langka|scarce|sulit|difficult|hard", r"murah|cheap\w*|melimpah|abundant|plentiful|mudah|easy|easily|gampang"),
        (r"sering|kerap|often|frequent\w*|usually|biasanya", r"jarang|rarely|seldom|infrequent\w*|hardly ever"),
        (r"terlambat|telat|late|delay\w*|tertunda", r"lebih awal|early|earlier|tepat waktu|on time|cepat"),
        (r"more|lebih banyak", r"less|fewer|lebih sedikit"),
        (r"setelah|sesudah|usai|seusai|after", r"sebelum|before"),
        (r"lebih (?:besar|tinggi|kuat)|greater|bigger|larger|higher|stronger", r"lebih (?:kecil|rendah|lemah)|lesser|smaller|lower|weaker"),
        (r"di ?atas|above", r"di ?bawah|below"),
        (r"penambahan|tambahan|additional|extra", r"pemangkasan|pemotongan|cuts?|cutbacks?"),
        (r"diperkuat|memperkuat|menguatkan|didukung|mendukung|supports?|supported|confirm\w*", r"dibantah|membantah|menyangkal|contradict\w*|den(?:y|ies|ied)|disput\w*"),
        (r"timur|eastern?", r"barat|western?"),
        (r"utara|northern?", r"selatan|southern?"),
        (r"lancar|smooth\w*|baik|good|well|kuat|strong\w*|tinggi|high\w*|sukses|berhasil|success\w*|aktif|active\w*|optimal",
         r"macet|buruk|bad\w*|poor\w*|lemah|weak\w*|rendah|low\w*|gagal|fail\w*|pasif|passive\w*"),
        (r"doubl\w+|tw(?:ice|ofold)|dua kali lipat|berlipat dua|digandakan", r"tripl\w+|threefold|tiga kali lipat|halv\w+|quadrupl\w+"),
        (r"receiv\w+|menerima\w*|mendapat\w*|accept\w*|setuju|agree[sd]?", r"menolak|refus\w+|reject\w*|ditolak|declin(?:ed|es) to"),
        (r"berhenti|terhenti|stop(?:s|ped)?|end(?! (?:results?|users?|products?)\b)|ends|ended|ceased?",
         r"berlanjut|dilanjutkan|lanjutan|continu\w+|persist\w*|berkelanjutan"),
        (r"harian|setiap hari|daily|every day", r"mingguan|bulanan|tahunan|setiap (?:minggu|bulan|tahun)|weekly|monthly|yearly|annual\w*|every (?:week|month|year)"),
        (r"mingguan|setiap minggu|weekly|every week", r"harian|bulanan|tahunan|setiap (?:hari|bulan|tahun)|daily|monthly|yearly|annual\w*|every (?:day|month|year)"),
        (r"bulanan|setiap bulan|tiap bulan|monthly|every month", r"harian|mingguan|tahunan|setiap (?:hari|minggu|tahun)|daily|weekly|yearly|annual\w*|every (?:day|week|year)"),
        (r"laki-laki|pria|men|male", r"perempuan|wanita|women|female"),
        (r"pemuda|kaum muda|young people|youths?", r"lansia|kaum tua|elderly|old people"),
    )
)  # fmt: skip
# "Yes" and "No" speak of the question; what follows them is the claim.
_REPLIES = re.compile(r"^\W*(?:yes|no|ya|tidak|bukan|belum|benar|betul)\s*[,:;.–—]\s*(?=\w)", re.IGNORECASE)
_DENIES = r"\b(?:tidak|bukan|tak|(?:did|does|do|was|were|is|are|has|have|had)(?: not|n['’]t))\s+(?:\w+\s+){0,2}?"
_BUT = r"\s*[,:;–—]?\s*(?:(?:melainkan|tetapi|tapi|namun|justru|but|rather|instead)\b\s*)*"
# "Did not fall but", with what then has to be said: "rose".
_DENIED_OPPOSITES = tuple(
    (re.compile(_DENIES + mine.pattern + _BUT, re.IGNORECASE), theirs)
    for pair in _OPPOSITES
    for mine, theirs in (pair, pair[::-1])
)
_FROM_TO = re.compile(
    r"\b(?P<role>dari|from|menjadi|to|ke|hingga|instead of|daripada|sampai)\s+(?:(?:Rp|rp|about|around|sekitar|only|hanya|sebanyak)\.?\s*)?"
    r"(?P<number>\d[\d.,]*|[a-z]+(?: (?:puluh|belas|ratus|ribu|juta))*)",
    re.IGNORECASE,
)


def without_replies(claim: str) -> str:
    """The claim without what it says to a question that is not seen here: "No, …", and one of two opposites denied
    where the claim goes on with the other ("did not fall but rose")."""
    told = _REPLIES.sub("", claim)
    for denying, other in _DENIED_OPPOSITES:
        denied = denying.search(told)
        if denied and other.search(told[denied.end() :]):
            told = told[: denied.start()] + told[denied.end() :]
    return told


def overstates(claim: str, quotes: str) -> bool:
    """Whether the claim is stronger than the quotes: all, none, only, proven, most."""
    return any(
        words.search(claim) and not words.search(quotes) and not _ALSO[name].search(quotes)
        for name, words in _STRONG.items()
    )


def opposes(claim: str, quotes: str) -> bool:
    """Whether the claim says one of two opposites where the quotes say only the other."""
    for pair in _OPPOSITES:
        for mine, theirs in (pair, pair[::-1]):
            more = len(mine.findall(claim)) > len(mine.findall(quotes))
            if more and len(theirs.findall(claim)) < len(theirs.findall(quotes)):
                return True
    return False


def turns_round(claim: str, quotes: str) -> bool:
    """Whether a number that the quotes give as the beginning of a change is its end in the claim, or the other way."""
    mine, theirs = _ends(claim), _ends(quotes)
    return any(number in theirs and theirs[number] != role for number, role in mine.items())


def _ends(text: str) -> dict[str, str]:
    found = {}
    for match in _FROM_TO.finditer(text):
        numbers = numbers_in(match["number"])
        if numbers:
            found[numbers[0]] = (
                "end" if match["role"].lower() in ("menjadi", "to", "ke", "hingga", "sampai") else "start"
            )
    return found
