"""question + earlier turns → a question that stands alone, the first step of index → RetrievedPassage. No model: rules.

Two ways. A fragment ("dan di Blitar?") takes the place of what is of its kind in the earlier question. A question that
leans on the conversation ("who paid for it?") keeps its words and gets, in brackets, what the earlier one was about; a
place or a year of its own takes the place of the earlier one's. A question that stands alone is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from qa.about import is_about_sitasi
from qa.anaphora import asks_definition, leans, subjects, without_connector
from qa.asked_for import asked_sections
from qa.ellipsis import asks_anything, fragment_of, substitute
from qa.noun_phrases import Kind, kind_of
from qa.question import STOP_WORDS, content_words, question_type
from qa.question import QuestionType as Type
from qa.topic import only_place, place_in, topic_of, yielding
from qa.types import Turn

_LONGEST_TURN = 2000
# So few subjects of its own, and its reader has to know the rest ("What was the money used for?", "Kapan didirikan?").
_BARE = 2
_THIN = 3
_LONGEST_ASKED = 40
# "Yang di Cepu?" is "di Cepu?", said of many.
_YANG = re.compile(r"^\W*yang\s+", re.IGNORECASE)
_RICH = 7
_RICH_WITH_NAME = 5


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A rewritten question. `text` is what is searched and shown, `asks` the words that say which type of answer is
    wanted, `speaks` those that say in which language, `topic` what a further question may lean on, `whole` the question
    that one without a question word goes on with, `earlier` the one that it follows, `place` the last place that was
    named."""

    text: str
    asks: str
    speaks: str
    topic: str
    whole: str
    earlier: str = ""
    place: str = ""


def stand_alone(text: str, history: Sequence[Turn], known: Collection[str] = ()) -> FollowUp | None:
    """The question as it would be asked without the conversation, or None when it stands alone as it is.

    `known` are words that the collection knows as names, in lower case. Earlier questions are made to stand alone in
    turn."""
    context: FollowUp | None = None
    heard: set[str] = set()
    for turn in history:
        said = " ".join(turn.content[:_LONGEST_TURN].split())
        if turn.role == "user" and subjects(said) and not is_about_sitasi(said):
            found = _rewrite(said, context, frozenset(heard), known) if context else None
            found = found or FollowUp(said, said, said, topic_of(said), _whole(said))
            context = replace(found, place=place_in(found.text, known) or (context.place if context else ""))
        heard |= set(content_words(said))
    if context is None or is_about_sitasi(text):
        return None
    return _rewrite(" ".join(text.split()), context, frozenset(heard), known)


def _rewrite(text: str, context: FollowUp, heard: frozenset[str], known: Collection[str]) -> FollowUp | None:
    core, connected = without_connector(text)
    core = core if asks_anything(core) else _YANG.sub("", core)
    leaning = not _brings_its_own(core, known) and leans(core, heard)
    fragment = None if leaning else fragment_of(core, connected=connected, known=known)
    if fragment is not None:
        replaced = substitute(context.text, fragment, known)
        if replaced is not None:
            asks = substitute(context.asks, fragment, known) or context.asks
            speaks = _speaking(text, context)
            return FollowUp(replaced, asks, speaks, topic_of(replaced), _whole(replaced), context.text)
    if fragment is not None or (connected and 1 <= len(subjects(core)) <= _THIN and not asks_anything(core)):
        return _carried(text, core, context, known, asks=context.asks, elliptical=True)
    if leaning or _incomplete(core, connected, known):
        return _carried(text, core, context, known, asks=text)
    return None


def _brings_its_own(core: str, known: Collection[str]) -> bool:
    """A question with this much of its own is understood alone, whatever its pronouns point at."""
    named = subjects(core)
    return len(named) >= _RICH or (len(named) >= _RICH_WITH_NAME and kind_of(_after_first(core), known) is Kind.NAME)


def _after_first(text: str) -> str:
    """Without the first word, whose capital says nothing."""
    return text.lstrip().partition(" ")[2]


def _speaking(text: str, context: FollowUp) -> str:
    """A bare name is of no language: the conversation's goes on."""
    words = (word.lower() for word in re.findall(r"[^\W\d_]+", text))
    return text if any(word in STOP_WORDS for word in words) else context.speaks


def _incomplete(core: str, connected: bool, known: Collection[str]) -> bool:
    """Whether a question without a pronoun still names too little to be asked alone."""
    named = subjects(core)
    if not named or only_place(core, known):
        return True
    # The capital of the first word says nothing.
    if asks_definition(core) or kind_of(core[:1].lower() + core[1:], known) in (Kind.NAME, Kind.NUMBER):
        return False
    if question_type(core) is Type.KEYWORDS:
        return False
    return len(named) <= (_THIN if connected else _BARE)


def _carried(
    text: str, core: str, context: FollowUp, known: Collection[str], asks: str, *, elliptical: bool = False
) -> FollowUp:
    """`text` with what the earlier question was about in brackets; with all of that question where `text` leaves out
    what is asked."""
    if question_type(asks) in (Type.KEYWORDS, Type.FACT) and not subjects(core) and not asked_sections(core):
        asks = context.asks
    topic = _placed(yielding(context.topic, core, known), text, context, known)
    about = _placed(yielding(context.whole, core, known), text, context, known) if elliptical else topic
    mark = text[-1] if text[-1] in "?!." else ""
    shown = f"{text.rstrip('?!. ')} ({about}){mark}" if about else text
    own = topic_of(core)
    return FollowUp(
        text=shown,
        asks=asks,
        speaks=_speaking(text, context),
        topic=f"{own}, {topic}" if len(subjects(own)) else topic,
        whole=about if elliptical else _whole(shown),
        earlier=context.text,
    )


def _placed(about: str, text: str, context: FollowUp, known: Collection[str]) -> str:
    """`about` with the place of the conversation where neither it nor `text` names one."""
    return about if place_in(f"{text} {about}", known) else ", ".join(filter(None, (about, context.place)))


def _whole(question: str) -> str:
    """A question as it stands in the brackets of another."""
    flat = question.rstrip("?!. ").replace(" (", ", ").replace(")", "")
    return " ".join(flat.split()[:_LONGEST_ASKED])
