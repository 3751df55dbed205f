"""papers → plain text with columns side by side, as programs print it that keep the look of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap

from tests.layouts.other_formats import blocks_in_order
from tests.layouts.paper import Block, Paper

_FRONT = ("title", "authors", "affiliation")


@dataclass(frozen=True)
class TextLayout:
    """Sizes in characters and lines. `apart` prints every second column half a line lower than the first."""

    columns: int = 2
    width: int = 50
    gutter: int = 4
    lines: int = 44
    apart: bool = False

    @property
    def page_width(self) -> int:
        """Of all columns with what parts them."""
        return self.columns * self.width + (self.columns - 1) * self.gutter


@dataclass(frozen=True)
class _Set:
    """A printed line with its block and how many words of that stand before it; block -1 for an empty line."""

    text: str
    block: int = -1
    words: int = 0


def side_by_side(paper: Paper, layout: TextLayout) -> tuple[bytes, list[Block], list[list[int]]]:
    """The file, its blocks, and the page of each of their words."""
    blocks = blocks_in_order(paper)
    pages = [[0] * len(block.text.split()) for block in blocks]
    body = 1 + next(at for at, block in enumerate(blocks) if block.kind == "keywords")
    wide = [line for at in range(body) for line in _set(blocks[at], at, layout.page_width, wide=True)]
    narrow = [line for at in range(body, len(blocks)) for line in _set(blocks[at], at, layout.width, wide=False)]
    printed: list[str] = []
    for page, (head, columns) in enumerate(_paged(wide, narrow, layout), 1):
        for line in (*head, *(line for column in columns for line in column)):
            if line.block >= 0:
                for word in range(line.words, line.words + len(line.text.removeprefix("• ").split())):
                    pages[line.block][word] = page
        rows = [line.text for line in head] + list(_rows(columns, layout))
        printed.append("\n".join([*rows, "", "", str(page).center(layout.page_width)]))
    return "\n\f".join(text.rstrip() for text in printed).encode(), blocks, pages


def _set(block: Block, number: int, width: int, *, wide: bool) -> Iterator[_Set]:
    """The block's lines, with an empty one where its kind has one before it."""
    if block.kind == "heading" or (wide and block.kind != "authors"):
        yield _Set("")
    mark = "• " if block.kind == "item" else ""
    hang = "    " if block.kind == "reference" else "  " if mark else ""
    first = "   " if block.kind == "paragraph" else mark
    words = 0
    for line in wrap(block.text, width, initial_indent=first, subsequent_indent=hang, break_on_hyphens=False):
        centred = wide and (block.kind in _FRONT or block.kind == "heading")
        yield _Set(line.center(width).rstrip() if centred else line, number, words)
        words += len(line.strip().removeprefix("• ").split())


def _paged(
    wide: Sequence[_Set], narrow: Sequence[_Set], layout: TextLayout
) -> Iterator[tuple[Sequence[_Set], list[Sequence[_Set]]]]:
    """For each page what stands above the columns, and its columns."""
    head, at = [*wide, _Set("")], 0
    while at < len(narrow):
        room = layout.lines - len(head)
        columns = []
        for _ in range(layout.columns):
            while at < len(narrow) and not narrow[at].text:
                at += 1  # No column begins with an empty line.
            columns.append(narrow[at : at + room])
            at += room
        yield head, columns
        head = []


def _rows(columns: Sequence[Sequence[_Set]], layout: TextLayout) -> Iterator[str]:
    for cells in zip_longest(*columns, fillvalue=_Set("")):
        for lower in (False, True) if layout.apart else (None,):
            shown = [cell.text if lower in (None, bool(at % 2)) else "" for at, cell in enumerate(cells)]
            yield (" " * layout.gutter).join(text.ljust(layout.width) for text in shown).rstrip()


def text_layouts() -> dict[str, TextLayout]:
    """Under their names."""
    return {
        "two columns side by side": TextLayout(),
        "two columns, half a line apart": TextLayout(width=46, gutter=3, apart=True),
        "three columns side by side": TextLayout(columns=3, width=36, gutter=3, lines=56),
    }
