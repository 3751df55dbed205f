"""How validation questions are counted."""

from __future__ import annotations

import pytest

from eval.validation import Reply, shares


def test_what_is_counted() -> None:
    given = [
        Reply("list", "id", True, False, (3, 0, 2)),
        Reply("list", "en", True, False, (1, 3)),
        Reply("who", "id", True, True, (2,)),
        Reply("unanswerable", "id", False, True, (0,)),
        Reply("unanswerable", "en", False, False, (0, 0)),
    ]
    assert shares(given) == {
        "best sentence right": pytest.approx(2 / 3),
        "answer stated": pytest.approx(2 / 3),
        "quotes right": pytest.approx(3 / 5),
        "answerable refused": pytest.approx(1 / 3),
        "near misses refused": pytest.approx(1 / 2),
    }


def test_a_question_for_which_nothing_is_found_is_refused_and_has_no_right_sentence() -> None:
    assert shares([Reply("who", "id", True, True, ())]) == {
        "best sentence right": 0.0,
        "answer stated": 0.0,
        "answerable refused": 1.0,
    }
