"""Over a long mixed life a server's memory, descriptors and threads stay level, and nothing fails."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.counting import RecordCount, scaled, seed
from tests.faults.soak import Held, Visitor, held_by, visited

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured on Linux only")

ACTIONS = scaled(quick=30, ci=600, release=20_000)
SECONDS = scaled(quick=0, ci=0, release=3600)
# Caches of bounded size (passages, terms, documents of each version) fill up first.
WARM_UP = scaled(quick=30, ci=300, release=6_000)
MOST_GROWTH = scaled(quick=15, ci=10, release=5) / 100
# Pools and keep-alive connections come and go.
MOST_DESCRIPTORS, MOST_THREADS = 12, 6


def grown(before: Held, after: Held) -> list[str]:
    """What has grown beyond what is allowed."""
    found = []
    if after.memory > before.memory * (1 + MOST_GROWTH):
        found.append(f"memory from {before.memory / 1e6:.0f} to {after.memory / 1e6:.0f} MB")
    if after.descriptors > before.descriptors + MOST_DESCRIPTORS:
        found.append(f"descriptors from {before.descriptors} to {after.descriptors}")
    if after.threads > before.threads + MOST_THREADS:
        found.append(f"threads from {before.threads} to {after.threads}")
    return found


def live(visitor: Visitor, pid: int, actions: int, seconds: float) -> tuple[Held, Held]:
    """What the server holds after its warm-up and at the end."""
    for _ in range(WARM_UP):
        visitor.act()
    before, until = held_by(pid), time.monotonic() + seconds
    while visitor.done < WARM_UP + actions or time.monotonic() < until:
        visitor.act()
        if visitor.wrong:
            break
    return before, held_by(pid)


@pytest.mark.row("R16")
@pytest.mark.timeout(9000)
def test_a_server_holds_no_more_after_a_long_life(quick_folder: Path, record_count: RecordCount) -> None:
    with visited(quick_folder / "home", seed()) as (visitor, pid):
        before, after = live(visitor, pid, ACTIONS, SECONDS)
    assert visitor.wrong == []
    print(f"{visitor.done} actions: {before} → {after}")
    assert grown(before, after) == []
    record_count("R16", done=visitor.done - WARM_UP, of=visitor.done - WARM_UP)


@pytest.mark.control("R16")
def test_a_server_that_leaks_is_noticed(quick_folder: Path) -> None:
    with visited(quick_folder / "leaking", seed(), module="tests.faults.leaking_server") as (visitor, pid):
        visitor._search()
        before = held_by(pid)
        for _ in range(40):
            visitor._search()
        after = held_by(pid)
    assert len(grown(before, after)) >= 2
