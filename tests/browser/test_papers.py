"""The page of a paper: its head, its sections, its text as stored, and the cited span to the code point."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from tests.browser.conftest import Open, expect
from tests.browser.shelf import ASTRAL
from tests.factories import embed, make_document, make_manifest
from tests.fakes import FakeSitasi


def document(service: tuple[str, FakeSitasi], document_id: str) -> Any:
    """The stored document."""
    return service[1].record.document(document_id)


def test_the_head_names_the_paper_and_its_authors(open_page: Open) -> None:
    page = open_page("/papers/kotagede-perak-id")
    page.locator("h1").wait_for()
    assert "perak Kotagede" in page.locator("h1").inner_text()
    expect(page.locator(".authors")).to_have_text("Berliana Indrawati, Argo Pambudi", use_inner_text=True)
    assert "Kata kunci: collaborative governance" in page.locator(".paper-head").inner_text()
    assert "perak Kotagede" in page.title()


def test_the_head_says_where_the_paper_was_published(open_page: Open) -> None:
    page = open_page(f"/papers/{quote('zeta <b>harm')}")
    page.locator("h1").wait_for()
    assert page.locator(".facts").first.inner_text().startswith("Jurnal <b>Uji</b>, 7(2), 12–20 · 2021 · ")


def test_the_whole_stored_text_stands_on_the_page(open_page: Open, service: tuple[str, FakeSitasi]) -> None:
    page = open_page("/papers/blitar-batik-en")
    page.locator(".paper-text p").first.wait_for()
    shown = page.evaluate("document.querySelector('.paper-text').textContent.replace(/\\s+/g, '')")
    assert shown == "".join(document(service, "blitar-batik-en").text.split())


def test_pages_of_the_file_stand_beside_the_text_and_not_in_it(
    open_page: Open, service: tuple[str, FakeSitasi]
) -> None:
    stored = document(service, "zeta <b>harm")
    start = stored.text.index("murah")
    page = open_page(f"/papers/{quote('zeta <b>harm')}?start={start}&end={stored.text.index('biasa') + 5}")
    page.locator("#quote").wait_for()
    assert page.locator(".leaf").all_inner_texts() == ["hlm. 12", "hlm. 13"]
    assert page.locator(".leaf").nth(1).evaluate("e => e.nextSibling.textContent.startsWith('dan biasa')")
    expect(page.locator("mark")).to_have_count(2)  # The quotation goes on across the page.
    assert page.locator(".leaf").first.evaluate("e => getComputedStyle(e).userSelect") == "none"
    page.select_option(".language", "en")
    expect(page.locator(".leaf").first).to_have_text("p. 12", use_inner_text=True)


def test_every_section_can_be_reached_from_the_list_of_sections(
    open_page: Open, service: tuple[str, FakeSitasi]
) -> None:
    page = open_page("/papers/blitar-batik-en")
    page.locator(".section-nav a").first.wait_for()
    headings = [section.heading for section in document(service, "blitar-batik-en").sections if section.heading]
    assert page.locator(".section-nav a").all_inner_texts() == headings
    page.get_by_role("link", name="Obstacles").click()
    assert page.get_by_role("heading", name="Obstacles").evaluate(
        "e => { const y = e.getBoundingClientRect().y; return y >= 0 && y < innerHeight; }"
    )


def test_the_cited_span_is_highlighted_and_in_view(open_page: Open, service: tuple[str, FakeSitasi]) -> None:
    stored = document(service, "magetan-batik-id")
    sentence = stored.text[stored.text.index("\n\nTemuan\n\n") + 10 :].split(".")[0]
    start = stored.text.index(sentence)
    page = open_page(f"/papers/magetan-batik-id?version={stored.version}&start={start}&end={start + len(sentence)}")
    mark = page.locator("mark")
    mark.wait_for()
    assert mark.text_content() == sentence
    assert mark.evaluate("e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; }")
    assert mark.evaluate("e => e === document.activeElement")


def test_offsets_are_code_points_not_utf16_units(open_page: Open, service: tuple[str, FakeSitasi]) -> None:
    stored = document(service, "zeta <b>harm")
    start = stored.text.index(ASTRAL)
    page = open_page(f"/papers/{quote('zeta <b>harm')}?start={start}&end={start + len(ASTRAL)}")
    page.locator("mark").wait_for()
    assert page.locator("mark").text_content() == ASTRAL


def test_a_span_over_a_paragraph_break_is_highlighted_on_both_sides(
    open_page: Open, service: tuple[str, FakeSitasi]
) -> None:
    text = document(service, "blitar-batik-en").text
    start = text.index("prevent conflict.") + len("prevent ")
    end = text.index("Trust building is") + len("Trust building")
    page = open_page(f"/papers/blitar-batik-en?start={start}&end={end}")
    page.locator("mark").first.wait_for()
    marked = page.locator("mark").all_inner_texts()
    assert marked[0] == "conflict."
    assert marked[-1].endswith("Trust building")


def test_a_span_outside_the_text_is_told_and_the_text_still_shown(open_page: Open) -> None:
    for span in ("start=5&end=99999999", "start=-3&end=y"):
        page = open_page(f"/papers/blitar-batik-en?{span}")
        page.locator("[role=alert]").wait_for()
        assert "tidak ada dalam versi naskah ini" in page.locator("[role=alert]").inner_text()
        assert page.locator(".paper-text p").count() > 10


def test_an_unknown_paper_is_told_in_one_sentence(open_page: Open) -> None:
    page = open_page("/papers/no-such-paper", allow=("404",))
    page.locator("[role=alert]").wait_for()
    expect(page.locator("[role=alert]")).to_have_text("Makalah ini tidak ada dalam koleksi.", use_inner_text=True)
    expect(page.get_by_role("link", name="Ajukan pertanyaan Anda")).to_be_visible()


def test_a_cited_version_says_whether_a_newer_one_exists_or_the_paper_is_gone(
    open_page: Open, address: str, service: tuple[str, FakeSitasi]
) -> None:
    record = service[1].record
    sentence = "Loom weavers of Sukarara dye their yarn twice."
    record.publish(embed(make_document("looms", (sentence,))), make_manifest())
    try:
        asked = {"question": "Sukarara weavers dye yarn twice loom?", "documents": ["looms"]}
        answer = httpx.post(f"{address}/v1/answers", json=asked).json()
        cited = answer["citations"][0]["href"]
        httpx.post(f"{address}/v1/answers/{answer['id']}/share", json={})
        kept = httpx.get(f"{address}/v1/answers/{answer['id']}").json()
        record.publish(embed(make_document("looms", (sentence, "It dries."), version="v2")), make_manifest())
        page = open_page(cited)
        page.locator("#quote").wait_for()
        assert "sudah ada versi yang lebih baru" in page.locator(".paper-head").inner_text()
    finally:
        record.remove(["looms"])
    assert httpx.get(f"{address}/v1/answers/{answer['id']}").json() == kept
    page = open_page(cited)
    page.locator("#quote").wait_for()
    assert "sudah tidak ada dalam koleksi" in page.locator(".paper-head").inner_text()
    assert page.get_by_role("link", name="Tanya tentang makalah ini").count() == 0


def test_a_paper_can_be_cited_and_asked_about(open_page: Open) -> None:
    page = open_page("/papers/kotagede-perak-id", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kutip makalah ini").click()
    page.get_by_role("button", name="BibTeX").click()
    page.get_by_text("Disalin: BibTeX.").wait_for()
    assert "author = {Berliana Indrawati and Argo Pambudi}" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="Tanya tentang makalah ini").click()
    page.get_by_role("button", name="1 makalah dipilih").wait_for()
