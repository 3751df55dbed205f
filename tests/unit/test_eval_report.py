"""The report, the comment and the JUnit file: complete, escaped, and closed to the outside."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eval import dataset
from eval.baseline import load_baseline, save_rows
from eval.cases import Case
from eval.gate import judge
from eval.outcome import before_of_baseline, before_of_run
from eval.outputs import Outputs, write_outputs
from eval.report import Report, render_report
from eval.report_text import render_junit, render_markdown
from eval.run_file import KeptPassage, Run, RunDocument, RunHead
from eval.scores import score
from eval.versus import versus
from tests.eval_factories import make_answer, make_case, make_claim, make_item, make_passage, make_quote

EVIL = "<script>alert(1)</script> | @team [x](http://evil.example)"


def make_run(cases: list[Case], split: str = "development") -> Run:
    """A run that holds these replies and one passage around the quote."""
    head = RunHead(
        made_at="2026-11-21T00:00:00+00:00",
        commit="c0ffee",
        split=split,
        dataset_digest="digest",
        gold="samples",
        corpus_version="c1",
        documents=(RunDocument(id="clay", version="v1", language="en", source="clay.md", sha256="abc"),),
        passages=1,
        facts={"embedder": "words"},
        seed=5,
    )
    text = "." * 100 + "Kilns are fired twice a week." + "." * 71
    kept = KeptPassage(
        document="clay", language="en", section="Findings", start=0, end=200, source_spans=((0, 200),), text=text
    )
    return Run(head=head, passages={"clay@v1#0": kept}, replies=tuple(case.reply for case in cases))


RIGHT = make_case(make_answer([make_quote()]), item=make_item("right"), passages=[make_passage((100, 129))])
WRONG = make_case(make_answer(), item=make_item("wrong"), passages=[make_passage((0, 9))], confidence=0.4, forced="x")


def make_report(tmp_path: Path, now: list[Case], before: list[Case], split: str = "development") -> Report:
    """`now` against an accepted `before`."""
    (tmp_path / "baseline.toml").write_text(
        '[samples."RR"]\nvalue = 1.0\nfloor = 0.0\ntolerance = 0\n', encoding="utf-8"
    )
    save_rows("samples", "digest", "c0ffee", before, score(before), tmp_path)
    baseline = load_baseline("samples", tmp_path / "baseline.toml", tmp_path)
    run, sheet = make_run(now, split), score(now)
    return Report(run, now, sheet, judge(sheet, "digest", baseline), before_of_baseline(baseline, run), "the baseline")


def worse(tmp_path: Path, split: str = "development") -> Report:
    """A question that was answered and now is refused."""
    refused = make_case(make_answer(), item=make_item("right"), passages=[make_passage((0, 9))])
    return make_report(tmp_path, [refused, WRONG], [RIGHT, WRONG], split)


def test_the_page_asks_nothing_of_anyone(tmp_path: Path) -> None:
    page = render_report(worse(tmp_path))
    assert not re.search(r'(?:src|href|action)=(?!"#)', page)
    assert "@import" not in page and "url(" not in page and "fetch(" not in page
    assert "default-src 'none'" in page


def test_what_papers_and_readers_wrote_is_text_and_nothing_else(tmp_path: Path) -> None:
    quote = make_quote(text=EVIL)
    item = make_item("evil", facts={EVIL: "never"})
    case = make_case(make_answer([quote], [make_claim(quote, lead=EVIL)]), item=item, forced=EVIL, confidence=0.5)
    page = render_report(make_report(tmp_path, [case], [case]))
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 3
    refused = make_case(make_answer(), item=item)
    comment = render_markdown(make_report(tmp_path, [refused], [case]))
    assert "<script>" not in comment and "@team" not in comment and "](http" not in comment


def test_misses_come_first_and_quotes_are_marked(tmp_path: Path) -> None:
    page = render_report(make_report(tmp_path, [RIGHT, WRONG], [RIGHT, WRONG]))
    assert page.index('id="wrong--en"') < page.index('id="right--en"')
    assert "<mark>Kilns are fired twice a week.</mark>" in page
    for name in ("outcome", "type", "language", "study", "change"):
        assert f'name="{name}"' in page


def test_an_answer_that_got_worse_stands_beside_what_it_was(tmp_path: Path) -> None:
    made = worse(tmp_path)
    page = render_report(made)
    assert "The gate is closed" in page
    assert re.search(r'class="earlier"><h4>Before \(answered; now worse\)</h4><p><mark>Kilns are fired twice', page)
    comment = render_markdown(made)
    assert "blocked by 1 check" in comment
    assert "| ➖ Kilns are fired twice a week. | ➕ No answer (below_threshold). |" in comment
    assert (
        "<del>Kilns are fired twice a week.</del>" in page
        and "fully-correct 1 → 0" in page
        and "fully-correct 1 → 0" in comment
    )


def test_what_stands_on_both_sides_is_not_marked_and_cut_short(tmp_path: Path) -> None:
    long, lost, new = "Kilns are fired twice a week. " * 9, "Clay dries slowly.", "Pots are sold in town."
    was = make_case(make_answer([make_quote(1, long), make_quote(2, lost)]), item=make_item("right"))
    now = make_case(make_answer([make_quote(1, long), make_quote(2, new)]), item=make_item("right"))
    earlier = before_of_run([was], score([was]))["right/en"]
    both = versus(now, earlier)
    assert versus(now, replace(earlier, said=())) == both
    assert [(one.text, one.moved) for one in both.before] == [(long, False), (lost, True)]
    assert [(one.text, one.moved) for one in both.now] == [(long, False), (new, True)]
    assert both.now[0].short.endswith(" …") and len(both.now[0].short) < 100


def test_beside_an_earlier_run_its_scores_are_told(tmp_path: Path) -> None:
    made = worse(tmp_path)
    sheet = score([RIGHT, WRONG])
    report = Report(made.run, made.cases, made.sheet, None, made.before, "the run of Monday", sheet)
    assert "| fully-correct | 0.000 [0.00–0.00] n 2 | " in render_markdown(report)
    assert "| all, before |" in render_markdown(report)
    page = render_report(report)
    assert "<th>all, before</th>" in page and 'class="was"' in page and "The brown line is the run of Monday" in page


def test_accepted_quotes_are_read_where_they_are_stored_and_told_by_place_otherwise(tmp_path: Path) -> None:
    made = make_report(tmp_path, [RIGHT], [RIGHT])
    baseline = load_baseline("samples", tmp_path / "baseline.toml", tmp_path)
    elsewhere = made.run.model_copy(update={"passages": {}})
    place = ("clay", "v1", 100, 129)
    assert before_of_baseline(baseline, elsewhere)["right/en"].texts == ("clay 100–129",)
    assert before_of_baseline(baseline, elsewhere, {place: "As stored."})["right/en"].texts == ("As stored.",)


def test_nothing_single_is_shown_of_the_test_split(tmp_path: Path) -> None:
    made = worse(tmp_path, "test")
    for text in (render_report(made), render_markdown(made)):
        assert "How often are the kilns fired?" not in text
        assert "Kilns are fired twice" not in text
    assert "Single answers stay hidden" in render_report(made)


def test_junit_names_every_check_and_the_questions_that_got_worse(tmp_path: Path) -> None:
    made = worse(tmp_path)
    assert made.gate is not None
    suite = ElementTree.fromstring(render_junit(made.gate))
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.text == "right/en"
    assert "RR is worse" in str(failure.get("message"))


def test_every_form_is_written_where_it_was_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "out"
    written = write_outputs(worse(tmp_path), Outputs(out / "r.html", out / "r.md", out / "r.json", out / "r.xml"))
    assert [path.name for path in written] == ["r.html", "r.md", "r.json", "r.xml"]
    told = json.loads((out / "r.json").read_text(encoding="utf-8"))
    assert told["gate"]["passed"] is False
    assert told["scores"]["all"]["RR"]["n"] == 2


@pytest.mark.parametrize("name", ["report.css", "report.js", "report.html"])
def test_the_page_s_parts_are_part_of_the_package(name: str) -> None:
    assert (Path(str(dataset.__file__)).with_name("page") / name).is_file()
