"""raw file → Document: the sample briefs, printed in several layouts, come back word for word, heading for heading."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from ingest.characters import front_matter_end
from ingest.sections import find_sections
from ingest.text import clean

SAMPLES = sorted((Path(__file__).parents[2] / "ingest" / "samples").glob("*.md"))


def blocks_of(path: Path) -> list[str]:
    """Headings, paragraphs and list items of a brief, without its title."""
    text = path.read_text(encoding="utf-8")
    parts = [part for part in text[front_matter_end(text) :].split("\n\n") if part.strip()][1:]
    return [item for part in parts for item in (part.split("\n") if part.startswith("- ") else [part])]


def printed(blocks: list[str], wrap: Callable[[str], list[str]], heading: Callable[[int, str], str]) -> list[str]:
    """The lines of a page: each block wrapped, a blank line after it, headings as the layout sets them."""
    lines: list[str] = []
    number = 0
    for block in blocks:
        if block.startswith("#"):
            number += 1
            lines += ["", heading(number, block.lstrip("# ").strip()), ""]
        else:
            lines += [*wrap(" ".join(block.split())), ""]
    return lines


def broken(text: str) -> list[str]:
    """Lines of 45 characters; long words at their ends are broken with a hyphen."""
    lines, line = [], ""
    for word in text.split():
        room = 43 - len(line)
        if len(line) + 1 + len(word) <= 45 or not line:
            line = f"{line} {word}".strip()
        elif len(word) > 8 and 3 <= room <= len(word) - 3 and word.isalpha():
            lines.append(f"{line} {word[:room]}-")
            line = word[room:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def with_pages(lines: list[str]) -> list[str]:
    """A running head and a page number on every page of 38 lines."""
    paged: list[str] = []
    for page, start in enumerate(range(0, len(lines), 38), 11):
        paged += ["Jurnal Contoh Nusantara", "", *lines[start : start + 38], "", str(page), ""]
    return paged


LAYOUTS: dict[str, Callable[[list[str]], list[str]]] = {
    "one line per paragraph": lambda blocks: printed(blocks, lambda t: [t], lambda _, h: h),
    "narrow lines": lambda blocks: printed(blocks, lambda t: textwrap.wrap(t, 40), lambda _, h: h),
    "wide lines, numbered": lambda blocks: printed(blocks, lambda t: textwrap.wrap(t, 80), lambda n, h: f"{n}. {h}"),
    "broken words, capitals": lambda blocks: printed(blocks, broken, lambda _, h: h.upper()),
    "pages": lambda blocks: with_pages(printed(blocks, lambda t: textwrap.wrap(t, 45), lambda n, h: f"{n}. {h}")),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_brief_is_read_back_from_every_layout(layout: str) -> None:
    right = total = hits = found = expected = 0
    for path in SAMPLES:
        blocks = blocks_of(path)
        cleaned = clean("\n".join(LAYOUTS[layout](blocks)))
        numbers = re.compile(r"(?m)^\d\. ") if "numbered" in layout or layout == "pages" else re.compile(r"(?!)")
        before = re.findall(r"\w+", " ".join(blocks).lower())
        after = re.findall(r"\w+", numbers.sub("", cleaned.text).lower())
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        right += sum(block.size for block in matcher.get_matching_blocks())
        total += max(len(before), len(after))
        headings = {block.lstrip("# ").strip().lower() for block in blocks if block.startswith("#")}
        read = {section.path[-1].lower() for section in find_sections(cleaned) if section.path}
        hits, found, expected = hits + len(headings & read), found + len(read), expected + len(headings)
    assert right / total >= 0.995
    assert 2 * hits / (found + expected) >= 0.97
