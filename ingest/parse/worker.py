"""raw file → ParsedFile inside a process of its own: `python -m ingest.parse.worker` reads files until its input ends.

A request is a line of JSON and the file's bytes; an answer is a length, a line feed and JSON. What a library prints
goes nowhere, and what it takes is limited before the first byte of a file is looked at.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from ingest.errors import SourceDamaged, SourceError, SourceTooCostly
from ingest.parse import parse_bytes
from ingest.parse.patience import Patience
from ingest.settings import IngestSettings

READY = b"ready\n"
"""Written once, before the first request is looked at: from then on the clock runs."""

_WRITTEN_BYTES = 64_000_000
_OPEN_FILES = 128
_PARENT_DIED = 1


def limit(memory_bytes: int) -> None:
    """Bound memory, files and core dumps, and end with the parent, as far as the system can."""
    try:
        import resource
    except ImportError:  # pragma: no cover - not on Windows; the parent's clock still holds
        return
    for kind, bound in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, _WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, bound))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)


def answer(request: dict[str, Any], content: bytes, patience: Patience) -> dict[str, Any]:
    """The parsed file, or the fault by the name of its class."""
    name = str(request["name"])
    try:
        settings = IngestSettings.model_validate(request["settings"])
        return {"parsed": asdict(parse_bytes(content, name, settings, patience))}
    except SourceError as fault:
        return {"fault": type(fault).__name__, "told": str(fault)}
    except (MemoryError, RecursionError):
        return {"fault": SourceTooCostly.__name__, "told": f"{name}: reading it takes more memory than allowed."}
    except Exception as fault:
        told = f"{name}: it contradicts its own format ({type(fault).__name__})."
        return {"fault": SourceDamaged.__name__, "told": told}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""

    def send(told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        answers.write(b"%d\n" % len(body) + body)
        answers.flush()

    while line := requests.readline():
        request = json.loads(line)
        content = requests.read(int(request["size"]))
        if len(content) < int(request["size"]):
            return
        send(answer(request, content, lambda seconds: send({"patience": seconds})))


def main() -> None:
    """Keep the real output for answers, send everything else that is printed nowhere, and serve."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for printed in (1, 2):
        os.dup2(nowhere, printed)
    limit(int(sys.argv[1]))
    answers.write(READY)
    answers.flush()
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
