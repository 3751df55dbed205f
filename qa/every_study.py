"""question to every study → the same question to the study of each place, before index → RetrievedPassage. Pure.

"Apa rekomendasi masing-masing penelitian?" is answered best when each study is asked as if it alone were meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.types import Language

_STUDIES = r"(?:penelitian|studi|kajian|makalah|stud(?:y|ies)|papers?)"
_COUNTS = r"(?:two |three |four |five |different )?"
_OF_THEM = rf"(?:of (?:the|these) )?{_COUNTS}(?:studies|papers)"
_SETIAP, _EVERY = r"(?:masing-masing|tiap-tiap|setiap|tiap)", r"(?:each|every)"
_EACH = rf"(?:{_SETIAP}|{_EVERY}|semua|seluruh|ketiga|keempat|kelima)"
# What a word for studies may be a part of, or be told by: a visit, a course, what others found before.
_NO_OTHER = (
    r"(?: (?:ini|itu|tersebut))?\b"
    r"(?! (?:banding|kasus|kelayakan|program\w*|group|terdahulu|sebelumnya|lapangan|kerja)\b)"
)
# "Di masing-masing penelitian", "which of the five studies": each of them is asked.
_EVERY_STUDY = re.compile(
    rf"\b(?:{_EACH} {_STUDIES}|{_STUDIES} mana (?:saja|aja)|(?:each|which) {_OF_THEM}|"
    rf"(?:all|(?<=across )(?:all|the|these)) (?:(?:the|these) )?{_OF_THEM}|the (?:three|four|five) (?:studies|papers))"
    rf"{_NO_OTHER}",
    re.IGNORECASE,
)
# That a study found or tells it is no part of what is asked: "hambatan apa yang ditemukan di masing-masing penelitian".
_AS_TOLD = re.compile(
    r" yang di(?:temukan|sebut(?:kan)?|laporkan|jelaskan|bahas|ungkap(?:kan)?|identifikasi|catat|gambarkan|paparkan)"
    rf"(?: (?:di|dalam|oleh|pada))?(?= {_EVERY_STUDY.pattern})",
    re.IGNORECASE,
)
# Regions, and those alone that nothing tells more of: "di setiap wilayah binaannya" is said by a study, of its wards.
_EVERY_PLACE = re.compile(
    rf"\b(?P<in>di|untuk|in|at|for) (?:{_SETIAP} (?:daerah|lokasi|wilayah)"
    rf"(?: (?:penelitian|studi|kajian))?|{_EVERY}(?: of the)?(?: five| four| three)? "
    r"(?:place|location|region|site)s?)(?=\W*$|[,;?.!])",
    re.IGNORECASE,
)
# Asked of the studies together: no one of them answers how many they are, or what they have in common.
_OF_THE_SET = re.compile(
    r"\b(?:how many (?:of|studies|papers)|berapa (?:banyak )?(?:penelitian|studi|kajian|makalah)|agree|in common|"
    r"persamaan|kesamaan|sama-sama|in total|secara keseluruhan)\b",
    re.IGNORECASE,
)
_MOST = re.compile(r"\b(?:paling|terbanyak|tersering|most|fewest|least)\b", re.IGNORECASE)
_ONE_BY_ONE = re.compile(rf"\b(?:{_SETIAP}|{_EVERY})\b", re.IGNORECASE)
# "Which studies mention waste water": what is looked for, and not that a study mentions it, stands in a study.
_WHICH_STUDIES = re.compile(rf"^\W*(?:(?:di |in )?{_STUDIES} mana (?:saja|aja)|which {_OF_THEM})\b", re.IGNORECASE)
_WHICH_TELL = re.compile(
    _WHICH_STUDIES.pattern + r" (?:yang |that )?(?:"
    r"(?:menyebut|melapor|membahas|menjelas|menggambar|mencatat|menyinggung|membicara|mengungkap|memuat)(?:kan)?|"
    r"(?:mention|report|describe|discuss|note|address|cover)s?|(?:speak|talk|tell|say)s?(?: something)?(?: of| about)?)"
    r"(?P<clause> bahwa| that)?(?: tentang| mengenai| soal| adanya)? (?P<matter>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_IS_THERE: Mapping[Language, str] = {"id": "Apakah ada {} di {}?", "en": "Is there {} in {}?"}
_IS_IT_SO: Mapping[Language, str] = {"id": "Apakah {} di {}?", "en": "Is it so that {} in {}?"}
_THIS_STUDY: Mapping[Language, str] = {"id": "penelitian ini", "en": "this study"}
_STUDY_OF: Mapping[Language, str] = {"id": "penelitian {}", "en": "the {} study"}
# Of the odds that a question aimed at it has. At the fitted threshold, 0.90 instead of 0.61 of the studies that are
# named on 24 questions for studies are right ones, 0.72 instead of 0.85 of the right ones are named (docs/fitting.md).
_ODDS = 0.27
# Where others answer it, too, the question has to do with such studies; chosen on 14 questions (docs/fitting.md).
_ODDS_BESIDE_OTHERS = 0.5


# What a study set out to do, which "penelitian X" in a question to it brings up; what it found is another matter.
_ANNOUNCES = re.compile(
    r"\b(?:(?:pe)?rumusan masalah|(?:penelitian|kajian|studi|tulisan|artikel|makalah) ini "
    r"(?:(?:ber|di|mem)?fokus(?:kan)?|bertujuan|berusaha|mengkaji|membahas|akan)|(?:tujuan|fokus) (?:dari )?penelitian|"
    r"(?:this|the) (?:study|research|paper|article) (?:aims?|focus\w*|examines?|seeks|discusses)|"
    r"(?:aim|purpose|objective|focus)s? of (?:this|the) (?:study|research|paper|article))\b",
    re.IGNORECASE,
)
_OF_THE_RESEARCH = re.compile(
    r"\b(?:tujuan\w*|bertujuan|(?:ber|di)?fokus\w*|rumusan|dikaji|mengkaji|meneliti|diteliti|dicapai|ingin|diketahui|"
    r"dibahas|membahas|teori\w*|kerangka|metode\w*|pendekatan|"
    r"aims?|purposes?|goals?|objectives?|questions?|set out|stud(?:y|ied) what|examin\w*|investigat\w*|cover\w*|"
    r"theor\w*|framework\w*|method\w*|approach\w*)\b",
    re.IGNORECASE,
)


def asks_what_was_found(text: str) -> bool:
    """Whether a question to every study asks for what they found, not for what they set out to do or how."""
    return not _OF_THE_RESEARCH.search(text)


def announces(text: str) -> bool:
    """Whether a sentence says what a study set out to do ("Penelitian ini bertujuan …", "This study examines …")."""
    return bool(_ANNOUNCES.search(text))


def asks_every_study(text: str) -> bool:
    """Whether a question is put to all studies, one by one."""
    if _OF_THE_SET.search(text) or (_MOST.search(text) and not _ONE_BY_ONE.search(text)):
        return False
    return bool(_EVERY_STUDY.search(text) or _EVERY_PLACE.search(text))


def put_to_study(text: str, place: str, language: Language) -> str:
    """A question to every study as it is put to that of a place ("Teori apa yang dipakai di penelitian Plered?"), to
    "this study" where the place is ""."""
    told = _WHICH_TELL.match(text)
    if told and place:
        return (_IS_IT_SO if told["clause"] else _IS_THERE)[language].format(told["matter"], place)
    text = _AS_TOLD.sub(" di", text)
    study = _STUDY_OF[language].format(place) if place else _THIS_STUDY[language]

    def there(found: re.Match[str]) -> str:
        return f"{found['in']} {place or study}"

    # Cut first, so that nothing is looked for in a place.
    return study.join(_EVERY_PLACE.sub(there, part) for part in _EVERY_STUDY.split(text))


def asks_which_studies(text: str) -> bool:
    """Whether the studies themselves are asked for ("which studies …"), of which one is enough."""
    return bool(_WHICH_STUDIES.match(text))


def among_all(probability: float) -> float:
    """The likelihood that a study answers that is asked with all others: they are asked whether they have to do with it
    or not, so that fewer answer than of those that a question is aimed at (Elkan 2001, on other base rates)."""
    return _from_odds(_ODDS * _odds(probability))


def several_answer(probabilities: Sequence[float]) -> float:
    """The likelihood that a question is answered which each study is asked: the more studies are expected to answer it,
    the likelier. One and a half must be at the fitted threshold: where one alone comes near, that is often chance."""
    return _from_odds(_ODDS * sum(probabilities))


def beside_others(probability: float) -> float:
    """The likelihood that a study answers what others answer, too."""
    return _from_odds(_ODDS_BESIDE_OTHERS * _odds(probability))


def _odds(probability: float) -> float:
    return probability / max(1e-9, 1 - probability)


def _from_odds(odds: float) -> float:
    return odds / (1 + odds)
