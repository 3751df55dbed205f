"""Document → Section: whether prose is Indonesian or English.

Function words that exist in only one of the two decide; where they are silent or torn, langdetect decides between these
two languages alone (its other profiles are not loaded), always with the same seed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from ingest.types import Language

_WORD = re.compile(r"[^\W\d_]+")
_INDONESIAN = frozenset(
    "yang dan dari untuk dengan pada oleh dalam atau adalah itu ini tidak bukan belum sudah telah akan agar "
    "karena jika juga serta "
    "antara para bagi tentang terhadap sebagai secara tersebut ada lebih dapat harus hanya masih seperti maupun "
    "yaitu yakni menurut "
    "merupakan melalui hal kami kita mereka saya bahwa namun sehingga ke di saling setiap".split()
)
_ENGLISH = frozenset(
    "the of and to is are was were in that this these those with for as by from which their its it be been has "
    "have had not on at "
    "an or but than between through also can may will would they we our such into about who where when each".split()
)
_CLEAR = 3
_OTHER: dict[Language, Language] = {"id": "en", "en": "id"}
_LONGEST = 2000


@lru_cache(maxsize=1)
def _detectors() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_json_profile([(Path(PROFILES_DIRECTORY) / name).read_text(encoding="utf-8") for name in ("id", "en")])
    factory.set_seed(0)
    return factory


def language_of(text: str, default: Language = "id", faith: int = 0) -> Language:
    """The language of a stretch of prose; `default` where there are no letters to judge by.

    With `faith` the default stands unless function words of the other language lead by more than that: a sentence full
    of foreign names is still in the language of its section.
    """
    words = _WORD.findall(text[:_LONGEST].lower())
    indonesian = sum(map(_INDONESIAN.__contains__, words))
    english = sum(map(_ENGLISH.__contains__, words))
    if faith:
        against, favour = (english, indonesian) if default == "id" else (indonesian, english)
        return default if favour + faith >= against else _OTHER[default]
    if abs(indonesian - english) >= _CLEAR and (indonesian > 2 * english or english > 2 * indonesian):
        return "id" if indonesian > english else "en"
    if len(words) < 3 and indonesian == english:
        return default
    detector = _detectors().create()
    detector.append(text[:_LONGEST])
    try:
        likely = {guess.lang: guess.prob for guess in detector.get_probabilities()}
    except LangDetectException:
        return default
    bias = 0.15 * (indonesian - english)
    return "id" if likely.get("id", 0.0) + bias >= likely.get("en", 0.0) else "en"
