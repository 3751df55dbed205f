"""Layouts drawn at random from all that the typesetter can set: what no rule was written for."""

from __future__ import annotations

import random

from reportlab.lib.pagesizes import A4, A5, LETTER

from tests.layouts.layout import Layout, nothing
from tests.layouts.pdf_layouts import (
    centred_number,
    counted_foot,
    dashed_number,
    journal_head,
    named_foot,
    number_right,
    odd_and_even,
)

_FONTS = (
    ("Times-Roman", "Times-Bold", "Times-Italic"),
    ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    ("Courier", "Courier-Bold", "Courier-Oblique"),
)


def random_layouts(count: int, seed: int) -> list[Layout]:
    """`count` layouts; the same for the same seed."""
    return [_layout(random.Random(f"{seed} {number}"), f"random {seed}-{number}") for number in range(count)]


def _layout(chance: random.Random, name: str) -> Layout:
    """Every setting by itself, within what a printer would do."""
    columns = chance.choice((1, 1, 2, 2, 2, 3))
    page = A4 if columns > 1 else chance.choice((A4, A4, LETTER, A5))
    roman, bold, italic = chance.choice(_FONTS[:2] if columns > 1 else _FONTS)
    size = (
        chance.uniform(8.0, 9.5) if columns == 3 or page == A5 else chance.uniform(9.5, 12.0 if columns == 1 else 10.5)
    )
    side = chance.uniform(40, 60 if columns > 1 or page == A5 else 90)
    indent, gap = chance.choice(((chance.uniform(8, 30), 0.0), (0.0, chance.uniform(5, 10))))
    numbering = chance.choice(("none", "decimal", "dotless", "roman", "letters"))
    return Layout(
        name,
        page=page,
        margins=(side, chance.uniform(60, 90), side, chance.uniform(60, 85)),
        columns=columns,
        gutter=chance.uniform(14, 26),
        roman=roman,
        bold=bold,
        italic=italic,
        size=round(size, 1),
        leading=round(chance.uniform(1.15, 1.6 if columns == 1 else 1.3), 2),
        align=chance.choice(("left", "justify")),
        indent=round(indent, 1),
        gap=round(gap, 1),
        hyphens=chance.random() < 0.5,
        numbering=numbering,  # type: ignore[arg-type]
        heading_size=round(chance.uniform(1.0, 1.35), 2),
        heading_capitals=chance.random() < 0.4,
        heading_centred=chance.random() < 0.3,
        title_size=round(chance.uniform(1.3, 1.8), 2),
        head=chance.choice((nothing, journal_head, odd_and_even, number_right)),
        foot=chance.choice((nothing, centred_number, dashed_number, named_foot, counted_foot)),
        opening=chance.choice(("header", "header", "sidebar")) if columns < 3 else "header",  # type: ignore[arg-type]
        full_front=columns == 1 or chance.random() < 0.8,
        notes=chance.random() < 0.4,
        tables=chance.random() < 0.4,
        watermark="KONSEP" if chance.random() < 0.15 else "",
        drawing=chance.choice(("lines", "words", "letters")),  # type: ignore[arg-type]
        shuffled=chance.random() < 0.3,
        references_numbered=chance.random() < 0.3,
        first_page=chance.choice((1, 1, 57, 213)),
    )
