"""any fault → one sentence with what to do, in the user's language, and an exit code; no traceback unasked."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Sequence

from typer.exceptions import TyperException

from ingest.errors import IngestError
from ingest.types import Language
from qa.cli_access import ServerRefusalError
from qa.cli_wording import CommandError, interface_language, say
from qa.error_messages import message_for
from qa.errors import QuestionError

EXIT_SOME_FAILED = 1
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def language_of(arguments: Sequence[str]) -> Language:
    """Language to speak to this user: `--lang` wherever it stands, else the locale's."""
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            wanted = value or (arguments[position + 1] if position + 1 < len(arguments) else "")
            if wanted == "id":
                return "id"
            if wanted == "en":
                return "en"
    return interface_language()


def tell_fault(fault: BaseException, arguments: Sequence[str]) -> int:
    """Say on the error stream what is wrong and what to do, as JSON under `--json`; returns the exit code."""
    language = language_of(arguments)
    if isinstance(fault, KeyboardInterrupt):
        sys.stderr.write(f"\n{say('interrupted', language)}\n")
        return EXIT_INTERRUPTED
    if "--debug" in arguments:
        traceback.print_exception(fault, file=sys.stderr)
    told = _told(fault, language)
    if "--json" in arguments:
        line = json.dumps(told, ensure_ascii=False)
    else:
        line = f"{told['detail']} {told['advice']}".strip()
    sys.stderr.write(line.encode("utf-8", "replace").decode() + "\n")
    return EXIT_BAD_INPUT


def _told(fault: BaseException, language: Language) -> dict[str, str]:
    if isinstance(fault, IngestError | QuestionError):
        message = message_for(fault, language)
        return {"code": message.code, "detail": message.detail, "advice": message.advice}
    if isinstance(fault, ServerRefusalError):
        return {name: str(fault.problem.get(name, "")) for name in ("code", "detail", "advice")}
    if isinstance(fault, CommandError):
        return {"code": fault.key, "detail": say(fault.key, language, **fault.words), "advice": ""}
    if isinstance(fault, TyperException):
        reason = fault.format_message().rstrip(".")
        shown = f"{reason}." if language == "en" else reason
        return {"code": "usage", "detail": say("usage", language, reason=shown), "advice": ""}
    reason = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
    return {"code": "unforeseen", "detail": say("unforeseen", language, reason=" ".join(reason.split())), "advice": ""}
