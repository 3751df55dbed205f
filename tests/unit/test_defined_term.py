"""Which term a question asks the meaning of, and which sentences give it."""

from __future__ import annotations

import pytest

from qa.defined_term import defined_term, gives_meaning


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("Apa yang dimaksud dengan tungku ganda dalam penelitian Kasongan?", "tungku ganda"),
        ("Apa itu glasir?", "glasir"),
        ("Glasir abu itu artinya apa?", "glasir abu"),
        ("Pengertian “glasir” menurut Sutomo", "glasir"),
        ("Bagaimana glasir abu didefinisikan?", "glasir abu"),
        ("Bagaimana Sutomo mendefinisikan glasir?", "glasir"),
        ("What is meant by a double kiln in the Kasongan study?", "double kiln"),
        ("What does the Kasongan study mean by a double kiln?", "double kiln"),
        ("What does the term 'ash glaze' refer to?", "ash glaze"),
        ("How does Sutomo define ash glaze?", "ash glaze"),
        ("What is glaze, according to the authors?", "glaze"),
        ("Siapa yang membeli tungku?", None),
        ("Why did the potters leave?", None),
    ],
)
def test_the_term_that_is_asked_for(question: str, term: str | None) -> None:
    assert defined_term(question) == term


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("Menurut Sutomo (2010), glasir adalah lapisan kaca pada gerabah.", True),
        ("Sutomo mendefinisikan konsep glasir secara luas.", True),
        ("By glaze we mean a thin coat; glaze is a coat of glass.", True),
        ("Perajin membeli glasir dari kota, dan tungku adalah milik bersama.", False),
        ("Glasir abu dibuat di desa ini.", False),
        ("Harga tanah liat adalah masalah utama.", False),
    ],
)
def test_a_sentence_gives_the_meaning(sentence: str, given: bool) -> None:
    assert gives_meaning(sentence, "glaze" if "glaze" in sentence else "glasir") is given
