"""What readers say of answers is stored with the answer, and told to the owner only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.record import Record
from qa.api.feedback_bodies import FeedbackListBody, draft_questions
from tests.api.test_answers import ask
from tests.api.test_errors import check_problem
from tests.api.test_jobs import OWNER


def test_a_verdict_is_stored_with_its_answer_and_outlives_it(client: TestClient, record: Record) -> None:
    given = ask(client)
    for verdict, comment in (("up", None), ("down", "The year is missing.")):
        body = {"answer_id": given["id"], "verdict": verdict, "comment": comment}
        noted = client.post("/v1/feedback", json=body)
        assert (noted.status_code, noted.json()) == (201, {"answer_id": given["id"], "verdict": verdict})
    record.prune(answer_days=-1)
    listed = client.get("/v1/feedback", headers=OWNER).json()["feedback"]
    assert [(one["verdict"], one["comment"]) for one in listed] == [("up", None), ("down", "The year is missing.")]
    assert listed[0]["answer"] == given


def test_drafts_name_the_question_the_verdict_and_the_cited_spans(client: TestClient) -> None:
    given = ask(client)
    client.post("/v1/feedback", json={"answer_id": given["id"], "verdict": "down", "comment": "Tidak lengkap."})
    body = FeedbackListBody.model_validate_json(client.get("/v1/feedback", headers=OWNER).content)
    [draft] = [json.loads(line) for line in draft_questions(body)]
    assert draft["question"] == {given["language"]: given["question"]}
    assert (draft["verdict"], draft["comment"]) == ("down", "Tidak lengkap.")
    assert [quote["text"] for quote in draft["quotes"]] == [citation["quote"] for citation in given["citations"]]


def test_a_verdict_on_no_answer_is_refused(client: TestClient) -> None:
    response = client.post("/v1/feedback", json={"answer_id": "ans_0", "verdict": "up"})
    check_problem(response, 404, "unknown_answer")


@pytest.mark.parametrize(
    "changed", [{"verdict": "sideways"}, {"comment": "x" * 4001}, {"comment": "\x00"}, {"answer_id": ""}, {"stars": 5}]
)
def test_only_verdicts_can_be_given(changed: dict[str, Any], client: TestClient) -> None:
    body = {"answer_id": "ans_0", "verdict": "up", **changed}
    check_problem(client.post("/v1/feedback", json=body), 422, "invalid_request")


def test_only_the_owner_reads_what_readers_said(client: TestClient) -> None:
    check_problem(client.get("/v1/feedback"), 401, "key_needed")
