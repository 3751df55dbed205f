"""A service that needs a key: the page asks for it once, keeps it in the browser, and sends it as a header only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.home import Home
from qa.keys import KeyRing
from tests.browser.conftest import Open, ask
from tests.browser.serving import sitasi_at

QUESTION = "Apa hambatan kolaborasi di Kotagede?"


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address of a service that needs a key, and a key."""
    with sitasi_at(tmp_path_factory.mktemp("keyed"), access="keys") as (address, sitasi):
        yield address, KeyRing(Home(sitasi.settings.home)).create("reader", ["ask"])[1]


@pytest.mark.parametrize(
    ("locale", "heading", "use"),
    [("id-ID", "Layanan ini memerlukan kunci", "Pakai kunci"), ("en-GB", "This service needs a key", "Use the key")],
)
def test_the_page_asks_for_a_key_and_works_with_it(
    locale: str, heading: str, use: str, open_page: Open, keyed: tuple[str, str]
) -> None:
    address, key = keyed
    page = open_page(at=address, locale=locale, allow=("401",))
    dialog = page.get_by_role("dialog", name=heading)
    dialog.wait_for()
    dialog.locator("input").fill("sitasi_00000000_wrong")
    dialog.get_by_role("button", name=use).click()
    page.locator("dialog.key p", has_text="dicabut" if locale == "id-ID" else "revoked").wait_for()
    page.locator("dialog.key input").fill(key)
    page.locator("dialog.key .primary").click()
    page.locator("#collection li").first.wait_for()
    assert page.locator("dialog.key").count() == 0
    assert ask(page, QUESTION).locator(".chip, [class*=chip]").count() > 0
    page.reload()
    page.locator("#collection li").first.wait_for(state="attached")
    assert page.locator("dialog.key").count() == 0
    assert key not in page.url


def test_whoever_does_without_a_key_is_told_so(open_page: Open, keyed: tuple[str, str]) -> None:
    page = open_page(at=keyed[0], locale="en-GB", allow=("401",))
    page.get_by_role("button", name="Not now").click()
    page.locator("dialog.key").wait_for(state="detached")
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Not now").click()
    page.get_by_text("This service needs a key").first.wait_for()
