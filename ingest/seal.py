"""Index → disk: proof that the files of an index are the very ones that a healthy process left behind.

A seal is written when an index is closed in order and broken before it is opened. An unsealed index was not closed in
order, or was touched since, and has to be looked at passage by passage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.failpoints import failpoint
from ingest.home import replace_file
from ingest.lexical_segment import file_digest


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ids of passages that are known not to be found, and the version of the corpus that the index holds."""

    strays: list[str]
    corpus: str


def write_seal(folder: Path, seal: Path, strays: Iterable[str] = (), corpus: str = "") -> None:
    """State the digest of every file in `folder`, which nobody may have open for writing, and the ids of passages that
    are known not to be found through it; `corpus` is the version of the corpus that it holds."""
    failpoint("seal.before_write")
    stated = {"files": _digests(folder), "strays": sorted(strays), "corpus": corpus}
    replace_file(seal, json.dumps(stated, sort_keys=True).encode())


def read_seal(folder: Path, seal: Path) -> Sealed | None:
    """What was stated, when `folder` holds exactly the files that were sealed; None when it does not."""
    try:
        stated = json.loads(seal.read_bytes())
        if not stated["files"] or stated["files"] != _digests(folder):
            return None
        return Sealed(list(stated["strays"]), str(stated.get("corpus", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def break_seal(seal: Path) -> None:
    """To be called before the folder is opened: it counts as unsealed from now on."""
    seal.unlink(missing_ok=True)


def _digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): file_digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
