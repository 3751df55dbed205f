"""A reader who leaves is worked for no longer: the line to the language model is closed, however they asked."""

from __future__ import annotations

import threading
import time

import pytest

import qa.generate
from qa.leaving import ReaderLeft, check_reader, rest, waited_for
from tests.api.real_server import CONCURRENT, leave_after_asking, served, waiting_model
from tests.counting import RecordCount, scaled
from tests.fakes import FakeSitasi

pytest.importorskip("llama_index.llms.openai_like", reason="the extra `llm` is not installed")

WHOLE = ("/v1/answers", b'{"question": "Where is clay dried?"}')
STREAM = ("/v1/answers", b'{"question": "Where is clay dried?", "stream": true}')
CHAT = ("/v1/chat/completions", b'{"messages": [{"role": "user", "content": "Where is clay dried?"}]}')
CHAT_STREAM = ("/v1/chat/completions", CHAT[1].replace(b"}]}", b'}], "stream": true}'))
SECONDS = 1.0


def patience() -> float:
    """Seconds within which the line must be closed: only a machine with nothing else to do can be held to one."""
    return SECONDS if scaled(0, 0, 1) else 10.0


def closed_in_time(sitasi: FakeSitasi, asking: tuple[str, bytes], tries: int, *, after_head: bool) -> int:
    """In how many of `tries` the model's line was closed soon after the reader had left."""
    done, slowest = 0, 0.0
    with served(sitasi) as address, waiting_model(sitasi, after_head=after_head) as upstream:
        while done < tries:
            many = min(CONCURRENT, tries - done)
            left = leave_after_asking(address, upstream, *asking, readers=many)
            until = left + patience()
            while len(upstream.closed) < done + many and time.monotonic() < until:
                time.sleep(0.01)
            if len(upstream.closed) < done + many:
                return len(upstream.closed)
            slowest = max(slowest, max(upstream.closed[done:]) - left)
            done += many
    print(f"slowest of {done}: {slowest:.2f} s")
    return done


@pytest.mark.row("R12")
@pytest.mark.parametrize("asking", [WHOLE, STREAM, CHAT, CHAT_STREAM], ids=["whole", "stream", "chat", "chat stream"])
@pytest.mark.parametrize("after_head", [False, True], ids=["before the first word", "between words"])
def test_the_models_line_is_closed_when_the_reader_leaves(
    asking: tuple[str, bytes], after_head: bool, sitasi: FakeSitasi, record_count: RecordCount
) -> None:
    tries = scaled(quick=2, ci=7, release=25)
    record_count("R12", closed_in_time(sitasi, asking, tries, after_head=after_head), tries)


@pytest.mark.control("R12")
def test_without_looking_up_the_line_stays_open(sitasi: FakeSitasi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa.generate, "check_reader", lambda: None)
    with served(sitasi) as address, waiting_model(sitasi, after_head=True) as upstream:
        leave_after_asking(address, upstream, *WHOLE)
        time.sleep(1.0)
        assert upstream.closed == []
        upstream.endpoint._stopping.set()
        monkeypatch.undo()


def test_whoever_waits_for_a_place_gives_it_up_when_the_reader_leaves() -> None:
    left = threading.Event()
    left.set()
    with pytest.raises(ReaderLeft), waited_for(left):
        pytest.fail("it began")


def test_a_rest_ends_when_the_reader_leaves() -> None:
    left = threading.Event()
    threading.Timer(0.05, left.set).start()
    with pytest.raises(ReaderLeft), waited_for(left):
        rest(30)
    rest(0.0)
    check_reader()
