"""The gate: what it lets through, what it stops, and what its baseline remembers."""

from pathlib import Path

import pytest

from eval.baseline import Baseline, BaselineReply, Expectation, load_baseline, save_rows, save_values
from eval.cases import Case
from eval.dataset import DatasetError, Expect
from eval.gate import Check, GateResult, Verdict, judge
from eval.scores import score
from tests.eval_factories import make_answer, make_case, make_item, make_passage, make_quote

FOUND, LOST = [make_passage((100, 129))], [make_passage((0, 9))]


def cases_with(right: int, wrong: int) -> list[Case]:
    """Questions of which the last `wrong` neither retrieve nor say what they should."""
    made = []
    for number in range(right + wrong):
        item = make_item(f"q{number:02}")
        good = number < right
        made.append(
            make_case(
                make_answer([make_quote()]) if good else make_answer(), item=item, passages=FOUND if good else LOST
            )
        )
    return made


def run_gate(tmp_path: Path, before: list[Case], now: list[Case], toml: str) -> GateResult:
    """Accept `before`, then put `now` to the gate."""
    (tmp_path / "baseline.toml").write_text(toml, encoding="utf-8")
    save_rows("samples", "digest", "c0ffee", before, score(before), tmp_path)
    return judge(score(now), "digest", load_baseline("samples", tmp_path / "baseline.toml", tmp_path))


def only(result: GateResult) -> Check:
    """The one check of a result."""
    (check,) = result.checks
    return check


RR = '[samples."RR"]\nfloor = 0.5\ntolerance = 0.05\n'


def test_an_unchanged_run_passes(tmp_path: Path) -> None:
    result = run_gate(tmp_path, cases_with(30, 10), cases_with(30, 10), RR)
    assert result.passed
    assert only(result).verdict is Verdict.PASSED
    assert result.worse == ()


def test_a_fall_beyond_tolerance_and_chance_fails_and_names_the_questions(tmp_path: Path) -> None:
    result = run_gate(tmp_path, cases_with(36, 4), cases_with(28, 12), RR)
    assert only(result).verdict is Verdict.WORSE
    assert not result.passed
    assert result.worse == tuple(f"q{number}/en" for number in range(28, 36))


def test_a_fall_that_chance_may_explain_is_reported_and_passes(tmp_path: Path) -> None:
    result = run_gate(tmp_path, cases_with(10, 2), cases_with(9, 3), RR)
    assert only(result).verdict is Verdict.PERHAPS_WORSE
    assert result.passed
    assert result.worse == ("q09/en",)


def test_without_tolerance_a_single_question_is_enough(tmp_path: Path) -> None:
    strict = RR.replace("0.05", "0")
    assert only(run_gate(tmp_path, cases_with(10, 2), cases_with(9, 3), strict)).verdict is Verdict.WORSE


def test_a_fall_within_tolerance_passes(tmp_path: Path) -> None:
    lenient = RR.replace("0.05", "0.3")
    assert only(run_gate(tmp_path, cases_with(36, 4), cases_with(28, 12), lenient)).verdict is Verdict.PASSED


def test_the_floor_holds_even_when_nothing_fell(tmp_path: Path) -> None:
    result = run_gate(tmp_path, cases_with(4, 10), cases_with(4, 10), RR)
    assert only(result).verdict is Verdict.BELOW_FLOOR
    assert not result.passed


def test_where_lower_is_better_a_rise_fails(tmp_path: Path) -> None:
    refusals = '[samples."false-refusals"]\nfloor = 0.6\ntolerance = 0.05\n'
    assert only(run_gate(tmp_path, cases_with(36, 4), cases_with(28, 12), refusals)).verdict is Verdict.WORSE
    assert only(run_gate(tmp_path, cases_with(28, 12), cases_with(36, 4), refusals)).verdict is Verdict.BETTER
    assert only(run_gate(tmp_path, cases_with(4, 12), cases_with(4, 12), refusals)).verdict is Verdict.BELOW_FLOOR


def test_a_measure_that_disappears_fails(tmp_path: Path) -> None:
    refused = [make_case(make_answer(), item=make_item("near", expect=Expect.ABSTAIN, kind="near-miss"))]
    assert only(run_gate(tmp_path, refused, refused, RR)).verdict is Verdict.NOT_MEASURED


def test_a_service_does_not_tell_how_sure_it_was_and_is_not_stopped_for_that(tmp_path: Path) -> None:
    before, now = cases_with(30, 10), cases_with(30, 10)
    (tmp_path / "baseline.toml").write_text(RR + RR.replace("RR", "AURC"), encoding="utf-8")
    save_rows("samples", "digest", "c0ffee", before, score(before), tmp_path)
    baseline = load_baseline("samples", tmp_path / "baseline.toml", tmp_path)
    remote, here = (judge(score(now), "digest", baseline, remote=one) for one in (True, False))
    assert [check.verdict for check in remote.checks] == [Verdict.PASSED, Verdict.NOT_TOLD]
    assert remote.passed and not here.passed


def test_another_question_set_has_to_be_accepted_first(tmp_path: Path) -> None:
    cases = cases_with(30, 10)
    (tmp_path / "baseline.toml").write_text(RR, encoding="utf-8")
    save_rows("samples", "digest", "c0ffee", cases, score(cases), tmp_path)
    result = judge(score(cases), "another", load_baseline("samples", tmp_path / "baseline.toml", tmp_path))
    assert not result.passed
    assert "--update" in result.faults[0]


def test_without_a_baseline_nothing_passes() -> None:
    empty = Baseline("samples", "", "", (Expectation("RR", None, 0.1, 0.1),), {})
    assert not judge(score(cases_with(3, 0)), "digest", empty).passed


def test_a_slice_can_be_held_to_its_own_floor(tmp_path: Path) -> None:
    english = RR.replace('"RR"', '"RR, language en"')
    assert only(run_gate(tmp_path, cases_with(30, 10), cases_with(30, 10), english)).now is not None
    with pytest.raises(DatasetError, match="language de"):
        run_gate(tmp_path, cases_with(3, 1), cases_with(3, 1), RR.replace('"RR"', '"RR, language de"'))


def test_a_baseline_remembers_scores_and_places_and_no_text(tmp_path: Path) -> None:
    cases = cases_with(1, 1)
    path = save_rows("samples", "digest", "c0ffee", cases, score(cases), tmp_path)
    (tmp_path / "baseline.toml").write_text(RR, encoding="utf-8")
    loaded = load_baseline("samples", tmp_path / "baseline.toml", tmp_path)
    answered = loaded.replies["q00/en"]
    assert isinstance(answered, BaselineReply)
    assert (answered.status, answered.quotes) == ("answered", (("clay", "v1", 100, 129),))
    assert answered.rows["RR"] == (1.0,)
    assert "refusal-recall" not in answered.rows
    assert "Kilns" not in path.read_text(encoding="utf-8")


def test_a_team_s_own_baseline_remembers_the_sentences(tmp_path: Path) -> None:
    cases = cases_with(1, 1)
    save_rows("own", "digest", "c0ffee", cases, score(cases), tmp_path)
    (tmp_path / "baseline.toml").write_text(RR.replace("samples", "own"), encoding="utf-8")
    replies = load_baseline("own", tmp_path / "baseline.toml", tmp_path).replies
    assert [replies[key].said for key in ("q00/en", "q01/en")] == [("Kilns are fired twice a week.",), ()]


def test_accepting_a_run_changes_values_and_nothing_else(tmp_path: Path) -> None:
    toml = tmp_path / "baseline.toml"
    toml.write_text(f'# why\n{RR}\n[papers."RR"]\nvalue = 0.1\nfloor = 0.0\ntolerance = 0.1\n', encoding="utf-8")
    save_values("samples", {"RR": 0.87654}, toml)
    save_values("samples", {"RR": 0.91}, toml)
    assert toml.read_text(encoding="utf-8") == (
        '# why\n[samples."RR"]\nvalue = 0.91\nfloor = 0.5\ntolerance = 0.05\n\n'
        '[papers."RR"]\nvalue = 0.1\nfloor = 0.0\ntolerance = 0.1\n'
    )
