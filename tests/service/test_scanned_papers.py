"""raw file → ParsedFile, scans: recognised where Tesseract is installed, otherwise reported with what installs it."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import SourceScanned
from ingest.parse import parse_bytes, pdf, recognise
from ingest.settings import IngestSettings

LINES = ("The weavers of Lereng sell cloth on Mondays.", "Pasar tutup pada siang hari, sebelum hujan turun.")
TABLE = (
    "level page_num block_num par_num line_num word_num left top width height conf text",
    "4 1 1 1 1 0 300 300 600 50 -1 -",
    "5 1 1 1 1 1 300 300 150 50 96 Cloth",
    "5 1 1 1 1 2 470 300 100 50 91 sold",
    "5 1 1 1 1 3 590 300 10 50 3 ~",
)


def scan() -> bytes:
    """A page with a picture of two lines on it."""
    typed, drawn = io.BytesIO(), io.BytesIO()
    canvas = Canvas(typed)
    for at, line in enumerate(LINES):
        canvas.drawString(72, 700 - 16 * at, line)
    canvas.save()
    page = pypdfium2.PdfDocument(typed.getvalue())[0]
    width, height = page.get_size()
    scanned = Canvas(drawn)
    scanned.drawImage(ImageReader(page.render(scale=3, grayscale=True).to_pil()), 0, 0, width, height)
    scanned.save()
    return drawn.getvalue()


@pytest.mark.skipif(len(recognise.languages()) < 2, reason="Tesseract with ind and eng is not installed here")
def test_a_scan_is_recognised_and_marked() -> None:
    told: list[float] = []
    parsed = parse_bytes(scan(), "scan", IngestSettings(), told.append)
    assert parsed.text.split() == " ".join(LINES).split()
    assert parsed.ocr
    assert told == [IngestSettings().recognise_seconds]


def test_without_recognition_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "languages", lambda: ())
    with pytest.raises(SourceScanned, match=r"^scan: 1 of its 1 pages") as fault:
        parse_bytes(scan(), "scan", IngestSettings())
    assert "apt install tesseract-ocr tesseract-ocr-ind" in fault.value.advice


def test_recognition_can_be_turned_off() -> None:
    with pytest.raises(SourceScanned):
        parse_bytes(scan(), "scan", IngestSettings(recognise_seconds=0))


def test_words_that_nobody_can_be_sure_of_are_left_out() -> None:
    words = recognise.words_of(row.replace(" ", "\t") for row in TABLE)
    assert [word.text for word in words] == ["Cloth", "sold"]
    assert words[0].x0 == 72
    assert words[0].y == words[1].y
