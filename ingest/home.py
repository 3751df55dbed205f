"""Every arrow: where things live on disk, and which process owns them."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

from ingest.errors import HomeInUse

_READ_TRIES = 20
_READ_PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that `SITASI_HOME` names, and what lies in it. Making one touches no disk."""

    root: Path

    @property
    def record(self) -> Path:
        """The SQLite record, when no other database is set."""
        return self.root / "record.sqlite3"

    @property
    def chroma(self) -> Path:
        """The embedded vector store."""
        return self.root / "chroma"

    @property
    def lexical(self) -> Path:
        """The lexical index."""
        return self.root / "lexical"

    @property
    def models(self) -> Path:
        """Unpacked models."""
        return self.root / "models"

    @property
    def uploads(self) -> Path:
        """Files received over HTTP."""
        return self.root / "uploads"

    @property
    def keys(self) -> Path:
        """Hashes of the keys that open the service."""
        return self.root / "keys.json"

    @property
    def lock(self) -> Path:
        """Locked by the process that owns the home; its text says who that is."""
        return self.root / "owner.lock"

    def create(self) -> None:
        """Make the folder, readable by this user only; nothing happens when it is there."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that owns a home. A server names its `url`, and `token` lets local commands work through it."""

    pid: int
    started_at: float
    url: str | None = None
    token: str | None = None


class Ownership:
    """Held by the owner for as long as it works on the home; made by `own_home`."""

    def __init__(self, descriptor: int, owner: Owner) -> None:
        self._descriptor = descriptor
        self._held = True
        self.owner = owner
        self._write(owner)
        # A forked child would keep the lock after the death of its parent.
        os.register_at_fork(after_in_child=self.release)

    def announce(self, url: str) -> str:
        """Say that a server of this home listens at `url`; returns the token that local commands must show it."""
        token = self.owner.token or secrets.token_urlsafe(32)
        self.owner = replace(self.owner, url=url, token=token)
        self._write(self.owner)
        return token

    def release(self) -> None:
        """Give the home up; done already in a forked child."""
        if self._held:
            self._held = False
            os.close(self._descriptor)

    def _write(self, owner: Owner) -> None:
        # In place and short: the lock belongs to this inode, and a reader that meets a half-written line tries again.
        line = json.dumps(asdict(owner)).encode()
        os.pwrite(self._descriptor, line, 0)
        os.ftruncate(self._descriptor, len(line))
        os.fsync(self._descriptor)


@contextmanager
def own_home(home: Home) -> Iterator[Ownership]:
    """Be the one owner of `home` inside the `with` block. Raises HomeInUse, naming the owner, when there is one.

    The lock goes with the process that holds it, however that ends."""
    home.create()
    descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, home)
        os.fchmod(descriptor, 0o600)
    except BaseException:
        os.close(descriptor)
        raise
    ownership = Ownership(descriptor, Owner(os.getpid(), time.time()))
    try:
        yield ownership
    finally:
        os.ftruncate(descriptor, 0)
        ownership.release()


@contextmanager
def own_folder(folder: Path, *, beside: bool = False) -> Iterator[Path]:
    """`folder`, or where other processes work there (or `beside` an owner who does) the first free one of `folder-2`,
    `folder-3`, …, for this process alone inside the `with` block. A new one begins as a copy of `folder`, which may be
    torn: it must tell by itself."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in count(2 if beside else 1):
        chosen = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        descriptor = os.open(f"{chosen}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if not chosen.exists() and folder.exists():
                with suppress(OSError, shutil.Error):
                    shutil.copytree(folder, chosen)
            yield chosen
            return
        finally:
            os.close(descriptor)


def read_owner(home: Home) -> Owner | None:
    """The process that owns `home` now; None when nobody does, whatever a dead one left behind."""
    try:
        descriptor = os.open(home.lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        for _ in range(_READ_TRIES):
            if _is_free(descriptor):
                return None
            try:
                return Owner(**json.loads(os.pread(descriptor, 4096, 0)))
            except (ValueError, TypeError):
                time.sleep(_READ_PAUSE)
        return Owner(pid=0, started_at=0.0)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Put `content` at `path`: a reader, or the next start after a crash, finds the old bytes or the new ones. A new
    file gets `mode`, less what the umask takes."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lock(descriptor: int, home: Home) -> None:
    for _ in range(_READ_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # Somebody who only asks who the owner is holds the lock too, for a moment.
            if read_owner(home) is not None:
                break
    raise HomeInUse(_in_use(home))


def _is_free(descriptor: int) -> bool:
    # A shared lock, so that two readers do not take each other for an owner.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True


def _in_use(home: Home) -> str:
    owner = read_owner(home)
    if owner is None or owner.pid == 0:
        return f"Another process has just taken {home.root}."
    serving = f", which serves {owner.url}" if owner.url else ""
    return f"{home.root} is in use by process {owner.pid}{serving}."
