"""raw file → ParsedFile, Markdown: the text as written and what its YAML front matter declares."""

from __future__ import annotations

import datetime
import re

import yaml

from ingest.characters import front_matter_end
from ingest.types import ParsedFile

_ATX = re.compile(r"^ {0,3}#{1,6} +\S", re.MULTILINE)
_SAMPLE = 20_000
_MAX_FRONT_MATTER = 20_000


def looks_like_markdown(text: str) -> bool:
    """Whether the text has front matter or headings marked with `#`. Stray emphasis alone does not make it Markdown."""
    return front_matter_end(text) > 0 or len(_ATX.findall(text[:_SAMPLE])) >= 2


def parse_markdown(text: str, encoding: str) -> ParsedFile:
    """The whole text, front matter included (offsets count from the file's beginning), and its declared metadata.

    Front matter that is not valid YAML is left alone: the paper is still readable.
    """
    end = front_matter_end(text)
    return ParsedFile(text, "text/markdown", encoding, metadata=_declared(text[:end]) if end else ())


def _declared(block: str) -> tuple[tuple[str, str | tuple[str, ...]], ...]:
    body = block.strip().removeprefix("---").removesuffix("---")
    if len(body) > _MAX_FRONT_MATTER:
        return ()
    try:
        values = yaml.safe_load(body)
    except (yaml.YAMLError, ValueError, RecursionError):
        return ()
    if not isinstance(values, dict):
        return ()
    declared: list[tuple[str, str | tuple[str, ...]]] = []
    for key, value in values.items():
        if isinstance(value, list):
            declared.append((str(key).lower(), tuple(_text(item) for item in value if _is_plain(item))))
        elif _is_plain(value):
            declared.append((str(key).lower(), _text(value)))
    return tuple(declared)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | datetime.date)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else str(value).strip()
