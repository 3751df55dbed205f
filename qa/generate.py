"""prompt → words of a draft, from a language model behind any OpenAI-compatible address; owns LlamaIndex here.

The endpoint is trusted with nothing: a thread of its own reads it, and whoever waits for its words waits no longer than
the settings say, whatever the endpoint sends or holds back. Every fault becomes one of the GeneratorErrors, in which
no word of the endpoint's own message is repeated, as that may hold the key or the prompt.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator as Pieces
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Protocol

from ingest.errors import SettingsError
from qa.endpoint_client import LineSocket, OversizedReply, open_client, retry_after
from qa.errors import (
    GeneratorBusy,
    GeneratorDenied,
    GeneratorError,
    GeneratorFailed,
    GeneratorGarbled,
    GeneratorRefused,
    GeneratorTimedOut,
    GeneratorUnreachable,
)
from qa.leaving import GLANCE_SECONDS, check_reader, rest
from qa.settings import LlmSettings

_BUSY = frozenset({429, 503, 529})
_LONGEST_RETRY_WAIT = 5.0
_RETRY_WAIT = 0.5
# Far above what any tokenizer puts into one token: an endpoint that does not keep to max_tokens is cut here.
_CHARACTERS_PER_TOKEN = 12


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
class _Fault:
    """What went wrong, and how long to wait before the one retry (None: no retry)."""

    error: GeneratorError
    wait: float | None = None


class _Ended:
    """The model has finished its draft."""


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

    @property
    def model(self) -> str:
        """Name of the model, as the endpoint knows it."""
        return self._settings.model

    def write(self, system: str, request: str, seconds: float) -> Pieces[str, None, None]:
        """The draft in pieces, within `seconds` and the limits of the settings; one retry, and only before the first
        piece. Raises GeneratorError, and ReaderLeft within a moment once nobody waits for the draft."""
        check_reader()
        deadline = time.monotonic() + min(seconds, self._settings.total_seconds)
        for attempt in (1, 2):
            spoken = False
            try:
                for piece in self._attempt(system, request, deadline):
                    spoken = True
                    yield piece
                return
            except _Retryable as fault:
                if spoken or attempt == 2 or time.monotonic() + fault.wait >= deadline:
                    raise fault.error from None
                rest(fault.wait)

    def _attempt(self, system: str, request: str, deadline: float) -> Iterator[str]:
        pieces: queue.Queue[str | _Fault | _Ended] = queue.Queue(maxsize=1000)
        line = _Line(self._settings, pieces)
        # In this context, so that what the thread logs and traces is known to belong to this request.
        what = (line.read, self._openai_like, system, request)
        threading.Thread(target=copy_context().run, args=what, name="sitasi-llm", daemon=True).start()
        try:
            yield from self._received(pieces, deadline)
        finally:
            line.hang_up()

    def _received(self, pieces: queue.Queue[str | _Fault | _Ended], deadline: float) -> Iterator[str]:
        patience, length = self._settings.first_token_seconds, 0
        longest = self._settings.max_tokens * _CHARACTERS_PER_TOKEN
        while True:
            piece = _next(pieces, patience, deadline)
            if isinstance(piece, _Ended):
                if not length:
                    raise GeneratorGarbled("The language model answered without a word.")
                return
            if isinstance(piece, _Fault):
                if piece.wait is None:
                    raise piece.error
                raise _Retryable(piece.error, piece.wait)
            if piece:
                patience = self._settings.idle_seconds
                length += len(piece)
                yield piece
            if length > longest:
                return


def _next(pieces: queue.Queue[str | _Fault | _Ended], patience: float, deadline: float) -> str | _Fault | _Ended:
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


class _Retryable(Exception):
    def __init__(self, error: GeneratorError, wait: float) -> None:
        super().__init__()
        self.error, self.wait = error, wait


class _Line:
    """One connection to the endpoint, read in a thread of its own into `pieces`."""

    def __init__(self, settings: LlmSettings, pieces: queue.Queue[str | _Fault | _Ended]) -> None:
        self._settings, self._pieces = settings, pieces
        self._socket = LineSocket()
        self._client = open_client(settings, self._socket)
        self._left = threading.Event()

    def read(self, openai_like: Any, system: str, request: str) -> None:
        """Put every piece, then how it ended. Never raises."""
        try:
            with self._client:
                self._put(self._stream(openai_like, system, request))
        except Exception as fault:
            self._tell(_fault_of(fault))

    def hang_up(self) -> None:
        """Nobody listens any more: the other side is told at once, and the thread ends."""
        self._left.set()
        self._socket.cut()
        self._client.close()

    def _stream(self, openai_like: Any, system: str, request: str) -> Iterator[Any]:
        from llama_index.core.llms import ChatMessage, MessageRole

        key = self._settings.key
        model = openai_like(
            model=self._settings.model,
            api_base=self._settings.url,
            # Given always: without one, LlamaIndex would send the OPENAI_API_KEY of the environment to this address.
            api_key=key.get_secret_value() if key else "none",
            is_chat_model=True,
            max_tokens=self._settings.max_tokens,
            temperature=0.0,
            max_retries=0,
            timeout=self._settings.total_seconds,
            http_client=self._client,
        )
        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=system),
            ChatMessage(role=MessageRole.USER, content=request),
        ]
        yield from model.stream_chat(messages)

    def _put(self, responses: Iterator[Any]) -> None:
        finished = False
        for response in responses:
            if self._left.is_set():
                return
            choices = response.raw.choices
            finished = finished or bool(choices and choices[0].finish_reason)
            # Tool calls that nobody asked for carry no text; an empty piece does not count as progress.
            if not isinstance(response.delta, str):
                raise TypeError("the text of a draft is no text")
            self._tell(response.delta)
        if finished:
            self._tell(_Ended())
        else:
            self._tell(_Fault(GeneratorUnreachable("The language model's line was cut before the end of its draft.")))

    def _tell(self, piece: str | _Fault | _Ended) -> None:
        while not self._left.is_set():
            try:
                self._pieces.put(piece, timeout=0.2)
                return
            except queue.Full:
                continue


def _fault_of(fault: Exception) -> _Fault:
    """The endpoint's fault in our words; nothing of what it said itself is kept."""
    import httpx
    import openai

    if OversizedReply in (type(fault), type(fault.__cause__)):
        return _Fault(GeneratorGarbled("The language model's reply is too long or packed."))
    if isinstance(fault, openai.APIStatusError):
        return _status_fault(fault.status_code, retry_after(fault.response))
    if isinstance(fault, openai.APITimeoutError | httpx.TimeoutException):
        return _Fault(GeneratorTimedOut("The language model did not answer in time."))
    if isinstance(fault, openai.APIConnectionError):
        return _Fault(GeneratorUnreachable("The language model cannot be reached."), _RETRY_WAIT)
    if isinstance(fault, httpx.HTTPError | OSError):
        return _Fault(GeneratorUnreachable("The language model's line was cut before the end of its draft."))
    return _Fault(GeneratorGarbled("The language model's reply cannot be read as a chat completion."))


def _status_fault(status: int, wanted: float | None) -> _Fault:
    wait = _RETRY_WAIT if wanted is None else wanted
    if status in _BUSY:
        error = GeneratorBusy(f"The language model is busy (HTTP {status}).")
        return _Fault(error, wait if wait <= _LONGEST_RETRY_WAIT else None)
    if status in (401, 403):
        return _Fault(GeneratorDenied(f"The language model did not accept the key (HTTP {status})."))
    if status >= 500:
        return _Fault(GeneratorFailed(f"The language model failed inside (HTTP {status})."), _RETRY_WAIT)
    return _Fault(GeneratorRefused(f"The language model refused the request (HTTP {status})."))
