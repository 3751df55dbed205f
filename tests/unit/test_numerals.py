"""claim and quote → comparable numbers."""

import pytest

from qa.numerals import numbers_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("lima perajin", ["5"]),
        ("five craftsmen", ["5"]),
        ("dua puluh lima desa", ["25"]),
        ("lima belas kelompok", ["15"]),
        ("forty five people", ["45"]),
        ("1,5 juta", ["1500000"]),
        ("1.5 million", ["1500000"]),
        ("Rp. 1.500.000,-", ["1500000"]),
        ("1,500,000 rupiah", ["1500000"]),
        ("tiga ratus ribu", ["300000"]),
        ("50%-70% selama 2018-2023", ["50", "70", "2018", "2023"]),
        ("kepadatan 4,74 jiwa", ["4.74"]),
        ("KP3Y dan m2", []),
        ("one of them, satu sama lain", []),
        ("", []),
    ],
)
def test_numbers_of_both_languages_have_one_form(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == numbers
