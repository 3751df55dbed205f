"""Tokens belong to sentences, long texts are cut between sentences, states become unit vectors."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.windows import pool, sentence_tokens, unit, windows


def test_a_piece_belongs_to_the_sentence_its_last_letter_lies_in() -> None:
    offsets = [(0, 4), (4, 9), (9, 10), (10, 16), (16, 20)]
    assert sentence_tokens(offsets, [(0, 10), (11, 20)]) == [(0, 3), (3, 5)]


def test_a_sentence_without_a_token_takes_the_nearest() -> None:
    assert sentence_tokens([(0, 4), (4, 9)], [(0, 4), (4, 4), (9, 12)]) == [(0, 1), (1, 2), (1, 2)]
    assert sentence_tokens([], [(0, 3)]) == [(0, 0)]


def test_a_text_that_fits_is_one_window() -> None:
    assert windows(7, [(0, 4), (4, 7)], 7) == [(0, 7)]
    assert windows(0, [], 7) == [(0, 0)]


def test_a_long_text_is_cut_where_a_sentence_begins() -> None:
    assert windows(12, [(0, 4), (4, 6), (6, 12)], 7) == [(0, 6), (6, 12)]


def test_a_sentence_longer_than_a_window_is_cut_inside() -> None:
    assert windows(20, [(0, 20)], 8) == [(0, 8), (8, 16), (16, 20)]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=20), st.integers(3, 20))
def test_windows_cover_every_token_once(lengths: list[int], limit: int) -> None:
    edges = np.cumsum([0, *lengths]).tolist()
    cut = windows(edges[-1], list(pairwise(edges)), limit)
    assert cut[0][0] == 0
    assert cut[-1][1] == edges[-1]
    assert all(before[1] == after[0] for before, after in pairwise(cut))
    assert all(0 < end - start <= limit for start, end in cut)


def test_pooling_is_the_mean_at_length_one() -> None:
    states = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 3.0]], np.float32)
    found = pool(states, [(0, 1), (1, 3), (0, 2)])
    np.testing.assert_allclose(found, [[1, 0], [0, 1], [2**-0.5, 2**-0.5]], atol=1e-6)
    assert found.dtype == np.float32
    assert pool(states, []).shape == (0, 2)


def test_a_vector_of_zeros_stays() -> None:
    assert unit(np.zeros((1, 3))).tolist() == [[0.0, 0.0, 0.0]]
