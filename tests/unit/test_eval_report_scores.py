"""The figures of the report page: plain words first, every measure in its group, nothing rounded to perfection."""

import re

from eval.report_scores import headline, score_table
from eval.scores import score
from tests.eval_factories import make_answer, make_case, make_item, make_quote


def plain(page: str) -> str:
    """The page as a reader sees it."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_headline_tells_shares_in_plain_words_with_their_number() -> None:
    cases = [make_case(make_answer([make_quote()]), item=make_item(f"q{number}")) for number in range(3)]
    cases.append(make_case(make_answer(), item=make_item("refused")))
    told = plain(headline(score(cases)))
    assert "75% of answerable questions are answered in full" in told
    assert "25% of answerable questions are refused by mistake" in told
    assert "4 questions" in told


def test_almost_all_is_not_told_as_all() -> None:
    cases = [
        make_case(make_answer([make_quote()]), item=make_item(f"q{number}"), verbatim=(number > 0,))
        for number in range(300)
    ]
    assert "99.7% of quotations stand in the paper word for word" in plain(headline(score(cases)))


def test_every_measure_with_a_figure_stands_in_the_table_once() -> None:
    sheet = score([make_case(make_answer([make_quote()]))])
    table = score_table(sheet, {})
    for measured in sheet.measured:
        shown = any(sheet.figure(measured, keep) for keep in sheet.slices().values())
        assert table.count(f"<th>{measured.name}<small>") == shown
