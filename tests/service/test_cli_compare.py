"""`sitasi compare`: the evidence matrix on the terminal, as JSON and as a CSV file, word for word or empty."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.service.conftest import Run, refused

SAID = "The kilns of the northern village are fired twice a week with coconut husk."


def test_each_study_stands_under_each_theme_with_its_words_or_with_nothing(sitasi: Run, papers: Path) -> None:
    sitasi("ingest", papers)
    ran = sitasi("compare", "--theme", "coconut husk")
    assert ran.code == 0
    assert f"“{SAID}”" in " ".join(ran.out.split())
    assert ran.out.count("– nothing found") == 1
    assert "2 studies by 1 themes" in ran.out
    assert "– tidak ditemukan" in sitasi("compare", "--theme", "coconut husk", "--lang", "id").out


def test_json_is_the_one_of_the_http_contract(sitasi: Run, papers: Path) -> None:
    sitasi("ingest", papers)
    matrix = json.loads(sitasi("compare", "-t", "coconut husk", "-d", "kilns", "--json").out)
    (row,) = matrix["rows"]
    (cell,) = row["cells"]
    assert cell["citations"][0]["quote"] == SAID
    assert list(matrix) == ["language", "themes", "rows", "corpus", "timings_ms"]


def test_a_csv_file_opens_in_a_spreadsheet(sitasi: Run, papers: Path, tmp_path: Path) -> None:
    sitasi("ingest", papers)
    file = tmp_path / "matrix.csv"
    assert sitasi("compare", "-t", "coconut husk", "-f", "csv", "-o", file).out == ""
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
    assert [(row["Study"], row["Quotation"]) for row in rows] == [("Kilns", SAID), ("Salt", "")]


def test_what_cannot_be_compared_ends_in_one_sentence(sitasi: Run, tmp_path: Path) -> None:
    refused(sitasi("compare", "-t", "dan"), "“dan”")
    refused(sitasi("compare", "-d", "nowhere"), "nowhere")
    refused(sitasi("compare", "-t", "trust", "-f", "csv", "-o", tmp_path / "no" / "file.csv"), "file.csv")
    refused(sitasi("compare", *(part for n in range(13) for part in ("-t", f"theme {n}"))), "12")
