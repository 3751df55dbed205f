"""earlier question + fragment → the earlier question with its place, name, number or actor replaced. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from qa.anaphora import subjects
from qa.noun_phrases import ARTICLE, NUMBER, ROLES, WORD, Kind, is_name, kind_of, object_of, role_and_thing, target

_LONGEST_FRAGMENT = 6
_ASKING = re.compile(
    r"\b(apa|apakah|siapa|siapakah|berapa|berapakah|bagaimana|bagaimanakah|gimana|mengapa|kenapa|kapan|mana|adakah|what|who|whom|whose|which|when|"
    r"where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|jelaskan|sebutkan|explain|list|describe)\b",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:\s+(?:bagaimana|gimana|gmn|sendiri|juga|too|as well|instead|then|please|dong|ya|sih))*[\s?!.,]*$",
    re.IGNORECASE,
)


def fragment_of(text: str, *, connected: bool, known: Collection[str]) -> str | None:
    """What "dan … ?" or "… too?" puts in the place of something said before; None for a question of its own. `connected`
    says that a connector stood in front of `text`."""
    core = _TRAILING.sub("", text).strip(" ,.;:!?")
    words = WORD.findall(core)
    if not words or len(words) > _LONGEST_FRAGMENT or asks_anything(core) or not subjects(core):
        return None
    if connected:
        return core
    if words[0].lower() in ROLES and len(words) > 1:
        return core
    asked = text.rstrip().endswith("?")
    return core if asked and len(words) <= 3 and kind_of(core, known) in (Kind.NAME, Kind.NUMBER) else None


def asks_anything(text: str) -> bool:
    """Whether a text has a question word or a verb that asks."""
    return bool(_ASKING.search(text))


def substitute(earlier: str, fragment: str, known: Collection[str]) -> str | None:
    """`earlier` with the phrase of the same kind replaced by `fragment`; None where there is none or it is the same, or
    where the fragment says more than a name."""
    role, thing = role_and_thing(fragment)
    kind = kind_of(thing, known)
    if kind is Kind.NAME:
        named = _role_and_name(thing, earlier, known)
        if named is None:
            return None
        role, thing = named[0] or role, named[1]
    span = target(earlier, role, kind, known, like=thing)
    if span is None:
        return None
    start, end = span
    old, new = earlier[start:end], thing
    if kind is Kind.NUMBER:
        found = NUMBER.search(thing)
        new = found.group() if found else thing
    elif not ARTICLE.match(old) or kind is Kind.NAME:
        said = ["", *earlier[:start].split()]
        # The capital of the first word says nothing.
        behind_a_name = len(said) > 2 and is_name(said[-1], known)
        new = ARTICLE.sub("", thing) if ARTICLE.search(f"{said[-1]} ") or behind_a_name else thing
    if _same(old, new):
        return None
    return earlier[:start] + new + earlier[end:]


def _role_and_name(thing: str, earlier: str, known: Collection[str]) -> tuple[str | None, str] | None:
    """The name in `thing`, with the role of a preposition right before it; None where `thing` speaks of anything else
    that `earlier` does not."""
    words = list(WORD.finditer(thing))
    at = next(place for place, match in enumerate(words) if is_name(match.group(), known))
    span = object_of(thing, words[at:], known)
    if span is None:
        return None
    rest = set(subjects(f"{thing[: span[0]]} {thing[span[1] :]}"))
    if rest - set(subjects(earlier)):
        return None
    return ROLES.get(words[at - 1].group().lower()) if at else None, thing[span[0] : span[1]]


def _same(one: str, other: str) -> bool:
    def bare(text: str) -> str:
        return ARTICLE.sub("", text.strip()).lower()

    return bare(one) == bare(other)
