"""Every payload in every place that shows text, on the page and in the widget: it is shown, and nothing else happens.

Many are shown at once, so that a page load tries them all in one place. The page is watched (see `conftest`): a request
to another host or a refusal by the policy fails the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ingest.types import Bibliography
from qa.types import Abstention, Answer, Citation, Claim, ClaimKind, Reason
from tests.browser.conftest import Open, ask
from tests.browser.payloads import AWAY, MARKUP, payloads
from tests.browser.test_widget import Portal, open_embedded, portal
from tests.counting import RecordCount, scaled

__all__ = ["open_embedded", "portal"]

TEXTS = payloads(scaled(quick=60, ci=60, release=400))
WHO = "Siapa pihak industri perak Kotagede?"
LONGEST_QUESTION = 1900

# Where the texts are to be seen, by what is asked for: the places of one answer, then those of others.
IN_ANSWER = {
    "claim": ".claim .words",
    "translation": ".gloss [lang]",
    "title": ".reference",
    "section": ".chip",
    "silent paper": ".silent",
}
IN_NEAREST = {"nearest title": ".near-title", "nearest place": ".near-where", "nearest text": ".near-text"}
# Elements that nothing of ours builds.
FOREIGN = (
    "script, img, iframe, object, embed, style, link, meta, base, math, video, audio, source, template, marquee, "
    "input, select, table, details, form:not(.composer):not(#composer):not(.comment), "
    "svg :not(path, circle, rect, g, use, line)"
)
SEEN = """async ([texts, places, host, module]) => {
    const { visible } = await import(module);
    const root = host ? document.querySelector(host).shadowRoot : document;
    const turn = [...root.querySelectorAll('.turn')].at(-1);
    const told = (node) => [node, ...node.querySelectorAll('*')].flatMap((one) =>
        [one.textContent, one.getAttribute('aria-label') ?? '', one.getAttribute('title') ?? '']).join('\\n');
    return Object.entries(places).map(([place, selector]) => {
        const shown = [...turn.querySelectorAll(selector)].map(told).join('\\n');
        return [place, texts.filter((text) => !shown.includes(visible(text)))];
    });
}"""


class Shown:
    """A page or a widget that answers, and how often a text was seen in a place of it."""

    def __init__(self, page: Any, parts: Any, module: str, host: str | None) -> None:
        self.page, self.answers, self.module, self.host = page, parts.answers, module, host
        self.kept = 0

    def ask(self, question: str = WHO) -> None:
        """Ask and wait for the end."""
        if self.host is None:
            ask(self.page, question)
            return
        turns = self.page.locator(f"{self.host} .turn")
        asked = turns.count()
        self.page.locator(f"{self.host} textarea").first.fill(question)
        self.page.keyboard.press("Enter")
        turns.nth(asked).wait_for()
        self.page.locator(f"{self.host} .turn:not([aria-busy])").nth(asked).wait_for()

    def see(self, texts: list[str], places: dict[str, str]) -> None:
        """Every text stands in every place, as text."""
        for place, missing in self.page.evaluate(SEEN, [texts, places, self.host, self.module]):
            assert missing == [], f"not shown in {place}"
            self.kept += len(texts)
        self.unharmed()

    def unharmed(self) -> None:
        """Nothing ran, and nothing was built that we do not build."""
        assert self.page.evaluate("[window.harmed, window.parent.harmed]") == [None, None]
        inside = f"{self.host} .turn" if self.host else "main .turn"
        assert self.page.locator(inside).locator(FOREIGN).count() == 0


def harmful_answer(outcome: Any) -> Any:
    """One claim for each text, with a citation that has it everywhere."""
    first = outcome.citations[0]
    citations = tuple(_citation(first, number, text) for number, text in enumerate(TEXTS, 1))
    claims = tuple(
        Claim(ClaimKind.STATEMENT, text, 0, len(text), (), (number,), 0.9) for number, text in enumerate(TEXTS, 1)
    )
    silent = tuple(one.document for one in citations)
    return Answer(outcome.trace, " ".join(TEXTS), claims, citations, 0, silent)


def _citation(first: Citation, number: int, text: str) -> Citation:
    head = Bibliography(title=text, authors=(text,), year=2021, journal=text, place=text, keywords=(text,))
    card = replace(first.document, id=f"{number} {text}", bibliography=head)
    return replace(first, number=number, document=card, section=text, quote=text, translation=text)


def harmful_abstention(outcome: Any, found: Any) -> Any:
    """A no whose nearest passages have the texts everywhere."""
    near = []
    for rank, text in enumerate(TEXTS, 1):
        head = Bibliography(title=text, authors=(text,), year=2021)
        section = replace(found.passage.section, path=(text,))
        near.append(
            replace(
                found,
                rank=rank,
                document=replace(found.document, bibliography=head),
                passage=replace(found.passage, text=text, section=section),
            )
        )
    return Abstention(outcome.trace, Reason.BELOW_THRESHOLD, TEXTS[0], tuple(near), 0)


@pytest.fixture(params=["page", "widget"])
def shown(request: pytest.FixtureRequest, open_page: Open, service: Any, address: str) -> Iterator[Shown]:
    """The page, then the widget in a page of another origin."""
    if request.param == "page":
        surface = Shown(open_page(allow=("500",)), service[1], f"{address}/static/visible.js", None)
    else:
        site: tuple[Portal, Any] = request.getfixturevalue("portal")
        page = request.getfixturevalue("open_embedded")('lang="id"', allow=("500",))
        page.locator("sitasi-chat textarea").wait_for()
        surface = Shown(page, site[1], f"{site[0].service}/static/visible.js", "sitasi-chat")
    kept = (surface.answers.pause, surface.answers.alter, surface.answers.before)
    yield surface
    surface.answers.pause, surface.answers.alter, surface.answers.before = kept


@pytest.mark.row("R18")
def test_every_text_is_shown_as_text_in_every_place(shown: Shown, record_count: RecordCount) -> None:
    shown.answers.alter = harmful_answer
    shown.ask()
    shown.see(TEXTS, IN_ANSWER)

    found = shown.answers.retrieve
    near = {}
    shown.answers.before = lambda: None
    shown.answers.alter = lambda outcome: harmful_abstention(outcome, near["one"])
    near["one"] = found(type("Asked", (), {"text": WHO, "documents": ()})(), 1)[0]
    shown.ask()
    shown.see(TEXTS, IN_NEAREST)
    places = len(IN_ANSWER) + len(IN_NEAREST)

    shown.answers.alter = lambda outcome: replace(
        outcome, trace=replace(outcome.trace, standalone_question=" ".join(TEXTS))
    )
    shown.ask()
    shown.see(TEXTS, {"question as understood": ".notes"})
    shown.answers.alter = lambda outcome: outcome
    for part in _questions():
        shown.ask(" ".join(part))
        shown.see(part, {"question": ".asked"})
    harm = " ".join(TEXTS)
    problem = {"title": harm, "detail": harm, "code": "x", "advice": harm, "status": 500}
    shown.page.route(
        "**/v1/answers",
        lambda route: route.fulfill(
            status=500,
            json=problem,
            headers={"content-type": "application/problem+json", "access-control-allow-origin": "*"},
        ),
    )
    shown.ask()
    shown.see(TEXTS, {"error": ".fault"})
    record_count("R18", done=shown.kept, of=(places + 3) * len(TEXTS))


def _questions() -> Iterator[list[str]]:
    part: list[str] = []
    for text in TEXTS:
        if sum(len(one) + 1 for one in part) + len(text) > LONGEST_QUESTION:
            yield part
            part = []
        part.append(text)
    yield part


@pytest.mark.control("R18")
def test_where_they_are_taken_for_markup_they_do_harm(browser: Any, address: str) -> None:
    """Without the policy, and written as markup: nearly all build elements, many run, some call another host."""
    context = browser.new_context(bypass_csp=True)
    asked: list[str] = []
    context.route(f"{AWAY}/**", lambda route: (asked.append(route.request.url), route.abort()))
    page = context.new_page()
    page.goto(address)
    built = ran = 0
    for text in [one for one in MARKUP if "refresh" not in one]:  # that one would leave the page
        page.evaluate("() => { window.harmed = undefined; document.querySelector('#hero').replaceChildren(); }")
        page.evaluate("(html) => { document.querySelector('#hero').innerHTML = html; }", text)
        page.wait_for_timeout(20)
        built += page.evaluate("document.querySelector('#hero').childElementCount > 0")
        ran += page.evaluate("window.harmed === 1")
    context.close()
    assert (built >= 0.9 * len(MARKUP), ran >= 15, len(asked) >= 5) == (True, True, True), (built, ran, len(asked))
