"""raw file → ParsedFile within limits: what unpacks to too much is refused before, in little time and memory."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import SourceDamaged, SourceError, SourceTooCostly, SourceTooLarge
from ingest.parse.child import ParserChild
from ingest.settings import IngestSettings
from tests.faults.bad_files import good_docx

LIMITS = IngestSettings()
MAIN = "word/document.xml"
GROWTH_BYTES = 50_000_000
CPU_SECONDS = 1.0

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured on Linux only")


def archive(*parts: tuple[str, int], allow_zip64: bool = True) -> bytes:
    """A Word document with further parts of so many zeros each."""
    buffer = io.BytesIO(good_docx())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, allowZip64=allow_zip64) as opened:
        for name, size in parts:
            with opened.open(name, "w", force_zip64=allow_zip64) as part:
                for start in range(0, size, 1 << 20):
                    part.write(bytes(min(1 << 20, size - start)))
    return buffer.getvalue()


def lying() -> bytes:
    """Its directory says that a part of 60 MB holds a thousand bytes."""
    content = bytearray(archive(("word/notes.xml", 60_000_000), allow_zip64=False))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = 0
        while (at := content.find(mark, at)) >= 0:
            if struct.unpack_from("<I", content, at + place)[0] == 60_000_000:
                struct.pack_into("<I", content, at + place, 1000)
            at += 4
    return bytes(content)


def nested() -> bytes:
    """An archive in an archive in an archive: nobody asked for what is inside."""
    inner = archive(("word/media.bin", 60_000_000))
    for level in range(3):
        buffer = io.BytesIO(good_docx())
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as opened:
            opened.writestr(f"word/embeddings/{level}.docx", inner)
        inner = buffer.getvalue()
    return inner


def many_parts() -> bytes:
    """More parts than any document has."""
    return archive(*((f"word/{number}.xml", 0) for number in range(20_100)))


BOMBS: dict[str, tuple[Callable[[], bytes], type[SourceError] | None]] = {
    "300 MB in one part": (lambda: archive(("word/footnotes.xml", 300_000_000)), SourceTooLarge),
    "250 MB in ten parts": (lambda: archive(*((f"word/{n}.bin", 25_000_000) for n in range(10))), SourceTooLarge),
    "60 MB of XML": (lambda: archive(("word/notes.xml", 60_000_000)), SourceTooLarge),
    "parts without end": (many_parts, SourceTooLarge),
    "a directory that lies": (lying, SourceDamaged),
    "archives in archives": (nested, None),
}


@pytest.fixture
def child() -> Iterator[ParserChild]:
    with ParserChild(LIMITS) as opened:
        opened.parse(good_docx(), "warm.docx")
        yield opened


def spent(child: ParserChild, content: bytes) -> tuple[SourceError | None, int, float]:
    """The fault, and by how many bytes and seconds of CPU time the child grew over it."""
    process = Path(f"/proc/{child.process_id}")
    (process / "clear_refs").write_text("5")
    before, began = _memory(process, "VmRSS"), _cpu(process)
    fault: SourceError | None = None
    try:
        child.parse(content, "bomb.docx")
    except SourceError as told:
        fault = told
    return fault, _memory(process, "VmHWM") - before, _cpu(process) - began


def _memory(process: Path, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", (process / "status").read_text())
    assert found
    return 1024 * int(found[1])


def _cpu(process: Path) -> float:
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.row("R8")
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_no_more_than_a_second_and_fifty_megabytes(bomb: str, child: ParserChild) -> None:
    make, kind = BOMBS[bomb]
    content = make()
    fault, grown, seconds = spent(child, content)
    assert (type(fault) if fault else None) is kind
    # The file itself is in memory, too.
    assert grown <= GROWTH_BYTES + 2 * len(content)
    assert seconds <= CPU_SECONDS
    assert child.parse(good_docx(3), "next.docx").text


@pytest.mark.control("R8")
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_without_a_look_at_the_directory_a_bomb_costs_more() -> None:
    with ParserChild(LIMITS, ("-m", "tests.faults.parsers", "unchecked")) as child:
        child.parse(good_docx(), "warm.docx")
        _, grown, _ = spent(child, archive(("docProps/core.xml", 80_000_000)))
    assert grown > GROWTH_BYTES


@pytest.mark.row("R8")
def test_a_file_may_take_a_minute_and_a_gibibyte_at_most(child: ParserChild) -> None:
    assert LIMITS.parse_seconds <= 60
    assert LIMITS.parse_memory_bytes <= 1 << 30
    limits = Path(f"/proc/{child.process_id}/limits").read_text()
    assert re.search(rf"Max address space +{LIMITS.parse_memory_bytes} +{LIMITS.parse_memory_bytes}", limits)
    assert re.search(r"Max core file size +0 +0", limits)


@pytest.mark.row("R8")
@pytest.mark.parametrize(("kind", "told"), [("hang", "longer than"), ("eat", "memory")])
def test_a_parser_that_takes_more_is_ended(kind: str, told: str) -> None:
    limits = IngestSettings(parse_seconds=1.5, parse_memory_bytes=400_000_000)
    with ParserChild(limits, ("-m", "tests.faults.parsers", kind)) as child:
        with pytest.raises(SourceTooCostly, match=told):
            child.parse(b"<html><p>A bad file about the weavers of Lereng.</html>", "bad")
        assert child.parse(b"<html><p>The weavers of Lereng sell cloth on Mondays.</html>", "good").text
