"""claim and quote → comparable proper names."""

from qa.names import names_in, words_in


def test_directions_and_offices_have_one_form_in_both_languages() -> None:
    assert names_in("East Kutai") == names_in("Kutai Timur")
    assert names_in("South Jakarta Regency") == names_in("Kabupaten Jakarta Selatan")


def test_closed_class_words_at_a_sentence_start_are_no_names() -> None:
    assert names_in("The cooperative grew. Yang lain tidak.") == set()


def test_a_possessive_is_still_the_name() -> None:
    assert names_in("Lembang's potters") <= words_in("perajin di lembang")
