"""The server of `tests.service.serve_words` with a leak: every search keeps a file open, a thread and some memory."""

from __future__ import annotations

import os
import sys
import threading
import time

import tests.service.serve_words  # noqa: F401 - puts the embedder that counts words in place
from qa.answer import AnswerService

_kept: list[object] = []
_search = AnswerService.retrieve


def _leaking(self: AnswerService, *rest: object) -> object:
    thread = threading.Thread(target=time.sleep, args=(600,), daemon=True)
    thread.start()
    _kept.append((os.dup(0), thread, bytearray(os.urandom(1_000_000))))
    return _search(self, *rest)  # type: ignore[arg-type]


AnswerService.retrieve = _leaking  # type: ignore[assignment, method-assign]

if __name__ == "__main__":
    from qa.cli import main

    main(sys.argv[1:])
