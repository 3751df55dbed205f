"""Sketches tell the same paper in another extraction from another paper."""

from __future__ import annotations

import random

from ingest.sketch import LATER_EDITION, SAME_PAPER, likeness, sketch

WORDS = [f"kata{number}" for number in range(2000)]


def text(seed: int, length: int = 3000) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def test_a_text_is_wholly_like_itself_in_any_layout() -> None:
    words = text(1)
    assert likeness(sketch(" ".join(words)), sketch("\n".join(words).upper() + ".")) == 1.0


def test_another_paper_has_nothing_in_common() -> None:
    assert likeness(sketch(" ".join(text(1))), sketch(" ".join(text(2)))) < 0.05


def test_one_word_in_fifty_misread_is_still_the_same_paper() -> None:
    words = text(3)
    misread = [f"{word}x" if number % 50 == 0 else word for number, word in enumerate(words)]
    assert likeness(sketch(" ".join(words)), sketch(" ".join(misread))) >= SAME_PAPER


def test_a_paper_with_a_third_rewritten_is_a_later_edition_not_the_same() -> None:
    words = text(4)
    rewritten = words[:2000] + text(5, 1000)
    assert LATER_EDITION <= likeness(sketch(" ".join(words)), sketch(" ".join(rewritten))) < SAME_PAPER


def test_the_estimate_is_near_the_true_share_of_common_runs() -> None:
    words = text(6, 6000)
    one, other = words[:4000], words[2000:]
    true = 2000 / 6000
    assert abs(likeness(sketch(" ".join(one)), sketch(" ".join(other))) - true) < 0.1


def test_a_text_too_short_to_be_judged_is_like_nothing() -> None:
    assert sketch("satu dua tiga") == b""
    assert likeness(b"", sketch(" ".join(text(7)))) == 0.0
    assert likeness(b"", b"") == 0.0
