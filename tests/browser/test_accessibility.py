"""axe-core finds nothing and the keyboard reaches everything: both languages, light and dark, desktop and phone."""

from __future__ import annotations

from importlib import resources
from typing import Any

import httpx
import pytest

from tests.browser.conftest import Open, ask

pytest.importorskip("axe_playwright_python", reason="the Python package axe-playwright-python is not installed")

WHO = "Siapa saja pihak yang bekerja sama dalam industri perak Kotagede?"
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Any) -> list[str]:
    """What axe-core finds, all its rules on, best practices included."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{one['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "phone"), [("light", False), ("dark", True)])
def test_axe_finds_nothing_on_the_chat_page(open_page: Open, scheme: str, phone: bool) -> None:
    page = open_page(scheme=scheme, phone=phone)
    page.locator("#suggestions li").first.wait_for()
    page.get_by_role("button", name="Semua makalah").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    turn = ask(page, WHO)
    turn.locator(".chip").first.click()
    page.locator(".panel mark").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    turn.get_by_role("button", name="Salin").click()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_an_abstention_and_a_fault(open_page: Open, scheme: str) -> None:
    page = open_page(scheme=scheme, allow=("422",))
    ask(page, "Mengapa satelit Palapa meledak? Kotagede")
    ask(page, "???")
    assert violations(page) == []


@pytest.mark.parametrize(("scheme", "phone"), [("light", True), ("dark", False)])
def test_axe_finds_nothing_on_paper_and_permalink(open_page: Open, address: str, scheme: str, phone: bool) -> None:
    answer = httpx.post(f"{address}/v1/answers", json={"question": WHO}).json()
    for path, there in ((answer["citations"][0]["href"], ".paper-text mark"), (f"/a/{answer['id']}", ".quotations")):
        page = open_page(path, scheme=scheme, phone=phone)
        page.locator(there).first.wait_for()
        assert violations(page) == []


@pytest.mark.parametrize("phone", [False, True])
def test_axe_finds_nothing_on_the_comparison_page(open_page: Open, address: str, phone: bool) -> None:
    page = open_page(goto=False, phone=phone, locale="en-US")
    paper = {
        "id": "kopi",
        "version": "v",
        "title": "Koperasi kopi",
        "authors": [],
        "year": 2021,
        "journal": None,
        "place": None,
        "language": "id",
    }
    empty = {
        "language": "en",
        "themes": [{"id": "trust", "label": "Trust"}],
        "rows": [{"document": paper, "cells": [{"theme": "trust", "claims": [], "citations": []}]}],
    }
    page.route("**/v1/compare", lambda route: route.fulfill(json=empty))
    page.goto(f"{address}/compare")
    page.locator("table").wait_for()
    assert violations(page) == []


def test_axe_finds_nothing_in_the_widget(open_page: Open, address: str) -> None:
    page = open_page(goto=False)
    html = (
        '<!doctype html><html lang="id"><title>Portal</title><link rel="icon" href="data:,"><main><h1>Portal</h1>'
        '<sitasi-chat lang="id"></sitasi-chat>'
        '<sitasi-chat lang="en" mode="floating"></sitasi-chat></main>'
        '<script type="module" src="/widget.js"></script></html>'
    )
    page.route("**/portal", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{address}/portal")
    page.locator("sitasi-chat:not([mode]) textarea").fill(WHO)
    page.keyboard.press("Enter")
    page.locator("sitasi-chat .sources").wait_for()
    assert violations(page) == []
    page.locator(".launcher:visible").click()
    assert violations(page) == []


def test_the_check_itself_notices_a_field_without_a_name(open_page: Open) -> None:
    page = open_page("/compare", allow=("404",))
    page.evaluate("document.querySelector('.language').removeAttribute('aria-label')")
    assert any(one.startswith("select-name") for one in violations(page))


def test_the_skip_link_comes_first_and_leads_to_the_question(open_page: Open) -> None:
    page = open_page()
    page.locator(".brand").focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.type("Apa")
    assert page.input_value("#question") == "Apa"


def test_the_keyboard_goes_through_an_answer_in_reading_order_with_a_visible_focus(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, WHO)
    turn.locator(".chip").first.focus()
    order = []
    for _ in range(8):
        order.append(page.evaluate("document.activeElement.className.split(' ')[0]"))
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert order == ["chip", "chip", "chip", "number", "number", "number", "reference", "quiet"]


def test_a_slash_leads_to_the_question(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "question"
    assert page.input_value("#question") == ""


def test_nothing_moves_when_the_reader_asked_for_stillness(open_page: Open) -> None:
    for motion, moving in (("reduce", 0), ("no-preference", 1)):
        page = open_page(motion=motion)
        turn = ask(page, WHO)
        names = turn.locator(".claim").evaluate_all("all => all.map((e) => getComputedStyle(e).animationName)")
        assert sum(name != "none" for name in names) == moving * 3


@pytest.mark.parametrize("path", ["/", "/papers/magetan-batik-id", "/compare"])
def test_nothing_is_wider_than_a_small_phone(open_page: Open, path: str) -> None:
    page = open_page(path, allow=("404",))
    page.set_viewport_size({"width": 320, "height": 640})
    if path == "/":
        ask(page, WHO)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("locale", ["id-ID", "en-US"])
def test_on_a_phone_the_field_holds_its_buttons(open_page: Open, locale: str) -> None:
    page = open_page(phone=True, locale=locale)
    ask(page, WHO)
    for width, lines in ((320, 2), (360, 1), (390, 1)):
        page.set_viewport_size({"width": width, "height": 640})
        field, send, new = (page.locator(one).bounding_box() for one in ("#composer", "#send", "#new"))
        assert send["width"] == send["height"] and send["x"] + send["width"] <= field["x"] + field["width"]
        assert new["x"] + new["width"] <= send["x"]
        shown = page.evaluate(
            "(() => { const r = document.createRange(); r.selectNodeContents(document.querySelector('#new'));"
            " return new Set([...r.getClientRects()].map((one) => one.top)).size })()"
        )
        assert shown == lines


def test_light_and_dark_follow_the_system_until_one_is_chosen(open_page: Open) -> None:
    page = open_page(scheme="dark")
    background = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(background)
    switch = page.locator(".theme")
    switch.click()
    assert "Terang" in switch.inner_text()
    light = page.evaluate(background)
    assert light != dark
    page.reload()
    assert page.evaluate(background) == light
    switch.click()
    switch.click()
    assert page.evaluate(background) == dark
