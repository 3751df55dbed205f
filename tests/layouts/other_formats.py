"""papers → DOCX and HTML, in the ways in which people and journals make them. Neither format has pages."""

from __future__ import annotations

import io
from html import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from tests.layouts.paper import Block, Paper

Made = tuple[bytes, list[Block], None]


def _front(paper: Paper) -> tuple[Block, ...]:
    return (
        Block("affiliation", f"{paper.journal} Vol. {paper.volume} No. {paper.issue} ({paper.year})"),
        Block("affiliation", f"DOI: {paper.doi}"),
        Block("title", paper.title),
        Block("authors", ", ".join(paper.authors)),
        Block("affiliation", paper.affiliation),
    )


def _names(paper: Paper) -> tuple[str, str, str]:
    if paper.language == "id":
        return "Abstrak", "Kata kunci", "Daftar Pustaka"
    return "Abstract", "Keywords", "References"


def blocks_in_order(paper: Paper) -> list[Block]:
    """Everything in the order of reading, as all of these formats print it."""
    abstract, keywords, references = _names(paper)
    return [
        *_front(paper),
        Block("heading", abstract, 1),
        paper.front[0],
        Block("keywords", f"{keywords}: {paper.front[1].text}"),
        *paper.body,
        Block("heading", references, 1),
        *(Block("reference", entry) for entry in paper.references),
    ]


def styled_docx(paper: Paper) -> Made:
    """Word's own styles for title, headings and lists; journal line in the head of the page."""
    document = docx.Document()
    blocks = [block for block in blocks_in_order(paper) if block.text != _front(paper)[0].text]
    document.sections[0].header.paragraphs[0].text = _front(paper)[0].text
    for block in blocks:
        if block.kind == "title":
            document.add_paragraph(block.text, style="Title")
        elif block.kind == "heading":
            document.add_heading(block.text, block.level)
        else:
            document.add_paragraph(block.text, style="List Bullet" if block.kind == "item" else None)
    return _saved(document), blocks, None


def plain_docx(paper: Paper) -> Made:
    """No styles: headings are bold with typed numbers, the title is large, a table stands in the text."""
    document = docx.Document()
    blocks = blocks_in_order(paper)
    number = 0
    for at, block in enumerate(blocks):
        line = document.add_paragraph()
        text = block.text
        if block.kind == "heading" and at > 8 and block.kind == "heading" and block.level == 1:
            number += 1
            text = f"{number}. {text}"
        if block.kind == "item":
            text = f"- {text}"
        # Word cuts runs anywhere.
        for piece in (text[: len(text) // 3], text[len(text) // 3 :]):
            run = line.add_run(piece)
            run.bold = block.kind in ("heading", "title")
            if block.kind == "title":
                run.font.size = Pt(16)
        if block.kind in ("title", "authors", "affiliation"):
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if at == len(blocks) // 2:
            _table(document, paper)
        blocks[at] = Block(block.kind, text.removeprefix("- "), block.level)
    return _saved(document), blocks, None


def _table(document: docx.document.Document, paper: Paper) -> None:
    table = paper.floats[0]
    document.add_paragraph(table.caption)
    grid = document.add_table(rows=0, cols=len(table.rows[0]))
    for row in table.rows:
        cells = grid.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    document.add_paragraph(table.source)


def _saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _html_body(paper: Paper, blocks: list[Block], levels: tuple[int, int]) -> str:
    made: list[str] = []
    for block in blocks:
        text = escape(block.text)
        if block.kind == "title":
            made.append(f"<h1>{text}</h1>")
        elif block.kind == "heading":
            made.append(f"<h{levels[block.level - 1]}>{text}</h{levels[block.level - 1]}>")
        elif block.kind in ("item", "reference"):
            made.append(f"<li>{text}</li>")
        else:
            words = text.split(" ")
            words[len(words) // 2] = f"<em>{words[len(words) // 2]}</em>"
            made.append(f"<p>{' '.join(words)}\n</p>")
    return "\n".join(made)


def article_html(paper: Paper) -> Made:
    """A journal's page of today: article element, menus, share buttons, scripts, what search engines are told."""
    blocks = blocks_in_order(paper)
    meta = "".join(f'<meta name="citation_author" content="{escape(author)}">' for author in paper.authors)
    page = f"""<!DOCTYPE html><html lang="{paper.language}"><head><meta charset="utf-8">
<title>{escape(paper.title)} | Portal</title>
<meta name="citation_title" content="{escape(paper.title)}">{meta}<meta name="citation_volume" content="{paper.volume}">
<style>p {{ color: black }}</style><script>var words = "must never be read";</script></head><body>
<header class="site-header"><nav><ul><li><a href="/">Beranda</a></li>
<li><a href="/arsip">Arsip</a></li></ul></nav></header>
<main><article>{_html_body(paper, blocks, (2, 3))}</article></main>
<div class="sidebar"><p>Langganan buletin kami setiap bulan untuk kabar terbaru dari redaksi jurnal ini.</p></div>
<div class="share-buttons"><a href="#">Bagikan</a></div><footer><p>Hak cipta pengelola portal jurnal ini.</p></footer>
<script>document.write("nor this");</script></body></html>"""
    return page.encode(), blocks, None


def old_html(paper: Paper) -> Made:
    """A page of twenty years ago: tables for layout, fonts, double line breaks, Latin-1."""
    blocks = blocks_in_order(paper)
    parts = []
    for block in blocks:
        text = escape(block.text).replace("–", "-").encode("cp1252", "xmlcharrefreplace").decode("cp1252")
        if block.kind == "title":
            parts.append(f"<CENTER><H1>{text}</H1></CENTER>")
        elif block.kind == "heading":
            parts.append(f"<P><FONT FACE=Arial><B>{text}</B></FONT></P>")
        elif block.kind == "item":
            parts.append(f"<LI>{text}")
        else:
            parts.append(f"{text}<BR><BR>")
    menu = "<TD WIDTH=120><A HREF=a.htm>Beranda</A><BR><A HREF=b.htm>Arsip</A><BR><A HREF=c.htm>Kontak</A></TD>"
    page = (
        f"<HTML><HEAD><TITLE>{escape(paper.title)}</TITLE></HEAD><BODY BGCOLOR=white><TABLE><TR>{menu}<TD>"
        f"{''.join(parts)}</TD></TR></TABLE></BODY></HTML>"
    )
    return page.encode("cp1252", "xmlcharrefreplace"), blocks, None


def exported_html(paper: Paper) -> Made:
    """What a word processor exports: spans everywhere, non-breaking spaces, soft hyphens, no semantic elements."""
    blocks = blocks_in_order(paper)
    parts = []
    for block in blocks:
        text = escape(block.text).replace(" dan ", "&nbsp;dan ").replace("pemerintah", "peme&shy;rintah")
        level = {"title": 1, "heading": 1 + block.level}.get(block.kind)
        inner = f'<span style="font-size:11pt"><span lang="IN">{text}</span></span>'
        if block.kind == "item":
            inner = f"•&nbsp;{inner}"
        parts.append(f"<h{level}>{inner}</h{level}>" if level else f'<p class="MsoNormal" style="margin:0">{inner}</p>')
    opening = '<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><div class="WordSection1">'
    page = f"{opening}{''.join(parts)}</div></body></html>"
    return page.encode(), blocks, None
