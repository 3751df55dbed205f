"""The reader of event streams, in a real browser: any bytes, cut anywhere, give the events that the standard says."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from tests.browser.conftest import Open
from tests.counting import RecordCount, scaled, seed

STREAMS = scaled(quick=500, ci=2_000, release=100_000)
AT_ONCE = 500
PARTS = (
    b"data: ", b"data:", b"data", b"event: claim", b"event: done", b"event:", b"id: 7", b"retry: 9", b": ping", b"\n",
    b"\n\n", b"\r\n", b"\r", b"\r\r", b"\r\n\r\n",
    b'{"text": "x"}', b"x", b" ", b"\x00", b"\xef\xbb\xbf", b"\xf0\x9f\x99\x82",
    b"\xf0\x9f", b"\xff", "é".encode(), b"data : x", b"datax: y", b"DATA: z", b"data:  two spaces", b"a:b:c",
    b"<script>",
)  # fmt: skip
READ = """async ([streams, module]) => {
    const { readEvents } = await import(module);
    const read = async (chunks) => {
        const body = new ReadableStream({ start(feed) {
            for (const chunk of chunks) feed.enqueue(Uint8Array.from(chunk, (one) => one.charCodeAt(0)));
            feed.close(); } });
        const found = [];
        for await (const { event, data } of readEvents(body)) found.push([event, data]);
        return found; };
    return Promise.all(streams.map(read)); }"""
# As many clients do: takes whatever arrives together for whole events.
NAIVE = """([streams]) => streams.map((chunks) => chunks.flatMap((chunk) =>
    chunk.split('\\n\\n').slice(0, -1).map((one) => ['message', one.replace(/^data: /, '')])))"""


def events(stream: bytes) -> list[list[str]]:
    """The events of a stream by the HTML standard (section "Server-sent events", interpreting an event stream)."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    *lines, _ = re.split("\r\n|\r|\n", text)
    found, data, kind = [], [], ""
    for line in lines:
        name, colon, value = line.partition(":")
        if not line:
            if data:
                found.append([kind or "message", "\n".join(data)])
            data, kind = [], ""
        elif name == "data":
            data.append(value.removeprefix(" ") if colon else "")
        elif name == "event":
            kind = value.removeprefix(" ")
    return found


def cut(stream: bytes, chance: random.Random) -> list[str]:
    """The stream in chunks, as a network would deliver it."""
    places = sorted(chance.randrange(len(stream) + 1) for _ in range(chance.choice((0, 1, 3, 9))))
    return [stream[a:b].decode("latin-1") for a, b in zip([0, *places], [*places, len(stream)], strict=True)]


def streams(chance: random.Random) -> Iterator[bytes]:
    """Streams of the kinds of lines that servers send, and of those that they should not."""
    while True:
        yield b"".join(chance.choices(PARTS, k=chance.randrange(1, 25)))


@pytest.mark.row("R9")
def test_any_bytes_cut_anywhere_give_the_events_of_the_standard(
    open_page: Open, address: str, record_count: RecordCount
) -> None:
    page, chance, kept = open_page(), random.Random(seed()), 0
    every = streams(chance)
    while kept < STREAMS:
        made = [next(every) for _ in range(min(AT_ONCE, STREAMS - kept))]
        read = page.evaluate(READ, [[cut(one, chance) for one in made], f"{address}/static/sse.js"])
        for stream, found in zip(made, read, strict=True):
            assert found == events(stream), f"{stream!r}, seed {seed()}"
        kept += len(made)
    record_count("R9", done=kept, of=STREAMS)


@pytest.mark.control("R9")
def test_a_simple_reader_gives_others(open_page: Open) -> None:
    chance = random.Random(seed())
    every = streams(chance)
    made = [next(every) for _ in range(200)]
    read = open_page().evaluate(NAIVE, [[cut(one, chance) for one in made]])
    assert sum(found != events(stream) for stream, found in zip(made, read, strict=True)) > 20
