"""exception of a language model's client → one of our errors, and whether asking again can help; none of its words.

What an endpoint says of its own fault is never kept, as it may hold the key or the prompt; only a status and the name
of a field that it does not take are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx

from qa.endpoint_client import OversizedReply, retry_after
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

_BUSY = frozenset({429, 503, 529})
_LONGEST_RETRY_WAIT = 5.0
_RETRY_WAIT = 0.5
_UNSUPPORTED = re.compile(r"\bunsupported (?:parameter|value)\W{1,4}(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong, how many seconds to wait before the one retry (None: no retry), and the field of the request
    that the endpoint does not take, if it named one."""

    error: GeneratorError
    wait: float | None = None
    unwanted: str | None = None


def fault_of(fault: Exception) -> Fault:
    """The endpoint's fault in our words. Never raises."""
    import openai

    if OversizedReply in (type(fault), type(fault.__cause__)):
        return Fault(GeneratorGarbled("The language model's reply is too long or packed."))
    if isinstance(fault, openai.APIStatusError):
        return _status_fault(fault.status_code, retry_after(fault.response), _unwanted(fault))
    if isinstance(fault, openai.APITimeoutError | httpx.TimeoutException):
        return Fault(GeneratorTimedOut("The language model did not answer in time."))
    if isinstance(fault, openai.APIConnectionError):
        return Fault(GeneratorUnreachable("The language model cannot be reached."), _RETRY_WAIT)
    if isinstance(fault, httpx.HTTPError | OSError):
        return Fault(cut_line())
    return Fault(GeneratorGarbled("The language model's reply cannot be read as a chat completion."))


def cut_line() -> GeneratorError:
    """The line ended, and the draft did not."""
    return GeneratorUnreachable("The language model's line was cut before the end of its draft.")


def _unwanted(fault: Any) -> str | None:
    """The field that a refused request should be without: told apart, or in a sentence that proxies pass on."""
    if fault.status_code not in (400, 422):
        return None
    if isinstance(fault.param, str):
        return fault.param
    told = _UNSUPPORTED.search(fault.message)
    return told[1] if told else None


def _status_fault(status: int, wanted: float | None, unwanted: str | None) -> Fault:
    wait = _RETRY_WAIT if wanted is None else wanted
    if status in _BUSY:
        error = GeneratorBusy(f"The language model is busy (HTTP {status}).")
        return Fault(error, wait if wait <= _LONGEST_RETRY_WAIT else None)
    if status in (401, 403):
        return Fault(GeneratorDenied(f"The language model did not accept the key (HTTP {status})."))
    if status >= 500:
        return Fault(GeneratorFailed(f"The language model failed inside (HTTP {status})."), _RETRY_WAIT)
    return Fault(GeneratorRefused(f"The language model refused the request (HTTP {status})."), unwanted=unwanted)
