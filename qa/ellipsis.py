"""earlier question + fragment → the earlier question with its place, name, number or actor replaced; and what a question
is about, in its own words. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from ingest.types import Span
from qa.affinity import PLACE_UNITS
from qa.anaphora import VERB_ID, is_agent, subjects
from qa.question import STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")
_LONGEST_FRAGMENT = 6
_LONGEST_TOPIC = 30

# Prepositions by what they stand for, so that "di" finds "in" and "bagi" finds "for".
_ROLES = {
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
_BOUNDARY = frozenset(_ROLES) | frozenset(
    "dan atau yang serta tahun and or that which who whose when where while is are was were do does did has have had can could will "
    "would should during since after before apa siapa berapa bagaimana mengapa kenapa kapan mana agar sebagai as than dibanding".split()
)
_ASKING = re.compile(
    r"\b(apa|apakah|siapa|siapakah|berapa|berapakah|bagaimana|bagaimanakah|gimana|mengapa|kenapa|kapan|mana|adakah|what|who|whom|whose|which|when|"
    r"where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|jelaskan|sebutkan|explain|list|describe)\b",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:\s+(?:bagaimana|gimana|gmn|sendiri|juga|too|as well|instead|then|please|dong|ya|sih))*[\s?!.,]*$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|an?|para|pihak|kaum)\s+", re.IGNORECASE)
_WH = re.compile(
    r"\b(?:apa(?:kah)?|siapa(?:kah)?|berapa(?:kah)?|bagaimana(?:kah)?|gimana|mengapa|kenapa|kapan(?:kah)?|(?:di|ke|dari) ?mana(?:kah)?|mana|adakah|sebutkan|"
    r"jelaskan|uraikan|ceritakan|tunjukkan|tolong|carikan)\b(?:\s+(?:saja|aja|pun|itu|yang)\b)*"
    r"|^\W*(?:what(?:'s)?|who(?:'s)?|whom|whose|which|when|where|why|how)\b(?:\s+(?:much|many|long|far|big|old|large))?"
    r"|^\W*(?:tell me|explain|describe|list|name|show|give(?: me)?|summari[sz]e)\b(?:\s+(?:about|how|why|what))?",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^\s*(?:(?:\w+\s+){0,2}?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should))\b", re.IGNORECASE
)
_JUST_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)$", re.IGNORECASE
)


class Kind(StrEnum):
    """What a fragment is about; only like replaces like."""

    NUMBER = "number"
    NAME = "name"
    AGENT = "agent"
    OTHER = "other"


def kind_of(phrase: str, known: Collection[str]) -> Kind:
    """The kind of a phrase; `known` are words that the collection knows as names, in lower case."""
    words = [word for word in _WORD.findall(phrase) if word.lower() not in STOP_WORDS and word.lower() != "tahun"]
    if words and all(word[0].isdigit() for word in words):
        return Kind.NUMBER
    if any(_is_name(word, known) for word in words):
        return Kind.NAME
    if any(is_agent(word) for word in words):
        return Kind.AGENT
    return Kind.OTHER


def fragment_of(text: str, *, connected: bool, known: Collection[str]) -> str | None:
    """What "dan … ?" or "… too?" puts in the place of something said before; None for a question of its own. `connected`
    says that a connector stood in front of `text`."""
    core = _TRAILING.sub("", text).strip(" ,.;:!?")
    words = _WORD.findall(core)
    if not words or len(words) > _LONGEST_FRAGMENT or _ASKING.search(core) or not subjects(core):
        return None
    if connected:
        return core
    if words[0].lower() in _ROLES and len(words) > 1:
        return core
    asked = text.rstrip().endswith("?")
    return core if asked and len(words) <= 3 and kind_of(core, known) in (Kind.NAME, Kind.NUMBER) else None


def substitute(earlier: str, fragment: str, known: Collection[str]) -> str | None:
    """`earlier` with the phrase of the same kind replaced by `fragment`; None where there is none or it is the same."""
    role, thing = _role_and_thing(fragment)
    kind = kind_of(thing, known)
    span = _target(earlier, role, kind, known)
    if span is None:
        return None
    start, end = span
    old, new = earlier[start:end], thing
    if kind is Kind.NUMBER:
        found = _NUMBER.search(thing)
        new = found.group() if found else thing
    elif not _ARTICLE.match(old) or kind is Kind.NAME:
        new = _ARTICLE.sub("", thing) if _ARTICLE.search(earlier[:start].split(" ")[-1] + " ") else thing
    if _same(old, new):
        return None
    return earlier[:start] + new + earlier[end:]


def topic_of(question: str) -> str:
    """What a question is about: its words without question words and auxiliaries, at most thirty of them."""
    topic = _WH.sub(" ", question.strip())
    auxiliary = _AUXILIARY.match(topic)
    if auxiliary:
        topic = _JUST_AUXILIARY.sub("", auxiliary.group()) + topic[auxiliary.end() :]
    topic = re.sub(r"\s+([,;:)])", r"\1", " ".join(topic.split())).strip(" ?!.,;:")
    words = topic.split()
    while words and words[0].lower() in ("yang", "itu", "saja", "adalah", "about", "me", "us", "dengan", "dan", "and"):
        words.pop(0)
    return " ".join(words[:_LONGEST_TOPIC])


def yielding(topic: str, question: str, known: Collection[str]) -> str:
    """`topic` without the place or the number for which `question` brings another."""
    for phrase in _phrases(question, known):
        role, thing = _role_and_thing(phrase)
        kind = kind_of(thing, known)
        if kind is Kind.NUMBER or (kind is Kind.NAME and role in ("place", "from")):
            span = _target(topic, role, kind, known)
            if span is not None and (kind is Kind.NUMBER or _is_place(topic, span, known)):
                topic = (
                    re.sub(
                        r"\b(?:di|in|at|from|dari|pada|tahun|within)\s*$", "", topic[: span[0]], flags=re.IGNORECASE
                    ).rstrip()
                    + topic[span[1] :]
                )
    return " ".join(topic.split())


def place_in(text: str, known: Collection[str]) -> str:
    """The last place of a text, in its words: what stands together of the words that are `known` and tell one place
    from another; empty where there is none."""
    run: list[re.Match[str]] = []
    found = ""
    for match in _WORD.finditer(text):
        named = match.group().lower() in known
        if run and not (named and text[run[-1].end() : match.start()].isspace()):
            run = []
        if named:
            run.append(match)
            if any(one.group().lower() not in PLACE_UNITS for one in run):
                found = text[run[0].start() : match.end()]
    return found


def _is_place(text: str, span: Span, known: Collection[str]) -> bool:
    """Whether a name stands behind a preposition of place, or is known as a place."""
    before = text[: span[0]].split()
    behind = bool(before) and _ROLES.get(before[-1].lower()) in ("place", "from")
    return behind or all(word.lower() in known for word in _WORD.findall(text[span[0] : span[1]]))


def _is_name(word: str, known: Collection[str]) -> bool:
    return word.lower() in known or (word.lower() not in STOP_WORDS and any(letter.isupper() for letter in word))


def _same(one: str, other: str) -> bool:
    def bare(text: str) -> str:
        return _ARTICLE.sub("", text.strip()).lower()

    return bare(one) == bare(other)


def _role_and_thing(phrase: str) -> tuple[str | None, str]:
    first, _, rest = phrase.partition(" ")
    role = _ROLES.get(first.lower())
    return (role, rest.strip()) if role and rest.strip() else (None, phrase)


def _phrases(text: str, known: Collection[str]) -> list[str]:
    """Prepositional phrases of a text, each as `preposition object`."""
    words = list(_WORD.finditer(text))
    found = []
    for place, match in enumerate(words):
        if match.group().lower() in _ROLES:
            span = _object(text, words[place + 1 :], known)
            if span:
                found.append(f"{match.group()} {text[span[0] : span[1]]}")
    return found


def _object(text: str, words: list[re.Match[str]], known: Collection[str]) -> Span | None:
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
    named = [place for place, match in enumerate(run) if _is_name(match.group(), known)]
    if named:
        last = named[0]
        while last + 1 in named:
            last += 1
        return run[named[0]].start(), run[last].end()
    verb = next((place for place, match in enumerate(run) if place and VERB_ID.match(match.group())), len(run))
    return run[0].start(), run[verb - 1].end()


def _target(earlier: str, role: str | None, kind: Kind, known: Collection[str]) -> Span | None:
    """Where in `earlier` the phrase stands that a fragment of this role and kind replaces."""
    if kind is Kind.NUMBER:
        numbers = list(_NUMBER.finditer(earlier))
        return numbers[-1].span() if numbers else None
    words = list(_WORD.finditer(earlier))
    wanted = [role] if role else (["place", "from"] if kind is Kind.NAME else [])
    for place, match in enumerate(words):
        if _ROLES.get(match.group().lower()) in wanted:
            span = _object(earlier, words[place + 1 :], known)
            if span and kind_of(earlier[span[0] : span[1]], known) is kind:
                return span
    if kind is Kind.NAME:
        return _last_name(words, known)
    return _first_agent(earlier, words, known) if kind is Kind.AGENT else None


def _last_name(words: list[re.Match[str]], known: Collection[str]) -> Span | None:
    run: list[re.Match[str]] = []
    for place in range(len(words) - 1, -1, -1):
        match = words[place]
        if _is_name(match.group(), known) and (place > 0 or match.group().lower() in known):
            run.insert(0, match)
        elif run:
            break
    return (run[0].start(), run[-1].end()) if run else None


def _first_agent(earlier: str, words: list[re.Match[str]], known: Collection[str]) -> Span | None:
    for place, match in enumerate(words):
        if not is_agent(match.group()):
            continue
        start, end = match.span()
        article = _ARTICLE.search(" ".join(earlier[:start].split()[-1:]) + " ")
        if article:
            start = words[place - 1].start()
        for later in words[place + 1 :]:
            # Indonesian puts what describes a noun behind it ("petani kopi"); names and verbs end it.
            word = later.group()
            ends = (
                word.lower() in _BOUNDARY or word.lower() in STOP_WORDS or _is_name(word, known) or VERB_ID.match(word)
            )
            if article or ends or earlier[end : later.start()].strip() or re.search(r"[a-z](?:e|s|ed|ing)$", word):
                break
            end = later.end()
        return start, end
    return None
