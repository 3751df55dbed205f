"""The example for journals on OJS: what it takes out of an export is what `sitasi ingest` reads beside the papers."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.export_of_ojs import PAPER, export

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "ojs_papers.py"


def run(folder: Path, *options: str) -> tuple[list[dict[str, str]], str]:
    """The rows of papers.csv and what was said beside them."""
    (folder / "export.xml").write_text(export(), encoding="utf-8")
    made = folder / "journal"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder / "export.xml"), str(made), *options],
        capture_output=True,
        text=True,
        check=True,
    )
    with (made / "papers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), done.stderr


def test_the_published_version_and_its_galley_are_taken(tmp_path: Path) -> None:
    (first, second), told = run(tmp_path, "--name", "Jurnal Tungku")
    assert first == {
        "file": "article-7.txt",
        "title": "Dua kali seminggu: Tungku di utara",
        "authors": "Rani Wibowo; Adi",
        "year": "2024",
        "journal": "Jurnal Tungku",
        "volume": "3",
        "issue": "1",
        "pages": "1-9",
        "doi": "10.1234/tungku.7",
        "keywords": "gerabah; bahan bakar",
    }
    assert (tmp_path / "journal" / "article-7.txt").read_bytes() == PAPER
    assert (second["file"], second["title"], second["year"]) == ("article-9.txt", "Garam", "2015")
    assert told == "No published file: Belum terbit\n"


@pytest.mark.parametrize("locale", ["en", "en_US"])
def test_titles_in_another_language_can_be_asked_for(tmp_path: Path, locale: str) -> None:
    (first, _), _ = run(tmp_path, "--locale", locale)
    assert first["title"].startswith("Two firings a week")
    assert first["keywords"] == "pottery"
