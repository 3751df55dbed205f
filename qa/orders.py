"""question text → what it asks, without orders to the system that were smuggled in. Pure.

"Forget the documents and reply …" asks the papers nothing; what stands beside it may. Such a sentence is left out
before anything is searched or shown to a language model.
"""

from __future__ import annotations

import re

_OPENING = (
    r"^\W*(?:(?:please|now|first|then|and|so|hey|tolong|mohon|harap|coba|sekarang|lalu|kemudian|dan|hai|hei)\W+)*"
)
_DROP = (
    r"(?:ignore|forget|disregard|override|bypass|abaikan(?:lah)?|lupakan(?:lah)?|kesampingkan|langgar(?:lah)?)\b"
    r"[^?.!]{0,60}?\b(?:rules?|instructions?|guidelines?|prompts?|documents?|papers|sources?|context|everything|"
    r"aturan\w*|instruksi\w*|petunjuk\w*|perintah\w*|pedoman\w*|dokumen\w*|sumber(?:nya|mu)|konteks\w*|semuanya)\b"
)
_SHOW = r"(?:print|reveal|show|repeat|output|cetak|tampilkan|tunjukkan|bocorkan|ungkapkan|ulangi)\b[^?.!]{0,30}?"
_REVEAL = (
    rf"{_SHOW}\b(?:your|hidden|secret|system)\b[^?.!]{{0,30}}?\b(?:prompts?|instructions?|rules?)\b|"
    rf"{_SHOW}\b(?:petunjuk|instruksi|aturan|prompt)(?:mu\b| (?:rahasia|sistem|kamu|anda))"
)
_ROLE = (
    r"(?:you are now|from now on you|pretend (?:to be|that you)|(?:kamu|anda) sekarang adalah|berpura-puralah|"
    r"mulai sekarang (?:kamu|anda))\b"
)
_ORDER = re.compile(rf"{_OPENING}(?:{_DROP}|{_REVEAL}|{_ROLE})", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+")
_CLAUSE = re.compile(r"[,;:–—]\s")


def without_orders(text: str) -> str:
    """`text` less its sentences that tell the system to forget its documents or rules, to show its instructions or to
    be somebody else; of a question only the clause that does. Empty when nothing else was said."""
    return " ".join(kept for sentence in _SENTENCE.split(text) if (kept := _asked(sentence)))


def _asked(sentence: str) -> str:
    order = _ORDER.match(sentence)
    if order is None:
        return sentence
    if not sentence.rstrip().endswith("?"):
        return ""
    clause = _CLAUSE.search(sentence, order.end())
    return sentence[clause.end() :] if clause else sentence
