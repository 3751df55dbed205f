"""raw file: what is found, what is passed over, and how each unreadable file is named without stopping the others."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import SourceEmpty, SourceTooLarge, SourceUnreadable
from ingest.settings import IngestSettings
from ingest.sources import find_sources, read_source

LIMITS = IngestSettings(max_file_bytes=1000)


def write(path: Path, content: str = "Warga menenun.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In a folder with one file that may not be read; root, who may read everything, becomes somebody else."""
    write(tmp_path / "rahasia.txt").chmod(0)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


def test_folders_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "dalam/c.txt", "C.txt"):
        write(tmp_path / name)
    assert [s.name for s in find_sources([tmp_path], LIMITS).files] == ["a.txt", "b.txt", "C.txt", "dalam/c.txt"]


def test_a_source_knows_its_digest_and_size(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "Warga.")
    (source,) = find_sources([tmp_path / "a.txt"], LIMITS).files
    assert source.sha256 == hashlib.sha256(b"Warga.").hexdigest()
    assert (source.name, source.size_bytes) == ("a.txt", 6)


def test_files_about_the_folder_are_passed_over_unless_named(tmp_path: Path) -> None:
    for name in ("README.md", ".tersembunyi.txt", "~$naskah.txt", "papers.csv", "a.txt", ".git/x.txt"):
        write(tmp_path / name)
    found = find_sources([tmp_path], LIMITS)
    assert [s.name for s in found.files] == ["a.txt"]
    assert set(found.skipped) == {"README.md", ".tersembunyi.txt", "~$naskah.txt", "papers.csv"}
    assert [s.name for s in find_sources([tmp_path / "README.md"], LIMITS).files] == ["README.md"]


def test_the_same_file_counts_once(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    assert len(find_sources([tmp_path, tmp_path / "a.txt", tmp_path / "." / "a.txt"], LIMITS).files) == 1


def test_unreadable_files_are_named_and_the_others_found(tmp_path: Path) -> None:
    write(tmp_path / "baik.txt")
    write(tmp_path / "kosong.txt", "")
    write(tmp_path / "besar.txt", "x" * 2000)
    os.mkfifo(tmp_path / "pipa.txt")
    (tmp_path / "putus.txt").symlink_to(tmp_path / "tiada.txt")
    found = find_sources([tmp_path, tmp_path / "hilang.txt"], LIMITS)
    assert [s.name for s in found.files] == ["baik.txt"]
    assert {type(f) for f in found.faults} == {SourceEmpty, SourceTooLarge, SourceUnreadable}
    for name in ("kosong.txt", "besar.txt", "pipa.txt", "putus.txt", "hilang.txt"):
        assert sum(name in str(fault) for fault in found.faults) == 1


def test_links_out_of_the_folder_are_refused_and_links_inside_count_once(tmp_path: Path) -> None:
    outside = write(tmp_path / "luar.txt")
    write(tmp_path / "map" / "a.txt")
    (tmp_path / "map" / "keluar.txt").symlink_to(outside)
    (tmp_path / "map" / "sama.txt").symlink_to(tmp_path / "map" / "a.txt")
    found = find_sources([tmp_path / "map"], LIMITS)
    assert len(found.files) == 1
    assert [str(f).split(":")[0] for f in found.faults] == ["keluar.txt"]


def test_files_without_permission_are_named(tmp_path: Path, nobody: None) -> None:
    (fault,) = find_sources([Path()], LIMITS).faults
    assert isinstance(fault, SourceUnreadable)
    assert "rahasia.txt" in str(fault)


def test_names_that_are_not_text_are_shown_readably(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/na\xffma.txt"))
    try:
        path.write_bytes(b"")
    except OSError:
        pytest.skip("this file system refuses names that are not text")
    (fault,) = find_sources([tmp_path], LIMITS).faults
    str(fault).encode("utf-8")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="not a regular file"):
        read_source(tmp_path, "map", LIMITS)
