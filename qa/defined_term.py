"""question → the term whose meaning it asks for, and whether a sentence gives that meaning. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

_TERM = r"[\"“'‘]?(?P<term>[^\W\d_][\w&/-]*(?: [\w&/-]+){0,4}?)[\"”'’]?"
# Where the term ends: before what the question says of the paper, or at its own end.
_END = r"(?=\s*[,?.!]|\s*$|\s+(?:menurut|dalam|di|pada|bagi|oleh|itu|ini|tuh|according|in|for|as|by|to)\b)"
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:^|[,.?] )(?:istilah |kata )?{_TERM} (?:itu|tuh|sendiri) (?:apa|arti|makna|maksud|pengertian|definisi)",
        rf"\b(?:apa (?:itu|yang dimaksud(?:kan)?)|(?:pengertian|definisi|arti|makna|maksud)(?:nya)?)"
        rf"(?: dengan| dari| istilah| kata)* {_TERM}{_END}",
        rf"\b(?:bagaimana|gimana) {_TERM} (?:didefinisikan|diartikan|dimaknai|dipahami)\b",
        rf"\bwhat(?:'s| is| are)(?: meant by)?(?: an?| the)?(?: term| concept| notion)?(?: of)? {_TERM}{_END}",
        rf"\bwhat (?:does|do) [^?]{{1,60}}? (?:mean|understand) by (?:an? |the )?{_TERM}{_END}",
        rf"\bwhat (?:does|do)(?: the)?(?: (?:term|word|name|letters))? {_TERM} (?:mean|refer to|stand for)\b",
        rf"\bhow (?:does|do) [^?]{{1,60}}? define (?:an? |the )?{_TERM}{_END}",
        rf"\b(?:bagaimana|gimana) [^?]{{1,60}}? (?:mendefinisikan|mengartikan|memaknai) {_TERM}{_END}",
        rf"\bhow (?:is|are)(?: the term)? {_TERM} (?:defined|understood)\b",
    )
)
_IS = (
    r"(?:adalah|ialah|merupakan|yaitu|yakni|berarti|(?:di|men)?arti(?:kan|nya)|(?:di|men)definisikan|dimaknai|dipahami|"
    r"is (?:an?|the|defined|understood)|are|refers? to|means?|denotes?)"
)
_DEFINES = r"(?:mendefinisikan|mengartikan|definisi|pengertian|defin(?:es|ed|ition of)|stands? for)"


@lru_cache(maxsize=256)
def defined_term(text: str) -> str | None:
    """The term, of one to five words in lower case, that a question asks the meaning of; None where it asks for
    something else."""
    for pattern in _ASKED:
        match = pattern.search(text)
        if match:
            return match["term"].lower()
    return None


@lru_cache(maxsize=256)
def _giving(term: str) -> re.Pattern[str]:
    words = r"\W+".join(map(re.escape, term.split()))
    # A comma begins another clause, with a subject of its own; not so between brackets.
    between = r"(?:[^.;:,()]|\([^()]{0,60}\)){0,60}?"
    return re.compile(rf"\b{words}\b{between}\b{_IS}\b|\b{_DEFINES}\b{between}\b{words}\b", re.IGNORECASE)


def gives_meaning(text: str, term: str) -> bool:
    """Whether a sentence says what `term` is: "Governance adalah …", "X defines governance as …"."""
    return bool(_giving(term).search(text))
