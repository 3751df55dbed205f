"""Answering thread → event stream: passages and verified claims as they come, and an end when the reader has left."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from qa.api.bodies import AnswerBody, ClaimEventBody, RetrievedBody, claim_event, passage_body
from qa.api.state import Service
from qa.api.stopping import Stopping
from qa.leaving import ReaderLeft, waited_for
from qa.types import Citation, Claim, Question, RetrievedPassage

Heard: TypeAlias = RetrievedBody | ClaimEventBody
STREAMED_PASSAGES = 5


class Hearing:
    """One answer in the making. `body` is there once `events` has ended."""

    def __init__(self, work: asyncio.Task[AnswerBody], told: asyncio.Queue[Heard], stopping: Stopping) -> None:
        self._work, self._told, self._stopping = work, told, stopping

    async def events(self) -> AsyncIterator[Heard]:
        """The first passages as soon as they are found (never for greetings), then claims as they are verified. Raises
        whatever ended the work, and ServiceStopping when there is no time to end it."""
        with self._stopping.interrupting() as stopped:
            while not (self._work.done() and self._told.empty()):
                waiting = asyncio.ensure_future(self._told.get())
                waited: set[asyncio.Future[Any]] = {waiting, self._work, stopped}
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    yield waiting.result()
                else:
                    waiting.cancel()
                    if stopped.done():
                        stopped.result()
        await self._work

    @property
    def body(self) -> AnswerBody:
        """The whole answer."""
        return self._work.result()


@asynccontextmanager
async def answering(service: Service, question: Question) -> AsyncIterator[Hearing]:
    """Answer in the service's pool while the block runs; leaving it early ends the work at the next claim."""
    loop, left = asyncio.get_running_loop(), threading.Event()
    told: asyncio.Queue[Heard] = asyncio.Queue()

    def tell(claim: Claim, citations: tuple[Citation, ...]) -> None:
        """Called in the answering thread for each verified claim."""
        if left.is_set():
            raise ReaderLeft
        loop.call_soon_threadsafe(told.put_nowait, claim_event(claim, citations))

    def found(passages: Sequence[RetrievedPassage]) -> None:
        """Called in the answering thread when the passages are known."""
        body = RetrievedBody(passages=tuple(map(passage_body, passages[:STREAMED_PASSAGES])))
        loop.call_soon_threadsafe(told.put_nowait, body)

    def answer() -> AnswerBody:
        """In the answering thread."""
        with waited_for(left):
            return service.answer(question, tell, found)

    work = asyncio.ensure_future(service.work(answer))
    try:
        yield Hearing(work, told, service.stopping)
    finally:
        left.set()
        if not work.done():
            # Not cancelled: a thread cannot be; its slot is free again when it has noticed.
            work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
