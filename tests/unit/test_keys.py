"""Keys: random, kept as hashes only, seen by a running service as soon as they change, compared in constant time."""

from __future__ import annotations

import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.errors import SettingsError
from ingest.home import Home
from qa import keys
from qa.keys import KeyRing


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_key_opens_what_it_was_made_for(home: Home) -> None:
    key, text = KeyRing(home).create("portal", ["ask"])
    assert KeyRing(home).holder(text) == key
    assert key.opens("ask") and not key.opens("ingest") and not key.opens("admin")


def test_admin_opens_everything(home: Home) -> None:
    key, _ = KeyRing(home).create("operator", ["admin"])
    assert all(key.opens(scope) for scope in keys.SCOPES)


def test_the_file_holds_no_key_and_is_for_its_owner_only(home: Home) -> None:
    _, text = KeyRing(home).create("portal", ["ask"])
    assert text.encode() not in home.keys.read_bytes()
    assert text.split("_", 2)[2].encode() not in home.keys.read_bytes()
    assert stat.S_IMODE(home.keys.stat().st_mode) == 0o600


def test_keys_hold_256_random_bits_and_are_never_alike(home: Home) -> None:
    texts = [KeyRing(home).create("k", ["ask"])[1] for _ in range(20)]
    assert len(set(texts)) == 20
    assert all(len(text.split("_", 2)[2]) == 43 for text in texts)


@pytest.mark.parametrize("cut", [lambda t: t[:-1], lambda t: t + "x", str.upper, lambda t: t[::-1], lambda _: ""])
def test_nearly_the_key_is_no_key(cut: object, home: Home) -> None:
    ring = KeyRing(home)
    _, text = ring.create("portal", ["ask"])
    assert ring.holder(cut(text)) is None  # type: ignore[operator]


def test_an_open_ring_sees_keys_come_and_go(home: Home) -> None:
    serving, command = KeyRing(home), KeyRing(home)
    assert serving.listed() == ()
    key, text = command.create("portal", ["ask"])
    other, _ = command.create("library", ["ask"])
    assert serving.holder(text) == key
    assert command.revoke(key.id) == key
    assert serving.holder(text) is None
    assert serving.listed() == (other,)
    assert command.revoke(key.id) is None


def test_a_key_can_be_revoked_by_its_own_text(home: Home) -> None:
    ring = KeyRing(home)
    key, text = ring.create("lost", ["ask"])
    assert ring.revoke(text) == key


def test_commands_at_the_same_time_lose_no_key(home: Home) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: KeyRing(home).create(f"k{number}", ["ask"])[0].id, range(24)))
    assert {key.id for key in KeyRing(home).listed()} == set(made)


def test_every_key_is_compared_by_the_constant_time_primitive(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = KeyRing(home)
    texts = [ring.create("k", ["ask"])[1] for _ in range(5)]
    compared = []

    def compare(one: str, other: str) -> bool:
        compared.append(other)
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(keys, "hmac", SimpleNamespace(compare_digest=compare))
    assert ring.holder(texts[0]) is not None
    assert len(compared) == 5


def test_a_damaged_file_opens_nothing_and_says_what_to_do(home: Home) -> None:
    ring = KeyRing(home)
    _, text = ring.create("portal", ["ask"])
    home.keys.write_text(home.keys.read_text()[:40])
    with pytest.raises(SettingsError, match="create new keys"):
        ring.holder(text)


def test_of_servers_that_start_together_one_makes_the_first_key(tmp_path: Path) -> None:
    rings = [KeyRing(Home(tmp_path)) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda ring: ring.create_first("first start", ["ask"]), rings))
    (only,) = [one for one in made if one is not None]
    assert [key.id for key in rings[0].listed()] == [only[0].id]
