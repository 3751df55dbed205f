"""bytes received → a file in the home that ingestion reads like any other; the name given is never a path."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from ingest.home import Home, replace_file

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff<>:\"|?*]")
_LONGEST_BYTES = 150
_WITHOUT_NAME = "paper"


def safe_name(given: str) -> str:
    """The last part of a name, as a file may be called on every system: no control or direction marks, not hidden, at
    most 150 bytes, its suffix kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    plain = " ".join(_UNSAFE.sub("_", last).split()).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 8 or not stem:
        stem, suffix = plain, ""
    room = _LONGEST_BYTES - len(suffix.encode()) - 1
    stem = stem.encode()[:room].decode("utf-8", "ignore").strip(" .") or _WITHOUT_NAME
    return f"{stem}.{suffix}" if suffix else stem


class NameTaken(Exception):
    """Another file was received under this name before."""


def keep_upload(home: Home, given: str, content: bytes, *, replace: bool) -> Path:
    """Where the file now lies. The same bytes under the same name are kept once. Raises NameTaken when other bytes
    lie there and `replace` does not allow to put these in their place, and OSError."""
    home.create()
    home.uploads.mkdir(mode=0o700, exist_ok=True)
    path = home.uploads / safe_name(given)
    if path.is_file():
        if path.read_bytes() == content:
            return path
        if not replace:
            raise NameTaken(path.name)
    replace_file(path, content)
    return path


def forget_upload(home: Home, path: Path) -> bool:
    """Delete a file that was received; False, and nothing happens, for any other file."""
    if path.parent.resolve() != home.uploads.resolve() or not path.is_file():
        return False
    path.unlink()
    return True
