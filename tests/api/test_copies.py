"""Answers and papers as scholars paste them: made by the service, once, for every page and program."""

from __future__ import annotations

from dataclasses import replace

from fastapi.testclient import TestClient

from ingest.record import Record
from ingest.types import Bibliography
from tests.api.test_errors import check_problem
from tests.factories import embed, make_document, make_manifest

HEAD = Bibliography(
    title="Kopi & kota: 100% *lokal*?",
    authors=("Siti Nur Aminah", "Budi Santoso"),
    year=2021,
    journal="Jurnal Kopi",
    volume="5",
    pages="10-24",
    doi="10.1234/kopi",
)
SAID = "The roasters of Lembang dry [green] beans in the shade."


def copied(client: TestClient, record: Record, question: str = "Where do the roasters dry beans?") -> dict[str, str]:
    """The copies of an answer that cites one paper."""
    made = make_document("kopi", (SAID,))
    record.publish(embed(replace(made, bibliography=HEAD)), make_manifest())
    answer = client.post("/v1/answers", json={"question": question, "documents": ["kopi"]}).json()
    response = client.get(f"/v1/answers/{answer['id']}/copies")
    assert response.status_code == 200
    copies: dict[str, str] = response.json()
    return copies


def test_plain_text_holds_question_sentences_and_quotations(client: TestClient, record: Record) -> None:
    lines = copied(client, record)["plain"].splitlines()
    assert lines[0] == "Where do the roasters dry beans?"
    assert lines[2] == f"{SAID} [1]"
    assert lines[4] == "Papers cited:"
    assert lines[5].startswith("[1] Aminah, S. N., & Santoso, B. (2021). Kopi & kota")
    assert f"Findings: “{SAID}” http://127.0.0.1:8000/papers/kopi?version=" in lines[5]


def test_markdown_has_footnotes_and_lets_nothing_become_markup(client: TestClient, record: Record) -> None:
    text = copied(client, record)["markdown"]
    assert "dry \\[green\\] beans in the shade.[^1]" in text
    assert "100% \\*lokal\\*?" in text
    assert "[→](<http://127.0.0.1:8000/papers/kopi?version=" in text


def test_apa_puts_the_source_before_the_stop_and_lists_references(client: TestClient, record: Record) -> None:
    text = copied(client, record)["apa"]
    assert text.startswith(f"{SAID[:-1]} (Aminah & Santoso, 2021).")
    assert text.splitlines()[-1].startswith("Aminah, S. N., & Santoso, B. (2021).")


def test_reference_managers_get_the_papers(client: TestClient, record: Record) -> None:
    copies = copied(client, record)
    assert copies["bibtex"].startswith("@article{aminah2021")
    assert "start=" in copies["bibtex"]
    assert copies["ris"].startswith("TY  - JOUR\r\n")


def test_the_versions_that_were_cited_are_the_ones_that_are_named(client: TestClient, record: Record) -> None:
    made = make_document("kopi", (SAID,))
    record.publish(embed(replace(made, bibliography=HEAD)), make_manifest())
    answer = client.post("/v1/answers", json={"question": "dry beans roasters", "documents": ["kopi"]}).json()
    later = make_document("kopi", ("Roasters moved away.",), version="v2")
    record.publish(embed(replace(later, bibliography=replace(HEAD, year=2025))), make_manifest())
    assert "(2021)" in client.get(f"/v1/answers/{answer['id']}/copies").json()["apa"]


def test_an_abstention_has_nothing_to_copy_and_an_unknown_answer_is_a_problem(client: TestClient) -> None:
    answer = client.post("/v1/answers", json={"question": "Quantum chromodynamics?"}).json()
    assert set(client.get(f"/v1/answers/{answer['id']}/copies").json().values()) == {""}
    check_problem(client.get("/v1/answers/ans_1/copies"), 404, "unknown_answer")


def test_a_paper_is_referenced_in_each_format_and_language(client: TestClient, record: Record) -> None:
    record.publish(embed(replace(make_document("kopi"), bibliography=replace(HEAD, year=None))), make_manifest())
    english = client.get("/v1/documents/kopi/references").json()
    indonesian = client.get("/v1/documents/kopi/references", params={"language": "id"}).json()
    assert "(n.d.)" in english["apa"] and "(t.t.)" in indonesian["apa"]
    assert english["bibtex"].endswith("url = {http://127.0.0.1:8000/papers/kopi}\n}")
    check_problem(client.get("/v1/documents/nothing/references"), 404, "unknown_document")
