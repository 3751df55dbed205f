"""Question → its text, language and profile as they are searched with, earlier turns taken in: into retrieval."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from ingest.types import Language
from qa.follow_up import stand_alone
from qa.language import detect_language
from qa.question import Followed, QuestionProfile, profile_question, question_type
from qa.types import Question


@dataclass(frozen=True, slots=True)
class Understood:
    """`standalone` is the question as it was searched, completed from earlier turns and with slips of the keyboard
    and spoken words mended, or None when that is how it was asked."""

    standalone: str | None
    language: Language
    profile: QuestionProfile


def understand(
    question: Question,
    text: str,
    places: Callable[[], Collection[str]],
    shared: Collection[str],
    mend: Callable[[str, Language], str | None],
) -> Understood:
    """Take `text` (the question, white space collapsed) apart, in the light of `question.history`. `places` gives words
    that the collection knows as names; it is called only when there is a history. `shared` are words that belong to
    both languages (`qa.shared_words`). `mend` gives a text of a language with its spelling and spoken words mended, or
    None."""
    language = question.language or detect_language(text, names=shared)
    mended = mend(text, language)
    typed, text = text, mended or text
    found = stand_alone(text, question.history, places()) if question.history else None
    speaks = found.speaks if found else text
    if question.language is None and speaks != typed:
        language = detect_language(speaks, names=shared)
    if found is None:
        return Understood(mended, language, profile_question(text, language))
    profile = replace(
        profile_question(found.text, language),
        type=question_type(found.asks),
        followed=Followed(text, found.earlier),
    )
    return Understood(found.text, language, profile)
