"""Secrets planted everywhere, a life at the loudest log level: none in a log, an error, a metric or a file."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.home import Home
from ingest.settings import EmbeddingSettings
from qa.api.app import create_app
from qa.api.logs import JsonLine, TextLine
from qa.bootstrap import open_sitasi
from qa.collection import Intake
from qa.keys import KeyRing
from qa.settings import load_settings
from tests.counting import RecordCount
from tests.scripted_endpoint import Call, saying, scripted

pytest.importorskip("llama_index.llms.openai_like", reason="the extra `llm` is not installed")

LLM_KEY = "sk-CANARY-of-the-language-model"
QUESTION = "How many kilns do the zebracanary potters of Lembang fire?"
COMMENT = "A comment of a quaggacanary reader."
SENTENCE = "The okapicanary potters of Lembang fire 14 kilns with waste wood from the sawmills."
PAPER = f"# Pottery of Lembang\n\n## Results\n\n{SENTENCE} Sales fell in the rainy season.\n"
# At the default level none of these; at the loudest one the libraries around us may tell what they send.
SECRETS = {"key of the model": LLM_KEY, "header of the model": "CANARY-of-a-header"}
WORDS = {"question": "zebracanary", "comment": "quaggacanary", "paper": "okapicanary"}


def refusing(call: Call) -> None:
    """Says no, and repeats everything that it was told."""
    call.head("401 Unauthorized", "application/json")
    call.send(json.dumps({"error": {"message": f"bad: {call.headers} {call.body}"}}))


@dataclass
class Life:
    """What a service left behind: logs at two levels, bodies of errors, metrics, files; and the secrets it held."""

    secrets: dict[str, str]
    quiet: str = ""
    loud: str = ""
    errors: list[str] = field(default_factory=list)
    metrics: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


def live(client: TestClient, keys: dict[str, str], endpoint: Any, life: Life) -> None:
    """Questions that are answered, refused and broken; feedback; papers in and out."""

    def send(method: str, path: str, key: str | None = "ask", **sent: Any) -> Any:
        shown = {"authorization": f"Bearer {keys[key]}"} if key else {}
        response = client.request(method, path, headers={**shown, **sent.pop("headers", {})}, **sent)
        if response.status_code >= 400:
            life.errors.append(response.text)
        return response

    for script in (saying("The potters of Lembang fire 14 kilns [1]."), refusing):
        endpoint.script = script
        for stream in (False, True):
            answer = send("POST", "/v1/answers", json={"question": QUESTION, "stream": stream})
            assert answer.status_code == 200
        send("POST", "/v1/chat/completions", json={"messages": [{"role": "user", "content": QUESTION}]})
    given = send("POST", "/v1/answers", json={"question": QUESTION}).json()
    send("POST", "/v1/feedback", json={"answer_id": given["id"], "verdict": "down", "comment": COMMENT})
    send("POST", "/v1/feedback", json={"answer_id": QUESTION, "verdict": "sideways", "comment": COMMENT})
    send("POST", "/v1/answers", json={"question": QUESTION, "colour": COMMENT, "mode": QUESTION})
    send("POST", "/v1/answers", content=f'{{"question": "{QUESTION}'.encode(), headers={"content-type": "text/plain"})
    send("POST", "/v1/search", json={"query": QUESTION, "documents": ["no-such-paper"]})
    send("GET", "/v1/documents/no-such-paper")
    for key in (None, "revoked"):
        send("GET", "/v1/documents", key)
    send("GET", "/v1/feedback", "ask")
    send("GET", "/v1/documents", None, headers={"authorization": f"Basic {keys['admin']}"})
    life.metrics = send("GET", "/metrics", "admin").text


@pytest.fixture(scope="module")
def life(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "potters.md").write_text(PAPER, encoding="utf-8")
    root, quiet, loud = logging.getLogger(), io.StringIO(), io.StringIO()
    handlers = [logging.StreamHandler(quiet), logging.StreamHandler(loud)]
    handlers[0].setLevel(logging.INFO)
    handlers[0].setFormatter(JsonLine())
    handlers[1].setFormatter(TextLine())
    before = root.level
    with ExitStack() as stack, pytest.MonkeyPatch.context() as scene:
        for handler in handlers:
            root.addHandler(handler)
            stack.callback(root.removeHandler, handler)
        stack.callback(root.setLevel, before)
        root.setLevel(logging.DEBUG)
        endpoint = stack.enter_context(scripted(refusing))
        scene.setenv("SITASI_LLM__KEY", LLM_KEY)
        scene.setenv("SITASI_LLM__HEADERS", json.dumps({"api-key": SECRETS["header of the model"]}))
        scene.setenv("SITASI_LLM__URL", endpoint.url)
        scene.setenv("SITASI_SERVER__ACCESS", "keys")
        settings = load_settings(home=folder / "home", embedding=EmbeddingSettings(models=model_home / "models"))
        ring = KeyRing(Home(settings.home))
        keys = {name: ring.create(name, [name])[1] for name in ("ask", "admin")}  # type: ignore[list-item]
        gone, keys["revoked"] = ring.create("revoked", ["admin"])
        ring.revoke(gone.id)
        sitasi = open_sitasi(settings, url="http://127.0.0.1:8000")
        Intake(sitasi.library, sitasi.embedder, settings).ingest([folder / "potters.md"], prune=False)
        assert sitasi.library.ownership is not None
        owner = str(sitasi.library.ownership.owner.token)
        lived = Life({**SECRETS, **{f"key {name}": text for name, text in keys.items()}, "token of the owner": owner})
        logging.getLogger("sitasi").info("settings %r", settings)
        app = create_app(lambda: sitasi, settings, lambda *_: pytest.fail("it ingested"))  # type: ignore[arg-type,return-value]
        with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
            while client.get("/readyz").status_code != 200:
                pass
            live(client, keys, endpoint, lived)
            # Before the owner lets go of the home, and of its token.
            lived.files = {
                str(path.relative_to(settings.home)): path.read_bytes()
                for path in settings.home.rglob("*")
                if path.is_file() and not path.is_relative_to(settings.home / "models")
            }
        lived.quiet, lived.loud = quiet.getvalue(), loud.getvalue()
        yield lived


def places(life: Life) -> dict[str, str]:
    """Everything that a key must not stand in, by name; the lock holds the owner's token, for its reader alone."""
    files = {name: content.decode("latin-1") for name, content in life.files.items() if name != "owner.lock"}
    seen = {"log": life.quiet, "loudest log": life.loud, "errors": "\n".join(life.errors), "metrics": life.metrics}
    return seen | files


@pytest.mark.row("R22")
def test_no_key_stands_anywhere(life: Life, record_count: RecordCount) -> None:
    looked = [(name, where, text) for where, text in places(life).items() for name in life.secrets]
    found = [(name, where) for name, where, text in looked if life.secrets[name] in text]
    print(found)
    record_count("R22", len(looked) - len(found), len(looked))


@pytest.mark.row("R22")
def test_no_question_comment_or_paper_stands_in_what_is_seen_from_outside(
    life: Life, record_count: RecordCount
) -> None:
    seen = {"log": life.quiet, "errors": "\n".join(life.errors), "metrics": life.metrics}
    looked = [(name, where) for where in seen for name in WORDS]
    found = [(name, where) for name, where in looked if WORDS[name] in seen[where]]
    print(found, [line for line in life.quiet.splitlines() if any(word in line for word in WORDS.values())][:3])
    record_count("R22", len(looked) - len(found), len(looked))


@pytest.mark.control("R22")
def test_the_look_finds_what_is_there_on_purpose(life: Life) -> None:
    kept = {name: text for name, text in places(life).items() if "sqlite" in name}
    assert any(WORDS["question"] in text for text in kept.values())
    assert life.secrets["token of the owner"].encode() in life.files["owner.lock"]
    assert len(life.errors) >= 8 and len(life.loud) > 1000 and "sitasi_questions" in life.metrics


def test_files_of_the_home_are_for_their_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    assert home.root.stat().st_mode & 0o077 == 0
