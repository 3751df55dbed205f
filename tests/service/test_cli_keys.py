"""`sitasi keys`, and what `sitasi serve` asks for before it listens where others can reach it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qa.api.serve
from ingest.home import Home
from qa.keys import SCOPES, KeyRing
from tests.service.conftest import Run, refused


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """In place of serving: the addresses that were listened on."""
    addresses: list[str] = []
    monkeypatch.setattr(qa.api.serve, "serve", lambda listening, *_: addresses.append(listening.getsockname()[0]))
    return addresses


def test_a_key_is_made_listed_and_revoked(sitasi: Run, home: Path) -> None:
    made = sitasi("keys", "create", "portal", "--scope", "ask", "--scope", "observe")
    text = made.out.splitlines()[-1]
    assert made.code == 0 and text.startswith("sitasi_") and "ask, observe" in made.out
    key = KeyRing(Home(home)).holder(text)
    assert key is not None and key.scopes == ("ask", "observe")
    listed = sitasi("keys", "list")
    assert key.id in listed.out and "portal" in listed.out and text not in listed.out
    assert sitasi("keys", "revoke", key.id).code == 0
    assert KeyRing(Home(home)).holder(text) is None
    refused(sitasi("keys", "revoke", key.id), "no key", "sitasi keys list")


def test_keys_as_json_and_in_indonesian(sitasi: Run) -> None:
    made = json.loads(sitasi("keys", "create", "portal", "--json").out)
    assert made["scopes"] == ["ask"] and made["key"].startswith(f"sitasi_{made['id']}_")
    (listed,) = json.loads(sitasi("keys", "list", "--json").out)["keys"]
    assert "key" not in listed and "sha256" not in listed
    assert "tidak membuka apa pun" in sitasi("keys", "revoke", made["id"], "--lang", "id").out


def test_a_scope_that_is_none_is_named(sitasi: Run) -> None:
    refused(sitasi("keys", "create", "x", "--scope", "root"), "'root'", "ask, observe, ingest, admin")


def test_where_others_can_reach_it_the_service_starts_only_with_a_key(sitasi: Run, served: list[str]) -> None:
    place = ("serve", "--host", "0.0.0.0", "--port", "0")
    refused(sitasi(*place), "0.0.0.0", "sitasi keys create", "SITASI_SERVER__ACCESS=public")
    refused(sitasi("--lang", "id", *place), "sitasi keys create", "belum ada kunci")
    assert served == []
    sitasi("keys", "create", "reader")
    assert sitasi(*place).code == 0
    assert served == ["0.0.0.0"]


def test_or_when_the_settings_say_that_everybody_may_read(sitasi: Run, served: list[str]) -> None:
    assert sitasi("serve", "--host", "0.0.0.0", "--port", "0", SITASI_SERVER__ACCESS="public").code == 0
    assert sitasi("serve", "--port", "0").code == 0
    assert served == ["0.0.0.0", "127.0.0.1"]
    refused(sitasi("serve", "--port", "0", SITASI_SERVER__ACCESS="keys"), "sitasi keys create")


def test_a_container_makes_its_key_at_the_first_start_only(sitasi: Run, home: Path, served: list[str]) -> None:
    place = ("serve", "--host", "0.0.0.0", "--port", "0", "--create-key")
    first = sitasi(*place)
    key = KeyRing(Home(home)).holder(first.out.splitlines()[-1])
    assert key is not None and key.scopes == SCOPES
    assert "sitasi_" not in sitasi(*place).out
    assert len(KeyRing(Home(home)).listed()) == 1
    assert len(served) == 2


def test_on_loopback_no_key_is_made(sitasi: Run, home: Path, served: list[str]) -> None:
    assert "sitasi_" not in sitasi("serve", "--port", "0", "--create-key").out
    assert not Home(home).keys.exists()


def test_the_image_starts_with_a_key_of_its_own() -> None:
    dockerfile = (Path(__file__).parents[2] / "Dockerfile").read_text()
    assert 'CMD ["sitasi", "serve", "--create-key"]' in dockerfile
