"""key → who holds it and what it opens: a file of hashes in the home folder, of `sitasi keys` and of the service."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ingest.errors import SettingsError
from ingest.home import Home, replace_file

Scope: TypeAlias = Literal["ask", "observe", "ingest", "admin"]
"""What a key opens: questions and papers; metrics; papers in and out; everything, with what readers said."""
SCOPES: tuple[Scope, ...] = get_args(Scope)

_PREFIX = "sitasi"
_SECRET_BYTES = 32


class Key(BaseModel):
    """One key, without the key itself: only its SHA-256 is kept, which suffices for 256 random bits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[0-9a-f]{8}$")
    name: str
    scopes: tuple[Scope, ...] = Field(min_length=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    created_at: float

    def opens(self, scope: Scope) -> bool:
        """Whether the holder may do what needs `scope`; `admin` opens everything."""
        return scope in self.scopes or "admin" in self.scopes


_KEYS: TypeAdapter[tuple[Key, ...]] = TypeAdapter(tuple[Key, ...])


class KeyRing:
    """The keys of one home. Every look sees the file as it is now, so that a revoked key opens nothing from then on."""

    def __init__(self, home: Home) -> None:
        """Touches no disk."""
        self._home = home
        self._seen: tuple[tuple[int, int, int] | None, tuple[Key, ...]] = (None, ())

    def listed(self) -> tuple[Key, ...]:
        """All keys, oldest first. Raises SettingsError when the file is damaged."""
        path = self._home.keys
        try:
            found = path.stat()
        except FileNotFoundError:
            return ()
        # A file that was replaced has another inode, whatever the clock says.
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._seen[0] != mark:
            try:
                self._seen = (mark, _KEYS.validate_json(path.read_bytes()))
            except (OSError, ValidationError) as fault:
                raise SettingsError(
                    f"The keys in {path} cannot be read: put a copy back, or delete the file and create new keys."
                ) from fault
        return self._seen[1]

    def create(self, name: str, scopes: Sequence[Scope]) -> tuple[Key, str]:
        """A new key, and its text, which nothing can show again."""
        key, text = _invented(name, scopes)
        with self._locked():
            self._write((*self.listed(), key))
        return key, text

    def create_first(self, name: str, scopes: Sequence[Scope]) -> tuple[Key, str] | None:
        """The same where there is no key yet, else None: of servers that start together in one home, one makes it."""
        key, text = _invented(name, scopes)
        with self._locked():
            if self.listed():
                return None
            self._write((key,))
        return key, text

    def revoke(self, identity: str) -> Key | None:
        """Take a key away, by its id or its whole text; None when there is none."""
        with self._locked():
            keys = self.listed()
            gone = next((one for one in keys if identity == one.id or _digest(identity) == one.sha256), None)
            if gone is not None:
                self._write(tuple(one for one in keys if one is not gone))
        return gone

    def holder(self, shown: str) -> Key | None:
        """The key whose text is `shown`. Takes as long for a near miss as for any other text."""
        digest, found = _digest(shown), None
        for key in self.listed():
            if hmac.compare_digest(key.sha256, digest):
                found = key
        return found

    def _write(self, keys: tuple[Key, ...]) -> None:
        replace_file(self._home.keys, _KEYS.dump_json(keys, indent=1), mode=0o600)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone among the commands that change keys."""
        self._home.create()
        descriptor = os.open(self._home.root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _invented(name: str, scopes: Sequence[Scope]) -> tuple[Key, str]:
    identity = secrets.token_hex(4)
    text = f"{_PREFIX}_{identity}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    wanted = tuple(one for one in SCOPES if one in scopes)
    return Key(id=identity, name=name, scopes=wanted, sha256=_digest(text), created_at=time.time()), text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
