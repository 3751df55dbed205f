"""raw file → ParsedFile: type by content, text in any usual encoding, and one clear sentence for everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SourceDamaged, SourceEmpty, SourceError, SourceTooLarge, SourceUnreadable, UnsupportedFormat
from ingest.parse import parse_bytes, parse_file
from ingest.settings import IngestSettings
from ingest.types import SourceFile

LIMITS = IngestSettings()
SENTENCE = "Café “Lereng” menjual kain seharga € 5 – murah, kata Ny. Müller kepada para tamu yang datang dari jauh.\n"
PLAIN = (
    "Kafe Lereng menjual kain; murah, kata Ny. M\xfcller di caf\xe9 itu kepada para tamu yang datang dari jauh.\n" * 4
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert parse_bytes((SENTENCE * 4).encode(encoding), "a.txt", LIMITS).text == SENTENCE * 4


def test_latin_1_is_read_as_its_superset() -> None:
    assert parse_bytes(PLAIN.encode("latin-1"), "a.txt", LIMITS).text == PLAIN


def test_one_cut_character_at_the_end_does_not_spoil_the_file() -> None:
    content = (SENTENCE * 4 + "café").encode()[:-1]
    parsed = parse_bytes(content, "a.txt", LIMITS)
    assert parsed.encoding == "utf-8"
    assert parsed.text.startswith(SENTENCE)


def test_a_stray_nul_is_no_reason_to_refuse() -> None:
    assert "Warga" in parse_bytes(b"Warga\x00 desa menenun kain setiap hari.", "a.txt", LIMITS).text


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", SourceEmpty),
        (b" \n\t", SourceEmpty),
        (b"\x00" * 100, SourceEmpty),
        (b"\xef\xbb\xbf", SourceEmpty),
        (b"... --- !!!", SourceEmpty),
        (b"%PDF-1.7 x", SourceDamaged),
        (b"PK\x03\x04 x", SourceDamaged),
        (b"\x89PNG\r\n\x1a\n", UnsupportedFormat),
        (b"<!DOCTYPE html><html><script>Warga</script>", SourceEmpty),
        (b"{\\rtf1 Warga}", UnsupportedFormat),
        (bytes(range(256)) * 40, UnsupportedFormat),
        (b"\x00\x01\x02\x03abc" * 500, UnsupportedFormat),
    ],
)
def test_what_is_not_text_is_refused_by_name(content: bytes, fault: type[SourceError]) -> None:
    with pytest.raises(fault, match=r"^naskah\.txt: .+\.$"):
        parse_bytes(content, "naskah.txt", LIMITS)


def test_the_name_does_not_decide() -> None:
    assert parse_bytes(b"Warga desa menenun.", "a.pdf", LIMITS).media_type == "text/plain"
    assert parse_bytes(b"# Hasil\n\nWarga.\n\n# Saran\n\nWarga.", "a.txt", LIMITS).media_type == "text/markdown"


def test_form_feeds_number_pages() -> None:
    parsed = parse_bytes(b"Satu\x0cDua\x0cTiga", "a.txt", LIMITS)
    assert [(p.number, parsed.text[p.start : p.start + 3]) for p in parsed.pages] == [
        (1, "Sat"),
        (2, "Dua"),
        (3, "Tig"),
    ]
    assert parse_bytes(b"Satu", "a.txt", LIMITS).pages == ()


def test_front_matter_is_declared_and_stays_in_the_text() -> None:
    text = "---\ntitle: Tenun\nyear: 2020\nauthors: [Sri Lestari, Budi]\nnested: {a: 1}\ndate: 2020-05-01\n---\nIsi.\n"
    parsed = parse_bytes(text.encode(), "a.md", LIMITS)
    assert parsed.text == text
    declared = dict(parsed.metadata)
    assert declared == {"title": "Tenun", "year": "2020", "authors": ("Sri Lestari", "Budi"), "date": "2020-05-01"}


@pytest.mark.parametrize("block", ["a: [", "- x", "!!python/object:os.system x", "a: &x [*x]", "x" * 30_000])
def test_broken_front_matter_does_not_spoil_the_paper(block: str) -> None:
    parsed = parse_bytes(f"---\n{block}: y\n---\nWarga desa menenun.\n".encode(), "a.md", LIMITS)
    assert "Warga" in parsed.text


def test_too_much_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceTooLarge, match="characters"):
        parse_bytes(b"Warga " * 100, "a.txt", IngestSettings(max_characters=100))
    path = tmp_path / "a.txt"
    path.write_bytes(b"Warga " * 100)
    with pytest.raises(SourceTooLarge):
        parse_file(SourceFile(path, "a.txt", "", 600), IngestSettings(max_file_bytes=100))


def test_a_file_that_went_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match=r"^a\.txt: "):
        parse_file(SourceFile(tmp_path / "a.txt", "a.txt", "", 1), LIMITS)
