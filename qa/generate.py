"""prompt → words of a draft, from a language model behind any OpenAI-compatible address; owns LlamaIndex here.

The endpoint is trusted with nothing: a thread of its own reads it, and whoever waits for its words waits no longer than
the settings say, whatever the endpoint sends or holds back. Every fault becomes one of the GeneratorErrors, in which
no word of the endpoint's own message is repeated, as that may hold the key or the prompt.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Generator as Pieces
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Protocol

from ingest.errors import SettingsError
from qa.endpoint_client import LineSocket, open_client
from qa.endpoint_faults import Fault, cut_line, fault_of
from qa.errors import GeneratorGarbled, GeneratorTimedOut
from qa.leaving import GLANCE_SECONDS, check_reader, rest
from qa.settings import LlmSettings

# Fields that models which reason before they write may not take; each can be told otherwise.
_REPLACEABLE = frozenset({"max_tokens", "temperature"})
# Far above what any tokenizer puts into one token: an endpoint that does not keep to max_tokens is cut here.
_CHARACTERS_PER_TOKEN = 12
_log = logging.getLogger("sitasi.llm")
_SPENT = "The language model's draft ended at SITASI_LLM__MAX_TOKENS: raise it, or let the model think less."


class Generator(Protocol):
    """Writes text that follows a prompt."""

    @property
    def model(self) -> str:
        """Name of the model, as the endpoint knows it."""
        ...

    def write(self, system: str, request: str, seconds: float) -> Pieces[str, None, None]:
        """The draft in pieces, within `seconds`. Raises GeneratorError, also after the first pieces."""
        ...


@dataclass(frozen=True, slots=True)
class _Ended:
    """The model has finished its draft, or `spent` the tokens it had."""

    spent: bool


_Piece = str | Fault | _Ended


class LlmEndpoint:
    """A `Generator` over LlamaIndex's OpenAILike. Safe to share between threads: each draft has a line of its own."""

    def __init__(self, settings: LlmSettings) -> None:
        """Raises SettingsError when the extra `llm` is not installed. Nothing is sent yet."""
        try:
            from llama_index.llms.openai_like import OpenAILike
        except ImportError as missing:
            raise SettingsError("SITASI_LLM__URL needs the extra `llm`: install `sitasi[llm]`.") from missing
        self._openai_like = OpenAILike
        self._settings = settings
        # Fields that the endpoint was found not to take; read and replaced whole, so that threads need no lock.
        self._without: frozenset[str] = frozenset()

    @property
    def model(self) -> str:
        """Name of the model, as the endpoint knows it."""
        return self._settings.model

    def write(self, system: str, request: str, seconds: float) -> Pieces[str, None, None]:
        """The draft in pieces, within `seconds` and the limits of the settings; one retry, and only before the first
        piece. An endpoint that says which field it does not take is told the same otherwise, and so from then on.
        Raises GeneratorError, and ReaderLeft within a moment once nobody waits for the draft."""
        check_reader()
        deadline = time.monotonic() + min(seconds, self._settings.total_seconds)
        without, retried = self._without, False
        while True:
            spoken = False
            try:
                for piece in self._attempt(system, request, deadline, without):
                    self._without, spoken = without, True
                    yield piece
                return
            except _Failed as failed:
                fault = failed.fault
                if not spoken and fault.unwanted in _REPLACEABLE - without:
                    without |= {fault.unwanted}
                elif spoken or retried or fault.wait is None or time.monotonic() + fault.wait >= deadline:
                    raise fault.error from None
                else:
                    retried = True
                    rest(fault.wait)

    def _attempt(self, system: str, request: str, deadline: float, without: frozenset[str]) -> Iterator[str]:
        pieces: queue.Queue[_Piece] = queue.Queue(maxsize=1000)
        line = _Line(self._settings, without, pieces)
        # In this context, so that what the thread logs and traces is known to belong to this request.
        what = (line.read, self._openai_like, system, request)
        threading.Thread(target=copy_context().run, args=what, name="sitasi-llm", daemon=True).start()
        try:
            yield from self._received(pieces, deadline)
        finally:
            line.hang_up()

    def _received(self, pieces: queue.Queue[_Piece], deadline: float) -> Iterator[str]:
        patience, length = self._settings.first_token_seconds, 0
        longest = self._settings.max_tokens * _CHARACTERS_PER_TOKEN
        while True:
            piece = _next(pieces, patience, deadline)
            if isinstance(piece, _Ended):
                if piece.spent:
                    _log.warning(_SPENT)
                if not length:
                    raise GeneratorGarbled("The language model answered without a word.")
                return
            if isinstance(piece, Fault):
                raise _Failed(piece)
            if piece:
                patience = self._settings.idle_seconds
                yield piece[: longest - length]
                length += len(piece)
            if length >= longest:
                return


def _next(pieces: queue.Queue[_Piece], patience: float, deadline: float) -> _Piece:
    """What came next, or GeneratorTimedOut, or ReaderLeft."""
    started = time.monotonic()
    until = min(started + patience, deadline)
    while True:
        check_reader()
        left = until - time.monotonic()
        try:
            return pieces.get(timeout=max(0.0, min(left, GLANCE_SECONDS)))
        except queue.Empty:
            if left > GLANCE_SECONDS:
                continue
            waited = "in time" if until == deadline else f"for {patience:g} seconds"
            raise GeneratorTimedOut(f"The language model said nothing {waited}.") from None


class _Failed(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


class _Line:
    """One connection to the endpoint, read in a thread of its own into `pieces`. It does not take the fields in
    `without`, which are told otherwise."""

    def __init__(self, settings: LlmSettings, without: frozenset[str], pieces: queue.Queue[_Piece]) -> None:
        self._settings, self._without, self._pieces = settings, without, pieces
        self._socket = LineSocket()
        self._client = open_client(settings, self._socket)
        self._left = threading.Event()

    def read(self, openai_like: Any, system: str, request: str) -> None:
        """Put every piece, then how it ended. Never raises."""
        try:
            with self._client:
                self._put(self._stream(openai_like, system, request))
        except Exception as fault:
            self._tell(fault_of(fault))

    def hang_up(self) -> None:
        """Nobody listens any more: the other side is told at once, and the thread ends."""
        self._left.set()
        self._socket.cut()
        self._client.close()

    def _stream(self, openai_like: Any, system: str, request: str) -> Iterator[Any]:
        from llama_index.core.llms import ChatMessage, MessageRole

        settings, key = self._settings, self._settings.key
        bounded = "max_tokens" not in self._without
        more: dict[str, Any] = {"extra_body": settings.extra} if settings.extra else {}
        model = openai_like(
            model=settings.model,
            api_base=settings.base_and_query()[0],
            # Given always: without one, LlamaIndex would send the OPENAI_API_KEY of the environment to this address.
            api_key=key.get_secret_value() if key else "none",
            is_chat_model=True,
            max_tokens=settings.max_tokens if bounded else None,
            additional_kwargs=more if bounded else {**more, "max_completion_tokens": settings.max_tokens},
            # LlamaIndex always sends one; 1 is what a model that takes none uses.
            temperature=1.0 if "temperature" in self._without else 0.0,
            max_retries=0,
            timeout=settings.total_seconds,
            http_client=self._client,
        )
        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=system),
            ChatMessage(role=MessageRole.USER, content=request),
        ]
        yield from model.stream_chat(messages)

    def _put(self, responses: Iterator[Any]) -> None:
        reason = None
        for response in responses:
            if self._left.is_set():
                return
            choices = response.raw.choices
            reason = (choices and choices[0].finish_reason) or reason
            # Neither tool calls that nobody asked for nor thoughts told apart carry text: they keep the line alive.
            if not isinstance(response.delta, str):
                raise TypeError("the text of a draft is no text")
            self._tell(response.delta)
        self._tell(_Ended(reason == "length") if reason else Fault(cut_line()))

    def _tell(self, piece: _Piece) -> None:
        while not self._left.is_set():
            try:
                self._pieces.put(piece, timeout=0.2)
                return
            except queue.Full:
                continue
