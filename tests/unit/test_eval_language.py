"""Language detection on its own slice, and the slice itself."""

from collections import Counter

from eval.language_slice import load_slice, measure_language


def test_the_slice_is_balanced_and_without_repeats() -> None:
    utterances = load_slice()
    assert len({one.text for one in utterances}) == 200
    assert Counter(one.language for one in utterances) == {"id": 100, "en": 100}
    assert min(Counter((one.language, one.kind) for one in utterances).values()) >= 20


def test_short_mixed_and_name_heavy_questions_are_in_the_right_language_every_time() -> None:
    result = measure_language(load_slice())
    assert result.unstable == ()
    assert not result.wrong


def test_what_is_detected_wrong_or_differently_is_named() -> None:
    utterances = load_slice()[:4]
    turns = iter(["id", "id", "en", "en", "id", "en", "id", "id"])
    result = measure_language(utterances, lambda text: next(turns), repeats=2)  # type: ignore[arg-type,return-value]
    assert result.figure.value == 0.5
    assert result.wrong == utterances[1:3]
    assert result.unstable == utterances[2:3]
