"""Evidence → the messages that a language model is given: delimited by a mark that nothing inside can imitate. Pure but
for the mark, which is drawn for every request."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence

from ingest.types import Language
from prompts import Prompt
from qa.types import Evidence

Prompts = Mapping[tuple[str, str], Prompt]
_LONGEST_TITLE = 160
_LONGEST_PIECE = 1500
# What looks like one of our marks inside a paper is shown in round brackets.
_LIKE_MARK = re.compile(r"[\[【［]\s*([^\]】］]{0,12})\s*[\]】］]")


def draw_mark() -> str:
    """A line that delimits evidence in one request and in no other."""
    return f"=== {secrets.token_hex(12)} ==="


def harmless(text: str, longest: int = _LONGEST_PIECE) -> str:
    """Text of a paper as a model may see it: one line, without invisible characters, marks or delimiters of ours."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") else c for c in text)
    unmarked = _LIKE_MARK.sub(r"(\1)", " ".join(visible.split()))
    return re.sub(r"={3,}", "=", unmarked)[:longest]


def answer_messages(
    prompts: Prompts, question: str, evidence: Sequence[Evidence], language: Language, sentences: int
) -> tuple[str, str]:
    """System message and request for an answer; `evidence[n - 1]` is shown as `[n]`."""
    mark = draw_mark()
    system = prompts["answer", language].fill(mark=mark, sentences=str(sentences))
    shown = "\n".join(_shown(number, one) for number, one in enumerate(evidence, start=1))
    return system, prompts["evidence", language].fill(mark=mark, evidence=shown, question=harmless(question))


def gloss_messages(prompts: Prompts, quotes: Mapping[int, str], language: Language) -> tuple[str, str]:
    """System message and request for translations of `quotes` by their numbers into `language`."""
    mark = draw_mark()
    shown = "\n".join(f"[{number}] {harmless(quote)}" for number, quote in quotes.items())
    return prompts["gloss", language].fill(mark=mark), prompts["quotations", language].fill(mark=mark, evidence=shown)


def _shown(number: int, one: Evidence) -> str:
    head = one.retrieved.document.bibliography
    where = " · ".join(part for part in (head.title, one.retrieved.passage.section.heading) if part)
    return f"[{number}] ({harmless(where, _LONGEST_TITLE)}) {harmless(one.text)}"
