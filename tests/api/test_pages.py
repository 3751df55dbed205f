"""The pages, their files, and what permalinks tell machines."""

from __future__ import annotations

import json
import re
import threading
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.record import Record
from qa.api.pages import WEB
from tests.api.conftest import Serve
from tests.api.test_answers import CLAY, ask
from tests.api.test_errors import check_problem
from tests.factories import embed, make_document, make_manifest
from tests.fakes import FakeSitasi

PAGES = sorted(path for path in WEB.glob("*.html"))


class Tags(HTMLParser):
    """Start tags and the text of JSON-LD of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.json_ld = ""
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag == "script" and dict(attrs).get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.json_ld += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def meta(self, name: str) -> str | None:
        found = [t for tag, t in self.tags if tag == "meta" and name in (t.get("name"), t.get("property"))]
        return found[0]["content"] if found else None


def share(client: TestClient) -> dict[str, Any]:
    given = ask(client)
    client.post(f"/v1/answers/{given['id']}/share")
    return given


@pytest.mark.parametrize("path", ["/", "/papers/clay", "/papers/clay?version=v1&start=0&end=4"])
def test_pages_are_html_and_asked_for_again_only_when_changed(path: str, client: TestClient) -> None:
    first = client.get(path)
    assert (first.status_code, first.headers["content-type"]) == (200, "text/html; charset=utf-8")
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(path).status_code == 200


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("client.js", "text/javascript"), ("base.css", "text/css"), ("favicon.svg", "image/svg+xml")],
)
def test_files_have_the_right_type_and_are_cached(name: str, media_type: str, client: TestClient) -> None:
    first = client.get(f"/static/{name}")
    assert first.headers["content-type"].split(";")[0] == media_type
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert client.get(f"/static/{name}", headers={"if-none-match": first.headers["etag"]}).status_code == 304


def test_text_travels_compressed(client: TestClient) -> None:
    assert client.get("/static/i18n.js", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
    stream = client.post("/v1/answers", json={"question": CLAY, "stream": True}, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in stream.headers


@pytest.mark.parametrize(
    "path",
    ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%2fsettings.py", "/static/none.js", "/static/"],
)
def test_nothing_outside_the_folder_is_served(path: str, client: TestClient) -> None:
    check_problem(client.get(path), 404, "not_found")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_load_only_own_files_and_hold_no_inline_script_or_style(page: Any, client: TestClient) -> None:
    for tag, attributes in Tags(page.read_text(encoding="utf-8")).tags:
        assert tag not in ("style", "base")
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        if tag == "script":
            assert attributes.get("src", "")
        source = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if source:
            assert source.startswith("/")
            assert client.get(source).status_code == 200, source


def test_a_paper_page_names_the_paper_to_reference_managers(client: TestClient) -> None:
    page = Tags(client.get("/papers/clay").text)
    assert page.meta("citation_title") == "Clay"
    assert page.meta("citation_author") == "A. Writer"
    assert page.meta("og:url") == "http://127.0.0.1:8000/papers/clay"


def test_unknown_papers_and_answers_are_pages_with_the_right_status(client: TestClient) -> None:
    for path in ("/papers/nothing", "/a/nothing"):
        response = client.get(path)
        assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_permalink_tells_machines_the_answer_and_its_quotations(client: TestClient) -> None:
    given = share(client)
    address = f"http://127.0.0.1:8000/a/{given['id']}"
    response = client.get(f"/a/{given['id']}")
    page = Tags(response.text)
    assert '<html lang="en">' in response.text
    assert page.meta("og:title") == given["question"]
    assert page.meta("og:description") == given["text"]
    assert page.meta("og:url") == address
    assert page.meta("robots") is None
    told = json.loads(page.json_ld)
    answer = told["mainEntity"]["acceptedAnswer"]
    assert (told["@type"], answer["text"], answer["url"]) == ("QAPage", given["text"], address)
    assert [quotation["text"] for quotation in answer["citation"]] == [c["quote"] for c in given["citations"]]
    assert answer["citation"][0]["isPartOf"]["author"] == [{"@type": "Person", "name": "A. Writer"}]


def test_an_answer_that_will_be_forgotten_is_not_indexed(client: TestClient) -> None:
    page = Tags(client.get(f"/a/{ask(client)['id']}").text)
    assert page.meta("robots") == "noindex"


def test_an_abstention_claims_no_answer(client: TestClient) -> None:
    told = json.loads(Tags(client.get(f"/a/{ask(client, 'zzz qqq?')['id']}").text).json_ld)
    assert told["mainEntity"]["answerCount"] == 0
    assert "acceptedAnswer" not in told["mainEntity"]


def test_no_text_can_leave_its_place_in_a_page(client: TestClient, record: Record) -> None:
    harm = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'>&"
    record.publish(embed(make_document("harm", (f"Harmful {harm} sentence.",))), make_manifest())
    plain = Tags(client.get(f"/a/{share(client)['id']}").text)
    given = ask(client, f"Harmful sentence {harm}?")
    assert harm in given["text"]
    harmed = Tags(client.get(f"/a/{given['id']}").text)

    def count(page: Tags, tag: str) -> int:
        return sum(name == tag for name, _ in page.tags)

    assert [count(harmed, tag) for tag in ("script", "img")] == [count(plain, tag) for tag in ("script", "img")]
    assert json.loads(harmed.json_ld)["mainEntity"]["acceptedAnswer"]["text"] == given["text"]
    assert harmed.meta("og:title") == given["question"]


def test_oembed_gives_a_link_and_a_frame_only_where_frames_are_allowed(serve: Serve) -> None:
    client = serve()
    given = share(client)
    address = f"http://127.0.0.1:8000/a/{given['id']}"
    link = client.get("/oembed", params={"url": address}).json()
    assert (link["type"], link["version"], link["title"]) == ("link", "1.0", given["question"])
    framed = serve(frame_ancestors=("https://portal.example",))
    rich = framed.get("/oembed", params={"url": address, "maxwidth": 300}).json()
    assert (rich["type"], rich["width"]) == ("rich", 300)
    assert re.search(rf'<iframe src="{re.escape(address)}" width="300"', rich["html"])


def test_the_page_of_a_shared_answer_names_its_oembed(client: TestClient) -> None:
    given = share(client)
    page = Tags(client.get(f"/a/{given['id']}").text)
    [link] = [t for tag, t in page.tags if tag == "link" and t.get("type") == "application/json+oembed"]
    assert client.get(str(link["href"])).json()["title"] == given["question"]


def test_oembed_refuses_everything_else(client: TestClient) -> None:
    unshared = ask(client)
    for url in (
        f"http://127.0.0.1:8000/a/{unshared['id']}",
        "http://127.0.0.1:8000/papers/clay",
        "https://evil.example/a/ans_1",
        "http://127.0.0.1:8000.evil.example/a/ans_1",
        "javascript:alert(1)",
    ):
        check_problem(client.get("/oembed", params={"url": url}), 404, "unknown_answer")
    shared = share(client)
    response = client.get("/oembed", params={"url": f"http://127.0.0.1:8000/a/{shared['id']}", "format": "xml"})
    check_problem(response, 501, "not_implemented")


def test_pages_work_while_the_service_starts(serve: Serve, sitasi: FakeSitasi) -> None:
    hold = threading.Event()

    def load() -> FakeSitasi:
        assert hold.wait(20)
        return sitasi

    client = serve(load=load, wait=False)
    assert client.get("/").status_code == 200
    response = client.get("/a/ans_1")
    assert (response.status_code, response.headers["content-type"]) == (503, "text/html; charset=utf-8")
    hold.set()
