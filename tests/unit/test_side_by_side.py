"""raw file → Document: columns that plain text prints side by side are read one by one, and nothing else is."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.offsets import source_spans, whole
from ingest.side_by_side import one_below_the_other
from ingest.text import clean

LEFT = """The potters of Lembang have shared
one workshop since the spring of
the year in which their own kilns
were closed by the health office.
They pay the rent together, and a
clerk of the village keeps the
book in which it is written down.""".split("\n")
RIGHT = """Salt is stored in six sheds that
the fishery office has built near
the harbour of Tuban. A farmer who
stores there pays nothing for the
first month and little afterwards,
so that hardly anybody sells right
after the harvest any more.""".split("\n")


def beside(*columns: list[str], gutter: int = 4, width: int = 36) -> list[str]:
    """The columns as lines of one page."""
    rows = zip_longest(*columns, fillvalue="")
    return [(" " * gutter).join(cell.ljust(width) for cell in row).rstrip() for row in rows]


def read(lines: list[str]) -> str:
    """The words of the cleaned text."""
    return " ".join(clean("\n".join(lines)).text.split())


def words(*parts: list[str] | str) -> str:
    """The parts in this order."""
    return " ".join(part if isinstance(part, str) else " ".join(part) for part in parts)


@pytest.mark.parametrize("gutter", [2, 4, 9])
def test_a_column_is_read_to_its_end_before_the_next(gutter: int) -> None:
    assert read(beside(LEFT, RIGHT, gutter=gutter)) == words(LEFT, RIGHT)


def test_three_columns() -> None:
    third = [line.replace("Salt", "Rice").replace("Tuban", "Demak") for line in RIGHT]
    assert read(beside(LEFT, RIGHT, third)) == words(LEFT, RIGHT, third)


def test_columns_half_a_line_apart() -> None:
    lines = [line for pair in zip(LEFT, RIGHT, strict=True) for line in (pair[0], " " * 40 + pair[1])]
    assert read(lines) == words(LEFT, RIGHT)


def test_a_sentence_that_goes_on_in_the_next_column_is_one() -> None:
    left, right = [*LEFT[:-1], "book. Every potter is given a key"], ["of the door. Salt is stored, too.", *RIGHT[1:]]
    (paragraph,) = clean("\n".join(beside(left, right))).text.split("\n\n")
    assert "Every potter is given a key of the door." in paragraph


def test_what_spans_the_page_and_its_number_keep_their_places() -> None:
    title = "How potters and salt farmers share what neither of them could ever pay for alone"
    lines = [title, "", *beside(LEFT, RIGHT), "", "", " " * 37 + "7"]
    assert read(lines) == words(title, LEFT, RIGHT, "7")


def test_heads_and_feet_beside_one_column_belong_to_none() -> None:
    head, foot = "Sari dan Adi", "Jurnal Kriya Lembang"
    lines = [" " * 40 + head, "", "", *beside(LEFT, RIGHT), "", "", foot]
    assert read(lines) == words(head, LEFT, RIGHT, foot)


def test_a_page_number_one_line_below_a_column_is_no_part_of_it() -> None:
    assert read([*beside(LEFT, RIGHT), "", " " * 17 + "7"]) == words(LEFT, RIGHT, "7")


def test_each_page_is_read_by_itself() -> None:
    second = beside(RIGHT, LEFT, width=40)
    assert read([*beside(LEFT, RIGHT), "\f" + second[0], *second[1:]]) == words(LEFT, RIGHT, RIGHT, LEFT)


def test_a_short_last_column_is_known_from_the_pages_before() -> None:
    last = beside(LEFT, RIGHT[:2])
    assert read([*beside(LEFT, RIGHT), "\f" + last[0], *last[1:]]) == words(LEFT, RIGHT, LEFT, RIGHT[:2])
    assert read(last) != words(LEFT, RIGHT[:2])  # By itself it could be anything.


def test_footnotes_of_a_column_stand_behind_both() -> None:
    first, second = "1 As told by the clerk in June.", "2 In the year 2019 alone."
    lines = beside([*LEFT, "", first], [*RIGHT, "", second])
    assert read(lines) == words(LEFT, RIGHT, first, second)


def test_a_numbered_heading_low_in_a_column_is_no_footnote() -> None:
    left = [*LEFT, "", "3 Results", "The survey was held in the two", "villages of the district and it"]
    right = ["was answered by sixty potters who", *RIGHT[1:]]
    assert read(beside(left, right)) == words(left[:7], *left[8:], right)


ROLES = """Dinas Perindustrian dan Perdagangan      Memberikan pelatihan kepada perajin
Bank Pembangunan Daerah Jawa Timur       Memberikan kredit kepada koperasi
Koperasi Perajin Lembang Bersama         Menjual guci di tiga kota besar
Universitas Negeri Lembang Raya          Mengajarkan pemasaran lewat internet
Petani Garam Tuban dan Sekitarnya        Menyimpan garam dalam enam gudang
Dinas Kesehatan Kabupaten Lembang        Memeriksa tungku dua kali setahun"""
TABLE = """Kind of vessel                   Sold in the year
Large jar with a lid             120
Small jar without a lid          240
Plate with a painted rim         310
Bowl for rice                    90
Cup with two handles             75"""
BARS = "\n".join(f"| {left:34} | {right:34} |" for left, right in zip(LEFT, RIGHT, strict=True))
COMMENTS = "\n".join(
    f"fire(kiln_{n}, hours={n}, wood='teak')    # the kiln that stands nearest to the door number {n}" for n in range(9)
)
JUSTIFIED = """Potters   who   share   a   workshop   pay   less  for  wood
and  are  paid  more  for  their  jars  than  those  who  do
not  share  one,  as  the  clerk  of  the  village  could  show
from  the  book  in  which  he  had  written  down  every  sale
since  the  workshop  was  opened  by  the  head  of  the  town
with  a  meal  to  which  all  the  potters  had been  invited."""


@pytest.mark.parametrize(
    "text", [TABLE, ROLES, BARS, COMMENTS, JUSTIFIED], ids=["numbers", "roles", "bars", "comments", "justified"]
)
def test_what_has_gaps_for_other_reasons_stays_as_it_is(text: str) -> None:
    mapped = whole(text)
    assert one_below_the_other(mapped) is mapped


_CELL = st.sampled_from(["", *LEFT, *RIGHT, "12", "a  b", "\f", "\t", " " * 30 + "x", "é" * 40])


@given(st.lists(st.tuples(_CELL, _CELL), max_size=40))
def test_no_letter_is_lost_and_each_is_found_in_the_file(cells: list[tuple[str, str]]) -> None:
    text = "\n".join(left.ljust(38) + right for left, right in cells)
    read = one_below_the_other(whole(text))
    assert sorted("".join(read.text.split())) == sorted("".join(text.split()))
    for at, letter in enumerate(read.text):
        if not letter.isspace():
            ((start, end),) = source_spans(read.segments, at, at + 1)
            assert text[start:end] == letter
