"""The widget in a page of another origin: under a strict policy and a hostile style sheet; refused where unlisted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.browser.conftest import Open, expect
from tests.browser.serving import listening, sitasi_at
from tests.fakes import FakeSitasi

WHO = "Siapa saja pihak yang bekerja sama dalam industri perak Kotagede?"
STYLE_BOMB = """
html { font-size: 3px !important; direction: rtl; }
* { color: red !important; background: yellow !important; font: 40px/3 fantasy !important; padding: 20px !important;
    letter-spacing: 1em !important; text-transform: uppercase !important; text-align: right !important;
    transform: rotate(3deg) !important; }
*, *::before { visibility: visible !important; }
button, textarea, p, mark { display: none !important; }
"""
CALM = "body { font-family: sans-serif; margin: 2rem; max-width: 44rem; }"


class Portal:
    """A site of another origin that carries the widget; its pages are put together from what a test asks for."""

    def __init__(self) -> None:
        self.service = ""
        self.body = ""
        self.style = CALM
        self.address = ""
        self.embed = ""

    def page(self, _: Any) -> Response:
        """The page, under a policy that allows the service and nothing else."""
        html = (
            '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Portal</title>'
            '<link rel="icon" href="data:,">'
            '<link rel="stylesheet" href="/style.css">'
            f'<script type="module" src="{self.service}/widget.js"></script></head>'
            f"<body><main><h1>Perpustakaan</h1>{self.body}</main></body></html>"
        )
        policy = (
            f"default-src 'none'; script-src {self.service}; connect-src {self.service}; "
            "style-src 'self'; img-src data:; "
            "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
        )
        return HTMLResponse(html, headers={"content-security-policy": policy})

    def framing(self, _: Any) -> Response:
        """A page that frames the service's chat for the token of the first portal."""
        frame = f'<iframe src="{self.service}/?embed=pub_library" width="600" height="400" title="Sitasi"></iframe>'
        icon = '<link rel="icon" href="data:,">'
        return HTMLResponse(f'<!doctype html><html lang="id"><title>Portal</title>{icon}{frame}</html>')

    def embedding(self, _: Any) -> Response:
        """A page that shows what `/oembed` gave it, as portals and weblogs do."""
        icon = '<link rel="icon" href="data:,">'
        return HTMLResponse(f'<!doctype html><html lang="id"><title>Portal</title>{icon}{self.embed}</html>')

    def sheet(self, _: Any) -> Response:
        """The page's own style sheet."""
        return Response(self.style, media_type="text/css")


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, FakeSitasi]]:
    """A portal that the service lists."""
    site = Portal()
    app = Starlette(routes=[Route("/", site.page), Route("/style.css", site.sheet)])
    with (
        listening(app) as address,
        sitasi_at(
            tmp_path_factory.mktemp("widget"), allowed_origins=(address,), embed_tokens={"pub_123": (address,)}
        ) as (service, parts),
    ):
        site.service, site.address = service, address
        yield site, parts


def embedded(open_page: Open, site: Portal, attributes: str, style: str = CALM, **options: Any) -> Any:
    """The portal's page with one widget."""
    site.body, site.style = f"<sitasi-chat {attributes}></sitasi-chat>", style
    page = open_page(goto=False, at=site.address, **options)
    page.add_init_script("""window.told = [];
        for (const name of ['ready', 'question', 'claim', 'answer', 'error', 'open', 'close', 'citation'])
        addEventListener('sitasi:' + name, (event) => window.told.push([name, event.detail]));""")
    page.goto(site.address)
    return page


@pytest.fixture
def open_embedded(open_page: Open, portal: tuple[Portal, FakeSitasi]) -> Any:
    """`open_embedded(attributes)`: requests to the service count as the page's own here."""
    site = portal[0]

    def start(attributes: str, style: str = CALM, **options: Any) -> Any:
        return embedded(open_page, site, attributes, style, also=(site.service,), **options)

    return start


def ask(page: Any, question: str = WHO) -> Any:
    """Ask the first widget and wait for the sources of this very question."""
    turns = page.locator("sitasi-chat").first.locator(".turn")
    asked = turns.count()
    page.locator("sitasi-chat textarea").first.fill(question)
    page.keyboard.press("Enter")
    turns.nth(asked).locator(".sources").wait_for()
    return turns.nth(asked)


def told(page: Any) -> list[str]:
    """Names of the events that the page heard."""
    names: list[str] = page.evaluate("window.told.map(([name]) => name)")
    return names


def test_it_answers_with_citations_on_a_foreign_origin_under_a_strict_policy(open_embedded: Any) -> None:
    page = open_embedded('lang="id"')
    turn = ask(page)
    expect(turn.locator(".claim")).to_have_count(3)
    expect(turn.locator(".claim .chip")).to_have_count(3)
    assert told(page) == ["ready", "question", "claim", "claim", "claim", "answer"]
    assert page.evaluate("window.told.at(-1)[1].answer.citations.length") == 3


def test_a_chip_opens_the_passage_inside_the_widget_unless_the_page_wants_to(open_embedded: Any, portal: Any) -> None:
    page = open_embedded('lang="id"')
    turn = ask(page)
    turn.locator(".chip").first.click()
    page.locator("sitasi-chat .panel mark").wait_for()
    assert page.locator("sitasi-chat .open-paper").get_attribute("href").startswith(f"{portal[0].service}/papers/")
    page.keyboard.press("Escape")
    page.locator("sitasi-chat .panel").wait_for(state="hidden")
    page.evaluate("addEventListener('sitasi:citation', (event) => event.preventDefault())")
    turn.locator(".chip").first.click()
    assert told(page).count("citation") == 2
    expect(page.locator("sitasi-chat .panel")).to_be_hidden()


def test_a_hostile_style_sheet_does_not_reach_inside(open_embedded: Any) -> None:
    page = open_embedded('lang="id"', STYLE_BOMB)
    turn = ask(page)
    looks = turn.locator(".words").first.evaluate(
        "e => { const s = getComputedStyle(e);"
        " return [s.color, s.fontSize, s.letterSpacing, s.textTransform, s.direction, s.visibility]; }"
    )
    assert looks == ["rgb(29, 32, 39)", "16px", "normal", "none", "ltr", "visible"]
    expect(page.locator("sitasi-chat textarea")).to_be_visible()
    assert page.locator("sitasi-chat").evaluate("e => getComputedStyle(e).display") == "block"


def test_it_leaves_the_page_as_it_was(open_embedded: Any) -> None:
    page = open_embedded('lang="id"')
    page.locator("sitasi-chat textarea").wait_for()
    own = page.evaluate("""() => { const frame = document.createElement('iframe'); document.body.append(frame);
        const clean = new Set(Object.getOwnPropertyNames(frame.contentWindow)); frame.remove();
        const grown = Object.getOwnPropertyNames(window).filter((name) => !clean.has(name));
        return grown.filter((name) => !/^\\d+$|^__|playwright/i.test(name)); }""")
    assert set(own) <= {"told", "length"}
    assert page.evaluate(
        "[document.title, document.styleSheets.length, document.documentElement.className, localStorage.length]"
    ) == ["Portal", 1, "", 0]


def test_floating_opens_with_focus_inside_and_closes_with_escape(open_embedded: Any) -> None:
    page = open_embedded('lang="en" mode="floating"')
    launcher = page.get_by_role("button", name="Ask the papers")
    launcher.click()
    assert page.evaluate("document.querySelector('sitasi-chat').shadowRoot.activeElement.localName") == "textarea"
    page.keyboard.press("Escape")
    expect(launcher).to_be_visible()
    assert page.evaluate("document.querySelector('sitasi-chat').shadowRoot.activeElement.className") == "launcher"
    assert told(page) == ["ready", "open", "close"]


def test_it_speaks_both_languages_and_changes_when_asked(open_embedded: Any) -> None:
    page = open_embedded('lang="id"')
    page.get_by_placeholder("Tulis pertanyaan").wait_for()
    page.evaluate("document.querySelector('sitasi-chat').setAttribute('lang', 'en')")
    page.get_by_placeholder("Write a question").wait_for()


def test_without_a_fixed_language_it_follows_the_question(open_embedded: Any) -> None:
    page = open_embedded("")
    page.get_by_placeholder("Tulis pertanyaan").wait_for()
    ask(page, "How does the Blitar study describe trust and local government?")
    expect(page.locator("sitasi-chat .minor").first).to_have_text("Papers cited", use_inner_text=True)


def test_variables_of_the_page_theme_it(open_embedded: Any) -> None:
    page = open_embedded('lang="id"', "sitasi-chat { --sitasi-accent: rgb(120, 20, 60); --sitasi-height: 500px; }")
    send = page.locator("sitasi-chat .send")
    send.wait_for()
    assert send.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(120, 20, 60)"
    assert page.locator("sitasi-chat .box").bounding_box()["height"] == 500


def test_a_token_goes_along_as_a_header_and_documents_restrict(open_embedded: Any, portal: Any) -> None:
    page = open_embedded('lang="id" token="pub_123" documents="kotagede-perak-id"')
    with page.expect_request("**/v1/answers") as waiting:
        ask(page)
    assert waiting.value.headers["authorization"] == "Bearer pub_123"
    assert waiting.value.post_data_json["documents"] == ["kotagede-perak-id"]


def test_citations_can_be_switched_off_and_are_on_by_default(open_embedded: Any) -> None:
    page = open_embedded('lang="id" citations="off"')
    page.locator("sitasi-chat textarea").fill(WHO)
    page.keyboard.press("Enter")
    page.locator("sitasi-chat .claim").first.wait_for()
    expect(page.locator("sitasi-chat .chip").first).to_be_hidden()


def test_an_unlisted_origin_gets_no_answer_and_one_sentence(open_page: Open, portal: Any, address: str) -> None:
    site: Portal = portal[0]
    # The service of the other tests lists no origin.
    listed, site.service = site.service, address
    try:
        page = embedded(open_page, site, 'lang="id"', also=(address,), allow=("CORS", "ERR_FAILED"))
        page.locator("sitasi-chat [role=alert]").wait_for()
        assert "situs ini belum didaftarkan" in page.locator("sitasi-chat [role=alert]").inner_text()
        assert told(page) == ["error"]
        assert page.locator("sitasi-chat textarea").count() == 0
    finally:
        site.service = listed


@pytest.fixture(scope="session")
def tokened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, Portal]]:
    """Two portals before one service: the first holds the token `pub_library`, the second may not use it."""
    listed, other = Portal(), Portal()
    apps = [
        Starlette(
            routes=[
                Route("/", site.page),
                Route("/framing", site.framing),
                Route("/embedding", site.embedding),
                Route("/style.css", site.sheet),
            ]
        )
        for site in (listed, other)
    ]
    with listening(apps[0]) as first, listening(apps[1]) as second:
        tokens = {"pub_library": (first,), "pub_other": (second,)}
        with sitasi_at(tmp_path_factory.mktemp("tokens"), embed_tokens=tokens, embed_questions_per_minute=2) as (
            service,
            _,
        ):
            listed.service, listed.address = service, first
            other.service, other.address = service, second
            yield listed, other


def test_a_token_works_on_its_own_site_until_the_visitor_has_asked_too_often(
    open_page: Open, tokened: tuple[Portal, Portal]
) -> None:
    site = tokened[0]
    page = embedded(open_page, site, 'lang="id" token="pub_library"', STYLE_BOMB, also=(site.service,), allow=("429",))
    for _ in range(2):
        expect(ask(page).locator(".claim")).to_have_count(3)
        page.locator("sitasi-chat .turn:not([aria-busy])").last.wait_for()
    page.locator("sitasi-chat textarea").fill(WHO)
    page.keyboard.press("Enter")
    page.locator("sitasi-chat [role=alert]").wait_for()
    assert "sudah bertanya banyak" in page.locator("sitasi-chat [role=alert]").inner_text()


def test_a_token_copied_to_another_site_is_refused_there(open_page: Open, tokened: tuple[Portal, Portal]) -> None:
    site = tokened[1]
    page = embedded(open_page, site, 'lang="id" token="pub_library"', also=(site.service,), allow=("403",))
    page.locator("sitasi-chat [role=alert]").wait_for()
    assert "tidak boleh memanggil" in page.locator("sitasi-chat [role=alert]").inner_text()
    assert page.locator("sitasi-chat textarea").count() == 0


@pytest.mark.parametrize("mine", [True, False])
def test_a_page_is_framed_by_the_site_of_its_token_only(
    open_page: Open, tokened: tuple[Portal, Portal], mine: bool
) -> None:
    site = tokened[0] if mine else tokened[1]
    page = open_page(goto=False, at=site.address, also=(site.service,), allow=() if mine else ("frame-ancestors",))
    page.goto(f"{site.address}/framing")
    shown = page.frame_locator("iframe").locator("#question")
    if mine:
        shown.wait_for()
    else:
        page.wait_for_load_state("networkidle")
        assert shown.count() == 0


def test_a_checked_answer_in_a_portal_leads_to_its_papers_in_a_window_of_their_own(
    open_page: Open, tokened: tuple[Portal, Portal]
) -> None:
    site = tokened[0]
    # As the service's own page asks: without the visitor's limit of questions.
    answer = httpx.post(f"{site.service}/v1/answers", json={"question": WHO}).json()
    shared = httpx.post(f"{site.service}/v1/answers/{answer['id']}/share", json={}).json()
    wanted = {"url": f"{site.service}{shared['href']}", "embed": "pub_library"}
    site.embed = httpx.get(f"{site.service}/oembed", params=wanted).json()["html"]
    page = open_page(goto=False, at=site.address, also=(site.service,))
    page.goto(f"{site.address}/embedding")
    frame = page.frame_locator("iframe")
    assert frame.locator(".words").first.inner_text()
    expect(frame.locator("#head nav")).to_be_hidden()
    assert frame.get_by_role("button", name="Cetak").count() == 0
    expect(frame.get_by_role("link", name="Buka halaman jawaban")).to_be_visible()
    frame.locator(".chip").first.click()
    with page.expect_popup() as opened:
        frame.locator(".open-paper").click()
    opened.value.locator("#quote").wait_for()
    expect(frame.locator(".chip").first).to_be_visible()
