"""The papers over HTTP, and the text that citations point into."""

from __future__ import annotations

from dataclasses import replace

from fastapi.testclient import TestClient

from ingest.record import Record
from ingest.types import MapSegment, PageBreak
from tests.factories import embed, make_document, make_manifest

LINES = ("The potters of Lembang dry clay in the shade.", "Kilns are fired twice a week.")


def test_the_list_names_every_paper_with_its_bibliography(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    assert [entry["id"] for entry in listed] == ["clay", "yarn dye"]
    first = listed[0]
    assert (first["version"], first["collection"], first["passages"], first["answers"]) == ("v1", "papers", 2, True)
    assert first["bibliography"]["authors"] == ["A. Writer"]
    assert first["source"] == "clay.md"


def test_a_paper_tells_its_sections_and_whether_it_is_current(client: TestClient, record: Record) -> None:
    paper = client.get("/v1/documents/clay").json()
    length = len("\n".join(LINES))
    assert (paper["current"], paper["characters"], paper["href"]) == (True, length, "/papers/clay")
    assert paper["sections"] == [{"path": ["Findings"], "kind": "results", "start": 0, "end": length, "language": "en"}]
    record.publish(embed(make_document("clay", ("Clay is dried in the sun.",), version="v2")), make_manifest())
    assert client.get("/v1/documents/clay").json()["version"] == "v2"
    assert client.get("/v1/documents/clay", params={"version": "v1"}).json()["current"] is False


def test_pages_begin_where_they_begin_in_the_stored_text(client: TestClient, record: Record) -> None:
    made = make_document("maize", ("Maize is sown in May.", "It is cut in August.", "Rice follows it."))
    second, third = made.text.index("cut"), made.text.index("Rice")
    lost = third - 4  # Four characters before the third sentence were mended, and map as a whole.
    segments = (
        MapSegment(0, lost, 3, lost + 3, True),
        MapSegment(lost, third, lost + 3, third + 9, False),
        MapSegment(third, len(made.text), third + 9, len(made.text) + 9, True),
    )
    # The second page begins at a plain word; the third inside what was mended.
    pages = (PageBreak(1, 0), PageBreak(2, second + 3), PageBreak(3, lost + 5))
    record.publish(embed(replace(made, segments=segments, pages=pages)), make_manifest())
    told = client.get("/v1/documents/maize").json()["pages"]
    assert told == [{"number": 1, "start": 0}, {"number": 2, "start": second}, {"number": 3, "start": third}]
    assert client.get("/v1/documents/clay").json()["pages"] == []


def test_text_comes_whole_or_as_a_span_of_code_points(client: TestClient) -> None:
    whole = client.get("/v1/documents/yarn dye/text").json()
    lines = ("The weavers of Toba dye yarn with indigo.", "Indigo is grown by 17 households – “tarum” in Batak.")
    assert whole["text"] == "\n".join(lines)
    start = whole["text"].index("“tarum”")
    part = client.get("/v1/documents/yarn dye/text", params={"start": start, "end": start + 7}).json()
    assert (part["text"], part["start"], part["end"]) == ("“tarum”", start, start + 7)
    assert part["characters"] == whole["characters"] == len(whole["text"])


def test_spans_outside_the_text_are_clipped(client: TestClient) -> None:
    length = client.get("/v1/documents/clay").json()["characters"]
    past = client.get("/v1/documents/clay/text", params={"start": 10**9}).json()
    assert (past["text"], past["start"], past["end"], past["sections"]) == ("", length, length, [])
    reversed_ = client.get("/v1/documents/clay/text", params={"start": 9, "end": 3}).json()
    assert (reversed_["text"], reversed_["start"], reversed_["end"]) == ("", 9, 9)


def test_an_unknown_version_is_not_another_one(client: TestClient) -> None:
    response = client.get("/v1/documents/clay/text", params={"version": "v9"})
    assert (response.status_code, response.json()["code"]) == (404, "unknown_document")
