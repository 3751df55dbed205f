"""Every way in which a question can fail to be handled, and what the operator does about it. Not answering is no error.

QuestionError
├── InvalidQuestion       empty, too long, or not text
├── UnknownAnswer         no answer is kept under this id
├── NotReady              the service is still starting, or its collection is empty
├── Overloaded            too many questions at once
└── GeneratorError        the LLM endpoint failed; the reader gets the extractive answer
    ├── GeneratorUnreachable  refused, timed out, or cut the line
    └── GeneratorRefused      answered with an error or with nonsense
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


class GeneratorError(QuestionError):
    """The LLM endpoint failed; the reader still gets the extractive answer."""

    code = "generator_error"
    retryable = True
    advice = "Check SITASI_LLM__URL and the endpoint's own log."


class GeneratorUnreachable(GeneratorError):
    """The endpoint refused, timed out, or cut the line."""

    code = "generator_unreachable"
    advice = "Check that the endpoint named in SITASI_LLM__URL is running and reachable."


class GeneratorRefused(GeneratorError):
    """The endpoint answered with an error or with nonsense."""

    code = "generator_refused"
    retryable = False
    advice = "Check the model name, the key and the endpoint's own log."
