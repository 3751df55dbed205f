"""papers.csv and .bib → Bibliography: what stands beside a paper beats what was read from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import SidecarUnclear
from ingest.sidecars import find_sidecars
from ingest.types import Bibliography

FOUND = Bibliography("Kain", year=2001, doi="10.1234/kain", doubtful=("title", "year"))
BIB = r"""
@article{tenun, title = {Weaving in {Lereng}}, author = {Lestari, Sari and van der Berg, Jan}, pages = {3--9}}
@article{elsewhere, doi = {https://doi.org/10.1234/KAIN}, title = {Found by its {DOI}}, journal = {Jurnal Caf\'e}}
@article{linked, file = {:papers/pasar.pdf:PDF}, title = {Found by its file}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three papers."""
    for name in ("tenun.pdf", "kain.pdf", "pasar.pdf"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def read(folder: Path, name: str) -> Bibliography:
    papers = sorted(path for path in folder.iterdir() if path.suffix == ".pdf")
    sidecars = find_sidecars(papers)
    assert not sidecars.faults
    return sidecars.override(folder / name, FOUND)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("file,title,authors,year,keywords", 'tenun.pdf,"Weaving, again",Sari Lestari; Bagas,2019,"cloth, dye"'),
        ("Berkas;Judul;Penulis;Tahun;Kata Kunci", 'tenun.pdf;Weaving, again;"Sari Lestari; Bagas";2019;cloth, dye'),
        ("file\ttitle\tauthors\tyear\tkeywords", "tenun.pdf\tWeaving, again\tSari Lestari; Bagas\t2019\tcloth; dye"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_as_spreadsheets_write_it(folder: Path, header: str, row: str, encoding: str) -> None:
    (folder / "papers.csv").write_bytes(f"{header}\r\n{row}\r\n".encode(encoding))
    told = read(folder, "tenun.pdf")
    assert (told.title, told.authors, told.year) == ("Weaving, again", ("Sari Lestari", "Bagas"), 2019)
    assert told.keywords == ("cloth", "dye")
    assert told.doubtful == ()
    assert read(folder, "kain.pdf") == FOUND


def test_an_empty_cell_leaves_what_was_found(folder: Path) -> None:
    (folder / "papers.csv").write_text("file,title,year\ntenun.pdf,,1999\n")
    told = read(folder, "tenun.pdf")
    assert (told.title, told.year, told.doubtful) == ("Kain", 1999, ("title",))


def test_an_entry_is_found_by_key_by_doi_and_by_file(folder: Path) -> None:
    (folder / "library.bib").write_text(BIB)
    tenun = read(folder, "tenun.pdf")
    assert (tenun.title, tenun.authors) == ("Weaving in Lereng", ("Sari Lestari", "Jan van der Berg"))
    assert tenun.pages == "3–9"
    assert read(folder, "kain.pdf").journal == "Jurnal Café"
    assert read(folder, "pasar.pdf").title == "Found by its file"


def test_names_of_fields_may_be_written_in_capitals(folder: Path) -> None:
    (folder / "library.bib").write_text(
        "@Article{tenun, Title = {Weaving}, Author = {Lestari, Sri and Adi}, YEAR = 2019}"
    )
    told = read(folder, "tenun.pdf")
    assert (told.title, told.authors, told.year) == ("Weaving", ("Sri Lestari", "Adi"), 2019)


def test_good_entries_beside_a_bad_one_count_and_the_bad_one_is_told(folder: Path) -> None:
    bad = "@article{kain, title = {Cloth}, author = {A, B, C, D}}"
    (folder / "library.bib").write_text(f"@article{{tenun, title = {{Weaving}}, author = {{Adi and others}}}}\n{bad}\n")
    found = find_sidecars([folder / "tenun.pdf"])
    tenun = found.override(folder / "tenun.pdf", FOUND)
    assert (tenun.title, tenun.authors) == ("Weaving", ("Adi",))
    assert found.override(folder / "kain.pdf", FOUND) == FOUND
    assert [str(fault) for fault in found.faults] == ["library.bib: what stands at line 2 cannot be understood."]


def test_what_is_wrong_with_a_sidecar_is_told_by_name(folder: Path) -> None:
    (folder / "papers.csv").write_text("file,year\nnobody.pdf,1999\n")
    (folder / "broken.bib").write_text("@article{a, title = {")
    faults = find_sidecars([folder / "tenun.pdf"]).faults
    assert [type(fault) for fault in faults] == [SidecarUnclear, SidecarUnclear]
    assert "nobody.pdf" in str(faults[0])
    assert str(faults[1]).startswith("broken.bib: ")
