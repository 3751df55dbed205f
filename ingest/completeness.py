"""Document → Section → Passage: whether a sentence can stand alone as a quotation, judged by its shape."""

from __future__ import annotations

import re

from ingest.headings import is_caption

_MIN_WORDS = 4
_MIN_CHARACTERS = 25
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CLOSED = re.compile(r"[.?!…][\"'”’»)\]]*$|[.?!…]?[”\"]\s*[(\[][^()\[\]]+[)\]]\.?$")
_DANGLING = re.compile(
    r"(?:^|\s)(?:dan|atau|yang|di|ke|dari|dengan|untuk|pada|oleh|the|of|and|to|a|an|in)[.?!]$", re.IGNORECASE
)
_CAPITAL_INSIDE = re.compile(
    r"(?<=[a-z] )(?:Dalam|Untuk|Namun|Selain|Sedangkan|Berdasarkan|Menurut|Adapun|Dengan|Hal|Sehingga|Oleh|Pada|"
    r"Karena|Tetapi|The|However|In|This|These|For)"
    r"(?= [a-z])"
)
_SMALL_PARAGRAPH = re.compile(r"(?<=\n\n)[a-z]{2,}(?: [^ \n]+){7,}")
_POINTS_ON = re.compile(
    r"\b(?:berikut(?: ini)?|as follows|(?:shown|described|listed|presented) below)\s*[.:;]$", re.IGNORECASE
)
_MIXED = re.compile(
    r"(?:^|[\s)])(?:to|of|the|in|on|for|and)\s+(?:yang|dan|di|dalam|dengan|untuk|pada|oleh|dari|ke|ini|itu|artinya|adalah|merupakan)\b"
    r"|\b(?:yang|dan|dalam|dengan|untuk|pada|oleh|dari)\s+(?:to|of|the|for)\s",
)
# A name of two words or more, and a figure.
_LISTED_VALUE = re.compile(
    r"(?=[^\W\d_]+[ /][^\W\d_])[^\W\d_][^=:\n\d]{4,80}?\s*[=:]\s*(?:(?:Rp|USD|IDR)\.?\s*|[±≈]\s*)?\d[^=:\n]*"
)
_LONGEST_VALUE = 20
_STRAY = re.compile(r"(?:^|\s)[~^|\\¢©®¬_=<>]{1,3}(?:\s|$)|\.{5,}|�")


def is_complete(sentence: str, small_opening: bool = False) -> bool:
    """Whether the text begins and ends like a sentence, is long enough, balanced, and free of debris.

    `small_opening` accepts a small first letter, as careless typing leaves it, in sentences of eight words or more.
    """
    words = _WORD.findall(sentence)
    if len(words) < _MIN_WORDS or len(sentence) < _MIN_CHARACTERS or is_caption(sentence):
        return False
    if not (_opens(sentence) or (small_opening and len(words) >= 8 and sentence[0].isalpha())):
        return False
    if not _CLOSED.search(sentence) or _DANGLING.search(sentence) or _POINTS_ON.search(sentence):
        return False
    if _STRAY.search(sentence) or _MIXED.search(sentence) or not _balanced(sentence) or _capital_inside(sentence):
        return False
    letters = sum(char.isalpha() for char in sentence)
    return letters >= 0.6 * len(sentence.replace(" ", ""))


def is_listed_value(item: str) -> bool:
    """Whether an item of a list names something and gives its figure: "Jumlah desa = 139", "Area: 12 ha"."""
    return len(item.split()) <= _LONGEST_VALUE and bool(_LISTED_VALUE.fullmatch(item)) and _balanced(item)


def is_orderly(text: str) -> bool:
    """Whether a document's words stand in order, as far as capitals tell: hardly any paragraph begins with a small
    letter, and words that open sentences hardly ever stand capitalised inside one."""
    signs = len(_SMALL_PARAGRAPH.findall(text)) + len(_CAPITAL_INSIDE.findall(text))
    return signs <= 2 + len(text) // 20_000


def _opens(sentence: str) -> bool:
    first = sentence.lstrip("“\"'‘([").lstrip()[:1]
    return first.isupper() or first.isdigit() or sentence[:1] in '“"'


def _balanced(sentence: str) -> bool:
    listed = len(re.findall(r"(?:^|[\s;:,])(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\)", sentence))
    return abs(sentence.count("(") - sentence.count(")") + listed) == 0 or sentence.count("(") == sentence.count(")")


def _capital_inside(sentence: str) -> bool:
    """A word that opens sentences, capitalised between two small words: the sign of words out of order."""
    return bool(_CAPITAL_INSIDE.search(sentence))
