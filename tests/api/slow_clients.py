"""Connections that say nothing, or drip a header, or a body: `python -m tests.api.slow_clients URL COUNT` opens so many
at once and prints how long each was suffered, in seconds."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

SILENT, HEAD, BODY = 0, 1, 2
START = b"POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n"


async def slow(place: tuple[str, int], kind: int) -> float:
    """Say nothing, or drip a header, or drip a body; how long the connection was suffered."""
    reader, writer = await asyncio.open_connection(*place)
    began = time.monotonic()
    try:
        writer.write(b"" if kind == SILENT else START + (b"\r\n" if kind == BODY else b"X: "))
        ended = asyncio.ensure_future(reader.read(1))
        while not ended.done() and time.monotonic() - began < 40:
            await asyncio.wait({ended}, timeout=1.0)
            if kind != SILENT and not ended.done():
                writer.write(b"x")
        ended.cancel()
    except OSError:
        pass
    finally:
        writer.transport.abort()
    return time.monotonic() - began


async def main(url: str, count: int) -> None:
    """Open all at once; says "begun" when they are open."""
    address = urlsplit(url)
    place = (str(address.hostname), int(address.port or 0))
    sieges = [asyncio.ensure_future(slow(place, number % 3)) for number in range(count)]
    await asyncio.sleep(0.3)
    print("begun", flush=True)
    print(json.dumps([round(await one, 2) for one in sieges]), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
