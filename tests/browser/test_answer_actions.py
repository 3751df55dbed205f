"""What a reader does with an answer: open its passages, copy it with references, share it, judge it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import Open, ask
from tests.fakes import FakeSitasi

WHO = "Siapa saja pihak yang bekerja sama dalam industri perak Kotagede?"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def pasted(page: Any) -> str:
    """What the clipboard holds."""
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_chip_opens_the_passage_with_the_quotation_highlighted(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, WHO)
    turn.locator(".chip").nth(1).click()
    panel = page.locator(".panel")
    page.locator(".panel-body:not([aria-busy]) .stored mark").wait_for()
    assert len(panel.locator(".stored").inner_text()) > len(panel.locator("mark").inner_text())
    shown = turn.locator(".claim").nth(1).locator(".words").inner_text()
    assert re.sub(r"\s+", " ", panel.locator("mark").inner_text()) == re.sub(r"\s+", " ", shown)
    assert "Ringkasan studi" in panel.locator(".panel-title").inner_text()
    assert "Pertanyaan penelitian" in panel.locator(".place").inner_text()
    assert "Kata demi kata" in panel.locator(".checks").inner_text()
    href = panel.locator(".open-paper").get_attribute("href")
    assert re.search(r"/papers/kotagede-perak-id\?version=\w+&start=\d+&end=\d+$", href)


def test_section_and_page_are_named_where_the_file_has_pages(open_page: Open) -> None:
    page = open_page()
    ask(page, "Payload zeta script window harmed").locator(".chip").first.click()
    page.locator(".panel mark").first.wait_for()
    assert page.locator(".panel .place span").all_inner_texts()[:2] == ["<b>Hasil</b>", "p. 12"]


def test_the_panel_stands_beside_the_answer_on_a_desktop_and_covers_it_on_a_phone(open_page: Open) -> None:
    for phone in (False, True):
        page = open_page(phone=phone)
        ask(page, WHO).locator(".chip").first.click()
        page.locator(".panel mark").wait_for()
        box = page.locator(".panel").bounding_box()
        assert page.evaluate("document.querySelector('.panel').matches(':modal')") is phone
        if phone:
            assert box["width"] == 390
            assert box["y"] + box["height"] == 844
        else:
            composer = page.locator("#composer").bounding_box()
            assert composer["x"] + composer["width"] <= box["x"]


def test_on_a_low_screen_the_quotation_is_scrolled_into_view(open_page: Open) -> None:
    page = open_page(phone=True)
    page.set_viewport_size({"width": 390, "height": 430})
    ask(page, WHO).locator(".chip").first.click()
    page.locator(".panel-body:not([aria-busy]) .stored mark").wait_for()
    body, mark = (page.locator(one).bounding_box() for one in (".panel-body", ".panel mark"))
    assert page.evaluate("document.querySelector('.panel-body').scrollTop") > 0
    assert body["y"] <= mark["y"]
    assert mark["y"] + mark["height"] <= body["y"] + body["height"] or mark["y"] - body["y"] < 20


def test_the_passage_can_be_opened_and_left_with_the_keyboard(open_page: Open) -> None:
    for phone in (False, True):
        page = open_page(phone=phone)
        chip = ask(page, WHO).locator(".chip").first
        chip.focus()
        page.keyboard.press("Enter")
        page.locator(".panel mark").wait_for()
        assert page.evaluate("document.activeElement.closest('.panel') !== null")
        page.keyboard.press("Escape")
        page.locator(".panel").wait_for(state="hidden")
        assert page.evaluate("document.activeElement.classList.contains('chip')")


def test_an_answer_is_copied_with_its_references_in_five_formats(open_page: Open, address: str) -> None:
    page = open_page(**CLIPBOARD)
    turn = ask(page, WHO)
    copied = {}
    for name in ("Teks biasa", "Markdown", "APA", "BibTeX", "RIS"):
        turn.get_by_role("button", name="Salin").click()
        turn.get_by_role("button", name=name, exact=True).click()
        turn.get_by_text(f"Disalin: {name}.").wait_for()
        copied[name] = pasted(page)
    sentence = "Perhatian utama studi Kotagede tertuju pada siapa saja yang terlibat dan apa peran setiap pihak"
    for name in ("Teks biasa", "Markdown", "APA"):
        assert sentence in copied[name]
    assert f"{address}/papers/kotagede-perak-id?version=" in copied["Teks biasa"]
    assert "[^1]: Indrawati, B., & Pambudi, A." in copied["Markdown"]
    assert re.search(r"\(Indrawati & Pambudi, t\.t\.\)\.", copied["APA"])
    assert copied["BibTeX"].startswith("@misc{indrawati")
    assert "author = {Berliana Indrawati and Argo Pambudi}" in copied["BibTeX"]
    assert copied["RIS"].startswith("TY  - GEN\r\n")
    assert copied["RIS"].rstrip().endswith("ER  -")


def test_text_is_offered_for_copying_by_hand_when_the_browser_refuses(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, WHO)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    turn.get_by_role("button", name="Salin").click()
    turn.get_by_role("button", name="APA", exact=True).click()
    assert "Indrawati" in turn.locator(".hand-copy").input_value()
    assert page.evaluate("document.activeElement.selectionEnd > 100")


def test_the_copy_menu_closes_with_escape_and_returns_the_focus(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, WHO)
    button = turn.get_by_role("button", name="Salin")
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Teks biasa"
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.textContent") == "Salin"


@pytest.mark.parametrize("phone", [False, True])
def test_nothing_that_opens_under_an_answer_hides_behind_the_question_field(open_page: Open, phone: bool) -> None:
    page = open_page(phone=phone)
    turn = ask(page, WHO)
    ask(page, WHO)

    def bottom(place: Any) -> float:
        box = place.bounding_box()
        assert box["y"] >= 0
        return float(box["y"] + box["height"])

    composer = page.locator("#composer").bounding_box()["y"]
    turn.get_by_role("button", name="Salin").click()
    assert bottom(turn.locator(".menu")) <= composer
    page.keyboard.press("Escape")
    turn.get_by_role("button", name="Jawaban ini kurang tepat").click()
    turn.get_by_role("button", name="Kirim").wait_for()
    assert bottom(turn.get_by_role("button", name="Kirim")) <= composer


def test_the_way_into_the_paper_is_in_view_however_long_the_passage(open_page: Open) -> None:
    page = open_page(phone=True)
    page.set_viewport_size({"width": 390, "height": 560})
    ask(page, WHO).locator(".chip").first.click()
    page.locator(".panel-body:not([aria-busy]) mark").wait_for()
    box = page.locator(".open-paper").bounding_box()
    assert box["y"] + box["height"] <= 560


def test_sharing_gives_a_permanent_address_that_opens_the_same_answer(open_page: Open, address: str) -> None:
    page = open_page(**CLIPBOARD)
    turn = ask(page, WHO)
    turn.get_by_role("button", name="Bagikan").click()
    turn.get_by_text("Tautan tetap disalin.").wait_for()
    permanent = pasted(page)
    assert re.fullmatch(rf"{re.escape(address)}/a/ans_[0-9a-f]{{32}}", permanent)
    first = turn.locator(".words").first.inner_text()
    page.goto(permanent)
    assert page.locator(".words").first.inner_text() == first


def test_a_verdict_is_stored_at_once_and_a_comment_after_it(open_page: Open, service: tuple[str, FakeSitasi]) -> None:
    page = open_page()
    before = len(service[1].record.feedback())
    turn = ask(page, WHO)
    button = turn.get_by_role("button", name="Jawaban ini kurang tepat")
    button.click()
    field = turn.get_by_label("Apa yang bagus atau keliru")
    field.wait_for()
    assert [(one.verdict, one.comment) for one in service[1].record.feedback()[before:]] == [("down", None)]
    field.fill("Peran AMIKOM terlewat.")
    turn.get_by_role("button", name="Kirim").click()
    field.wait_for(state="detached")
    assert "penilaian Anda tersimpan" in turn.inner_text()
    assert button.get_attribute("aria-pressed") == "true"
    last = service[1].record.feedback()[-1]
    assert (last.verdict, last.comment) == ("down", "Peran AMIKOM terlewat.")
