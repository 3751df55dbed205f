"""The papers over HTTP, and the text that citations point into."""

from __future__ import annotations

from fastapi.testclient import TestClient

from ingest.record import Record
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
