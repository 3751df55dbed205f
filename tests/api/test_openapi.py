"""The OpenAPI description is complete: every operation, its errors in the one shape, and examples that are true."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.api.bodies import AnswerBody
from qa.api.examples import ABSTAINED, ANSWERED


def operations(client: TestClient) -> dict[str, dict[str, Any]]:
    """Every documented operation by method and path."""
    paths = client.get("/openapi.json").json()["paths"]
    return {f"{method} {path}": operation for path, item in paths.items() for method, operation in item.items()}


def test_every_operation_says_what_it_does_and_belongs_to_a_subject(client: TestClient) -> None:
    for name, operation in operations(client).items():
        assert operation.get("description"), name
        assert operation.get("tags"), name


def test_every_documented_error_is_a_problem_document(client: TestClient) -> None:
    for name, operation in operations(client).items():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (name, status)


def test_every_schema_that_is_named_exists(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    text = str(described)
    named = {part.split("'")[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(described["components"]["schemas"])
    assert "HTTPValidationError" not in text


@pytest.mark.parametrize("example", [ANSWERED, ABSTAINED])
def test_examples_are_valid_answers(example: dict[str, Any]) -> None:
    body = AnswerBody.model_validate(example)
    for claim in body.claims:
        assert body.text[claim.start : claim.end] == claim.text
    for citation in body.citations:
        assert citation.end - citation.start == len(citation.quote)
    assert list(example) == list(body.model_dump())
