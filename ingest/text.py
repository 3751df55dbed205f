"""raw file → Document: the file's text → stored text, with an exact map back; and quotations found again in it.

Every rule is general: it knows what broken text looks like, not where it came from. Changing one of them changes what
offsets mean, so TEXT_POLICY must then be raised: documents cleaned under another policy count as other versions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.characters import front_matter_end, settle
from ingest.offsets import ABSORB, edit, rebuild, source_spans, whole
from ingest.paragraphs import flow
from ingest.side_by_side import one_below_the_other
from ingest.types import LaidOutLine, MapSegment, Span

__all__ = ["TEXT_POLICY", "CleanText", "clean", "find_quote", "normalise", "source_spans"]

TEXT_POLICY = "2"

_NOTE_MARK = re.compile(r"(?<=[.,;:?!)\]”\"’'»])[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CleanText:
    """Stored text: NFC, one line per paragraph, `\\n\\n` between paragraphs, no white space at either end.

    `segments` map it to the decoded file. `doubtful` are stored spans where the order of the printed lines is not sure.
    `marked` are `(start, level)` of paragraphs that the file itself marks as headings (Markdown 1-6, bold line 0).
    `furniture` are the running heads and feet that were taken out, each once.
    """

    text: str
    segments: tuple[MapSegment, ...]
    doubtful: tuple[Span, ...] = ()
    marked: tuple[tuple[int, int], ...] = ()
    furniture: tuple[str, ...] = ()


def clean(source_text: str, layout: Sequence[LaidOutLine] = ()) -> CleanText:
    """Clean a decoded file. Never fails; text without a word gives the empty string.

    `layout` says what each line is, where the file's format tells; without it the printed lines are judged by rules."""
    mapped = whole(source_text)
    skip = 0 if layout else front_matter_end(source_text)
    if skip:
        mapped = rebuild(mapped, [(skip, len(source_text), None)])
    if layout:
        mapped = edit(mapped, ((found.start(), found.end(), ABSORB) for found in _NOTE_MARK.finditer(mapped.text)))
    else:
        mapped = one_below_the_other(mapped)
    flowing = flow(settle(mapped), layout)
    return CleanText(flowing.mapped.text, flowing.mapped.segments, flowing.doubtful, flowing.marked, flowing.furniture)


def normalise(source_text: str) -> tuple[str, tuple[MapSegment, ...]]:
    """Stored text and its map to `source_text`; see CleanText. `normalise(normalise(t)[0])[0] == normalise(t)[0]`."""
    cleaned = clean(source_text)
    return cleaned.text, cleaned.segments


_QUOTE_MARKS = str.maketrans(
    {**dict.fromkeys("“”„‟«»″＂", '"'), **dict.fromkeys("‘’‚‛`´′", "'"), **dict.fromkeys("‐‑‒–—−", "-")}
)
_FOLDED_AWAY = re.compile(r"[\s\-\u00ad\u200b-\u200d\u2060\ufeff]+")


def find_quote(stored: str, quote: str) -> Span | None:
    """Half-open span of `quote` in `stored`, or None.

    White space, hyphenation, the style of quotation marks and dashes, ligatures and decomposed accents may differ;
    every letter and digit must agree, in the same case."""
    exact = stored.find(quote)
    if quote and exact >= 0:
        return exact, exact + len(quote)
    needle = "".join(_folded(char) for char in unicodedata.normalize("NFC", quote))
    if not needle:
        return None
    plain, places = _fold(stored)
    at = plain.find(needle)
    if at < 0:
        return None
    return places[at], places[at + len(needle) - 1] + 1


def _folded(char: str) -> str:
    if _FOLDED_AWAY.fullmatch(char):
        return ""
    char = char.translate(_QUOTE_MARKS)
    if char == "-":
        return ""
    return unicodedata.normalize("NFKC", char) if "\ufb00" <= char <= "\ufb06" else char


def _fold(text: str) -> tuple[str, list[int]]:
    """The text without what may differ, and the place of each remaining character."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for kept in _folded(char):
            folded.append(kept)
            places.append(place)
    return "".join(folded), places
