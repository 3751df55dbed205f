"""raw HTTP → request, within a time limit: uvicorn waits for ever for a client that sends its request by drips."""

from __future__ import annotations

import asyncio
from typing import cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# How long a connection without a request stays open. Longer than clients (httpx, and the openai client with it: 5) and
# proxies (nginx: 60) keep theirs: whoever gives up first must be the client, since what it sends while the server
# closes is lost.
KEEP_ALIVE_SECONDS = 75


def protocol_with_deadline(receive_seconds: float) -> type[H11Protocol]:
    """uvicorn's HTTP protocol, closing a connection whose request has not arrived whole within `receive_seconds` of its
    first byte (of the connection, for the first request). Answers may take as long as they like."""

    class DeadlineProtocol(H11Protocol):
        """H11Protocol with a limit on the time to receive."""

        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            """Begin to wait for the first request."""
            # asyncio promises less, and gives a stream what can be read and written.
            super().connection_made(cast("asyncio.Transport", transport))
            self._wait()

        def data_received(self, data: bytes) -> None:
            """Go on waiting until the request is whole."""
            self._wait()
            super().data_received(data)
            if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
                self._stop_waiting()

        def connection_lost(self, exc: Exception | None) -> None:
            """Nothing is awaited any more."""
            self._stop_waiting()
            super().connection_lost(exc)

        def _wait(self) -> None:
            if self._deadline is None:
                self._deadline = self.loop.call_later(receive_seconds, self.transport.abort)

        def _stop_waiting(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return DeadlineProtocol
