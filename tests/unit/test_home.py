"""The home and its lock: one owner at a time, who says who it is."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import HomeInUse
from ingest.home import Home, own_home, read_owner, replace_file

HOLDER = """
import sys, time
from pathlib import Path
from ingest.home import Home, own_home
with own_home(Home(Path(sys.argv[1]))) as ownership:
    ownership.announce("http://127.0.0.1:8123")
    print("held", flush=True)
    time.sleep(60)
"""


def hold(home: Home) -> subprocess.Popen[str]:
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(home.root)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_nobody_owns_a_home_that_is_not_there_or_was_left(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert read_owner(home) is None
    with own_home(home):
        pass
    assert read_owner(home) is None


def test_the_owner_says_who_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with own_home(home) as ownership:
        owner = read_owner(home)
        assert owner is not None
        assert (owner.pid, owner.url, owner.token) == (os.getpid(), None, None)
        token = ownership.announce("http://127.0.0.1:8000")
        owner = read_owner(home)
        assert owner is not None
        assert (owner.url, owner.token) == ("http://127.0.0.1:8000", token)
        assert len(token) >= 32
        assert ownership.announce("http://[::1]:80") == token
        assert read_owner(home) == ownership.owner


def test_home_and_lock_are_for_their_user_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir(mode=0o700)
    home.lock.touch(mode=0o666)
    with own_home(home):
        assert stat.S_IMODE(home.lock.stat().st_mode) == 0o600
    fresh = Home(tmp_path / "fresh")
    fresh.create()
    assert stat.S_IMODE(fresh.root.stat().st_mode) == 0o700


def test_a_second_owner_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    child = hold(home)
    try:
        with pytest.raises(HomeInUse, match=f"process {child.pid}, which serves http://127.0.0.1:8123"), own_home(home):
            pass
        owner = read_owner(home)
        assert owner is not None
        assert owner.pid == child.pid
    finally:
        child.kill()
        child.wait()


def test_the_lock_of_a_killed_owner_is_no_obstacle(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    child = hold(home)
    child.kill()
    child.wait()
    assert json.loads(home.lock.read_text())["pid"] == child.pid
    assert read_owner(home) is None
    with own_home(home) as ownership:
        assert ownership.owner.pid == os.getpid()


def test_a_child_of_the_owner_does_not_keep_the_lock(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with own_home(home):
        child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    try:
        assert read_owner(home) is None
    finally:
        child.communicate()


def test_a_forked_child_of_the_owner_does_not_keep_the_lock(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    reader, writer = os.pipe()
    with own_home(home):
        child = os.fork()
        if child == 0:
            os.close(writer)
            os.read(reader, 1)
            os._exit(0)
    try:
        assert read_owner(home) is None
    finally:
        os.close(writer)
        os.close(reader)
        os.waitpid(child, 0)


def test_replacing_a_file_leaves_no_draft(tmp_path: Path) -> None:
    replace_file(tmp_path / "state", b"old")
    replace_file(tmp_path / "state", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("state", b"new")]
