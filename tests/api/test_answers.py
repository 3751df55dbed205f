"""What a caller of POST /v1/answers and its neighbours can rely on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.record import Record
from qa.types import Mode, Turn
from tests.fakes import FakeSitasi

CLAY = "Where do the potters of Lembang dry clay?"


def ask(client: TestClient, question: str = CLAY, **more: Any) -> dict[str, Any]:
    """The answer's JSON."""
    response = client.post("/v1/answers", json={"question": question, **more})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream, in order."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_an_answer_has_exactly_the_members_of_the_contract(client: TestClient) -> None:
    body = ask(client)
    assert list(body) == [
        "id", "question", "standalone_question", "language", "status", "reason", "text", "claims", "citations",
        "nearest", "silent", "dropped_claims", "grounding", "corpus", "engine", "timings_ms",
    ]  # fmt: skip
    assert list(body["claims"][0]) == ["kind", "text", "start", "end", "quoted", "citations", "support"]
    assert list(body["citations"][0]) == [
        "number", "document", "passage_id", "section", "page", "quote", "quote_language", "translation", "start", "end",
        "source_spans", "verified", "href",
    ]  # fmt: skip
    assert list(body["citations"][0]["document"]) == [
        "id", "version", "title", "authors", "year", "journal", "place", "language",
    ]  # fmt: skip
    assert (body["status"], body["reason"], body["grounding"]) == ("answered", None, "grounded")


def test_every_citation_quotes_the_stored_text_at_its_offsets(client: TestClient) -> None:
    for citation in ask(client, "How many households grow indigo tarum?")["citations"]:
        document = citation["document"]
        stored = client.get(
            f"/v1/documents/{document['id']}/text",
            params={"version": document["version"], "start": citation["start"], "end": citation["end"]},
        )
        assert stored.json()["text"] == citation["quote"]


def test_claim_offsets_point_into_the_answer(client: TestClient) -> None:
    body = ask(client)
    assert body["claims"]
    for claim in body["claims"]:
        assert body["text"][claim["start"] : claim["end"]] == claim["text"]


def test_an_abstention_is_a_value_with_a_reason(client: TestClient) -> None:
    body = ask(client, "zzz qqq?")
    assert (body["status"], body["reason"], body["grounding"]) == ("abstained", "below_threshold", "none")
    assert body["claims"] == body["citations"] == []


def test_what_the_caller_sends_reaches_the_answering_code(client: TestClient, sitasi: FakeSitasi) -> None:
    ask(
        client,
        "  What is fired twice a week? ",
        language="id",
        mode="extractive",
        documents=["clay", "clay"],
        history=[{"role": "user", "content": "Tell me about kilns."}],
    )
    [question] = sitasi.answers.asked
    assert question.text == "What is fired twice a week?"
    assert (question.language, question.mode, question.documents) == ("id", Mode.EXTRACTIVE, ("clay",))
    assert question.history == (Turn("user", "Tell me about kilns."),)


def test_a_stream_sends_passages_then_claims_with_their_citations_then_the_whole(client: TestClient) -> None:
    response = client.post("/v1/answers", json={"question": CLAY, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    sent = events(response.text)
    whole = sent[-1][1]
    assert [name for name, _ in sent] == ["retrieved", *["claim"] * len(whole["claims"]), "done"]
    assert sent[0][1]["passages"][0]["text"] == whole["citations"][0]["quote"]
    assert [data["claim"] for name, data in sent if name == "claim"] == whole["claims"]
    assert [c for name, data in sent if name == "claim" for c in data["citations"]] == whole["citations"]
    assert client.get(f"/v1/answers/{whole['id']}").json()["text"] == whole["text"]


def test_a_stream_searches_once(client: TestClient, sitasi: FakeSitasi) -> None:
    searches: list[None] = []
    sitasi.answers.before = lambda: searches.append(None)
    client.post("/v1/answers", json={"question": CLAY, "stream": True})
    assert len(searches) == 1


def test_a_failure_after_the_stream_began_is_an_error_event_and_an_end(client: TestClient, sitasi: FakeSitasi) -> None:
    def fail() -> None:
        raise RuntimeError("secret inside")

    sitasi.answers.before = fail
    response = client.post("/v1/answers", json={"question": CLAY, "stream": True})
    [(name, problem)] = events(response.text)
    assert (name, problem["code"], problem["status"]) == ("error", "internal_error", 500)
    assert "secret" not in response.text


def test_a_question_that_cannot_be_used_is_refused_before_a_stream_begins(client: TestClient) -> None:
    response = client.post("/v1/answers", json={"question": " ?! ", "stream": True})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_question")


def test_an_answer_can_be_fetched_again_as_it_was_given(client: TestClient) -> None:
    given = ask(client)
    kept = client.get(f"/v1/answers/{given['id']}").json()
    assert kept.pop("created_at") > 0
    assert kept.pop("shared") is False
    assert kept == given


def test_sharing_keeps_an_answer_for_good_and_gives_its_permalink(client: TestClient, record: Record) -> None:
    given = ask(client)
    for _ in range(2):
        shared = client.post(f"/v1/answers/{given['id']}/share")
        assert shared.json() == {"id": given["id"], "href": f"/a/{given['id']}"}
    unshared = ask(client)
    record.prune(answer_days=-1)
    assert client.get(f"/v1/answers/{given['id']}").json()["shared"] is True
    assert client.get(f"/v1/answers/{unshared['id']}").status_code == 404


def test_an_answer_keeps_the_versions_that_it_cites(client: TestClient, record: Record) -> None:
    given = ask(client)
    record.remove(["clay"])
    record.prune(answer_days=30, grace_seconds=-1)
    cited = given["citations"][0]
    stored = client.get("/v1/documents/clay/text", params={"version": cited["document"]["version"]}).json()["text"]
    assert stored[cited["start"] : cited["end"]] == cited["quote"]


def test_unknown_answers_are_told_as_such(client: TestClient) -> None:
    for response in (client.get("/v1/answers/ans_0"), client.post("/v1/answers/ans_0/share")):
        assert (response.status_code, response.json()["code"]) == (404, "unknown_answer")


def test_search_gives_passages_best_first_and_keeps_to_the_limit(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "weavers dye yarn with indigo", "limit": 2}).json()
    assert [passage["rank"] for passage in found["passages"]] == [1, 2]
    assert found["passages"][0]["document"]["id"] == "yarn dye"
    assert found["passages"][0]["href"].startswith("/papers/yarn%20dye?version=v1&start=0&end=")


def test_search_can_be_restricted_to_papers(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "the clay, the indigo", "documents": ["clay"]}).json()
    assert {passage["document"]["id"] for passage in found["passages"]} == {"clay"}


@pytest.mark.parametrize("stream", [False, True])
def test_a_restriction_to_a_paper_that_is_not_there_is_refused(stream: bool, client: TestClient) -> None:
    body = {"question": CLAY, "documents": ["clay", "nothing"], "stream": stream}
    response = client.post("/v1/answers", json=body)
    assert (response.status_code, response.json()["code"]) == (404, "unknown_document")
    assert client.post("/v1/search", json={"query": CLAY, "documents": ["nothing"]}).status_code == 404
