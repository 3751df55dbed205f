"""POST /v1/compare: a matrix whose every cell is verbatim or empty, as JSON and as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from typing import Any

from fastapi.testclient import TestClient

from ingest.record import Record
from tests.factories import embed, make_document, make_manifest

POTTERY = (
    "The potters trust the village cooperative because it pays on time.",
    "Lack of dry clay is the main obstacle to the kilns of the village.",
)
WEAVING = ("=SUM(A1) is what the weavers call the obstacle of the ledger, and it stops them.",)


def compared(client: TestClient, **body: Any) -> dict[str, Any]:
    """The matrix."""
    response = client.post("/v1/compare", json=body)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def publish(record: Record) -> None:
    """Two studies of which one says nothing on trust."""
    record.publish(embed(make_document("pots", POTTERY)), make_manifest())
    record.publish(embed(make_document("looms", WEAVING)), make_manifest())


def test_each_study_speaks_for_itself_word_for_word_or_not_at_all(client: TestClient, record: Record) -> None:
    publish(record)
    matrix = compared(client, themes=["trust", "obstacles"], documents=["pots", "looms"])
    assert [theme["label"] for theme in matrix["themes"]] == ["Trust", "Obstacles"]
    assert [row["document"]["id"] for row in matrix["rows"]] == ["pots", "looms"]
    cells = {(row["document"]["id"], cell["theme"]): cell for row in matrix["rows"] for cell in row["cells"]}
    assert [claim["text"] for claim in cells["pots", "trust"]["claims"]] == [POTTERY[0]]
    assert [claim["text"] for claim in cells["pots", "obstacles"]["claims"]] == [POTTERY[1]]
    assert cells["looms", "trust"]["claims"] == [] == cells["looms", "trust"]["citations"]
    for cell in cells.values():
        for citation in cell["citations"]:
            stored = record.document(citation["document"]["id"]).text
            assert stored[citation["start"] : citation["end"]] == citation["quote"]
            assert citation["verified"]["verbatim"]


def test_without_themes_and_papers_the_six_themes_meet_all_papers(client: TestClient, record: Record) -> None:
    matrix = compared(client)
    assert [theme["id"] for theme in matrix["themes"]] == [
        "actors",
        "obstacles",
        "trust",
        "commitment",
        "outcomes",
        "recommendations",
    ]
    assert len(matrix["rows"]) == record.corpus().documents


def test_a_theme_of_ones_own_needs_all_its_rare_words(client: TestClient, record: Record) -> None:
    publish(record)
    matrix = compared(client, themes=["dry clay", "dry ledger"], documents=["pots"])
    met, missed = matrix["rows"][0]["cells"]
    assert [claim["text"] for claim in met["claims"]] == [POTTERY[1]]
    assert missed["claims"] == []
    assert all(theme["own"] for theme in matrix["themes"])


def test_headings_follow_the_language_asked_for_or_the_callers(client: TestClient) -> None:
    assert compared(client, themes=["trust"], language="id")["themes"][0]["label"] == "Kepercayaan"
    response = client.post("/v1/compare", json={"themes": ["kepercayaan"]}, headers={"accept-language": "id"})
    assert response.json()["themes"] == [{"id": "trust", "label": "Kepercayaan", "own": False}]


def test_csv_has_a_line_for_each_statement_and_runs_nothing(client: TestClient, record: Record) -> None:
    publish(record)
    body = {"themes": ["trust", "obstacles"], "documents": ["pots", "looms"], "format": "csv"}
    response = client.post("/v1/compare", json=body)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(response.text[1:])))
    assert [(row["Study"], row["Theme"], bool(row["Quotation"])) for row in rows] == [
        ("Pots", "Trust", True),
        ("Pots", "Obstacles", True),
        ("Looms", "Trust", False),
        ("Looms", "Obstacles", True),
    ]
    assert rows[3]["Statement"].startswith("'=SUM")
    assert rows[0]["Address"].startswith("http://127.0.0.1:8000/papers/pots?version=")


def test_what_cannot_be_compared_is_refused_in_one_sentence(client: TestClient) -> None:
    for body, status, code in (
        ({"documents": ["nowhere"]}, 404, "unknown_document"),
        ({"themes": ["dan"]}, 422, "invalid_question"),
        ({"themes": ["a theme"] * 13}, 422, "invalid_request"),
        ({"thems": []}, 422, "invalid_request"),
    ):
        response = client.post("/v1/compare", json=body)
        assert (response.status_code, response.json()["code"]) == (status, code)
