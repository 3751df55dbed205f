"""raw file → ParsedFile in a child: whatever a parser does, one file is reported by name and the next one is read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import SourceDamaged, SourceError, SourceTooCostly, UnsupportedFormat
from ingest.parse import parse_bytes, parse_file
from ingest.parse.child import ParserChild
from ingest.settings import IngestSettings
from ingest.types import SourceFile

LIMITS = IngestSettings(parse_seconds=3.0, parse_memory_bytes=400_000_000)
GOOD = b"<html><p>The weavers of Lereng sell cloth on Mondays.</html>"
BAD = b"<html><p>A bad file about the weavers of Lereng.</html>"


@pytest.fixture
def child() -> Iterator[ParserChild]:
    with ParserChild(LIMITS) as opened:
        yield opened


def test_a_child_reads_what_the_parser_reads(child: ParserChild) -> None:
    assert child.parse(GOOD, "a.html") == parse_bytes(GOOD, "a.html", LIMITS)


def test_a_fault_keeps_its_type_and_sentence(child: ParserChild) -> None:
    with pytest.raises(UnsupportedFormat, match=r"^a\.doc: "):
        child.parse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 40, "a.doc")


@pytest.mark.parametrize(
    ("kind", "fault", "told"),
    [
        ("hang", SourceTooCostly, "longer than"),
        ("crash", SourceDamaged, "broke down"),
        ("eat", SourceTooCostly, "memory"),
        ("leave", SourceDamaged, "broke down"),
        ("killed", SourceTooCostly, "memory"),
        ("nonsense", SourceDamaged, "nonsense"),
    ],
)
def test_one_file_is_reported_and_the_next_is_read(kind: str, fault: type[SourceError], told: str) -> None:
    with ParserChild(LIMITS, ("-m", "tests.faults.parsers", kind)) as child:
        assert child.parse(GOOD, "good").text
        with pytest.raises(fault, match=rf"^bad: .*{told}"):
            child.parse(BAD, "bad")
        assert child.parse(GOOD, "good").text


@pytest.mark.parametrize("content", [b"A bad plain text about weavers.", b"# A bad paper\n\nIn Markdown.", BAD])
def test_files_of_every_format_are_read_in_the_child(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    source = SourceFile(path, path.name, "", len(content))
    with ParserChild(LIMITS, ("-m", "tests.faults.parsers", "crash")) as child, pytest.raises(SourceDamaged):
        parse_file(source, LIMITS, child)


def test_what_a_parser_prints_goes_nowhere() -> None:
    with ParserChild(LIMITS, ("-m", "tests.faults.parsers", "print")) as child:
        assert "bad file" in child.parse(BAD, "bad").text


def test_secrets_of_the_environment_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITASI_LLM__API_KEY", "sk-canary")
    with ParserChild(LIMITS) as child:
        child.parse(GOOD, "good")
        assert child.process_id is not None
        with open(f"/proc/{child.process_id}/environ", "rb") as told:  # noqa: PTH123 - not a file to be found
            assert b"sk-canary" not in told.read()


def test_a_child_that_is_closed_while_it_reads_is_not_waited_for() -> None:
    began = time.monotonic()
    child = ParserChild(IngestSettings(), ("-m", "tests.faults.parsers", "hang"))
    child.parse(GOOD, "good")
    child.close()
    with pytest.raises(SourceError, match="stopped"):
        child.parse(GOOD, "good")
    assert time.monotonic() - began < 30
