"""Stand-ins for the worker that misbehave in every way a parser can: `python -m tests.faults.parsers KIND MEMORY`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import ingest.parse.docx
from ingest.parse import worker


def misbehave(kind: str, content: bytes) -> None:
    """What the parser does with a file that holds the word `bad`; others are answered well."""
    if b"bad" not in content:
        return
    if kind == "hang":
        time.sleep(600)
    elif kind == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif kind == "eat":
        eaten = [bytearray(50_000_000) for _ in range(200)]
        del eaten
    elif kind == "print":
        for _ in range(200):
            os.write(1, b"x" * 1_000_000)
    elif kind == "leave":
        os._exit(0)
    elif kind == "killed":
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """The real worker, with one function in between."""
    kind = sys.argv.pop(1)
    real = worker.parse_bytes

    def parse(content: bytes, *rest: object) -> object:
        if kind == "nonsense" and b"bad" in content:
            answers = os.fdopen(os.dup(_real_output), "wb")
            answers.write(b"13\n" + json.dumps({"parsed": 1}).encode())
            answers.flush()
            time.sleep(600)
        misbehave(kind, content)
        return real(content, *rest)  # type: ignore[arg-type]

    if kind == "unchecked":
        ingest.parse.docx._check_package = lambda *_: None
    worker.parse_bytes = parse  # type: ignore[assignment]
    global _real_output
    _real_output = os.dup(1)
    worker.main()


_real_output = -1

if __name__ == "__main__":
    main()
