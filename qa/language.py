"""question text → its language, the first step of index → RetrievedPassage.

langdetect alone is unstable on short questions and knows fifty languages too many, so it only decides between Indonesian
and English, seeded, and only where function words, word shapes and word frequencies have not decided already.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

from langdetect.detector import Detector
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from ingest.types import Language
from qa.word_frequency import frequency

_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")

# Words of closed classes that exist in one of the two languages only. Question words count double: a code-mixed
# question ("apa saja tahapan collaborative governance") is in the language of its question word.
_QUESTION_ID = frozenset(
    "apa apakah siapa siapakah berapa berapakah bagaimana bagaimanakah gimana mengapa kenapa kapan kapankah mana manakah "
    "dimana kemana darimana sebutkan jelaskan uraikan bandingkan ceritakan tunjukkan ringkas adakah bisakah tolong carikan "
    "ngapain kayak apaan brp gmn knp siapakah sejauh seberapa".split()
)
_QUESTION_EN = frozenset(
    "what what's who who's whom whose which when where why how does do did is are was were can could should would has have "
    "had list explain describe compare tell show give summarize summarise name define will".split()
)
_FUNCTION_ID = frozenset(
    "yang dan di ke dari antar untuk dengan pada oleh dalam atau adalah ialah itu ini tidak bukan belum sudah telah akan agar "
    "supaya karena sebab jika kalau bila saja juga serta antara para bagi tentang terhadap sebagai secara tersebut ada punya "
    "kah nya pun lagi lebih paling banyak sama saat ketika setelah sebelum selama sampai hingga tiap setiap semua kita kami "
    "mereka dia saya aku kamu anda bisa dapat harus perlu boleh masih hanya cuma gak nggak enggak ga tak dong sih kok yg dgn "
    "utk dlm krn tdk jd aja udah udh biar soal buat seperti maupun yaitu yakni menurut terjadi".split()
)
_FUNCTION_EN = frozenset(
    "the a an of in on at to for from with by and or not no as that this these those it its there their they them he she "
    "his her we our you your i my me if then than because between among about into over under after before during through "
    "be been being but so such only also more most many much any some each every all both other another same own up out "
    "off isn't aren't doesn't don't didn't wasn't per via within".split()
)
# Affixes with which only one of the languages forms words.
_SHAPE_ID = re.compile(
    r"^(?:(?:me[mnlry]|meng|peng|pe[mnlr]|ber|ter|di|ke|se|per)\w{3,}(?:kan|an|i|nya)"
    r"|\w{3,}(?:nya|kan|lah|kah|asi|itas|isme))$"
)
_SHAPE_EN = re.compile(
    r"^\w{2,}(?:tions?|ings?|ments?|ents?|ants?|ness|ships?|it(?:y|ies)|ed|ous|ful|bl[ey]|ally|an?ces?|ences?|isms?"
    r"|ics?|ives?|less|ique|'s)$"
)
# Weaker signs. Indonesian words begin with few prefixes and end mostly in a vowel or "-an"; English ones often end in a
# silent e, in y or in consonants that Indonesian does not join.
_LEANS_ID = re.compile(r"^(?:(?:meng|meny|me[mnlr][bcdjptw]?|ber|peng|peny|pem|pen[cdjt])\w{3,}|\w+[aiu]|\w{3,}an)$")
_LEANS_EN = re.compile(
    r"^\w+(?:[^aiou\W]e|[^aeiou\W]y|[bcdfgpstwx]h|ck|[lnr][dkt]|[cfps]t|ll|ss|ff|[bcdfgklmnprtvw]s|[cgsvx]es|ies|w|v)$"
)

_QUESTION_WEIGHT = 2.0
_FUNCTION_WEIGHT = 1.0
_SHAPE_WEIGHT = 0.4
_LEANING_WEIGHT = 0.2
# All shapes together weigh less than one function word: loan words keep their shape in either language.
_SHAPES_AT_MOST = 0.9
_CERTAIN = 0.75
# In all, words ten times commoner in one language; no single word counts for more than thirty times.
_FAMILIAR = 1.0
_MOST_FAMILIAR = 1.5
_PROFILES: tuple[Language, Language] = ("id", "en")


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    # Two of fifty-five: the others cost half a second and 65 MB, and would not be asked.
    factory.load_json_profile([(Path(PROFILES_DIRECTORY) / name).read_text(encoding="utf-8") for name in _PROFILES])
    factory.set_seed(0)
    return factory


def _langdetect(text: str) -> Language | None:
    """The likelier of the two by letter n-grams, or None for text without letters."""
    detector: Detector = _factory().create()
    detector.append(text)
    try:
        likely = {guess.lang: guess.prob for guess in detector.get_probabilities()}
    except LangDetectException:
        return None
    if not likely:
        return None
    return max(_PROFILES, key=lambda language: likely.get(language, 0.0))


def _no_names(text: str, names: Collection[str]) -> list[tuple[str, bool]]:
    """Words in lower case, each with whether it may belong to a language: one written as a name, or among `names`,
    belongs to neither. Where every word is written so, capitals say nothing."""
    words = _WORD.findall(text)
    titled = all(word[0].isupper() for word in words)
    return [
        (word.lower(), word.lower() not in names and (titled or place == 0 or not word[0].isupper()))
        for place, word in enumerate(words)
    ]


def _familiarity(words: Sequence[tuple[str, bool]]) -> float:
    """How much commoner the words are in Indonesian than in English, summed on the Zipf scale; loan words are common in
    both and say little."""
    leads = (frequency(word, "id") - frequency(word, "en") for word, counts in words if counts)
    return float(sum(max(-_MOST_FAMILIAR, min(_MOST_FAMILIAR, lead)) for lead in leads))


def _cues(words: Sequence[tuple[str, bool]]) -> float:
    """Positive for Indonesian, negative for English, 0 where no word decides."""
    balance = shapes = 0.0
    for word, counts in words:
        if word in _QUESTION_ID:
            balance += _QUESTION_WEIGHT
        elif word in _QUESTION_EN:
            balance -= _QUESTION_WEIGHT
        elif word in _FUNCTION_ID:
            balance += _FUNCTION_WEIGHT
        elif word in _FUNCTION_EN:
            balance -= _FUNCTION_WEIGHT
        elif counts:
            shapes += _shape(word)
    return balance + max(-_SHAPES_AT_MOST, min(_SHAPES_AT_MOST, shapes))


def _shape(word: str) -> float:
    """What the form of a word that is on no list says."""
    if _SHAPE_EN.match(word):
        return -_SHAPE_WEIGHT
    if _SHAPE_ID.match(word):
        return _SHAPE_WEIGHT
    return _LEANING_WEIGHT * (bool(_LEANS_ID.match(word)) - bool(_LEANS_EN.match(word)))


def detect_language(text: str, default: Language = "id", names: Collection[str] = frozenset()) -> Language:
    """Indonesian or English, the same on every call; `default` for text of which no word tells anything, such as names
    alone. `names`, in lower case, are known to belong to neither language."""
    words = _no_names(text, names)
    balance = _cues(words)
    if abs(balance) >= _CERTAIN:
        return "id" if balance > 0 else "en"
    familiar = _familiarity(words)
    if abs(familiar) >= _FAMILIAR:
        return "id" if familiar > 0 else "en"
    if (
        not balance
        and not familiar
        and all(frequency(word, one) == 0 for word, counts in words if counts for one in _PROFILES)
    ):
        return default
    guess = _langdetect(text)
    if guess is None:
        return default
    if balance and (guess == "id") != (balance > 0):
        return "id" if balance > 0 else "en"
    return guess
