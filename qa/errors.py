"""Every way in which a question can fail to be handled, and what the operator does about it. Not answering is no error.

QuestionError
├── InvalidQuestion       empty, too long, or not text
├── UnknownAnswer         no answer is kept under this id
├── NotReady              the service is still starting, or its collection is empty
├── Overloaded            too many questions at once
├── ServiceStopping       the service was told to stop before the answer was complete
└── GeneratorError        the LLM endpoint failed; the reader gets the extractive answer
    ├── GeneratorUnreachable  refused the connection, or cut the line before the end
    ├── GeneratorTimedOut     accepted the request and stalled
    ├── GeneratorBusy         asked us to come back later (429, 503, 529)
    ├── GeneratorDenied       did not accept the key (401, 403)
    ├── GeneratorRefused      does not know the model or the request (other 4xx)
    ├── GeneratorFailed       failed inside (other 5xx)
    └── GeneratorGarbled      answered with something that is no chat completion, or with nothing
"""

from __future__ import annotations

from typing import ClassVar


class QuestionError(Exception):
    """Base of the tree. `advice` is one sentence for the caller; `retryable` says whether waiting may help."""

    code: ClassVar[str] = "question_error"
    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = "Run `sitasi doctor` and read the message above."


class InvalidQuestion(QuestionError):
    """The question is empty, too long, or not text."""

    code = "invalid_question"
    advice = "Send a question of at least one word and within the length limit."


class UnknownAnswer(QuestionError):
    """No answer is kept under this id."""

    code = "unknown_answer"
    advice = "Ask the question again: answers that were not shared are kept for a limited time."


class NotReady(QuestionError):
    """The service is still starting, or nothing has been ingested."""

    code = "not_ready"
    retryable = True
    advice = "Wait until /readyz answers 200; if it stays so, run `sitasi doctor`."


class Overloaded(QuestionError):
    """Too many questions at once."""

    code = "overloaded"
    retryable = True
    advice = "Try again after the seconds named in Retry-After."


class ServiceStopping(QuestionError):
    """The service was told to stop, and there is no time left for this."""

    code = "service_stopping"
    retryable = True
    advice = "Ask again in a moment, when the service has started anew."


class GeneratorError(QuestionError):
    """The LLM endpoint failed; the reader still gets the extractive answer."""

    code = "generator_error"
    retryable = True
    advice = "Check SITASI_LLM__URL and the endpoint's own log."


class GeneratorUnreachable(GeneratorError):
    """The endpoint refused the connection, or cut the line before the end."""

    code = "generator_unreachable"
    advice = "Check that the endpoint named in SITASI_LLM__URL is running and reachable."


class GeneratorTimedOut(GeneratorError):
    """The endpoint accepted the request and stalled."""

    code = "generator_timed_out"
    advice = "Choose a faster model, or raise the limits SITASI_LLM__FIRST_TOKEN_SECONDS and SITASI_LLM__TOTAL_SECONDS."


class GeneratorBusy(GeneratorError):
    """The endpoint asked us to come back later."""

    code = "generator_busy"
    advice = "Wait, or raise the quota at the provider of the endpoint."


class GeneratorDenied(GeneratorError):
    """The endpoint did not accept the key."""

    code = "generator_denied"
    retryable = False
    advice = "Check SITASI_LLM__KEY and what it is allowed to do."


class GeneratorRefused(GeneratorError):
    """The endpoint does not know the model or the request."""

    code = "generator_refused"
    retryable = False
    advice = "Check SITASI_LLM__MODEL and the path in SITASI_LLM__URL."


class GeneratorFailed(GeneratorError):
    """The endpoint failed inside."""

    code = "generator_failed"
    advice = "Read the log of the endpoint named in SITASI_LLM__URL."


class GeneratorGarbled(GeneratorError):
    """The endpoint answered with something that is no chat completion, or with nothing."""

    code = "generator_garbled"
    retryable = False
    advice = "Check that SITASI_LLM__URL is the address of an OpenAI-compatible service, usually ending in /v1."
