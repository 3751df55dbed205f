"""The evaluation report in a browser: a file that asks nothing of anyone, filters its answers, and fits a phone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.outcome import before_of_run
from eval.report import render_report
from eval.scores import score
from tests.browser.conftest import DESKTOP, PATIENCE_MS, PHONE, Watch, expect
from tests.eval_factories import make_answer, make_case, make_item, make_passage, make_quote
from tests.unit.test_eval_report import make_report

FOUND, LOST = [make_passage((100, 129))], [make_passage((0, 9))]
RIGHT = make_case(make_answer([make_quote()]), item=make_item("right", kind="number"), passages=FOUND)
REFUSED = make_case(make_answer(), item=make_item("refused", kind="why"), passages=LOST, confidence=0.4, forced="x")
WAS = make_case(make_answer([make_quote()]), item=make_item("refused", kind="why"), passages=FOUND)
OpenReport = Callable[..., Any]


@pytest.fixture
def open_report(browser: Any, tmp_path: Path) -> Iterator[OpenReport]:
    """`open_report(anchor, phone=…)` gives the page of a run in which one of two answers got worse."""
    earlier = before_of_run([RIGHT, WAS], score([RIGHT, WAS]))
    report = replace(make_report(tmp_path, [RIGHT, REFUSED], [RIGHT, WAS]), before=earlier)
    file = tmp_path / "report.html"
    file.write_text(render_report(report), encoding="utf-8")
    watch, opened = Watch("file://"), []

    def start(anchor: str = "", *, phone: bool = False, scripts: bool = True) -> Any:
        context = browser.new_context(viewport=PHONE if phone else DESKTOP, java_script_enabled=scripts)
        context.set_default_timeout(PATIENCE_MS)
        watch.attach(context)
        opened.append(context)
        page = context.new_page()
        page.goto(f"{file.as_uri()}{anchor}")
        return page

    yield start
    for context in opened:
        context.close()
    assert (watch.foreign, watch.complaints) == ([], [])


def test_what_went_stands_marked_beside_what_is_said_now(open_report: OpenReport) -> None:
    row = open_report().locator(".versus tr").nth(1)
    assert row.locator("del").all_inner_texts() == ["Kilns are fired twice a week."]
    assert row.locator("ins").all_inner_texts() == ["No answer (below_threshold)."]
    assert "fully-correct 1 → 0" in row.inner_text()


def test_answers_are_filtered_by_what_became_of_them(open_report: OpenReport) -> None:
    page = open_report()
    expect(page.locator(".filters output")).to_have_text("2 of 2 answers", use_inner_text=True)
    page.select_option("select[name=change]", "worse")
    expect(page.locator("details.case:visible")).to_have_count(1)
    expect(page.locator(".filters output")).to_have_text("1 of 2 answers", use_inner_text=True)
    page.select_option("select[name=type]", "number")
    assert page.locator("details.case:visible").count() == 0


def test_a_link_opens_its_answer(open_report: OpenReport) -> None:
    page = open_report("#right--en")
    assert page.locator("details[id='right--en']").get_attribute("open") is not None
    expect(page.locator("details[id='right--en'] mark")).to_have_text("Kilns are fired twice a week.")


def test_a_phone_shows_everything_without_scrolling_sideways(open_report: OpenReport) -> None:
    page = open_report(phone=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.locator(".versus td[data-side=now]").first).to_be_visible()


def test_without_scripts_every_answer_can_be_read(open_report: OpenReport) -> None:
    page = open_report(scripts=False)
    expect(page.locator("details.case")).to_have_count(2)
    expect(page.locator(".filters")).to_be_hidden()
