"""question → its phrases: prepositions, names, numbers and actors, and which of them is of a kind with another. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from ingest.types import Span
from qa.anaphora import VERB_ID, is_agent
from qa.question import STOP_WORDS

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")

# Prepositions by what they stand for, so that "di" finds "in" and "bagi" finds "for".
ROLES = {
    word: role
    for role, words in {
        "place": "di in at within pada",
        "for": "bagi untuk buat for",
        "by": "oleh by",
        "from": "dari from",
        "with": "dengan with bersama",
        "about": "tentang soal mengenai about",
        "to": "terhadap kepada ke to on towards",
        "of": "of",
        "among": "antara among between",
        "according": "menurut",
    }.items()
    for word in words.split()
}
_BOUNDARY = frozenset(ROLES) | frozenset(
    "dan atau yang serta tahun and or that which who whose when where while is are was were do does did has have had can could will "
    "would should during since after before apa siapa berapa bagaimana mengapa kenapa kapan mana agar sebagai as than dibanding".split()
)
_AND = re.compile(r"\s+(?:and|dan|&)\s+", re.IGNORECASE)
ARTICLE = re.compile(r"^(?:the|an?|para|pihak|kaum)\s+", re.IGNORECASE)


class Kind(StrEnum):
    """What a fragment is about; only like replaces like."""

    NUMBER = "number"
    NAME = "name"
    AGENT = "agent"
    OTHER = "other"


def kind_of(phrase: str, known: Collection[str]) -> Kind:
    """The kind of a phrase; `known` are words that the collection knows as names, in lower case."""
    words = [word for word in WORD.findall(phrase) if word.lower() not in STOP_WORDS and word.lower() != "tahun"]
    if words and all(word[0].isdigit() for word in words):
        return Kind.NUMBER
    if any(is_name(word, known) for word in words):
        return Kind.NAME
    if any(is_agent(word) for word in words):
        return Kind.AGENT
    return Kind.OTHER


def is_name(word: str, known: Collection[str]) -> bool:
    """Whether a word is written as a name, or `known` as one."""
    return word.lower() in known or (word.lower() not in STOP_WORDS and any(letter.isupper() for letter in word))


def role_and_thing(phrase: str) -> tuple[str | None, str]:
    """A prepositional phrase as the role of its preposition, None without one, and what follows."""
    first, _, rest = phrase.partition(" ")
    role = ROLES.get(first.lower())
    return (role, rest.strip()) if role and rest.strip() else (None, phrase)


def phrases(text: str, known: Collection[str]) -> list[str]:
    """Prepositional phrases of a text, each as `preposition object`."""
    words = list(WORD.finditer(text))
    found = []
    for place, match in enumerate(words):
        if match.group().lower() in ROLES:
            span = object_of(text, words[place + 1 :], known)
            if span:
                found.append(f"{match.group()} {text[span[0] : span[1]]}")
    return found


def object_of(text: str, words: list[re.Match[str]], known: Collection[str]) -> Span | None:
    """Half-open span of the noun phrase that begins with the first of `words`: its name where it holds one."""
    run: list[re.Match[str]] = []
    for match in words:
        gap = text[run[-1].end() : match.start()] if run else ""
        if match.group().lower() in _BOUNDARY or (gap.strip() and gap.strip() not in ("'", "’", "-")):
            break
        run.append(match)
    while (
        run
        and (run[0].group().lower() in STOP_WORDS)
        and len(run) > 1
        and run[0].group().lower() not in ("the", "a", "an")
    ):
        run.pop(0)
    if not run:
        return None
    named = [place for place, match in enumerate(run) if is_name(match.group(), known)]
    if named:
        last = named[0]
        while last + 1 in named:
            last += 1
        return run[named[0]].start(), _coordinated(text, run[last].end(), known)
    verb = next((place for place, match in enumerate(run) if place and VERB_ID.match(match.group())), len(run))
    return run[0].start(), run[verb - 1].end()


def _coordinated(text: str, end: int, known: Collection[str]) -> int:
    """Where the names end that are joined to one that ends at `end`: "Ansell and Gash"."""
    while (joined := _AND.match(text, end)) and (word := WORD.match(text, joined.end())):
        if not is_name(word.group(), known):
            break
        end = word.end()
    return end


def target(earlier: str, role: str | None, kind: Kind, known: Collection[str], like: str = "") -> Span | None:
    """Where in `earlier` the phrase stands that a fragment of this role and kind replaces; of several names rather one
    that is written `like` it."""
    if kind is Kind.NUMBER:
        numbers = list(NUMBER.finditer(earlier))
        return numbers[-1].span() if numbers else None
    words = list(WORD.finditer(earlier))
    if kind is Kind.NAME and role is None and like.isupper():
        initials = [one for one in words if _is_acronym(one.group()) and one.group().lower() not in known]
        if initials and not any(word.lower() in known for word in WORD.findall(like)):
            return initials[-1].span()
    wanted = [role] if role else (["place", "from"] if kind is Kind.NAME else [])
    for place, match in enumerate(words):
        if ROLES.get(match.group().lower()) in wanted:
            span = object_of(earlier, words[place + 1 :], known)
            if span and kind_of(earlier[span[0] : span[1]], known) is kind:
                return span
    if kind is Kind.NAME:
        return _last_name(words, known)
    return _first_agent(earlier, words, known) if kind is Kind.AGENT else None


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _last_name(words: list[re.Match[str]], known: Collection[str]) -> Span | None:
    run: list[re.Match[str]] = []
    for place in range(len(words) - 1, -1, -1):
        match = words[place]
        if is_name(match.group(), known) and (place > 0 or match.group().lower() in known):
            run.insert(0, match)
        elif run:
            break
    return (run[0].start(), run[-1].end()) if run else None


def _first_agent(earlier: str, words: list[re.Match[str]], known: Collection[str]) -> Span | None:
    for place, match in enumerate(words):
        if not is_agent(match.group()):
            continue
        start, end = match.span()
        before = words[place - 1].group() if place else ""
        article = ARTICLE.search(f"{before} ")
        # "The Dieng traders": English puts all that describes a noun before it.
        behind_a_name = place > 1 and is_name(before, known)
        if article:
            start = words[place - 1].start()
        for later in words[place + 1 :]:
            # Indonesian puts what describes a noun behind it ("petani kopi"); names and verbs end it.
            word = later.group()
            ends = (
                word.lower() in _BOUNDARY or word.lower() in STOP_WORDS or is_name(word, known) or VERB_ID.match(word)
            )
            if (
                article
                or behind_a_name
                or ends
                or earlier[end : later.start()].strip()
                or re.search(r"[a-z](?:e|s|ed|ing)$", word)
            ):
                break
            end = later.end()
        return start, end
    return None
