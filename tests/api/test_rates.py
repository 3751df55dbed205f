"""So many questions and requests a minute for each key, address or visitor; with Retry-After, in bounded memory."""

from __future__ import annotations

import pytest

from qa.api.errors import RequestError
from qa.api.rates import Rates
from qa.settings import ServerSettings
from tests.api.conftest import Serve
from tests.api.test_errors import check_problem


def passes(rates: Rates, caller: str, *, costly: bool = True) -> bool:
    try:
        rates.count(caller, costly=costly)
    except RequestError as error:
        assert error.headers is not None and 1 <= int(error.headers["retry-after"]) <= 60
        return False
    return True


def test_callers_do_not_share_what_they_may_ask() -> None:
    rates = Rates(ServerSettings(questions_per_minute=2))
    assert [passes(rates, "key a") for _ in range(3)] == [True, True, False]
    assert passes(rates, "address 192.0.2.1")


def test_reading_is_counted_apart_from_asking() -> None:
    rates = Rates(ServerSettings(questions_per_minute=1, requests_per_minute=2))
    assert passes(rates, "key a") and not passes(rates, "key a")
    assert [passes(rates, "key a", costly=False) for _ in range(3)] == [True, True, False]


def test_visitors_of_portals_have_a_limit_of_their_own() -> None:
    rates = Rates(ServerSettings(questions_per_minute=100, embed_questions_per_minute=1))
    assert passes(rates, "embed pub_a 192.0.2.1") and not passes(rates, "embed pub_a 192.0.2.1")
    assert passes(rates, "embed pub_b 192.0.2.1")


def test_the_window_slides(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_800_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    rates = Rates(ServerSettings(questions_per_minute=2))
    assert [passes(rates, "key a") for _ in range(3)] == [True, True, False]
    now[0] += 130
    assert passes(rates, "key a")


def test_a_flood_of_addresses_cannot_fill_the_memory() -> None:
    rates = Rates(ServerSettings(questions_per_minute=3), most_callers=50)
    assert passes(rates, "key known")
    let_in = sum(passes(rates, f"address {number}") for number in range(2000))
    assert let_in < 60
    assert passes(rates, "key known")
    assert len(rates._storage.storage) < 60


def test_asking_too_often_is_a_problem_with_the_time_to_wait(serve: Serve) -> None:
    client = serve(questions_per_minute=2, requests_per_minute=3)
    asked = [client.post("/v1/search", json={"query": "clay"}) for _ in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert check_problem(asked[2], 429, "rate_limit")["retryable"] is True
    assert 1 <= int(asked[2].headers["retry-after"]) <= 60
    assert [client.get("/v1/documents").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get("/healthz").status_code == 200


def test_the_owners_commands_are_not_counted(serve: Serve) -> None:
    client = serve(questions_per_minute=1)
    owner = {"authorization": "Bearer owner-token"}
    asked = [client.post("/v1/search", json={"query": "clay"}, headers=owner).status_code for _ in range(4)]
    assert asked == [200] * 4
