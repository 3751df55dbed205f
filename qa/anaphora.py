"""question + what was said before → does it lean on an earlier question? Closed classes of both languages. Pure.

A pronoun leans on the conversation unless its antecedent stands in the same question: a possessive may point back at the
subject of its own clause ("how did the potters raise their prices"), an object may not ("who helped the potters sell it";
Principle B of Chomsky 1981), so it needs an antecedent in an earlier clause.
"""

from __future__ import annotations

import re

from qa.question import content_words

AGENT = re.compile(
    r"^(pe(?:ng|ny|m|n|l|r)?[a-z]{3,}|masyarakat|warga|koperasi|perusahaan|dinas|kelompok|lembaga|tokoh|ibu|ibu-ibu|bapak|kaum|komunitas|"
    r"asosiasi|paguyuban|bupati|wali ?kota|camat|lurah|kades|anggota|laki-laki|perempuan|wanita|anak|remaja|swasta|universitas|akademisi|"
    r"[a-z]{3,}(?:ers?|ors?|ists?|smen|sman)|government|communit(?:y|ies)|residents?|villagers?|compan(?:y|ies)|office|agenc(?:y|ies)|"
    r"cooperatives?|association|women|woman|men|man|youth|children|people|participants?|trainees?|members?|artisans?|regent|university|"
    r"universities|students?|businesses|state|council|academics?)$",
    re.IGNORECASE,
)
# Shaped like agents, but things: "pelatihan", "pengembangan", "perubahan", "other", "number", "factor".
_NO_AGENT = re.compile(
    r"^(pe\w+an|pe\w+nya|peran|penting|pertama|perak|perlu|pernah|percaya|persen|pesan|pesat|peluang|peta|other|number|paper|water|power|silver|factor|"
    r"order|matter|letter|chapter|quarter|sector|after|never|under|over|whether|rather|together|larger|smaller|higher|lower|better|bigger|"
    r"fewer|greater|leather|winter|summer|harvester|indicator|error|colou?r|offer|answer|later|former|latter|ever|however|for|labou?r|"
    r"behaviou?r|character|centers?|cluster|newsletter|another)$",
    re.IGNORECASE,
)
VERB_ID = re.compile(
    r"^(?:me(?:m|n|ng|ny|l|r)?[a-z]{3,}|di[a-z]{4,}|ber[a-z]{3,}|ter[a-z]{4,}|gagal|sukses|macet|turun|naik|mulai|jadi|menjadi|ikut|bikin)$",
    re.IGNORECASE,
)
# Words that ask or point without naming a subject.
_LIGHT = frozenset(
    "contoh contohnya bukti buktinya alasan alasannya rinci rincian detail detailnya detil lanjut lanjutan lengkap lengkapnya maksud "
    "maksudnya artinya arti sebabnya penyebabnya akibatnya hasil hasilnya jumlah jumlahnya begitu demikian terus lalu kalau bagaimana "
    "itu ini sana situ sini lain lainnya saja persisnya tepatnya dilakukan diberikan disebutkan dipakai digunakan caranya tahun "
    "example examples evidence detail details further elaborate explanation given mentioned stated found used done made happen "
    "happened happens come going else others other one ones exactly specifically please reason reasons year number based like "
    "say said says mean means meant continue ya yes ok oke okay".split()
)
_CLAUSE = re.compile(
    r"\b(after|before|when|while|because|if|although|though|since|until|once|and|but|that|which|so|ketika|saat|karena|setelah|sesudah|"
    r"sebelum|jika|bila|kalau|agar|supaya|sehingga|dan|tetapi|tapi|sejak|bahwa|meski|meskipun|walau|walaupun|hingga|sampai)\b",
    re.IGNORECASE,
)
_CONNECTOR = re.compile(
    r"^\W*(?:(?:dan|lalu|terus|trus|kemudian|kalau|kalo|nah|oh|oke|ok|tapi|tetapi|sedangkan|sementara|and|then|but|so|also|okay)\b\W*)+"
    r"(?:(?:bagaimana|gimana|gmn) (?:dengan|kalau|kalo|untuk|pula)\b\W*|(?:what|how) about\b\W*|as for\b\W*)?"
    r"|^\W*(?:(?:bagaimana|gimana|gmn) (?:dengan|kalau|kalo|soal)\b\W*|(?:what|how) about\b\W*|same for\b\W*|as for\b\W*)",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"^\W*(?:apa(?:kah)?\s+(?:itu|yang dimaksud|maksud dari|arti|definisi|pengertian)\b|definisi\b|pengertian\b|jelaskan (?:apa itu|pengertian|konsep)\b|"
    r"what(?:'s| is| are| does)\s+(?:(?:an?|meant by|the (?:meaning|definition) of)\s)?(?!the\b|it\b|its\b|they\b|their\b|that\b|this\b|these\b|"
    r"those\b|his\b|her\b|he\b|she\b|else\b|other\b)\w+|define\b|who (?:is|was) (?!the\b|he\b|she\b|it\b|that\b|this\b|in\b)\w+)"
    r"|\b\w+ itu (?:apa|siapa)\W*$",
    re.IGNORECASE,
)

_EN_PERSONAL = re.compile(r"\b(it|they|them|he|him|she)\b", re.IGNORECASE)
_EN_POSSESSIVE = re.compile(r"\b(its|their|theirs|his|her|hers)\b", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\bit(?:'s| is| was)? (?:takes?|took|seems?|appears?|be (?:said|that))\b"
    r"|\b(?:is|was|does|did|will|would|can|could|has|have|may|might|how long (?:does|did)) it (?:be )?(?:\w+ly )?(?:true|false|possible|necessary|"
    r"important|clear|right|correct|known|likely|said|stated|reported|take|worth|mentioned|believed|found|shown|argued|been)\b"
    r"(?=.*\b(?:that|to|whether|if|for)\b)",
    re.IGNORECASE,
)
_EN_POINTING = re.compile(
    r"\b(?:that|this|those|these)\W*$"
    r"|\b(?:is|was|are|were|did|does|do|has|have|had|can|could|will|would|why|how|if|about|of|for|after|before|by|from|in|with|on|like|than)\s+"
    r"(?:that|those|these|this)\b(?=\s+(?:\w+ed|be|been|is|was|are|were|mean|means|affect|affects|help|helps|happen|happens|work|works|cause|"
    r"causes|lead|change|changes|compare|compares|come|matter|so|true|still|also|not|in|at|on|for|to|by|because|too|only|really|take|took)\b|\W*$)"
    r"|\b(?:did|does|do|will|would|can|could) (?:that|this)\s+\w+\s+(?:the|an?|any|to|for|about|their|its|them|people)\b"
    r"|\b(?:have|has|had|got|get|need|use|want) (?:one|any|some)(?=\W*$|,)"
    r"|\b(?:of|in|among|between) (?:those|these)\b|^\W*(?:that|this|those|these) (?:is|was|are|were)\b"
    r"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )\bthere\b(?!'s)(?! (?:is|are|was|were|has|have|had|be|been|exists?|any|a|an|no)\b)"
    r"|\b(?:the|which|what|another|other|any) (?:ones?|latter|former|others?|rest|same)\b|\bthe (?:first|second|third|last) one\b"
    r"|\b(?:what|who|where|anything|anyone|how) else\b|^\W*(?:which|any) (?:ones?|others?)\b|\bboth of (?:them|these|those)\b"
    r"|^\W*(?:tell me|say|explain|give me|show me)?\s*more(?: about (?:it|this|that|them))?\W*$",
    re.IGNORECASE,
)
_ID_POINTING = re.compile(
    r"^\W*(?:itu|ini|tersebut|begitu|demikian)\b|\b(?:di|ke|dari) ?(?:sana|situ|sini)\b"
    r"|\b(?:seperti|karena|oleh karena|dari|untuk|soal|tentang|selain|setelah|sesudah|sebelum|mengapa|kenapa|dengan|akibat|gara-gara|apakah|kapan)"
    r" (?:itu|ini|begitu|demikian)\b(?!\s+(?:apa|siapa)\b)"
    r"|\b(?:apa|siapa|mana|kapan|di mana|ada) lagi\b|\byang (?:mana|itu|tadi|lain(?:nya)?|pertama|kedua|ketiga|terakhir)\W*$"
    r"|^\W*yang mana\b|\b(?:yang mana|mana yang)\W*$|\b(?:kedua|ketiga|keempat|se(?:mua|luruh))nya\W*$|\b(?:lebih|secara) (?:lanjut|rinci|detail|lengkap|jauh)\W*$"
    r"|\b(?:punya|ada|dapat|ikut) (?:juga )?(?:tidak|nggak|enggak|ngga|gak|ga|belum)(?: sih| ya)?(?=\W*$|,)"
    r"|^\W*yang (?:di|dari|oleh|untuk|milik|punya|pada|menurut)\b",
    re.IGNORECASE,
)
_ID_PERSON = re.compile(r"\b(mereka|dia|ia|beliau)\b", re.IGNORECASE)
_ID_NYA = re.compile(r"\b(\w{3,}?)nya\b", re.IGNORECASE)
# Words with -nya that point at nothing.
_NYA_WORDS = frozenset(
    "biasa misal akhir sebenar khusus umum ada sebaik selanjut sebelum seharus sepenuh rupa tentu sesungguh nampak tampak kira setidak "
    "sekurang hendak sebalik seterus pada perta berta seluruh semesti kelihatan memang setelah nyata "
    "selengkap sejujur secepat sebanyak persis tepat jelas pasti".split()
)
_ID_DEMONSTRATIVE = re.compile(r"\b([a-z-]{3,}) (itu|tersebut|ini|tadi)\b", re.IGNORECASE)
_EN_DEMONSTRATIVE = re.compile(r"\b(?:this|that|these|those|such) ([a-z-]{3,})\b", re.IGNORECASE)
_TIME = frozenset(
    "saat hari masa selama dewasa tahun akhir-akhir belakangan minggu bulan kini sekarang zaman abad era sejauh "
    "day days year years month months week weeks time times way moment century decade apa apakah siapa bagaimana berapa mengapa mana "
    "kapan".split()
)
_GENERIC = frozenset(
    "hal kegiatan program daerah tempat kota desa wilayah masalah persoalan studi penelitian kajian makalah artikel usaha lembaga "
    "organisasi kelompok proses kondisi situasi upaya peristiwa orang angka temuan pelatihan kerja sama kerjasama kolaborasi "
    "thing things place places town village district region area problem problems issue issues study research paper article program "
    "programme project event process situation effort figure finding person people group organisation organization case "
    "training collaboration activity activities".split()
)
_POSSESSOR = re.compile(
    r"^\s+(?!yang\b|dan\b|di\b|ke\b|bagi\b|untuk\b|terhadap\b|pada\b|apa\b|siapa\b|berapa\b|bagaimana\b|dalam\b|dari\b|tahun\b|saja\b)([a-z]{3,})",
    re.IGNORECASE,
)
_DETERMINED = re.compile(
    r"\b(?:the|an?|each|every|many|most|some|all|local|both|which|what|did|do|does|can|could|have|has)\s+"
    r"(?!(?:the|an?|each|every|many|most|some|all|local|both|did|do|does|can|could|have|has)\b)(\w{3,})",
    re.IGNORECASE,
)


def without_connector(text: str) -> tuple[str, bool]:
    """The question without "dan", "lalu", "what about" … in front, and whether there was any."""
    match = _CONNECTOR.match(text)
    if match is None or not content_or_word(text[match.end() :]):
        return text, False
    return text[match.end() :], True


def content_or_word(text: str) -> bool:
    """Whether any letter or digit is left."""
    return any(character.isalnum() for character in text)


def subjects(text: str) -> tuple[str, ...]:
    """Content words that name a subject of their own, in order."""
    return tuple(word for word in content_words(text) if word not in _LIGHT)


def is_agent(word: str) -> bool:
    """Whether a word names people or a body that acts, by its form or from a short list."""
    return bool(AGENT.match(word)) and not _NO_AGENT.match(word)


def asks_definition(text: str) -> bool:
    """Whether a question asks what something is, so that its one noun is enough."""
    return bool(_DEFINES.search(text))


def leans(text: str, heard: frozenset[str]) -> bool:
    """Whether a pronoun or a demonstrative of this question has its antecedent outside it. `heard` are the content words
    of the conversation so far, in lower case."""
    return (
        _leans_in_english(text, heard)
        or bool(_ID_POINTING.search(text) and not asks_definition(text))
        or _person_without_antecedent(text)
        or _nya_without_antecedent(text)
        or _demonstrates(_ID_DEMONSTRATIVE, text, heard)
    )


def _leans_in_english(text: str, heard: frozenset[str]) -> bool:
    for match in _EN_PERSONAL.finditer(text):
        before = text[: match.start()]
        expletive = any(found.start() <= match.start() < found.end() for found in _EXPLETIVE.finditer(text))
        if not expletive and not _earlier_clause(before):
            return True
    for match in _EN_POSSESSIVE.finditer(text):
        if not _possessor_before(text[: match.start()], singular=match.group().lower() == "its"):
            return True
    return bool(_EN_POINTING.search(text)) or _demonstrates(_EN_DEMONSTRATIVE, text, heard)


def _earlier_clause(before: str) -> bool:
    """Whether a clause with a subject of its own ends before the pronoun."""
    ends = [match.start() for match in _CLAUSE.finditer(before)]
    return any(subjects(before[:end]) for end in ends)


def _possessor_before(before: str, *, singular: bool) -> bool:
    if any(word[0].isupper() for word in re.findall(r"[^\W\d_]+", before)[1:]):
        return True
    heads = [match.group(1).lower() for match in _DETERMINED.finditer(before)]
    named = [word for word in heads if subjects(word)]
    return any(not singular or not re.search(r"[^su]s$|men$", word) for word in named)


def _person_without_antecedent(text: str) -> bool:
    for match in _ID_PERSON.finditer(text):
        before = text[: match.start()]
        words = re.findall(r"[^\W\d_-]+", before)
        people = any(is_agent(word) or word.lower() == "para" for word in words[:-1])
        people = people or any(word[0].isupper() for word in words[1:])
        possessive = bool(words) and subjects(words[-1]) and not VERB_ID.match(words[-1])
        if not (people and (possessive or _earlier_clause(before))):
            return True
    return False


def _nya_without_antecedent(text: str) -> bool:
    for match in _ID_NYA.finditer(text):
        if match.group(1).lower() in _NYA_WORDS:
            continue
        possessor = _POSSESSOR.match(text[match.end() :])
        if possessor and subjects(possessor.group(1)) and not VERB_ID.match(possessor.group(1)):
            continue
        before = text[: match.start()]
        words = [
            word for word in re.findall(r"[^\W\d_-]+", before) if subjects(word) and not word.lower().endswith("nya")
        ]
        nouns = [word for word in words if not VERB_ID.match(word)]
        named = any(word[0].isupper() for word in nouns if before.lstrip().find(word) > 0)
        named = named or any(letter.isupper() for word in nouns for letter in word[1:])
        if len(nouns) < 2 and not named:
            return True
    return False


def _demonstrates(pattern: re.Pattern[str], text: str, heard: frozenset[str]) -> bool:
    """A noun with a demonstrative that was spoken of before, here or generic, and not named in this question already."""
    if asks_definition(text):
        return False
    for match in pattern.finditer(text):
        noun = match.group(1).lower()
        before = text[: match.start()]
        if noun in _TIME or re.search(rf"\b{re.escape(noun)}\b", before, re.IGNORECASE):
            continue
        if re.search(r"[^\W\d_]\s+[A-Z]\w+\s*$", before):
            continue
        if noun in heard or noun in _GENERIC:
            return True
    return False
