"""raw file → ParsedFile, PDF: what layout decides, and one clear sentence for files that cannot be read."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import SourceDamaged, SourceEmpty, SourceProtected, SourceTooLarge
from ingest.parse import parse_bytes
from ingest.settings import IngestSettings
from ingest.text import clean
from ingest.types import LineRole, ParsedFile

LIMITS = IngestSettings()
LINES = ("The weavers of Lereng sell cloth on Mondays.", "The market closes at noon, before the rain.")


def pdf(draw: Callable[[Canvas], None], **options: object) -> bytes:
    """One page with what `draw` puts on it."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)  # type: ignore[arg-type]
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def two_lines(canvas: Canvas) -> None:
    """Two lines of one paragraph."""
    for index, line in enumerate(LINES):
        canvas.drawString(72, 700 - 14 * index, line)


def read(content: bytes) -> ParsedFile:
    """The file under a name that says nothing of its type."""
    return parse_bytes(content, "paper", LIMITS)


def test_the_type_is_decided_by_content() -> None:
    parsed = parse_bytes(pdf(two_lines), "notes.txt", LIMITS)
    assert parsed.media_type == "application/pdf"
    assert [page.number for page in parsed.pages] == [1]


def test_a_word_broken_at_the_end_of_a_line_is_one_word_again_and_found_as_printed() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Every Monday the weavers of the village show their embroid-")
        canvas.drawString(72, 686, "ered cloth at the market, where it is sold before the noon.")

    parsed = read(pdf(draw))
    cleaned = clean(parsed.text, parsed.layout)
    assert "embroidered cloth" in cleaned.text
    assert "embroid-\nered" in parsed.text


def test_the_mark_of_a_note_is_raised_in_the_file_and_gone_from_what_is_searched() -> None:
    def draw(canvas: Canvas) -> None:
        two_lines(canvas)
        canvas.setFont("Helvetica", 7)
        canvas.drawString(72 + canvas.stringWidth(LINES[1], "Helvetica", 12), 691, "1")

    parsed = read(pdf(draw))
    assert "rain.¹" in parsed.text
    assert clean(parsed.text, parsed.layout).text.endswith("rain.")


def test_text_that_stands_at_an_angle_or_outside_the_page_is_not_read() -> None:
    def draw(canvas: Canvas) -> None:
        two_lines(canvas)
        canvas.drawString(72, -400, "Nobody sees this.")
        canvas.rotate(45)
        canvas.drawString(400, 100, "DRAFT")

    assert read(pdf(draw)).text.split() == " ".join(LINES).split()


def test_a_page_that_lies_on_its_side_is_read_like_any_other() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 100)
        canvas.rotate(90)
        canvas.drawString(0, 0, LINES[0])
        canvas.drawString(0, -14, LINES[1])

    assert read(pdf(draw)).text.split() == " ".join(LINES).split()


def test_the_largest_line_of_the_first_page_is_the_title() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 760, "Cloth and Rain in Lereng")
        canvas.setFont("Helvetica", 11)
        two_lines(canvas)

    parsed = read(pdf(draw))
    assert parsed.layout[0].role is LineRole.TITLE
    assert parsed.text.startswith("Cloth and Rain in Lereng\n")


def test_a_password_is_asked_for_by_name() -> None:
    with pytest.raises(SourceProtected, match=r"^paper: .*password"):
        read(pdf(two_lines, encrypt=StandardEncryption("open", "owner")))


def test_a_file_that_anyone_may_open_is_read_although_it_is_encrypted() -> None:
    assert LINES[0] in read(pdf(two_lines, encrypt=StandardEncryption("", "owner"))).text


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.8, 0.97])
def test_a_file_that_breaks_off_is_damaged(share: float) -> None:
    content = pdf(two_lines)
    with pytest.raises(SourceDamaged, match=r"^paper: "):
        read(content[: int(share * len(content))])


def test_bytes_that_only_begin_like_a_pdf_are_damaged() -> None:
    with pytest.raises(SourceDamaged):
        read(b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"startxref\n0\n%%EOF")


def test_a_page_without_words_is_empty() -> None:
    with pytest.raises(SourceEmpty, match="no words"):
        read(pdf(lambda canvas: canvas.rect(10, 10, 100, 100)))


def test_more_text_than_allowed_is_too_large() -> None:
    with pytest.raises(SourceTooLarge):
        parse_bytes(pdf(two_lines), "paper", IngestSettings(max_characters=20))
