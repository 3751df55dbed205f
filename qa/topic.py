"""question → what it is about, in its own words, without the place or the number that gives way to another. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ingest.types import Span
from qa.affinity import PLACE_UNITS
from qa.anaphora import subjects
from qa.noun_phrases import ROLES, WORD, Kind, kind_of, phrases, role_and_thing, target

_LONGEST_TOPIC = 30
_WH = re.compile(
    r"\b(?:apa(?:kah)?|siapa(?:kah)?|berapa(?:kah)?|bagaimana(?:kah)?|gimana|mengapa|kenapa|kapan(?:kah)?|(?:di|ke|dari) ?mana(?:kah)?|mana|adakah|sebutkan|"
    r"jelaskan|uraikan|ceritakan|tunjukkan|tolong|carikan)\b(?:\s+(?:saja|aja|pun|itu|yang)\b)*"
    r"|^\W*(?:what(?:'s)?|who(?:'s)?|whom|whose|which|when|where|why|how)\b(?:\s+(?:much|many|long|far|big|old|large|often))?"
    r"|^\W*(?:tell me|explain|describe|list|name|show|give(?: me)?|summari[sz]e)\b(?:\s+(?:about|how|why|what))?",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^\s*(?:(?:\w+\s+){0,2}?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should))\b", re.IGNORECASE
)
_JUST_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)$", re.IGNORECASE
)
_BEFORE_A_PLACE = re.compile(
    r"\b(?:di|in|at|from|dari|pada|tahun|within|untuk|bagi|for|of|oleh|by|ke|to|on)\s*$", re.IGNORECASE
)


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
    named = [role_and_thing(phrase) for phrase in phrases(question, known)]
    for role, thing in named:
        if kind_of(thing, known) is Kind.NUMBER:
            span = target(topic, role, Kind.NUMBER, known)
            topic = _cut_out(topic, span) if span else topic
    roles = [role for role, thing in named if kind_of(thing, known) is Kind.NAME and role in ("place", "from")]
    span = _yielding_place(topic, question, roles, known)
    return " ".join((_cut_out(topic, span) if span else topic).split())


def _yielding_place(topic: str, question: str, roles: Sequence[str | None], known: Collection[str]) -> Span | None:
    """Where in `topic` the place stands for which `question` brings another: behind a preposition like one of its own
    (`roles`), or the last one that is known."""
    for role in roles:
        span = target(topic, role, Kind.NAME, known)
        if span is not None and _is_place(topic, span, known):
            return span
    own, theirs = place_in(question, known), place_in(topic, known)
    if not own or not theirs or own.lower() == theirs.lower():
        return None
    start = topic.rindex(theirs)
    return start, start + len(theirs)


def _cut_out(text: str, span: Span) -> str:
    """`text` without a place or a number and the preposition before it."""
    return _BEFORE_A_PLACE.sub("", text[: span[0]]).rstrip() + text[span[1] :]


def place_in(text: str, known: Collection[str]) -> str:
    """The last place of a text, in its words: what stands together of the words that are `known` and tell one place
    from another; empty where there is none."""
    run: list[re.Match[str]] = []
    found = ""
    for match in WORD.finditer(text):
        named = match.group().lower() in known
        if run and not (named and text[run[-1].end() : match.start()].isspace()):
            run = []
        if named:
            run.append(match)
            if any(one.group().lower() not in PLACE_UNITS for one in run):
                found = text[run[0].start() : match.end()]
    return found


def only_place(text: str, known: Collection[str]) -> bool:
    """Whether all that a text names is a place, behind a preposition: "di Kotagede siapa?"."""
    place = place_in(text, known)
    before = text[: text.rfind(place)].split() if place else []
    rest = [word for word in subjects(text) if word not in {one.lower() for one in WORD.findall(place)}]
    return bool(before) and before[-1].lower() in ROLES and not rest


def _is_place(text: str, span: Span, known: Collection[str]) -> bool:
    """Whether a name stands behind a preposition of place, or is known as a place."""
    before = text[: span[0]].split()
    behind = bool(before) and ROLES.get(before[-1].lower()) in ("place", "from")
    return behind or all(word.lower() in known for word in WORD.findall(text[span[0] : span[1]]))
