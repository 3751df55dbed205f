"""The comparison page: an evidence matrix whose cells cite, whose columns sort, and which leaves as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Open, expect


def _cell(theme: str, document: dict[str, Any], sentence: str | None) -> dict[str, Any]:
    if sentence is None:
        return {"theme": theme, "claims": [], "citations": []}
    citation = {
        "number": 1,
        "document": document,
        "passage_id": "p",
        "section": "Temuan",
        "page": 4,
        "quote": sentence,
        "quote_language": "id",
        "translation": None,
        "start": 0,
        "end": 20,
        "source_spans": [],
        "href": f"/papers/{document['id']}?start=0&end=20",
        "verified": {"verbatim": True, "numbers": True, "names": True, "support": 0.9},
    }
    claim = {
        "kind": "quotation",
        "text": sentence,
        "start": 0,
        "end": len(sentence),
        "quoted": [[0, len(sentence)]],
        "citations": [1],
        "support": 0.9,
    }
    return {"theme": theme, "claims": [claim], "citations": [citation]}


def _paper(document_id: str, title: str, year: int | None) -> dict[str, Any]:
    return {
        "id": document_id,
        "version": "v1",
        "title": title,
        "authors": ["A. Penulis"],
        "year": year,
        "journal": None,
        "place": "Desa Contoh",
        "language": "id",
    }


@pytest.fixture
def matrix() -> dict[str, Any]:
    """Three studies by two themes."""
    kopi, madu, garam = (
        _paper("kopi", "Koperasi kopi", 2021),
        _paper("madu", "Madu hutan", 2018),
        _paper("garam", "Garam rakyat", None),
    )
    return {
        "language": "id",
        "themes": [{"id": "trust", "label": "Kepercayaan"}, {"id": "obstacles", "label": "Hambatan"}],
        "rows": [
            {
                "document": kopi,
                "cells": [
                    _cell("trust", kopi, "Petani saling percaya."),
                    _cell("obstacles", kopi, "Harga turun tajam."),
                ],
            },
            {
                "document": madu,
                "cells": [_cell("trust", madu, None), _cell("obstacles", madu, 'Cuaca, kata warga, "buruk".')],
            },
            {"document": garam, "cells": [_cell("trust", garam, None), _cell("obstacles", garam, None)]},
        ],
    }


def opened(open_page: Open, address: str, matrix: Any, **options: Any) -> Any:
    """The comparison page over this matrix."""
    page = open_page(goto=False, **options)
    page.route("**/v1/compare", lambda route: route.fulfill(json=matrix))
    page.goto(f"{address}/compare")
    page.locator("table").wait_for()
    return page


def real(open_page: Open, address: str, query: str = "", **options: Any) -> Any:
    """The comparison page over what the service itself finds."""
    page = open_page(goto=False, **options)
    page.goto(f"{address}/compare{query}")
    page.locator("table").wait_for()
    return page


def studies(page: Any) -> list[str]:
    """Titles of the rows, in order."""
    titles: list[str] = page.locator("tbody th a").all_inner_texts()
    return titles


def test_every_cell_with_a_claim_cites_and_an_empty_one_says_so(open_page: Open, address: str, matrix: Any) -> None:
    page = opened(open_page, address, matrix, allow=("404",))  # The papers of the fixture have no stored text.
    expect(page.locator("td .chip")).to_have_count(3)
    expect(page.locator("td:has(.nothing)")).to_have_count(3)
    assert "Tidak ada bukti ditemukan" in page.locator("td .nothing").first.text_content()
    page.locator("td .chip").first.click()
    expect(page.locator(".panel mark")).to_have_text("Petani saling percaya.", use_inner_text=True)


def test_the_page_ends_where_its_foot_ends(open_page: Open, address: str) -> None:
    page = real(open_page, address)
    page.locator("td .nothing").first.wait_for(state="attached")
    foot = page.locator("#foot").evaluate("e => e.getBoundingClientRect().bottom + scrollY")
    assert page.evaluate("document.documentElement.scrollHeight") <= foot + 1


def test_columns_sort_and_say_how(open_page: Open, address: str, matrix: Any) -> None:
    page = opened(open_page, address, matrix)
    assert studies(page) == ["Garam rakyat", "Koperasi kopi", "Madu hutan"]
    page.get_by_role("button", name="Tahun").click()
    assert studies(page) == ["Madu hutan", "Koperasi kopi", "Garam rakyat"]
    assert page.get_by_role("columnheader", name="Tahun").get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Tahun").click()
    assert studies(page)[-1] == "Madu hutan"
    page.get_by_role("button", name="Kepercayaan").click()
    assert studies(page)[0] == "Koperasi kopi"
    assert page.evaluate("document.activeElement.textContent") == "Kepercayaan"


def test_themes_can_be_left_out(open_page: Open, address: str, matrix: Any) -> None:
    page = opened(open_page, address, matrix)
    page.get_by_role("button", name="Tema yang ditampilkan").click()
    page.get_by_label("Hambatan").uncheck()
    expect(page.locator("thead th")).to_have_count(3)


def test_the_matrix_leaves_as_csv_as_it_is_shown(open_page: Open, address: str, tmp_path: Path) -> None:
    page = real(open_page, address, "?theme=trust&theme=obstacles&documents=magetan-batik-id,kotagede-perak-id")
    page.get_by_role("button", name="Tema yang ditampilkan").click()
    page.get_by_label("Kepercayaan").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Studi", exact=True).click()
    shown = studies(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Unduh CSV").click()
    waiting.value.save_as(tmp_path / "matrix.csv")
    content = (tmp_path / "matrix.csv").read_bytes().decode("utf-8")
    assert content.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(content[1:])))
    assert {row["Tema"] for row in rows} == {"Hambatan"}
    assert list(dict.fromkeys(row["Studi"] for row in rows)) == shown
    assert all(row["Alamat"].startswith(f"{address}/papers/") for row in rows if row["Kutipan"])


def test_the_service_fills_cells_that_open_at_their_quotation(open_page: Open, address: str) -> None:
    page = real(open_page, address, "?documents=kotagede-perak-id")
    expect(page.locator("thead th")).to_have_count(7)
    page.locator("td .chip").first.click()
    page.locator(".panel mark").wait_for()
    assert page.locator(".panel mark").inner_text() in page.locator("td .words").first.inner_text()


def test_a_reader_adds_a_theme_of_their_own_and_the_address_remembers_it(open_page: Open, address: str) -> None:
    page = real(open_page, address, "?theme=trust&documents=magetan-batik-id")
    page.get_by_role("button", name="Tema yang ditampilkan").click()
    page.get_by_role("textbox", name="Tema Anda").fill("penerbangan antariksa")
    page.keyboard.press("Enter")
    page.get_by_role("columnheader", name="penerbangan antariksa").wait_for()
    expect(page.locator("td").last.get_by_text("Tidak ada bukti ditemukan")).to_have_count(1)
    page.reload()
    page.get_by_role("columnheader", name="penerbangan antariksa").wait_for()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_reader_chooses_the_studies(open_page: Open, address: str) -> None:
    page = real(open_page, address, "?theme=trust")
    everything = page.locator("tbody tr").count()
    page.get_by_role("button", name="Semua makalah").click()
    page.get_by_role("checkbox").first.check()
    page.locator("#matrix:not([aria-busy]) tbody tr").first.wait_for()
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 1")
    assert everything > 1


def test_on_a_phone_each_study_is_a_card_within_the_width(open_page: Open, address: str, matrix: Any) -> None:
    page = opened(open_page, address, matrix, phone=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("table")).to_have_count(1)
    expect(page.get_by_role("rowheader")).to_have_count(3)


def test_on_paper_no_cell_is_cut_off(open_page: Open, address: str) -> None:
    page = real(open_page, address)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4
    expect(page.locator("#tools button").first).to_be_hidden()
    assert page.locator(".matrix-scroll").evaluate("e => getComputedStyle(e).overflow") == "visible"
    assert page.evaluate("document.documentElement.scrollWidth") <= 794


def test_the_language_of_a_paper_is_told_once_for_its_row(open_page: Open, address: str) -> None:
    page = real(open_page, address, "?documents=blitar-batik-id,blitar-batik-en", locale="en-GB")
    assert page.locator("td .quoted:lang(id)").count() > 1
    assert page.locator("tbody .tongue").all_inner_texts() == ["in Indonesian"]
    assert "in Indonesian" in page.locator("tbody th:lang(id)").inner_text()


def test_a_service_without_comparison_says_so(open_page: Open, address: str) -> None:
    page = open_page(goto=False, allow=("404",))
    page.route("**/v1/compare", lambda route: route.fulfill(status=404, json={"code": "not_found"}))
    page.goto(f"{address}/compare")
    page.locator("[role=alert]").wait_for()
    assert "belum menyediakan perbandingan" in page.locator("[role=alert]").inner_text()


def test_every_page_leads_to_the_comparison(open_page: Open, address: str) -> None:
    for path in ("/", "/papers/magetan-batik-id"):
        page = open_page(path)
        page.get_by_role("link", name="Bandingkan").click()
        page.get_by_role("heading", name="Studi per tema").wait_for()
