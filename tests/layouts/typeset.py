"""papers → PDF: a small typesetter that knows on which page it has put every word."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.layouts.layout import Layout, Look, Printed
from tests.layouts.line_breaking import SetLine, broken
from tests.layouts.paper import Block, Float, Paper


def typeset(paper: Paper, layout: Layout) -> Printed:
    """Print a paper."""
    return _Press(paper, layout).run()


class _Press:
    def __init__(self, paper: Paper, layout: Layout) -> None:
        self.paper, self.layout = paper, layout
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=layout.page, pageCompression=1)
        self.printed = Printed(b"")
        self.left, self.top = layout.margins[0], layout.page[1] - layout.margins[1]
        self.width = layout.page[0] - layout.margins[0] - layout.margins[2]
        self.column_width = (self.width - (layout.columns - 1) * layout.gutter) / layout.columns
        self.number, self.column = 1, 0
        self.column_top = self.top
        self.y = self.top
        self.notes: list[str] = []
        self.waiting: list[Float] = []
        self.drawn: list[Callable[[], None]] = []
        self.marks = 0

    def run(self) -> Printed:
        layout, paper = self.layout, self.paper
        self._opening()
        if layout.full_front:
            self._front(0.0, self.width, self._emit_full)
            self.column_top = self.y
        else:
            self._front(0.0, self.column_width, self._emit)
        if layout.contents:
            self._contents()
        numbers = [0, 0]
        halfway = len(paper.body) // 3
        for index, block in enumerate(paper.body):
            if layout.tables and index == halfway:
                self.waiting += paper.floats
            if block.kind == "heading":
                self._heading(block, numbers)
            elif block.kind == "item":
                self._block(replace(block, text=f"• {block.text}"), self._look("item"))
            else:
                self._block(block, self._look("paragraph"))
        name = "Daftar Pustaka" if paper.language == "id" else "References"
        self._heading(Block("heading", name, 1), numbers, plain=True)
        for index, entry in enumerate(paper.references, 1):
            text = f"[{index}] {entry}" if layout.references_numbered else entry
            self._block(Block("reference", text), self._look("reference"))
        self._end_page(last=True)
        self.canvas.save()
        self.printed.content = self.buffer.getvalue()
        return self.printed

    def _look(self, kind: str) -> Look:
        layout = self.layout
        size = layout.size
        return {
            "title": Look(layout.bold, size * layout.title_size, "centre", after=8, before=6),
            "authors": Look(layout.roman, size, "centre", after=2),
            "affiliation": Look(layout.italic, size * 0.9, "centre", after=10),
            "abstract": Look(layout.roman, size * 0.92, layout.align, after=4),
            "paragraph": Look(layout.roman, size, layout.align, indent=layout.indent, after=layout.gap),
            "item": Look(layout.roman, size, layout.align, hang=12, after=layout.gap / 2),
            "reference": Look(layout.roman, size * 0.95, "left", hang=layout.reference_hang, after=2),
            "note": Look(layout.roman, size * 0.8, "left"),
        }[kind]

    def _opening(self) -> None:
        paper, layout = self.paper, self.layout
        if layout.opening:
            said = f"{paper.journal} Vol. {paper.volume} No. {paper.issue} ({paper.year})"
            self._block(Block("affiliation", said), Look(layout.italic, 9, after=2), emit=self._emit_full)
            self._block(
                Block("affiliation", f"DOI: {paper.doi}"), Look(layout.roman, 9, after=12), emit=self._emit_full
            )

    def _front(self, x: float, width: float, emit: Callable[[SetLine], None]) -> None:
        paper, layout = self.paper, self.layout
        title = paper.title.upper() if layout.heading_capitals else paper.title
        self._block(Block("title", title), self._look("title"), width=width, emit=emit)
        self._block(Block("authors", ", ".join(paper.authors)), self._look("authors"), width=width, emit=emit)
        self._block(Block("affiliation", paper.affiliation), self._look("affiliation"), width=width, emit=emit)
        names = ("Abstrak", "Kata kunci: ") if paper.language == "id" else ("Abstract", "Keywords: ")
        look = Look(layout.bold, layout.size, "centre", after=3)
        narrow, shift = width, 0.0
        if layout.opening == "sidebar" and layout.full_front:
            shift, narrow = 0.34 * width, 0.66 * width
            mark = self.y
            said = (
                "Informasi Artikel",
                "Diterima: 2 Maret",
                "Disetujui: 9 Mei",
                "Terbit: 1 Juni",
                "Surel: a@contoh.id",
            )
            for line in said:
                self._block(
                    Block("affiliation", line),
                    Look(layout.roman, layout.size * 0.85),
                    width=0.28 * width,
                    emit=emit,
                    kept=False,
                )
            self.y = mark
        self._block(Block("heading", names[0], 1), look, width=narrow, emit=emit, x=shift)
        for block in paper.front:
            text = block.text if block.kind == "abstract" else f"{names[1]}{block.text}"
            self._block(replace(block, text=text), self._look("abstract"), width=narrow, emit=emit, x=shift)
        self.y -= 12

    def _contents(self) -> None:
        paper, layout = self.paper, self.layout
        name = "Daftar Isi" if paper.language == "id" else "Table of Contents"
        self._heading(Block("heading", name, 1), [0, 0], plain=True, kept=False)
        for index, block in enumerate([one for one in paper.body if one.kind == "heading"], 1):
            label = f"{index}. {block.text}"
            dots = "." * max(6, int((self.column_width - stringWidth(label, layout.roman, layout.size) - 30) / 3))
            self._block(
                Block("affiliation", f"{label} {dots} {index + 1}"), Look(layout.roman, layout.size), kept=False
            )
        self._next_column(force_page=True)

    def _heading(self, block: Block, numbers: list[int], *, plain: bool = False, kept: bool = True) -> None:
        layout = self.layout
        level = min(block.level, 2)
        if not plain:
            numbers[level - 1] += 1
            if level == 1:
                numbers[1] = 0
        main, sub = numbers
        label = {
            "none": "",
            "decimal": f"{main}. " if level == 1 else f"{main}.{sub}. ",
            "dotless": f"{main} " if level == 1 else f"{main}.{sub} ",
            "roman": f"{_ROMAN[main]}. " if level == 1 else f"{chr(64 + sub)}. ",
            "letters": f"{chr(64 + main)}. " if level == 1 else f"{sub}. ",
            "chapter": "",
        }[layout.numbering]
        text = block.text.upper() if layout.heading_capitals and level == 1 else block.text
        size = layout.size * (layout.heading_size if level == 1 else 1.0)
        look = Look(
            layout.bold
            if layout.heading_font == "bold" and level == 1
            else (layout.italic if level == 2 and layout.heading_font == "bold" else layout.roman),
            size,
            "centre" if layout.heading_centred and level == 1 else "left",
            before=0.8 * size,
            after=0.3 * size,
        )
        self._room(look.before + 4 * layout.size * layout.leading)
        if layout.numbering == "chapter" and level == 1 and not plain:
            self._block(
                Block(
                    "affiliation", f"BAB {_ROMAN[main]}" if self.paper.language == "id" else f"CHAPTER {_ROMAN[main]}"
                ),
                replace(look, after=0),
                kept=False,
            )
            look = replace(look, before=0)
        self._block(replace(block, text=f"{'' if plain else label}{text}"), look, kept=kept)

    def _block(
        self,
        block: Block,
        look: Look,
        *,
        width: float | None = None,
        kept: bool = True,
        emit: Callable[[SetLine], None] | None = None,
        x: float = 0.0,
    ) -> None:
        number = -1
        if kept:
            self.printed.blocks.append(block)
            self.printed.pages.append([])
            number = len(self.printed.pages) - 1
        if block.note and self.layout.notes:
            self.marks += 1
        note = f"{self.marks} {block.note}" if block.note and self.layout.notes else ""
        lines = broken(block.text, look, self.layout, width or self.column_width, number, x)
        for index, line in enumerate(lines):
            if note and index == len(lines) - 1:
                line = replace(line, note=note)
            (emit or self._emit)(line)
        self.y -= look.after

    def _room(self, height: float) -> None:
        if self.y - height < self._floor():
            self._next_column()

    def _floor(self) -> float:
        return (
            self.layout.margins[3]
            + sum(len(self._note_lines(note)) for note in self.notes) * self.layout.size
            + (10 if self.notes else 0)
        )

    def _note_lines(self, note: str) -> list[SetLine]:
        return broken(note, self._look("note"), self.layout, self.column_width, -1)

    def _emit_full(self, line: SetLine) -> None:
        self.y -= line.before + line.leading
        self._draw(line, self.left, self.y)

    def _emit(self, line: SetLine) -> None:
        needed = line.before + line.leading + (12 + 2 * self.layout.size if line.note else 0)
        if self.y - needed < self._floor():
            self._next_column()
        if line.note:
            self.notes.append(line.note)
        at_top = self.y == self.column_top
        self.y -= line.leading + (0 if at_top else line.before)
        self._draw(line, self.left + self.column * (self.column_width + self.layout.gutter), self.y)

    def _next_column(self, *, force_page: bool = False) -> None:
        self._print_notes()
        self.column += 1
        if self.column >= self.layout.columns or force_page:
            self._end_page()
        self.y = self.column_top
        if self.waiting:
            self._print_table(self.waiting.pop(0))

    def _print_notes(self) -> None:
        if not self.notes:
            return
        x = self.left + self.column * (self.column_width + self.layout.gutter)
        y = self._floor() - 6
        self.drawn.append(lambda y=y, x=x: self.canvas.line(x, y, x + 70, y))
        for note in self.notes:
            for line in self._note_lines(note):
                y -= self.layout.size
                self._draw(line, x, y)
        self.notes = []

    def _print_table(self, table: Float) -> None:
        layout = self.layout
        x = self.left + self.column * (self.column_width + layout.gutter)
        look = Look(layout.bold, layout.size * 0.9, "centre")
        for line in broken(table.caption, look, layout, self.column_width, -1):
            self.y -= line.leading
            self._draw(line, x, self.y)
        step = self.column_width / len(table.rows[0])
        self.drawn.append(lambda y=self.y - 4: self.canvas.line(x, y, x + self.column_width, y))
        for row in table.rows:
            self.y -= layout.size * 1.3
            for index, cell in enumerate(row):
                self.drawn.append(
                    lambda y=self.y, index=index, cell=cell: self._string(
                        x + index * step, y, cell, layout.roman, layout.size * 0.9
                    )
                )
            self.drawn.append(lambda y=self.y - 3: self.canvas.line(x, y, x + self.column_width, y))
        for line in broken(
            table.source, replace(look, font=layout.italic, align="left"), layout, self.column_width, -1
        ):
            self.y -= line.leading
            self._draw(line, x, self.y)
        self.y -= 14

    def _draw(self, line: SetLine, x: float, y: float) -> None:
        if line.block >= 0:
            pages = self.printed.pages[line.block]
            count = len(line.words)
            broken_in = line.first_word < len(pages)
            pages += [self.number] * (count - broken_in)
        self.drawn.append(lambda: self._print_line(line, x, y))

    def _print_line(self, line: SetLine, x: float, y: float) -> None:
        natural = stringWidth(" ".join(line.words), line.font, line.size)
        space = stringWidth(" ", line.font, line.size)
        x += line.x
        if line.centred:
            x += (line.width - natural) / 2
        gap = space + ((line.width - natural) / (len(line.words) - 1) if line.stretch and len(line.words) > 1 else 0)
        if self.layout.drawing == "lines":
            text = self.canvas.beginText(x, y)
            text.setFont(line.font, line.size)
            text.setWordSpace(gap - space)
            text.textOut(" ".join(line.words))
            text.setWordSpace(0)
            self.canvas.drawText(text)
        else:
            at = x
            for word in line.words:
                self._string(at, y, word, line.font, line.size)
                at += stringWidth(word, line.font, line.size) + gap
        if line.note:
            mark = line.note.split()[0]
            end = x + natural + (gap - space) * (len(line.words) - 1)
            self._string(end, y + 0.35 * line.size, mark, line.font, 0.62 * line.size)

    def _string(self, x: float, y: float, text: str, font: str, size: float) -> None:
        self.canvas.setFont(font, size)
        if self.layout.drawing != "letters":
            self.canvas.drawString(x, y, text)
            return
        for letter in text:
            self.canvas.drawString(x, y, letter)
            x += stringWidth(letter, font, size)

    def _end_page(self, *, last: bool = False) -> None:
        if last:
            self._print_notes()
        layout, canvas = self.layout, self.canvas
        shown = self.number + layout.first_page - 1
        for parts, y in (
            (layout.head(self.paper, shown), self.top + 30),
            (layout.foot(self.paper, shown), layout.margins[3] - 34),
        ):
            self._running(parts, y)
        if layout.watermark:
            canvas.saveState()
            canvas.translate(layout.page[0] / 2, layout.page[1] / 2)
            canvas.rotate(45)
            canvas.setFillGray(0.85)
            canvas.setFont(layout.bold, 60)
            canvas.drawCentredString(0, 0, layout.watermark)
            canvas.restoreState()
        order = list(reversed(self.drawn)) if layout.shuffled else self.drawn
        for draw in order:
            draw()
        canvas.showPage()
        self.drawn = []
        self.number += 1
        self.column = 0
        self.column_top = self.y = self.top

    def _running(self, parts: Sequence[str], y: float) -> None:
        layout = self.layout
        right = layout.page[0] - layout.margins[2]
        left, centre, far = parts
        self.canvas.setFont(layout.italic, 9)
        if left:
            self.canvas.drawString(self.left, y, left)
        if centre:
            self.canvas.drawCentredString(layout.page[0] / 2, y, centre)
        if far:
            self.canvas.drawRightString(right, y, far)


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
