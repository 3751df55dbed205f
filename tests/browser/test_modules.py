"""The modules that decide without touching a page: offsets, names, event streams, suggestions, words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Open


@pytest.fixture(scope="module")
def module(browser: Any, address: str) -> Any:
    """`module(name, body, *arguments)`: runs `body` with the module as `m` and the arguments as `a`."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/static/favicon.svg")

    def run(name: str, body: str, *arguments: Any) -> Any:
        return page.evaluate(
            f"async ([at, a]) => {{ const m = await import(at); {body} }}", [f"{address}/static/{name}.js", arguments]
        )

    yield run
    context.close()


PAPER = {
    "id": "p1",
    "version": "v",
    "title": "Kopi & Koperasi: 100% {lokal}",
    "authors": ["Siti Aminah Putri", "Budi", "de Vries, Anna"],
    "year": 2021,
    "journal": "Jurnal_Desa",
    "volume": "4",
    "issue": "2",
    "pages": "10-19",
    "doi": "10.1/x",
    "place": "Desa",
    "language": "id",
}


@pytest.mark.parametrize(
    ("text", "span", "wanted"),
    [
        ("abc", (1, 2), "b"),
        ("🙂b🙂d", (1, 3), "b🙂"),
        ("a𠮷c", (2, 3), "c"),
        ("e\u0301x", (2, 3), "x"),
        ("abc", (1, 99), "bc"),
        ("", (0, 1), ""),
    ],
)
def test_slices_count_code_points(module: Any, text: str, span: tuple[int, int], wanted: str) -> None:
    assert module("codepoints", "return m.sliceCodePoints(a[0], ...a[1]);", text, span) == wanted


def test_cutting_at_spans_loses_nothing(module: Any) -> None:
    pieces = module("codepoints", "return m.cutAt(a[0], a[1]);", "x🙂 kutipan 🙂 y", [[2, 10], [11, 12]])
    assert "".join(piece["text"] for piece in pieces) == "x🙂 kutipan 🙂 y"
    assert [(piece["text"], piece["span"]) for piece in pieces if piece["span"] >= 0] == [(" kutipan", 0), ("🙂", 1)]


def test_a_paper_goes_by_its_shortest_name(module: Any) -> None:
    two = "{ ...a[0], authors: ['Ani Sari', 'Budi'] }"
    names = f"return [m.shortName(a[0], 'id'), m.shortName({two}, 'en'), m.byline(a[0])];"
    assert module("paper-names", names, PAPER) == [
        "Putri dkk. 2021",
        "Sari & Budi 2021",
        "Siti Aminah Putri, Budi, de Vries, Anna · 2021 · Jurnal_Desa · Desa",
    ]


STREAMS = [
    (["event: a\ndata: 1\n\n"], [("a", "1")]),
    (["event: a\r", "\ndata: 1\r\n\r", "\n"], [("a", "1")]),
    (["data: x\rdata: y\r\r"], [("message", "x\ny")]),
    ([": ping\n\n", "data:no space\n\n"], [("message", "no space")]),
    (["event: a\ndata: ku", "tipan 🙂\n", "\n"], [("a", "kutipan 🙂")]),
    (["event: a\n\n", "data: 1\n\n"], [("message", "1")]),
    (["data: unfinished"], []),
    (["data\n\n"], [("message", "")]),
]


@pytest.mark.parametrize(("chunks", "wanted"), STREAMS)
@pytest.mark.parametrize("cut", [False, True], ids=["as-sent", "byte-by-byte"])
def test_event_streams_are_read_however_they_are_cut(
    module: Any, chunks: list[str], wanted: list[Any], cut: bool
) -> None:
    sent = list("".join(chunks).encode()) if cut else None
    events = module(
        "sse",
        """const encode = new TextEncoder();
        const parts = a[1] ? a[1].map((byte) => Uint8Array.of(byte)) : a[0].map((text) => encode.encode(text));
        const stream = new ReadableStream({ start(c) { parts.forEach((part) => c.enqueue(part)); c.close(); } });
        const seen = [];
        for await (const one of m.readEvents(stream)) seen.push([one.event, one.data]);
        return seen;""",
        chunks,
        sent,
    )
    assert [tuple(one) for one in events] == wanted


def test_the_context_of_a_quotation_is_whole_lines_around_it(module: Any) -> None:
    text = "Judul\n\nSatu dua tiga. Kutipan ini. Empat lima.\n\n" + "panjang " * 200
    start = text.index("Kutipan")
    fetched = {"text": text, "start": 0, "end": len(text), "characters": len(text)}
    found = module("context", "return m.around(a[0], a[1], a[2], 40);", fetched, start, start + 12)
    assert found["before"] == "Judul\n\nSatu dua tiga. "
    assert found["quote"] == "Kutipan ini."
    assert found["after"].startswith(" Empat lima.")
    assert (found["cutBefore"], found["cutAfter"]) == (False, True)


def test_the_context_stays_inside_its_section(module: Any) -> None:
    text = "Judul\n\nSatu. Kutipan. Dua.\n\nJudul lain\n\nTiga."
    sections = [{"start": 7, "end": 26, "path": ["Judul"]}, {"start": 40, "end": 45, "path": ["Judul lain"]}]
    fetched = {"text": text, "start": 0, "end": len(text), "characters": len(text), "sections": sections}
    start = text.index("Kutipan")
    found = module("context", "return m.around(a[0], a[1], a[2]);", fetched, start, start + 8)
    assert [found[name] for name in ("before", "quote", "after", "cutBefore", "cutAfter")] == [
        "Satu. ",
        "Kutipan.",
        " Dua.",
        False,
        False,
    ]


def test_a_long_line_is_cut_at_a_space(module: Any) -> None:
    text = "kata " * 400 + "KUTIPAN" + " kata" * 400
    start = text.index("KUTIPAN")
    fetched = {"text": text, "start": 0, "end": len(text), "characters": len(text)}
    found = module("context", "return m.around(a[0], a[1], a[2], 50);", fetched, start, start + 7)
    assert found["before"].startswith("kata kata")
    assert len(found["before"]) <= 60
    assert found["after"].endswith("kata")
    assert len(found["after"]) <= 60


def test_a_span_that_was_not_fetched_gives_no_context(module: Any) -> None:
    fetched = {"text": "abc", "start": 10, "end": 13, "characters": 99}
    assert (
        module("context", "return [m.around(a[0], 5, 8), m.around(a[0], 11, 20), m.around(a[0], 12, 12)];", fetched)
        == [None] * 3
    )


def test_layout_of_a_paper_loses_no_word_even_when_sections_overlap_or_leave_gaps(module: Any) -> None:
    text = "Kepala\n\n1. HASIL\n\nIsi satu.\n\nIsi dua.\n\nSisa di luar bagian.\n\nEkor."
    sections = [
        {"path": ["Hasil"], "start": text.index("Isi satu"), "end": text.index("Isi dua") + 8, "language": "id"},
        {"path": ["Ekor"], "start": text.index("Isi dua"), "end": text.index("Isi dua") + 8, "language": "id"},
    ]
    blocks = module("paper-text", "return m.layOut(a[0], a[1], null);", text, sections)
    assert "".join("".join(p["text"] for p in b["pieces"]).strip() for b in blocks) == "".join(text.split("\n"))
    assert [b["kind"] for b in blocks][:3] == ["paragraph", "heading", "paragraph"]


def test_a_page_begins_at_a_whole_word(module: Any) -> None:
    text = "🙂 Satu dua.\n\nTiga."
    starts = [text.index("atu"), text.index("\n")]
    leaves = [{"number": n + 4, "start": start} for n, start in enumerate(starts)]
    blocks = module("paper-text", "return m.layOut(a[0], [], null, a[1]);", text, leaves)
    pieces = [(piece["text"], piece["leaf"]) for block in blocks for piece in block["pieces"]]
    assert pieces == [("🙂 Satu ", None), ("dua.", 4), ("Tiga.", 5)]


def test_suggestions_name_each_study_once_and_prefer_the_language(module: Any) -> None:
    shared = {"id": "tata kelola", "en": "governance reform"}
    papers = [
        {"title": f"T{n}", "place": place, "language": lang, "keywords": [shared[lang], "MSMEs", f"subject {n}"]}
        for n, place in enumerate(["Ende, Flores", "Sumba", "Alor", "Rote"])
        for lang in ("id", "en")
    ]
    found = module("suggestions", "return m.suggestionsFrom(a[0], 'en');", papers)
    assert found == [
        ["suggestSubject", {"place": "Ende", "keyword": "subject 0"}],
        ["suggestKeyword", {"keyword": "governance reform"}],
        ["suggestObstacles", {"place": "Sumba"}],
        ["suggestMethod", {"place": "Alor"}],
    ]
    bare = [{**paper, "keywords": []} for paper in papers]
    assert module("suggestions", "return m.suggestionsFrom(a[0], 'en')[0];", bare) == [
        "suggestObstacles",
        {"place": "Ende"},
    ]
    assert module("suggestions", "return m.suggestionsFrom([], 'id');") == []


@pytest.mark.parametrize(
    ("preferred", "wanted"),
    [(["id-ID"], "id"), (["de", "en-GB", "id"], "en"), (["ms-MY"], "id"), (["nl"], "en"), ([], "en")],
)
def test_the_first_language_is_the_browsers(module: Any, preferred: list[str], wanted: str) -> None:
    assert module("preferences", "return m.browserLanguage(a[0]);", preferred) == wanted


def test_damaged_memory_of_a_conversation_is_ignored(open_page: Open) -> None:
    page = open_page()
    for damaged in ("{", "[null]", '[{"id":1}]', '"x"'):
        page.evaluate("(text) => sessionStorage.setItem('sitasi.conversation', text)", damaged)
        page.reload()
        page.locator("#suggestions li").first.wait_for()
        assert page.locator(".turn").count() == 0
