"""References as scholars paste them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Bibliography, DocumentCard
from qa.references import ReferenceFormat, apa, bibtex, cite_key, in_text, markdown, references, ris

FULL: dict[str, Any] = {
    "title": "Kopi & kota: 100% lokal?",
    "authors": ("Siti Nur Aminah", "Budi Santoso", "Sutrisno"),
    "year": 2021,
    "journal": "Jurnal Kopi_Rakyat",
    "volume": "5",
    "issue": "2",
    "pages": "10-24",
    "doi": "10.1234/kopi.5.2",
    "keywords": ("kopi", "kota"),
}


def card(paper_id: str = "kopi", **changed: Any) -> DocumentCard:
    return DocumentCard(paper_id, "v1", "id", Bibliography(**(FULL | changed)))


def address(paper: DocumentCard) -> str:
    return f"https://sitasi.example/papers/{paper.id}"


def test_apa_with_everything_known() -> None:
    assert apa(card().bibliography, "en") == (
        "Aminah, S. N., Santoso, B., & Sutrisno. (2021). Kopi & kota: 100% lokal? Jurnal Kopi_Rakyat, 5(2), 10–24. "
        "https://doi.org/10.1234/kopi.5.2"
    )


@pytest.mark.parametrize(("language", "date"), [("id", "t.t."), ("en", "n.d.")])
def test_apa_with_only_a_title_begins_with_it(language: Any, date: str) -> None:
    assert apa(Bibliography(title="Catatan lapangan"), language) == f"Catatan lapangan. ({date})."


def test_apa_names_given_family_first_are_kept_so() -> None:
    head = Bibliography(title="T", authors=("Ansell, Chris", "Gash, A."), year=2008)
    assert apa(head, "en") == "Ansell, C., & Gash, A. (2008). T."


def test_apa_shortens_more_than_twenty_authors() -> None:
    head = Bibliography(title="T", authors=tuple(f"A{n} B{n}" for n in range(22)), year=2008)
    assert ", . . . B21, A." in apa(head, "en")
    assert "B19" not in apa(head, "en")


def test_bibtex_escapes_what_tex_would_read() -> None:
    entry = bibtex(card(), "k", "https://sitasi.example/papers/kopi")
    assert entry.startswith("@article{k,\n  title = {{Kopi \\& kota: 100\\% lokal?}},\n")
    assert "  author = {Siti Nur Aminah and Budi Santoso and Sutrisno},\n" in entry
    assert "  journal = {Jurnal Kopi\\_Rakyat},\n" in entry
    assert "  pages = {10--24},\n" in entry
    assert entry.endswith("  url = {https://sitasi.example/papers/kopi}\n}")
    assert bibtex(card(journal=None), "k", "x").startswith("@misc{")


def test_bibtex_keeps_a_name_whole_that_holds_the_separating_word() -> None:
    entry = bibtex(card(authors=("Ministry of Trade and Crafts", "Ani")), "k", "x")
    assert "author = {{Ministry of Trade and Crafts} and Ani}" in entry


def test_keys_are_ascii_and_distinct() -> None:
    assert cite_key(Bibliography(title="Über die Öl", authors=("José Müller",), year=2020)) == "muller2020"
    assert cite_key(Bibliography(title="…")) == "sitasi"
    entries = references([card("a"), card("b"), card("c")], ReferenceFormat.BIBTEX, "id", address)
    keys = re.findall(r"@article\{([^,]+),", entries)
    assert len(set(keys)) == 3


def test_ris_is_one_tag_a_line() -> None:
    assert ris(card(), "https://x.example").split("\r\n") == [
        "TY  - JOUR",
        "TI  - Kopi & kota: 100% lokal?",
        "AU  - Aminah, Siti Nur",
        "AU  - Santoso, Budi",
        "AU  - Sutrisno",
        "PY  - 2021",
        "JO  - Jurnal Kopi_Rakyat",
        "VL  - 5",
        "IS  - 2",
        "SP  - 10",
        "EP  - 24",
        "DO  - 10.1234/kopi.5.2",
        "KW  - kopi",
        "KW  - kota",
        "LA  - id",
        "UR  - https://x.example",
        "ER  - ",
        "",
    ]


def test_markdown_links_the_title_and_lets_nothing_else_be_markup() -> None:
    line = markdown(card(title="A [b](javascript:x) <i>", journal="J*"), "en", "https://x.example/a b")
    assert "[A \\[b\\](javascript:x) \\<i\\>.](<https://x.example/a b>)" in line
    assert "*J\\**" in line


@pytest.mark.parametrize(("authors", "told"), [(3, "Satu dkk., 2021"), (2, "Satu & Dua, 2021"), (1, "Satu, 2021")])
def test_in_text(authors: int, told: str) -> None:
    head = Bibliography(title="T", authors=("A Satu", "B Dua", "C Tiga")[:authors], year=2021)
    assert in_text(head, "id") == told


def test_each_paper_is_listed_once_in_the_order_of_first_citation() -> None:
    listed = references([card("b"), card("a"), card("b")], ReferenceFormat.PLAIN, "id", address).split("\n")
    assert [line.rsplit("/", 1)[1] for line in listed] == ["b", "a"]
    assert [line[:3] for line in listed] == ["[1]", "[2]"]


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_text_of_a_paper_can_begin_a_field_of_its_own(title: str, author: str) -> None:
    paper = card(title=title, authors=(author,))
    lines = [line for line in ris(paper, "x").split("\r\n") if line]
    assert all(re.match(r"^[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert "\n" not in "".join(lines)
    entry = bibtex(paper, "k", "x")
    assert all(line.startswith("  ") for line in entry.split("\n")[1:-1])
    bare = re.sub(r"\\textbackslash\{\}|\\textasciitilde\{\}|\\textasciicircum\{\}|\\.", "", entry)
    assert bare.count("{") == bare.count("}")
