"""Readers' verdicts on quotes: which quote has which grade, what the measures make of it, and the way to a reader and
back."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.answer_measures import citation_precision, gold_precision, unjudged, unjudged_share
from eval.cases import Case
from eval.cli import app
from eval.dataset import DATA, DatasetError, Expect, load_judgements, load_questions
from eval.judge_queue import COLUMNS, judgement_lines, queue_table, queued, read_grades, with_grades
from eval.judged import Grade, JudgedQuote, JudgedQuotes, grade_of
from eval.opening import load_set
from eval.report import Report, render_report
from eval.run_file import Run, RunDocument, RunHead, save_run
from eval.scores import score
from ingest.types import Span
from tests.eval_factories import PAPER, make_answer, make_case, make_item, make_quote
from tests.unit.test_eval_dataset import SHA, folder, write  # noqa: F401

GREY = make_quote(2, "The clay is grey.", spans=((500, 517),))
DAILY = make_quote(3, "They cool for a day.", spans=((600, 620),))


def said(grade: Grade, *spans: Span) -> JudgedQuote:
    """A verdict on the quote at these places."""
    return JudgedQuote(spans=spans, grade=grade)


def row(*judged: JudgedQuote, item: str = "kilns", document: str = PAPER, sha256: str = "abc") -> JudgedQuotes:
    """Verdicts on quotes of one paper."""
    return JudgedQuotes(item=item, document=document, sha256=sha256, judged=judged)


def make_run(*cases: Case, sha256: str | None = "abc") -> Run:
    """A run that holds these replies."""
    head = RunHead(
        made_at="2026-11-21T00:00:00+00:00",
        commit="c0ffee",
        split="development",
        dataset_digest="digest",
        gold="samples",
        corpus_version="c1",
        documents=(RunDocument(id=PAPER, version="v1", language="en", source="papers/clay.md", sha256=sha256),),
        passages=1,
        facts={},
        seed=5,
    )
    return Run(head=head, passages={}, replies=tuple(case.reply for case in cases))


@pytest.mark.parametrize(
    ("quote", "grade"),
    [
        (((0, 100),), 3),
        (((0, 190),), 1),
        (((200, 300),), None),
        (((149, 249),), 1),
        (((151, 251),), None),
    ],
    ids=["the same", "the most alike", "nobody judged it", "half of it", "less than half of it"],
)
def test_a_quote_has_the_grade_of_the_judged_quote_most_like_it(quote: tuple[Span, ...], grade: int | None) -> None:
    assert grade_of(quote, [said(3, (0, 100)), said(1, (0, 200))]) == grade


def test_of_two_verdicts_on_like_quotes_the_lower_counts() -> None:
    assert grade_of(((10, 20),), [said(3, (0, 20)), said(0, (10, 30))]) == 0


def test_precision_counts_judged_quotes_and_gold_evidence_and_leaves_out_what_nobody_judged() -> None:
    case = make_case(make_answer([make_quote(), GREY, DAILY]), judged=[said(1, (500, 517))])
    assert citation_precision(case) == 0.5
    assert unjudged(case) == (DAILY,)
    assert unjudged_share(case) == pytest.approx(1 / 3)
    assert gold_precision(case) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("grade", "right"), [(3, 1.0), (2, 1.0), (1, 0.0), (0, 0.0)])
def test_grades_of_two_and_three_are_right(grade: Grade, right: float) -> None:
    assert citation_precision(make_case(make_answer([GREY]), judged=[said(grade, (500, 517))])) == right


def test_without_any_verdict_there_is_no_precision_but_the_strict_one() -> None:
    case = make_case(make_answer([make_quote(), GREY]))
    assert citation_precision(case) is None
    assert unjudged_share(case) == gold_precision(case) == 0.5


def test_questions_without_an_answer_have_no_precision() -> None:
    item = make_item(expect=Expect.ABSTAIN)
    case = make_case(make_answer([GREY]), item=item, gold=(), judged=[said(3, (500, 517))])
    assert citation_precision(case) is None


def test_the_queue_holds_each_unjudged_quote_once_and_nothing_of_the_system() -> None:
    both = [make_case(make_answer([make_quote(), GREY, DAILY]), language=one) for one in ("en", "id")]
    waiting = queued(make_run(*both), both)
    assert sorted(one.quote for one in waiting) == [GREY.quote, DAILY.quote]
    told = next(csv.DictReader(io.StringIO(queue_table(waiting))))
    assert tuple(told) == COLUMNS
    assert (told["grade"], told["looks_for"], told["document"], told["sha256"]) == ("", "twice a week", "clay", "abc")


def test_the_order_of_the_queue_is_drawn_and_comes_again() -> None:
    quotes = [make_quote(n, f"Sentence {n}.", spans=((n * 100, n * 100 + 11),)) for n in range(2, 30)]
    case = make_case(make_answer(quotes))
    drawn = [one.spans for one in queued(make_run(case), [case], seed=4)]
    assert drawn == [one.spans for one in queued(make_run(case), [case], seed=4)]
    assert drawn != sorted(drawn)


def test_a_quote_of_a_file_that_nobody_knows_cannot_be_judged_for_good() -> None:
    case = make_case(make_answer([GREY]))
    with pytest.raises(DatasetError, match="--papers"):
        queue_table(queued(make_run(case, sha256=None), [case]))


def test_the_page_lists_what_nobody_judged_and_names_what_is_beside_the_point() -> None:
    case = make_case(make_answer([make_quote(), GREY, DAILY]), judged=[said(0, (500, 517))])
    page = render_report(Report(make_run(case), [case], score([case])))
    fold = page.partition('<details class="unjudged">')[2].partition("</details>")[0]
    assert "1 quote that nobody judged" in fold
    assert DAILY.quote in fold and GREY.quote not in fold
    assert '<span class="bad">beside the point</span>' in page


def test_a_new_verdict_on_the_same_quote_replaces_the_old_one() -> None:
    merged = with_grades([row(said(0, (500, 517)), said(3, (1, 9)))], [row(said(2, (510, 517), (500, 510)))])
    assert merged == (row(said(3, (1, 9)), said(2, (500, 517))),)


def fill(table: Path, **grades: str) -> None:
    """Give the quotes that contain a word a grade."""
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    for one in rows:
        one["grade"] = next((grade for word, grade in grades.items() if word in one["quote"]), "")
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    table.write_text(text.getvalue(), encoding="utf-8")


def test_a_grade_that_is_none_names_its_row(tmp_path: Path) -> None:
    case, table = make_case(make_answer([GREY])), tmp_path / "queue.csv"
    table.write_text(queue_table(queued(make_run(case), [case])), encoding="utf-8")
    assert read_grades(table) == ()
    fill(table, grey="4")
    with pytest.raises(DatasetError, match=r"row 2.*0, 1, 2 or 3"):
        read_grades(table)


def test_grades_come_back_beside_the_question_set(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    """The whole way by the commands: run file, table, grades, and the next score."""
    case = make_case(make_answer([make_quote(spans=((8, 20),)), make_quote(2, "# Clay", spans=((0, 6),))]))
    head = {"gold": "papers", "dataset_digest": load_questions(folder).digest}
    run = make_run(case, sha256=SHA)
    save_run(run.model_copy(update={"head": run.head.model_copy(update=head)}), tmp_path / "run.json")
    options, table = ["--questions", str(folder), "--papers", str(folder / "clay.md")], tmp_path / "queue.csv"
    out = CliRunner().invoke(app, ["queue", str(tmp_path / "run.json"), str(table), *options])
    assert out.exit_code == 0, out.output
    fill(table, Clay="0")
    out = CliRunner().invoke(app, ["grades", str(table), *options])
    assert out.exit_code == 0, out.output
    loaded = load_set(folder, "papers", [folder / "clay.md"])
    assert loaded.judgements == (row(said(0, (0, 6)), sha256=SHA),)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"item": "ovens"}, "which is no question"),
        ({"judged": [{"spans": [[0, 9000]], "grade": 1}]}, "lies outside"),
        ({"sha256": "0" * 64}, "another file"),
        ({"judged": [{"spans": [[0, 6]], "grade": 1}, {"spans": [[0, 6]], "grade": 2}]}, "judged twice"),
        ({"judged": [{"spans": [[0, 6]], "grade": 4}]}, "grade"),
    ],
)
def test_faulty_verdicts_are_named_at_load(folder: Path, changed: dict[str, Any], told: str) -> None:  # noqa: F811
    sound = json.loads(judgement_lines([row(said(1, (0, 6)), sha256=SHA)]))
    (folder / "judgements-papers.jsonl").write_text(json.dumps(sound | changed), encoding="utf-8")
    with pytest.raises(DatasetError, match=told):
        load_set(folder, "papers", [folder / "clay.md"])


def test_verdicts_do_not_change_which_set_it_is(folder: Path) -> None:  # noqa: F811
    bare = load_questions(folder).digest
    (folder / "judgements-papers.jsonl").write_text(
        judgement_lines([row(said(1, (0, 6)), sha256=SHA)]), encoding="utf-8"
    )
    assert load_questions(folder).digest == bare


@pytest.mark.parametrize("gold", ["papers", "samples"])
def test_every_answerable_question_of_ours_has_judged_quotes(gold: str) -> None:
    items = {one.id for one in load_questions(DATA, gold).items if one.expect is Expect.ANSWER}
    assert {one.item for one in load_judgements(DATA / f"judgements-{gold}.jsonl")} == items
