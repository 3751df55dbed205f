"""A real Chromium over a real service: every page is watched for script errors, refused content, foreign requests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.serving import sitasi_at
from tests.fakes import FakeSitasi

sync_api = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Its own background requests (updates, sync, field trials) are switched off: every request seen is one of ours.
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 10_000
# Asks the page again until it shows what is expected: what a page shows a moment later is no fault of it.
expect = sync_api.expect
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FakeSitasi]]:
    """Address and parts of the service that all browser tests share."""
    with sitasi_at(tmp_path_factory.mktemp("sitasi")) as started:
        yield started


@pytest.fixture(scope="session")
def address(service: tuple[str, FakeSitasi]) -> str:
    """Where the service listens."""
    return service[0]


@pytest.fixture
def answers(service: tuple[str, FakeSitasi]) -> Iterator[Any]:
    """The answering part, to be altered by a test; put back afterwards."""
    part: Any = service[1].answers
    kept = (part.pause, part.alter, part.before)
    yield part
    part.pause, part.alter, part.before = kept


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium per file; its event loop must be gone before tests of other folders start theirs."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed (Debian: apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


class Watch:
    """What a page did besides showing itself."""

    def __init__(self, *own: str) -> None:
        self.own = own
        self.complaints: list[str] = []
        self.foreign: list[str] = []

    def attach(self, context: Any) -> None:
        """Listen to every page of the context."""
        context.on("request", self._request)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._console)

    def _console(self, told: Any) -> None:
        if told.type == "error":
            self.complaints.append(told.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((*self.own, "data:", "blob:", "about:")):
            self.foreign.append(request.url)


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Open]:
    """`open_page(path, phone=…, locale=…, scheme=…, allow=…)` gives a page in a browser of its own; `allow` are
    parts of console errors that the test expects, `also` further addresses that its requests may go to."""
    opened: list[tuple[Any, Watch, tuple[str, ...]]] = []

    def start(
        path: str = "/", *, phone: bool = False, locale: str = "id-ID", scheme: str = "light", at: str = address,
        allow: tuple[str, ...] = (), also: tuple[str, ...] = (), goto: bool = True, **options: Any,
    ) -> Any:  # fmt: skip
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP, has_touch=phone, locale=locale, color_scheme=scheme,
            reduced_motion=options.pop("motion", "reduce"), **options,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(at, *also)
        watch.attach(context)
        opened.append((context, watch, allow))
        page = context.new_page()
        if goto:
            page.goto(f"{at}{path}")
            page.locator("#foot p").wait_for(state="attached")
        return page

    yield start
    for context, watch, allow in opened:
        context.close()
        assert watch.foreign == []
        assert [told for told in watch.complaints if not any(part in told for part in allow)] == []


def ask(page: Any, question: str) -> Any:
    """Type a question, send it, and wait for the complete answer; gives the turn."""
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    turn = page.locator(".turn").nth(before)
    turn.wait_for()
    page.locator(".turn:not([aria-busy])").nth(before).wait_for()
    return turn
