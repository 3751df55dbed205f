"""ParsedFile → Document: title, authors, journal, place and the rest; what the file declares wins, guesses are "
"named."""

from __future__ import annotations

import pytest

from ingest.bibliography import find_bibliography
from ingest.sections import find_sections
from ingest.text import clean
from ingest.types import Bibliography, ParsedFile

PROSE = (
    "Warga desa menenun kain setiap hari bersama kelompoknya lalu menjualnya di pasar kabupaten "
    "setiap hari Minggu pagi."
)
FRONT = """Jurnal Tenun Nusantara Vol. 3 No. 2, 2021, hlm. 11-24
ISSN 1234-5678

PERAN KELOMPOK PENENUN DALAM USAHA KAIN DI DESA LERENG WANGI

THE ROLE OF WEAVING GROUPS IN THE CLOTH TRADE OF LERENG WANGI

Sri Lestari1, Budi Santoso, M.Si.2 dan Dr. Ketut Wijaya*
1Program Studi Antropologi, Universitas Lereng Raya
2Dinas Perindustrian Kabupaten Lereng
sri@contoh.id
doi: 10.1234/mtn.v3i2.55

"""
BODY = f"""Abstrak

Penelitian ini bertujuan untuk mengetahui peran kelompok penenun dalam usaha kain di Desa Lereng Wangi. {PROSE}

Kata Kunci: tenun; desa; kelompok

PENDAHULUAN

{PROSE} Di Desa Lereng Wangi usaha itu sudah tua.
"""


def bibliography(text: str, **declared: str | tuple[str, ...]) -> Bibliography:
    cleaned = clean(text)
    parsed = ParsedFile(text, "text/plain", "utf-8", metadata=tuple(declared.items()))
    return find_bibliography(cleaned, find_sections(cleaned), parsed, "folder/tenun_lereng.txt")


def test_a_full_first_page_is_read() -> None:
    found = bibliography(FRONT + BODY)
    assert found.title == "Peran Kelompok Penenun dalam Usaha Kain di Desa Lereng Wangi"
    assert found.original_title == "The Role of Weaving Groups in the Cloth Trade of Lereng Wangi"
    assert found.authors == ("Sri Lestari", "Budi Santoso", "Ketut Wijaya")
    assert found.affiliations[0] == "Program Studi Antropologi, Universitas Lereng Raya"
    assert (found.year, found.volume, found.issue, found.pages) == (2021, "3", "2", "11-24")
    assert found.journal == "Jurnal Tenun Nusantara"
    assert found.doi == "10.1234/mtn.v3i2.55"
    assert found.keywords == ("tenun", "desa", "kelompok")
    assert found.place == "Desa Lereng Wangi"


@pytest.mark.parametrize("broken", ["Vol. 3 No. 2\n(2021)", "Vol. 3 No.\n2 (2021)", "Vol. 3\nNo. 2, 2021"])
def test_volume_issue_and_year_are_read_across_lines(broken: str) -> None:
    found = bibliography(FRONT.replace("Vol. 3 No. 2, 2021, hlm. 11-24", broken) + BODY)
    assert (found.journal, found.volume, found.issue, found.year) == ("Jurnal Tenun Nusantara", "3", "2", 2021)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Oleh: Sri Lestari dan Budi Santoso, M.Si.", ("Sri Lestari", "Budi Santoso")),
        ("By Sri Lestari, Budi Santoso & Ketut Wijaya", ("Sri Lestari", "Budi Santoso", "Ketut Wijaya")),
        ("Sri Lestari¹, Prof. Dr. Budi Santoso, S.Sos., M.A.²", ("Sri Lestari", "Budi Santoso")),
    ],
)
def test_names_lose_degrees_and_superscripts(line: str, authors: tuple[str, ...]) -> None:
    assert bibliography(f"Peran Kelompok Penenun dalam Usaha Kain\n\n{line}\n\n{BODY}").authors == authors


def test_authors_without_a_word_that_says_so_are_doubtful() -> None:
    assert "authors" in bibliography(f"Peran Kelompok Penenun dalam Usaha Kain\n\nSri Lestari\n\n{BODY}").doubtful
    assert (
        "authors"
        not in bibliography(f"Peran Kelompok Penenun dalam Usaha Kain\n\nOleh: Sri Lestari\n\n{BODY}").doubtful
    )


def test_without_a_title_line_the_paper_is_called_by_what_it_studies() -> None:
    found = bibliography(BODY)
    assert found.title == "Peran kelompok penenun dalam usaha kain di Desa Lereng Wangi"
    assert "title" in found.doubtful


def test_a_title_that_the_text_names_is_taken() -> None:
    text = (
        f"Abstrak\n\n{PROSE}\n\nKesimpulan\n\nPenelitian dengan judul Peran Ibu dalam Usaha Kain, dapat "
        f"disimpulkan begitu."
    )
    assert bibliography(text).title == "Peran Ibu dalam Usaha Kain"


def test_in_the_worst_case_the_file_names_the_paper() -> None:
    found = bibliography(PROSE)
    assert found.title == "Tenun Lereng"
    assert found.doubtful[0] == "title"


def test_a_running_foot_names_the_journal() -> None:
    text = BODY.replace("pasar kabupaten setiap", "pasar\n\n27 | Jurnal Kain Universitas Lereng\n\nkabupaten setiap", 1)
    assert bibliography(text).journal == "Jurnal Kain Universitas Lereng"


def test_a_year_is_not_guessed_from_citations() -> None:
    assert bibliography(BODY.replace("Desa Lereng Wangi.", "Desa Lereng Wangi (Lestari, 2019).")).year is None


def test_what_the_file_declares_wins() -> None:
    found = bibliography(
        FRONT + BODY,
        title="Judul Lain",
        authors=("A. Satu", "B. Dua"),
        year="2015",
        place="Lereng",
        keywords=("kain",),
        study="x",
    )
    assert (found.title, found.authors, found.year, found.place, found.keywords) == (
        "Judul Lain",
        ("A. Satu", "B. Dua"),
        2015,
        "Lereng",
        ("kain",),
    )
    assert not set(found.doubtful) & {"title", "authors", "place"}


def test_authors_given_as_one_text_are_split() -> None:
    assert bibliography(BODY, author="Sri Lestari; Budi Santoso").authors == ("Sri Lestari", "Budi Santoso")


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("Penelitian ini dilakukan di Kabupaten Lereng Jati.", "Kabupaten Lereng Jati"),
        ("This study was carried out in Lereng Jati Regency.", "Lereng Jati Regency"),
        ("Usaha kain di Lereng sudah lama ada.", "Lereng"),
        ("Penelitian ini dilakukan di Universitas itu pada bulan Mei.", None),
    ],
)
def test_the_place_of_a_study_is_read_from_its_text(sentence: str, place: str | None) -> None:
    text = f"Abstrak\n\n{sentence} {'Warga menenun kain setiap hari bersama kelompoknya yang rajin. ' * 3}"
    assert bibliography(text).place == place
