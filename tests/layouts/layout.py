"""How papers are printed: the settings of the typesetter, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from reportlab.lib.pagesizes import A4

from tests.layouts.paper import Block, Paper

Numbering = Literal["none", "decimal", "dotless", "roman", "letters", "chapter"]
Running = Callable[[Paper, int], tuple[str, str, str]]


def nothing(paper: Paper, page: int) -> tuple[str, str, str]:
    """No running head."""
    return "", "", ""


@dataclass(frozen=True)
class Look:
    """How one kind of paragraph is set."""

    font: str
    size: float
    align: Literal["left", "justify", "centre"] = "left"
    capitals: bool = False
    indent: float = 0.0
    hang: float = 0.0
    before: float = 0.0
    after: float = 0.0


@dataclass(frozen=True)
class Layout:
    """A way to print papers. Lengths are points."""

    name: str
    page: tuple[float, float] = A4
    margins: tuple[float, float, float, float] = (72, 72, 72, 72)  # left, top, right, bottom
    columns: int = 1
    gutter: float = 20.0
    roman: str = "Times-Roman"
    bold: str = "Times-Bold"
    italic: str = "Times-Italic"
    size: float = 11.0
    leading: float = 1.25
    align: Literal["left", "justify"] = "justify"
    indent: float = 18.0
    gap: float = 0.0
    hyphens: bool = False
    numbering: Numbering = "decimal"
    heading_size: float = 1.1
    heading_font: str = "bold"
    heading_capitals: bool = False
    heading_centred: bool = False
    title_size: float = 1.6
    head: Running = nothing
    foot: Running = nothing
    opening: Literal["", "header", "sidebar"] = ""
    full_front: bool = True
    notes: bool = False
    tables: bool = False
    contents: bool = False
    watermark: str = ""
    drawing: Literal["lines", "words", "letters"] = "lines"
    shuffled: bool = False
    reference_hang: float = 18.0
    references_numbered: bool = False
    first_page: int = 1


@dataclass
class Printed:
    """The file, and the page of every word of every block, in the order of the blocks."""

    content: bytes
    blocks: list[Block] = field(default_factory=list)
    pages: list[list[int]] = field(default_factory=list)
