"""A running service judged over HTTP: the same questions and measures, nothing taken on trust."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from eval.cases import Case, build_cases
from eval.dataset import QuestionSet
from eval.files import read_files
from eval.over_http import OverHttp
from eval.run import Asking, run_questions
from eval.run_file import Run
from eval.scores import score
from eval.system import NoReplyError
from eval.user_questions import load_user_questions
from ingest.passages import cut_passages
from ingest.record import Record
from ingest.settings import PassageSettings
from ingest.types import Document, EmbeddedDocument, EmbeddedPassage, PassageVectors
from qa.api.app import create_app
from qa.settings import ServerSettings, Settings
from tests.factories import make_manifest, unit_vector
from tests.fakes import FakeSitasi, WordAnswers

PAPER = """# Clay of Lembang

## Findings

The potters of Lembang fire their kilns twice a week with coconut husk. Clay dries in the shade for eleven days.
"""
QUESTIONS = """
- id: kilns
  question: How often do potters of Lembang fire their kilns?
  must_say: [twice]
  document: clay.md
  quote: The potters of Lembang fire their kilns twice a week with coconut husk.
- id: pitch
  question_en: zzz
  expect: abstain
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Document]:
    """The paper as ingestion reads it."""
    (tmp_path / "clay.md").write_text(PAPER, encoding="utf-8")
    return read_files([tmp_path / "clay.md"])


@pytest.fixture
def questions(tmp_path: Path, files: dict[str, Document]) -> QuestionSet:
    """Two questions about the paper."""
    (tmp_path / "own.yaml").write_text(QUESTIONS, encoding="utf-8")
    return load_user_questions(tmp_path / "own.yaml", files)


@pytest.fixture
def client(tmp_path: Path, files: dict[str, Document]) -> Iterator[TestClient]:
    """A service that holds the paper and answers by counting words."""
    record = Record(None, tmp_path / "record.sqlite3")
    for document in files.values():
        passages = tuple(
            EmbeddedPassage(one, PassageVectors(unit_vector(one.text), unit_vector(one.text)[None, :]))
            for one in cut_passages(document, PassageSettings())
        )
        record.publish(EmbeddedDocument(document, passages), make_manifest())
    settings = Settings(home=tmp_path / "home", server=ServerSettings())
    sitasi = FakeSitasi(settings, record, WordAnswers(record))
    app = create_app(lambda: sitasi, settings, ingest=lambda *_: None)
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as opened:
        deadline = time.monotonic() + 10
        while opened.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        yield opened


def ask(client: TestClient, questions: QuestionSet, files: dict[str, Document] | None) -> tuple[Run, dict[str, Case]]:
    """A run over HTTP and its cases by key."""
    run = run_questions(OverHttp("", files, client), questions, Asking(gold="own"))
    return run, {case.key: case for case in build_cases(run, questions)}


def test_answers_quotes_and_passages_are_judged_like_those_of_this_process(
    client: TestClient, questions: QuestionSet, files: dict[str, Document]
) -> None:
    run, cases = ask(client, questions, files)
    sheet = score(list(cases.values()))
    for name in ("fully-correct", "citation-recall", "verbatim", "RR"):
        assert sheet.named(name).rows["kilns/en"] == (1.0,), name
    assert sheet.named("refusal-recall").rows == {"pitch/en": (1.0,)}
    assert run.head.documents[0].sha256 == files["clay.md"].source.sha256
    assert run.head.facts["url"]


def test_without_the_files_retrieval_is_not_judged_and_answers_still_are(
    client: TestClient, questions: QuestionSet
) -> None:
    run, cases = ask(client, questions, None)
    sheet = score(list(cases.values()))
    assert run.replies[0].retrieved is None
    assert sheet.named("RR").rows == {}
    assert sheet.named("citation-recall").rows == {"kilns/en": (1.0,)}


def test_a_file_that_is_not_what_was_ingested_is_not_taken_for_it(
    client: TestClient, questions: QuestionSet, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "clay.md").write_text(PAPER.replace("eleven", "twelve"), encoding="utf-8")
    run, _ = ask(client, questions, read_files([tmp_path / "other"]))
    assert run.head.documents[0].sha256 is None


def test_a_service_that_answers_with_an_error_is_a_fault_of_the_question_and_not_of_the_run(
    questions: QuestionSet,
) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503, text="busy")

    system = OverHttp("", None, httpx.Client(transport=httpx.MockTransport(broken), base_url="http://broken"))
    with pytest.raises(NoReplyError, match="503"):
        system.describe()


def test_what_does_not_speak_the_contract_is_told_so() -> None:
    def other(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"hello": "world"})

    system = OverHttp("", None, httpx.Client(transport=httpx.MockTransport(other), base_url="http://other"))
    with pytest.raises(NoReplyError, match="contract v1"):
        system.describe()
