"""Nothing leaves this machine and no secret stands in a log: the looks that watch the whole run of tests see both."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys

import pytest

from tests.guard.sitecustomize import leaves
from tests.watching import left, noted, tells

AWAY = "192.0.2.1"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0", "", None, b"127.0.0.1", "127.1.2.3"])
def test_this_machine_is_this_machine(host: object) -> None:
    assert not leaves(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "10.0.0.1", "2001:db8::1", "169.254.169.254", b"a.b"])
def test_every_other_is_another(host: object) -> None:
    assert leaves(host)


@pytest.mark.row("R21")
@pytest.mark.row("R22")
def test_until_now_nothing_has_left_and_no_secret_was_logged() -> None:
    """At the end of the run the same is asked of all of it, and fails the run."""
    assert left() == [] and noted("TEST_SECRETS") == []


@pytest.mark.control("R21")
def test_a_connection_that_leaves_is_noted() -> None:
    with socket.socket() as probe:
        probe.setblocking(False)
        probe.connect_ex((AWAY, 9))
    assert any(AWAY in line and "test_a_connection_that_leaves" in line for line in noted("TEST_CONNECTIONS"))


@pytest.mark.control("R21")
def test_so_is_one_of_a_process_that_a_test_started() -> None:
    code = "import socket; s = socket.socket(); s.setblocking(False); s.connect_ex(('192.0.2.77', 9))"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert any("192.0.2.77" in line for line in noted("TEST_CONNECTIONS"))


@pytest.mark.control("R22")
@pytest.mark.parametrize("secret", ["sk-abcdefgh12", "Bearer abcdefgh", "sitasi_0123abcd_" + "x" * 43, "owner-token"])
def test_a_secret_would_be_seen(secret: str) -> None:
    assert tells(f"GET /v1/documents {secret} 200", logging.DEBUG)


@pytest.mark.control("R22")
def test_so_would_a_question_at_the_levels_that_are_logged_by_default() -> None:
    assert tells("asked: canary", logging.INFO) and not tells("asked: canary", logging.DEBUG)


@pytest.mark.control("R22")
def test_the_look_sits_beside_the_other_handlers() -> None:
    assert any(type(handler).__name__ == "_Looking" for handler in logging.getLogger().handlers)
