"""claim and quote → which word says which, within or across the two languages, by the states of their tokens.

The word vectors are those of late interaction (one forward pass a text, projected to a few directions): words of the same
meaning in the same role lie near each other, also across languages. What is decided here is which of the claim's words
nothing in the quote says, which are denied on one side only, and who does what where two sides are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.types import TokenVectors, Vector
from qa.anaphora import is_agent
from qa.question import STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:[-'’.,][^\W_]+)*")
_CLAUSE = re.compile(
    r"[,;:–—]|\b(?:tetapi|namun|sedangkan|sementara|karena|sehingga|walaupun|walau|meskipun|meski|setelah|sesudah|sebelum|seusai|daripada|dibandingkan|"
    r"dibanding|but|while|whereas|because|since|so|although|though|after|before|(?<!rather )(?<!less )than|whom|for fear)\b",
    re.IGNORECASE,
)
_THAN = re.compile(r"\b(?:than|daripada|dibanding(?:kan)?)\b", re.IGNORECASE)
_WHILE = re.compile(
    r"\b(?:while|whereas|but(?! also)|sedangkan|sementara|tetapi(?! juga)|namun(?! juga)|adapun)\b|;", re.IGNORECASE
)
_DENIAL = frozenset(
    "tidak tak bukan belum tanpa jangan gagal menolak kurang not no never without neither nor none cannot refuse refuses refused refusing fail "
    "fails failed lack lacks lacked nobody hardly scarcely didn't doesn't don't isn't aren't wasn't weren't won't can't couldn't hasn't haven't hadn't "
    "tidaklah bukanlah bukannya takkan".split()
)
# These stand before what they deny; "no" and "neither" deny in other places too.
_DENIES_VERB = frozenset(
    "tidak tak belum bukan kurang tanpa without not never cannot didn't doesn't don't isn't aren't wasn't weren't won't can't couldn't hasn't haven't hadn't".split()
)
# "Not all" measures; it denies nothing else.
_MEASURED = frozenset(
    "all semua every everyone everybody seluruh only hanya just saja cuma necessarily selalu always merely solely sekadar sekedar semata apa-apa".split()
)
_INSTEAD = frozenset({("rather", "than"), ("instead", "of")})
_CONTRASTS = frozenset(
    "rather instead bukannya alih-alih kecuali except unless few little hardly less away enggan minim sedikit separuh tetap stayed remained same unchanged "
    "impossible unable absent absence unclear".split()
)
# What these stand beside, before or behind, is said to be missing or too little.
_WANTING = re.compile(
    r"^(?:kurang\w*|minim\w*|rendah\w*|terbatas|keterbatasan|ketiadaan|sedikit\w*|jarang|sulit|lemah\w*|belum|tanpa|lack\w*|absen\w+|without|little|few|fewer|less|"
    r"low|limited|insufficient\w*|inadequa\w+|incomplete\w*|inseparab\w+|inconsisten\w+|ineffective|inefficient|inactive|impossible|irregular\w*|"
    r"un(?:able|clear|equal|even|stable|aware|willing|trained|used|paid|finished|(?:ex|fore|in|pre|re|ful|just|pro|sup|plan|co)\w*(?:ed|en|able|ive))|dissatisf\w+|minimal|poor\w*|weak\w*|seldom|rarely|no|none|nobody|nothing|neither|nor)$"
)
_LEANS_BACK = frozenset("failed gagal".split())
_EMPTY = STOP_WORDS | frozenset(
    "the a of to in dan di yang oleh pada untuk dengan itu ini its their there hal secara cukup sangat telah sudah masih baru lagi has have had been was "
    "were yet pernah than rather instead of did does do became become becomes menjadi ada adanya terdapat said says according menurut one ones tersebut".split()
)
# "Not enough …" says of what follows that it is too little; it denies nothing of it.
_SUFFICES = frozenset("cukup enough sufficient sufficiently adequate".split())
_SCOPE = 6
# In tokens: means of fewer say little.
_SHORTEST_PART = 6
_ALIKE = 0.62
# Two words that surely say the same: within a language, and across; the mean likeness tells which it is.
_SURE, _SURE_ACROSS, _SAME_LANGUAGE = 0.83, 0.68, 0.85


@dataclass(frozen=True, slots=True)
class WordVector:
    """A word with its place (code points), its unit vector, whether it is denied, denies, is `wanting` (denied, or said to
    be too little), or is the `head` that a denial stands before; `weighs` unless it is a function word."""

    text: str
    start: int
    vector: Vector
    denied: bool
    denies: bool
    wanting: bool
    head: bool
    weighs: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a quote says what a claim says. Cosines; `mean` and `worst` are over the claim's content words, 0 without
    any. `denied` is the share of aligned words that only one side denies, `swapped` whether an actor changed sides."""

    mean: float
    worst: float
    denied: float
    actor: float
    swapped: bool
    denies_other: bool


def words_of(text: str, tokens: TokenVectors) -> tuple[WordVector, ...]:
    """The words of a text; none where the embedder gives no token vectors."""
    if not len(tokens):
        return ()
    matches = list(_WORD.finditer(text))
    breaks = [match.end() for match in _CLAUSE.finditer(text)]
    clauses = [sum(end <= match.start() for end in breaks) for match in matches]
    lowered = [match.group().lower() for match in matches]
    denied, wanting = _denied(lowered, clauses), _wanting(lowered, clauses)
    heads = _heads(lowered, clauses, denied)
    found = []
    for place, match in enumerate(matches):
        states = tokens.within(match.span())
        if not len(states):
            continue
        vector = states.mean(axis=0)
        vector /= np.linalg.norm(vector) or 1.0
        denies = _is_denial(lowered, place) and lowered[place] in _DENIAL
        weighs = lowered[place] not in _EMPTY and lowered[place] not in _DENIAL
        kinds = (place in denied, denies, place in denied or place in wanting, place in heads, weighs)
        found.append(WordVector(match.group(), match.start(), vector, *kinds))
    return tuple(found)


def likest_part(claim: TokenVectors, quote: TokenVectors) -> float:
    """The highest cosine between the mean of a claim's token vectors and that of a part of the quote that is as long, or
    half as long again: a claim seldom says all that a long sentence says. 0 without token vectors."""
    mine, theirs = claim.all(), quote.all()
    if not len(mine) or not len(theirs):
        return 0.0
    sums = np.concatenate([np.zeros((1, theirs.shape[1]), np.float32), np.cumsum(theirs, axis=0)])
    lengths = {min(len(theirs), max(_SHORTEST_PART, round(share * len(mine)))) for share in (1.0, 1.5)}
    parts = np.concatenate([sums[length:] - sums[:-length] for length in lengths])
    norms = np.linalg.norm(parts, axis=1) * np.linalg.norm(mine.sum(axis=0))
    return float((parts @ mine.sum(axis=0) / np.where(norms > 0, norms, 1.0)).max())


def agreement(said: str, claim: Sequence[WordVector], quoted: str, quote: Sequence[WordVector]) -> Agreement | None:
    """How far the text `quoted`, with its words `quote`, says the text `said`, or None where there are no word vectors."""
    mine = [word for word in claim if word.weighs]
    theirs = [word for word in quote if word.weighs]
    if not mine or not theirs:
        return None
    likeness = np.stack([word.vector for word in mine]) @ np.stack([word.vector for word in theirs]).T
    best = likeness.max(axis=1)
    partner = [theirs[place] for place in likeness.argmax(axis=1)]
    # Only words that are each other's best: a word that has no partner leans on somebody else's.
    back = likeness.argmax(axis=0)
    mutual = back[likeness.argmax(axis=1)] == np.arange(len(mine))
    aligned = [
        (word, other)
        for word, other, alike, both in zip(mine, partner, best, mutual, strict=True)
        if both and alike >= _ALIKE
    ]
    differ = sum(word.denied != other.denied for word, other in aligned)
    return Agreement(
        mean=float(best.mean()),
        worst=float(best.min()),
        denied=differ / len(aligned) if aligned else 0.0,
        actor=min((float(alike) for word, alike in zip(mine, best, strict=True) if is_agent(word.text)), default=1.0),
        swapped=_swapped(aligned, said, quoted),
        denies_other=_denies_other(claim, quote, aligned, _SURE if best.mean() > _SAME_LANGUAGE else _SURE_ACROSS),
    )


def _denies_other(
    claim: Sequence[WordVector],
    quote: Sequence[WordVector],
    aligned: Sequence[tuple[WordVector, WordVector]],
    sure: float,
) -> bool:
    """Whether one side denies at all what the other says: the claim where the quote denies nothing, or the very word
    after a denial. What is too little on one side may be denied on the other; a word that the quote has several times
    may be denied in one place."""
    if any(word.denies for word in claim) and not any(word.denies or _is_contrast(word) for word in quote):
        return True
    alike = [(word, other) for word, other in aligned if float(word.vector @ other.vector) >= sure]
    return any(
        (word.head and not _wanting_too(word, quote, sure)) or (other.head and not _wanting_too(other, claim, sure))
        for word, other in alike
    )


def _wanting_too(word: WordVector, others: Sequence[WordVector], sure: float) -> bool:
    """Whether a word of another text that says the same is denied or said to be too little, too."""
    return any(one.wanting for one in others if float(word.vector @ one.vector) >= sure)


def _is_contrast(word: WordVector) -> bool:
    lowered = word.text.lower()
    return lowered in _CONTRASTS or bool(_WANTING.match(lowered))


def _wanting(words: list[str], clauses: list[int]) -> set[int]:
    """Places of words beside one that says of them that they are missing or too little."""
    return {
        at
        for place, word in enumerate(words)
        if _WANTING.match(word)
        for at in range(max(0, place - _SCOPE), min(len(words), place + 1 + _SCOPE))
        if clauses[at] == clauses[place]
    }


def _heads(words: list[str], clauses: list[int], denied: set[int]) -> set[int]:
    """Places of the first content word after each denial that stands alone and is not denied itself; `denied` as
    `_denied` gives it."""
    found = set()
    for place, word in enumerate(words):
        if not _is_denial(words, place) or word in _LEANS_BACK or word not in _DENIES_VERB:
            continue
        ahead = (at for at in range(place + 1, min(len(words), place + 5)) if clauses[at] == clauses[place])
        head = next((at for at in ahead if words[at] not in _EMPTY or words[at] in _SUFFICES), None)
        if head in denied and words[head] not in _DENIAL:
            found.add(head)
    return found


def _is_denial(words: list[str], place: int) -> bool:
    following = words[place + 1] if place + 1 < len(words) else ""
    if (words[place], following) in _INSTEAD:
        return True
    if words[place] == "nor" and "neither" in words:
        return False
    return words[place] in _DENIAL and following not in _MEASURED


def _denied(words: list[str], clauses: list[int]) -> set[int]:
    """Places of words in the scope of an odd number of denials."""
    times: dict[int, int] = {}
    for place, word in enumerate(words):
        if not _is_denial(words, place):
            continue
        ahead = _ahead(words, clauses, place)
        if not ahead or word in _LEANS_BACK:
            ahead += [at for at in range(max(0, place - _SCOPE), place) if clauses[at] == clauses[place]]
        for at in ahead:
            times[at] = times.get(at, 0) + 1
    return {place for place, count in times.items() if count % 2}


def _ahead(words: list[str], clauses: list[int], place: int) -> list[int]:
    """What a denial reaches: a few words of its clause, up to the next denial, but beyond one that it denies itself
    ("bukannya tidak yakin")."""
    reached: list[int] = []
    for at in range(place + 1, min(len(words), place + 1 + _SCOPE)):
        if clauses[at] != clauses[place]:
            continue
        if _is_denial(words, at) and any(words[one] not in _EMPTY for one in reached):
            break
        reached.append(at)
    return reached


def _swapped(aligned: list[tuple[WordVector, WordVector]], claim: str, quote: str) -> bool:
    """Whether two sides that both texts tell apart ("more … than …", "while") have changed places."""
    for pivot in (_THAN, _WHILE):
        here, there = pivot.search(claim), pivot.search(quote)
        if here is None or there is None:
            continue
        crossed = [
            (word.start > here.start(), other.start > there.start(), pivot is _THAN or _acts(word))
            for word, other in aligned
        ]
        for side in (False, True):
            mine = [(theirs, counts) for ours, theirs, counts in crossed if ours is side]
            moved = [theirs is not side for theirs, counts in mine if counts]
            stayed = [theirs is side for theirs, counts in mine if not counts]
            if (
                moved
                and all(moved)
                and ((pivot is _THAN and side) or (pivot is _WHILE and sum(stayed) * 2 > len(stayed)))
            ):
                return True
    return False


def _acts(word: WordVector) -> bool:
    return is_agent(word.text) or (word.text[0].isupper() and len(word.text) > 2 and word.start > 0)
