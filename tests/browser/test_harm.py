"""Text that tries to run, to load, to reorder or to cover: everywhere it is shown as text, and nothing else happens.

Every page is watched (see `conftest`): a request to another host or a console error fails the test that caused it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import Open, ask, expect
from tests.browser.shelf import BIDI, PAYLOADS

FOREIGN_ELEMENTS = (
    "main :is(script, img, iframe, object, style, link, meta, base, math, "
    "form:not(#composer):not(.comment), svg:not(.icon):not(.kawung))"
)


def unharmed(page: Any) -> None:
    """Nothing ran, and nothing was built that the page does not build itself."""
    assert page.evaluate("window.harmed") is None
    assert page.evaluate("window.parent.harmed") is None
    assert page.locator(FOREIGN_ELEMENTS).count() == 0


def test_the_check_itself_notices_markup_that_was_not_shown_as_text(open_page: Open) -> None:
    page = open_page(allow=("Content Security Policy", "404"))
    page.evaluate("(html) => { document.querySelector('#hero').innerHTML = html; }", PAYLOADS[1])
    expect(page.locator(FOREIGN_ELEMENTS)).to_have_count(1)


def test_harmful_text_of_a_paper_shows_as_text_in_answer_passage_and_paper(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, "Payload zeta script window harmed")
    assert PAYLOADS[0] in turn.locator(".words").first.inner_text()
    assert "<script>" in turn.locator(".reference").first.inner_text()
    turn.locator(".chip").first.click()
    page.locator(".panel mark").wait_for()
    assert "<script>" in page.locator(".panel-title").inner_text()
    unharmed(page)
    page.locator(".open-paper").click()
    page.locator("mark").first.wait_for()
    text = page.locator(".paper-text").text_content()
    for payload in PAYLOADS:
        assert payload in text
    assert "<img src=x" in page.locator(".authors").inner_text()
    unharmed(page)


def test_a_harmful_catalogue_shows_as_text_in_suggestions_and_choices(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Semua makalah").click()
    page.get_by_label("Saring daftar").fill("zeta")
    assert "<script>" in page.locator(".choices li:visible").inner_text()
    unharmed(page)


@pytest.mark.parametrize("sink", ["question", "answer", "error", "nearest", "standalone"])
def test_harmful_text_from_reader_and_service_shows_as_text(open_page: Open, answers: Any, sink: str) -> None:
    allow = ("500",) if sink == "error" else ()
    page = open_page(allow=allow)
    harm = " ".join(PAYLOADS)
    if sink == "error":
        problem = {"title": harm, "detail": harm, "code": harm, "advice": harm}
        page.route(
            "**/v1/answers",
            lambda route: route.fulfill(status=500, json=problem, content_type="application/problem+json"),
        )
    if sink == "answer":
        answers.alter = lambda outcome: replace(
            outcome, claims=tuple(replace(c, text=harm, quoted=()) for c in outcome.claims)
        )
    if sink == "standalone":
        answers.alter = lambda outcome: replace(outcome, trace=replace(outcome.trace, standalone_question=harm))
    asked = {"question": f"zeta payload {harm}", "nearest": "payload"}.get(sink, "Siapa pihak industri perak Kotagede?")
    turn = ask(page, asked)
    assert PAYLOADS[1][:20] in turn.inner_text()
    unharmed(page)


def test_addresses_that_lead_elsewhere_never_become_links(open_page: Open, address: str) -> None:
    page = open_page()
    found = page.evaluate(
        """async (paths) => {
        const { Client } = await import('/static/client.js');
        return paths.map((path) => new Client().address(path)); }""",
        [
            "javascript:alert(1)",
            "//elsewhere.example/x",
            "https://elsewhere.example",
            "data:text/html,x",
            "\\\\elsewhere.example",
            "/papers/a",
        ],
    )
    assert found == [f"{address}/"] * 5 + [f"{address}/papers/a"]


def test_marks_that_reorder_text_are_written_out(open_page: Open) -> None:
    page = open_page(f"/papers/{quote('zeta <b>harm')}")
    page.locator(".paper-text p").first.wait_for()
    text = page.locator(".paper-text").text_content()
    assert BIDI not in text
    assert "⟨U+202E⟩00001 murah⟨U+202C⟩" in text


def test_a_harmful_permalink_id_and_query_stay_text(open_page: Open) -> None:
    page = open_page(f"/a/{quote('<img src=x onerror=window.harmed=1>', safe='')}", allow=("404", "422"))
    page.locator("[role=alert]").wait_for()
    unharmed(page)
    page = open_page(f"/?q={quote(PAYLOADS[0])}&documents={quote(PAYLOADS[1])}")
    assert page.input_value("#question") == PAYLOADS[0]
    unharmed(page)
