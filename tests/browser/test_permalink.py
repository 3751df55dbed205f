"""The page of one permanent answer: complete without a click, citable, and fit for paper."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from qa.types import ClaimKind
from tests.browser.conftest import Open, expect

WHO = "Siapa saja pihak yang bekerja sama dalam industri perak Kotagede?"


@pytest.fixture
def shared(address: str) -> Any:
    """An answer that has been shared."""
    answer = httpx.post(f"{address}/v1/answers", json={"question": WHO}).json()
    assert httpx.post(f"{address}/v1/answers/{answer['id']}/share", json={}).status_code == 200
    return answer


def test_it_shows_the_answer_and_where_every_quotation_stands(open_page: Open, shared: Any) -> None:
    page = open_page(f"/a/{shared['id']}")
    page.locator(".quotations").wait_for()
    assert page.locator("h1.asked").inner_text() == WHO
    assert page.locator(".claim").count() == len(shared["claims"])
    placed = page.locator(".quotations li").all_inner_texts()
    assert len(placed) == len(shared["citations"])
    for line, citation in zip(placed, shared["citations"], strict=True):
        assert line.splitlines()[-1].startswith("Indrawati & Pambudi, ")
        assert citation["section"] in line
    assert shared["citations"][0]["document"]["title"] in page.locator(".sources").inner_text()
    assert page.locator(".quotations blockquote").count() == 0  # The answer shows these words itself.
    assert shared["corpus"]["version"] in page.locator(".colophon").inner_text()
    assert WHO in page.title()


def test_quotations_behind_written_sentences_are_shown_in_full(open_page: Open, address: str, answers: Any) -> None:
    answers.alter = lambda outcome: replace(
        outcome,
        claims=tuple(replace(one, kind=ClaimKind.STATEMENT, text="Ditulis.", quoted=()) for one in outcome.claims),
    )
    answer = httpx.post(f"{address}/v1/answers", json={"question": WHO}).json()
    page = open_page(f"/a/{answer['id']}")
    page.locator(".quotations").wait_for()
    shown = [re.sub(r"\s+", " ", text) for text in page.locator(".quotations blockquote").all_inner_texts()]
    assert shown == [re.sub(r"\s+", " ", one["quote"]) for one in answer["citations"]]


def test_the_answer_itself_can_be_cited(open_page: Open, shared: Any, address: str) -> None:
    page = open_page(f"/a/{shared['id']}", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".cite").wait_for()
    text = page.locator(".citation-text").inner_text()
    assert re.match(r"Sitasi\. \(\d{4}, \d{1,2} \w+\)\. Siapa saja pihak", text)
    assert text.endswith(f"{address}/a/{shared['id']}")
    page.locator(".cite").get_by_role("button", name="RIS").click()
    page.get_by_text("Disalin: RIS.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("TY  - ELEC\r\nAU  - Sitasi\r\n")


def test_on_paper_only_the_answer_its_sources_and_its_address_remain(
    open_page: Open, shared: Any, address: str
) -> None:
    page = open_page(f"/a/{shared['id']}", scheme="dark")
    page.locator(".quotations").wait_for()
    page.emulate_media(media="print")
    for gone in ("#head", "#foot", ".actions", ".paper-actions >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
    assert page.locator(".print-address").inner_text() == f"{address}/a/{shared['id']}"
    expect(page.locator(".quotations li").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_what_machines_read_passes_the_content_security_policy(open_page: Open, shared: Any) -> None:
    page = open_page(f"/a/{shared['id']}")
    told = json.loads(page.locator("script[type='application/ld+json']").text_content())
    assert told["@type"] == "QAPage"


def test_an_unknown_answer_is_told_and_leads_back_to_asking(open_page: Open) -> None:
    page = open_page("/a/ans_00000000000000000000000000000000", allow=("404",))
    page.locator("[role=alert]").wait_for()
    expect(page.get_by_role("link", name="Ajukan pertanyaan Anda")).to_be_visible()
