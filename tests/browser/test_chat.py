"""The chat page: what a reader sees between typing a question and having a cited answer."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from qa.errors import Overloaded
from qa.types import ClaimKind
from tests.browser.conftest import Open, ask, expect

WHO = "Siapa saja pihak yang bekerja sama dalam industri perak Kotagede?"
TRUST = "How does the Blitar study describe trust and local government?"


def test_every_sentence_of_an_answer_carries_a_citation_chip(open_page: Open) -> None:
    turn = ask(open_page(), WHO)
    claims = turn.locator(".claim")
    expect(claims).to_have_count(3)
    for claim in claims.all():
        assert claim.locator(".chip").count() >= 1
    assert "Indrawati & Pambudi" in turn.locator(".chip").first.inner_text()


def test_sentences_appear_before_the_answer_is_complete(open_page: Open) -> None:
    page = open_page()
    events = page.evaluate("""async () => {
        const { Client } = await import('/static/client.js');
        const [asked, seen] = [{ question: 'Siapa pihak industri perak Kotagede?' }, []];
        for await (const told of new Client().stream(asked)) seen.push(told.event);
        return seen; }""")
    assert events == ["retrieved", "claim", "claim", "claim", "done"]
    # The view shows a claim when it is told of it, not at the end.
    shown = page.evaluate("""async () => {
        const { AnswerView } = await import('/static/answer-view.js');
        const { Interface } = await import('/static/interface.js');
        const ui = new Interface(document, 'id');
        const view = new AnswerView(ui, { question: 'x', client: null, open() {} });
        document.body.append(view.node);
        const counts = [];
        for (const n of [1, 2]) {
          view.addClaim({ kind: 'statement', text: `Kalimat ${n}.`, quoted: [], citations: [] }, [], 'id');
          counts.push(view.node.querySelectorAll('.claim').length);
        }
        view.node.remove();
        return counts; }""")
    assert shown == [1, 2]


def test_a_sentence_shown_while_streaming_is_not_replaced_when_the_answer_is_done(open_page: Open) -> None:
    page = open_page()
    page.evaluate("""() => { window.removed = 0; new MutationObserver((all) => all.forEach((m) => {
        if (m.target.className === 'claims') window.removed += m.removedNodes.length; }))
        .observe(document.body, { childList: true, subtree: true }); }""")
    ask(page, WHO)
    ask(page, TRUST)
    assert page.evaluate("window.removed") == 0


def test_arriving_sentences_are_announced_politely_and_once(open_page: Open) -> None:
    turn = ask(open_page(), WHO)
    assert turn.locator(".claims").get_attribute("aria-live") == "polite"
    assert turn.locator(".claims").get_attribute("aria-relevant") == "additions"
    assert "Kalimat: 3" in turn.locator("[role=status]").first.text_content()


def test_the_answer_can_be_stopped(open_page: Open, answers: Any) -> None:
    page = open_page()
    answers.pause = 1.5
    page.fill("#question", WHO)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Hentikan").click()
    assert "Dihentikan" in page.locator(".turn .progress").inner_text()
    page.get_by_role("button", name="Tanyakan").wait_for()


def test_quotation_in_the_other_language_is_marked(open_page: Open) -> None:
    page = open_page(locale="en-US")
    turn = ask(
        page, "Which parties are there: Praktisi pengusaha perak, KP3Y, wadah, berhimpun, membuat perak bermutu?"
    )
    foreign = turn.locator(".foreign")
    assert foreign.count() >= 1
    assert foreign.first.get_attribute("lang") == "id"
    expect(turn.locator(".claim .tongue").first).to_have_text("in Indonesian", use_inner_text=True)
    assert turn.locator(".claim").first.get_attribute("lang") == "en"


def test_a_gloss_is_labelled_as_translation(open_page: Open, answers: Any) -> None:
    answers.alter = lambda outcome: replace(
        outcome,
        claims=tuple(replace(one, kind=ClaimKind.STATEMENT, quoted=()) for one in outcome.claims),
        citations=tuple(replace(one, translation="The five parties.") for one in outcome.citations),
    )
    turn = ask(open_page(), WHO)
    expect(turn.locator(".gloss").first).to_have_text("Terjemahan mesin The five parties.", use_inner_text=True)


def test_dropped_sentences_are_counted(open_page: Open, answers: Any) -> None:
    answers.alter = lambda outcome: replace(outcome, dropped_claims=2)
    assert "2 kalimat tidak lolos pemeriksaan" in ask(open_page(), WHO).inner_text()


def test_a_study_without_an_answer_is_named(open_page: Open, answers: Any) -> None:
    paper = next(card for card in answers.record.cards().values() if card.bibliography.place)
    answers.alter = lambda outcome: replace(outcome, silent=(paper,))
    told = ask(open_page(), WHO).locator(".silent").inner_text()
    assert told.startswith("Tidak ditemukan jawaban atas ini dalam: ") and f"{paper.bibliography.place}." in told


def test_an_abstention_offers_the_nearest_passages(open_page: Open) -> None:
    page = open_page()
    turn = ask(page, "Mengapa satelit Palapa meledak? Kotagede")
    assert "tidak menjawab pertanyaan" in turn.locator(".reply").inner_text()
    expect(turn.locator(".near")).to_have_count(3)
    assert turn.locator(".chip").count() == 0
    turn.locator(".near").first.click()
    page.locator(".panel mark").wait_for()


def test_a_greeting_is_answered_without_the_word_no(open_page: Open) -> None:
    turn = ask(open_page(), "hello")
    assert "I am Sitasi" in turn.inner_text()
    assert turn.locator(".verdict").count() == 0


def test_the_interface_follows_the_question_until_a_language_is_chosen(open_page: Open) -> None:
    page = open_page()
    assert page.locator("html").get_attribute("lang") == "id"
    ask(page, TRUST)
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("heading", name="Papers cited")).to_be_visible()
    page.select_option(".language", "id")
    expect(page.get_by_role("heading", name="Makalah yang disitasi")).to_be_visible()
    ask(page, TRUST)
    assert page.locator("html").get_attribute("lang") == "id"
    page.reload()
    assert page.locator("html").get_attribute("lang") == "id"


def test_a_follow_up_sends_the_conversation_and_shows_how_it_was_understood(open_page: Open, answers: Any) -> None:
    page = open_page()
    ask(page, WHO)
    turn = ask(page, "Apa peran koperasi perak di sana?")
    assert [sent.role for sent in answers.asked[-1].history] == ["user", "assistant"]
    assert answers.asked[-1].history[0].content == WHO
    assert "Dipahami sebagai: Siapa saja pihak" in turn.inner_text()
    page.get_by_role("button", name="Percakapan baru").click()
    assert page.locator(".turn").count() == 0
    ask(page, WHO)
    assert answers.asked[-1].history == ()


def test_the_conversation_survives_reading_a_paper_and_coming_back(open_page: Open) -> None:
    page = open_page()
    ask(page, WHO)
    page.locator(".reference").first.click()
    page.locator(".paper-head").wait_for()
    page.goto(page.url.split("/papers/")[0])
    expect(page.locator(".turn .claim")).to_have_count(3)


def test_suggested_questions_come_from_the_collection_in_both_languages(open_page: Open) -> None:
    page = open_page()
    page.locator("#suggestions li").nth(3).wait_for()
    asked = page.locator("#suggestions li").all_inner_texts()
    assert len(asked) == 4
    assert "Bagaimana industri kreatif batik di Blitar?" in asked
    page.select_option(".language", "en")
    assert (
        "What does the study in Blitar say about batik creative industry?"
        in page.locator("#suggestions li").all_inner_texts()
    )
    page.locator("#suggestions button").first.click()
    page.locator(".turn .claim, .turn .reply").first.wait_for()


def test_the_question_can_be_restricted_to_some_papers(open_page: Open, answers: Any) -> None:
    page = open_page()
    page.get_by_role("button", name="Semua makalah").click()
    page.get_by_label("Saring daftar").fill("magetan ringkasan")
    boxes = page.locator(".choices input:visible")
    expect(boxes).to_have_count(1)
    boxes.first.check()
    page.get_by_role("button", name="Selesai").click()
    expect(page.get_by_role("button", name="1 makalah dipilih")).to_be_visible()
    turn = ask(page, "Siapa saja aktor dalam kolaborasi batik?")
    assert answers.asked[-1].documents == ("magetan-batik-id",)
    assert "Dijawab dari 1 makalah pilihan" in turn.inner_text()


def test_what_was_typed_before_the_papers_came_narrows_them_too(open_page: Open, address: str) -> None:
    page = open_page(goto=False)
    waiting: list[Any] = []
    page.route("**/v1/documents", lambda route: waiting.append(route))
    page.goto(address)
    page.get_by_role("button", name="Semua makalah").click()
    page.get_by_label("Saring daftar").fill("magetan ringkasan")
    for route in waiting:
        route.continue_()
    expect(page.locator(".choices input:visible")).to_have_count(1)


LONG_TITLE = "Tata kelola kolaboratif dalam pengembangan industri kecil dan menengah di dua belas kabupaten " * 3


def many_papers(route: Any) -> None:
    """A catalogue of forty papers, some under very long titles."""
    answer = route.fetch()
    body = answer.json()
    first = body["documents"][0]
    body["documents"] = [
        {
            **first,
            "id": f"p{n}",
            "bibliography": {**first["bibliography"], "title": LONG_TITLE if n % 7 == 2 else f"Studi {n}"},
        }
        for n in range(40)
    ]
    route.fulfill(response=answer, json=body)


@pytest.mark.parametrize("phone", [False, True])
def test_forty_papers_stay_within_the_window_before_and_during_a_conversation(
    open_page: Open, address: str, phone: bool
) -> None:
    page = open_page(goto=False, phone=phone)
    page.route("**/v1/documents", many_papers)
    page.goto(address)
    page.locator("#collection li").first.wait_for()
    expect(page.locator("#collection li")).to_have_count(6)
    for asked in (False, True):
        if asked:
            ask(page, WHO)
        page.get_by_role("button", name="Semua makalah").click()
        box = page.locator("#restrict .restrict").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= page.viewport_size["height"]
        assert box["x"] + box["width"] <= page.viewport_size["width"]
        assert page.locator(".choices li").nth(2).bounding_box()["height"] < 100  # Of the title two lines
        page.keyboard.press("Escape")


def test_on_paper_a_conversation_is_its_questions_and_answers(open_page: Open) -> None:
    page = open_page(scheme="dark")
    turn = ask(page, WHO)
    page.emulate_media(media="print")
    for gone in ("#head", "#dock", ".actions"):
        expect(page.locator(gone)).to_be_hidden()
    expect(turn.locator(".sources")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_many_chips_after_one_sentence_stay_within_a_phone(open_page: Open, answers: Any) -> None:
    answers.alter = lambda outcome: replace(
        outcome, claims=tuple(replace(one, citations=(1, 2, 3)) for one in outcome.claims)
    )
    page = open_page(phone=True)
    expect(ask(page, WHO).locator(".claim").first.locator(".chip")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_long_question_leaves_room_for_its_answer(open_page: Open) -> None:
    page = open_page(phone=True)
    ask(page, f"{WHO} {'Jelaskan pula perannya masing-masing bagi para perajin perak di sana. ' * 4}".strip())
    assert page.locator(".asked").bounding_box()["height"] < 844 / 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_refused_question_is_told_in_one_sentence(open_page: Open) -> None:
    page = open_page(allow=("422",))
    page.fill("#question", "???")
    page.keyboard.press("Enter")
    fault = page.locator("[role=alert] p")
    fault.wait_for()
    assert re.fullmatch(r"[^{}]+\.", fault.inner_text())


def test_an_overloaded_service_offers_to_try_again(open_page: Open, answers: Any) -> None:
    def refuse() -> None:
        raise Overloaded("64 questions are waiting already")

    answers.before = refuse
    page = open_page(allow=("429", "ERR_"))
    page.fill("#question", WHO)
    page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Coba lagi")
    again.wait_for()
    answers.before = lambda: None
    again.click()
    page.locator(".turn .claim").first.wait_for()
    expect(page.locator(".turn")).to_have_count(1)


def test_a_lost_connection_is_told_in_the_language_of_the_interface(open_page: Open) -> None:
    page = open_page(allow=("ERR_",))
    page.route("**/v1/answers", lambda route: route.abort())
    page.fill("#question", WHO)
    page.keyboard.press("Enter")
    page.locator("[role=alert]").wait_for()
    assert (
        page.locator("[role=alert] p").inner_text()
        == "Layanan tidak dapat dihubungi. Periksa sambungan lalu coba lagi."
    )


def test_a_stream_that_breaks_keeps_the_sentences_that_came(open_page: Open) -> None:
    page = open_page()
    claim = {
        "kind": "statement", "text": "Satu kalimat.", "start": 0, "end": 13, "quoted": [], "citations": [],
        "support": 1,
    }  # fmt: skip
    cut = f"event: claim\ndata: {json.dumps({'claim': claim, 'citations': []})}\n\n"
    page.route("**/v1/answers", lambda route: route.fulfill(body=cut, content_type="text/event-stream"))
    page.fill("#question", WHO)
    page.keyboard.press("Enter")
    page.locator("[role=alert]").wait_for()
    assert page.locator(".claim").inner_text().strip() == "Satu kalimat."
    assert "Sambungan terputus" in page.locator("[role=alert]").inner_text()


def test_an_empty_collection_says_how_to_fill_it(open_page: Open, address: str) -> None:
    page = open_page(goto=False)
    page.route("**/v1/documents", lambda route: route.fulfill(json={"documents": []}))
    page.goto(address)
    assert "sitasi ingest" in page.locator("#collection .empty").inner_text()
    assert page.locator("#suggestions li").count() == 0
