"""theme wording (qa/themes.toml) or a reader's own words → the columns of an evidence matrix."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.types import Language, SectionKind
from qa.errors import InvalidQuestion
from qa.language import detect_language
from qa.question import QuestionType, content_words

THEMES_FILE = Path(__file__).with_name("themes.toml")
LANGUAGES: tuple[Language, ...] = ("id", "en")


@dataclass(frozen=True, slots=True)
class Theme:
    """One column. `words` are what a sentence on it says, `question` what it asks, both by language; `shapes` are forms
    of a sentence and `sections` parts of a paper that speak for it. `own` themes are a reader's words: a sentence must
    meet all of them, where one word of a theme that ships is enough. `language` is that of an own theme."""

    id: str
    label: Mapping[Language, str]
    question: Mapping[Language, str]
    words: Mapping[Language, tuple[str, ...]]
    shapes: tuple[QuestionType, ...] = ()
    sections: frozenset[SectionKind] = frozenset()
    own: bool = False
    language: Language | None = None


@cache
def shipped_themes() -> tuple[Theme, ...]:
    """The themes that ship with Sitasi, in the order of the columns."""
    stored = tomllib.loads(THEMES_FILE.read_text(encoding="utf-8"))
    return tuple(
        Theme(
            id=one["id"],
            label=one["label"],
            question=one["question"],
            words={language: tuple(words) for language, words in one["words"].items()},
            shapes=tuple(QuestionType(shape) for shape in one["shapes"]),
            sections=frozenset(SectionKind(kind) for kind in one["sections"]),
        )
        for one in stored["theme"]
    )


def themes_from(wanted: Sequence[str]) -> tuple[Theme, ...]:
    """The columns asked for, each once: ids or labels of themes that ship, or words of one's own; all that ship when
    empty. Raises InvalidQuestion for words that say nothing ("dan")."""
    shipped = {name.lower(): theme for theme in shipped_themes() for name in (theme.id, *theme.label.values())}
    columns: dict[str, Theme] = {}
    for text in wanted:
        line = " ".join(text.split())
        theme = shipped.get(line.lower()) or _own_theme(line, len(columns) + 1)
        columns.setdefault(theme.id if not theme.own else line.lower(), theme)
    return tuple(columns.values()) or shipped_themes()


def _own_theme(text: str, number: int) -> Theme:
    words = content_words(text)
    if not words:
        raise InvalidQuestion(f"The theme “{text}” names nothing that could be looked for.")
    both = dict.fromkeys(LANGUAGES, text)
    return Theme(f"own-{number}", both, both, dict.fromkeys(LANGUAGES, words), own=True, language=detect_language(text))
