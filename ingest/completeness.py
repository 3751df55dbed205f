"""Document → Section → Passage: whether a sentence can stand alone as a quotation, judged by its shape."""

from __future__ import annotations

import re

from ingest.headings import is_caption

_MIN_WORDS = 4
_MIN_CHARACTERS = 25
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CLOSED = re.compile(r"[.?!…][\"'”’»)\]]*$|[.?!…]?[”\"]\s*[(\[][^()\[\]]+[)\]]\.?$")
_DANGLING = re.compile(r"(?:^|\s)(?:dan|atau|yang|di|ke|dari|dengan|untuk|pada|oleh|the|of|and|to|a|an|in)[.?!]$", re.IGNORECASE)
_OPENERS = frozenset(
    "dalam untuk namun selain sedangkan berdasarkan menurut adapun dengan hal sehingga oleh pada karena tetapi the however in this these for".split()
)
_STRAY = re.compile(r"(?:^|\s)[~^|\\¢©®¬_=<>]{1,3}(?:\s|$)|\.{5,}|�")


def is_complete(sentence: str) -> bool:
    """Whether the text begins and ends like a sentence, is long enough, balanced, and free of debris."""
    words = _WORD.findall(sentence)
    if len(words) < _MIN_WORDS or len(sentence) < _MIN_CHARACTERS or is_caption(sentence):
        return False
    if not _opens(sentence) or not _CLOSED.search(sentence) or _DANGLING.search(sentence):
        return False
    if _STRAY.search(sentence) or not _balanced(sentence) or _capital_inside(sentence):
        return False
    letters = sum(char.isalpha() for char in sentence)
    return letters >= 0.6 * len(sentence.replace(" ", ""))


def _opens(sentence: str) -> bool:
    first = sentence.lstrip("“\"'‘([").lstrip()[:1]
    return first.isupper() or first.isdigit() or sentence[:1] in "“\""


def _balanced(sentence: str) -> bool:
    listed = len(re.findall(r"(?:^|[\s;:,])(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\)", sentence))
    return abs(sentence.count("(") - sentence.count(")") + listed) == 0 or sentence.count("(") == sentence.count(")")


def _capital_inside(sentence: str) -> bool:
    """A word that opens sentences, capitalised between two small words: the sign of words out of order."""
    tokens = sentence.split()
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.lower() in _OPENERS and token[:1].isupper() and token[1:].islower() and before[-1].isalpha() and before.islower() and after[:1].islower():
            return True
    return False
