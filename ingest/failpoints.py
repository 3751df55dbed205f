"""Every arrow: named places where a test may kill the process, to prove that nothing is lost, halved or unreachable.

Off unless `SITASI_FAILPOINT` names one of `FAILPOINTS`; `name:3` dies at the third passage through that place.
"""

from __future__ import annotations

import os
from collections import Counter

FAILPOINTS = (
    "ingest.parsed",
    "ingest.embedded",
    "index.before_upsert",
    "index.after_upsert",
    "lexical.after_update",
    "record.inside_publish",
    "record.after_publish",
    "index.after_delete",
    "record.inside_remove",
    "record.after_remove",
    "lexical.before_switch",
    "lexical.after_switch",
    "ingest.staged",
    "rebuild.before_fill",
    "rebuild.filled",
    "seal.before_write",
)
EXIT_CODE = 137

_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """End the process at once, as SIGKILL would (exit code 137), when `SITASI_FAILPOINT` names this place."""
    wanted = os.environ.get("SITASI_FAILPOINT")
    if not wanted:
        return
    place, _, turn = wanted.partition(":")
    if place != name:
        return
    _passed[name] += 1
    if _passed[name] >= int(turn or 1):
        os._exit(EXIT_CODE)
