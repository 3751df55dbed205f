"""prompt files → texts with their variables filled in, for drafting an answer; texts only, one file for each language.

A file `name.language.md` must hold exactly the variables declared here, so that no prompt loses its evidence unnoticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from types import MappingProxyType

FOLDER = Path(__file__).parent
LANGUAGES = ("id", "en")
VARIABLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "answer": frozenset({"mark", "sentences"}),
        "evidence": frozenset({"mark", "evidence", "question"}),
        "gloss": frozenset({"mark"}),
        "quotations": frozenset({"mark", "evidence"}),
        "restate": frozenset({"mark"}),
        "asked": frozenset({"mark", "earlier", "question"}),
    }
)


class PromptError(Exception):
    """A prompt file is missing, or its variables are not those declared for it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text of one file."""

    name: str
    language: str
    text: str

    def fill(self, **values: str) -> str:
        """The text with every variable filled in; what is filled in is not looked at again. Raises PromptError."""
        if set(values) != VARIABLES[self.name]:
            raise PromptError(f"{self.name} takes {sorted(VARIABLES[self.name])}, not {sorted(values)}.")
        return Template(self.text).substitute(values)


def read_prompt(name: str, language: str, folder: Path = FOLDER) -> Prompt:
    """One prompt, its variables checked. Raises PromptError."""
    path = folder / f"{name}.{language}.md"
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as fault:
        raise PromptError(f"{path.name} cannot be read: {fault.strerror}.") from fault
    template = Template(text)
    if not template.is_valid() or set(template.get_identifiers()) != VARIABLES[name]:
        raise PromptError(f"{path.name} must hold exactly the variables {sorted(VARIABLES[name])}.")
    return Prompt(name, language, text)


@cache
def load_prompts(folder: Path = FOLDER) -> Mapping[tuple[str, str], Prompt]:
    """Every prompt by name and language. Raises PromptError."""
    return MappingProxyType(
        {(name, language): read_prompt(name, language, folder) for name in VARIABLES for language in LANGUAGES}
    )


def digest(prompts: Mapping[tuple[str, str], Prompt]) -> str:
    """Sixteen hexadecimal digits that change with any word of any prompt."""
    texts = "\0".join(f"{name}.{language}\0{prompt.text}" for (name, language), prompt in sorted(prompts.items()))
    return hashlib.sha256(texts.encode()).hexdigest()[:16]
