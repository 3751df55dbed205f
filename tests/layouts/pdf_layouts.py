"""The ways in which journals, theses and reports print papers, as settings of the typesetter."""

from __future__ import annotations

from reportlab.lib.pagesizes import A5, LETTER

from tests.layouts.layout import Layout
from tests.layouts.paper import Paper


def centred_number(paper: Paper, page: int) -> tuple[str, str, str]:
    """`7`"""
    return "", str(page), ""


def dashed_number(paper: Paper, page: int) -> tuple[str, str, str]:
    """`- 7 -`"""
    return "", f"- {page} -", ""


def number_right(paper: Paper, page: int) -> tuple[str, str, str]:
    """`7` at the right."""
    return "", "", str(page)


def journal_head(paper: Paper, page: int) -> tuple[str, str, str]:
    """Journal and volume on every page."""
    return f"{paper.journal} Vol. {paper.volume} No. {paper.issue} ({paper.year})", "", str(page)


def odd_and_even(paper: Paper, page: int) -> tuple[str, str, str]:
    """Authors on even pages, the title on odd ones."""
    if page % 2:
        return "", "", f"{' '.join(paper.title.split()[:6])} | {page}"
    return f"{page} | {paper.authors[0]}, dkk.", "", ""


def named_foot(paper: Paper, page: int) -> tuple[str, str, str]:
    """`Journal | 7`"""
    return "", f"{paper.journal} | {page}", ""


def counted_foot(paper: Paper, page: int) -> tuple[str, str, str]:
    """`Halaman 7` or `Page 7`."""
    return "", f"{'Halaman' if paper.language == 'id' else 'Page'} {page}", ""


PDF_LAYOUTS = (
    Layout("one column, number at the foot", foot=centred_number, opening="header"),
    Layout(
        "two columns, odd and even heads",
        columns=2,
        size=10,
        indent=12,
        margins=(54, 80, 54, 70),
        head=odd_and_even,
        foot=centred_number,
        opening="header",
        first_page=113,
    ),
    Layout(
        "two narrow columns, broken words, notes",
        columns=2,
        size=9.5,
        indent=10,
        hyphens=True,
        notes=True,
        tables=True,
        margins=(56, 80, 56, 72),
        head=journal_head,
        numbering="roman",
        heading_capitals=True,
        heading_centred=True,
        opening="header",
    ),
    Layout(
        "block paragraphs with gaps, roman numerals",
        indent=0,
        gap=8,
        align="left",
        roman="Helvetica",
        bold="Helvetica-Bold",
        italic="Helvetica-Oblique",
        size=10,
        numbering="roman",
        heading_capitals=True,
        foot=dashed_number,
        opening="header",
    ),
    Layout(
        "wide front, two columns, tables",
        columns=2,
        size=10,
        indent=0,
        gap=6,
        tables=True,
        margins=(60, 84, 60, 76),
        head=journal_head,
        foot=counted_foot,
        numbering="dotless",
        heading_size=1.25,
        opening="header",
    ),
    Layout(
        "thesis: chapters, contents, double spacing",
        size=12,
        leading=1.9,
        indent=36,
        numbering="chapter",
        heading_capitals=True,
        heading_centred=True,
        heading_size=1.0,
        contents=True,
        foot=centred_number,
        margins=(113, 85, 85, 85),
        opening="header",
    ),
    Layout(
        "manuscript: number at the top, ragged",
        size=12,
        leading=1.5,
        align="left",
        indent=30,
        head=number_right,
        numbering="none",
        opening="header",
    ),
    Layout(
        "three columns, word by word",
        columns=3,
        size=8.5,
        gutter=16,
        indent=8,
        margins=(40, 70, 40, 60),
        drawing="words",
        foot=named_foot,
        numbering="none",
        heading_size=1.3,
        opening="header",
    ),
    Layout(
        "letter by letter, drawn backwards",
        drawing="letters",
        shuffled=True,
        columns=2,
        size=10,
        foot=named_foot,
        numbering="decimal",
        opening="header",
    ),
    Layout(
        "article information beside the abstract",
        opening="sidebar",
        columns=2,
        size=10,
        indent=14,
        hyphens=True,
        tables=True,
        head=journal_head,
        foot=centred_number,
        references_numbered=True,
    ),
    Layout(
        "headings bold, no number, same size",
        heading_size=1.0,
        numbering="none",
        indent=24,
        roman="Helvetica",
        bold="Helvetica-Bold",
        italic="Helvetica-Oblique",
        size=10.5,
        foot=counted_foot,
        opening="header",
    ),
    Layout(
        "watermark, notes, small pages",
        page=A5,
        margins=(45, 60, 45, 60),
        size=9,
        notes=True,
        watermark="KONSEP",
        head=odd_and_even,
        numbering="letters",
        heading_capitals=True,
        hyphens=True,
        opening="header",
    ),
    Layout(
        "typewriter, headings in capitals only",
        roman="Courier",
        bold="Courier",
        italic="Courier",
        size=10,
        align="left",
        indent=0,
        gap=10,
        numbering="none",
        heading_capitals=True,
        heading_size=1.0,
        title_size=1.0,
        foot=dashed_number,
        page=LETTER,
        opening="header",
    ),
    Layout(
        "front matter in the first of two columns",
        columns=2,
        full_front=False,
        size=10,
        indent=12,
        hyphens=True,
        notes=True,
        tables=True,
        gutter=14,
        head=journal_head,
        foot=centred_number,
        opening="header",
        title_size=1.4,
    ),
)
