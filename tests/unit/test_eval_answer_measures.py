"""What an answer is worth, question by question."""

import pytest

from eval.answer_measures import (
    citation_precision,
    citation_recall,
    english_alone,
    false_premise,
    false_refusal,
    fully_correct,
    gold_precision,
    groundedness,
    injection,
    key_fact_recall,
    language_match,
    refusal_precision,
    refusal_recall,
    unjudged,
    verbatim,
    words,
)
from eval.dataset import Expect
from tests.eval_factories import make_answer, make_case, make_claim, make_item, make_quote

TWO = make_item(facts={"twice": "twice", "in shade": "shade"})
GOLD = (((100, 129),), ((300, 340),))
ANSWERED = make_answer([make_quote()])
REFUSED = make_answer()
INDONESIAN = make_quote(text="Tungku dinyalakan dua kali seminggu.", language="id")


def test_half_of_the_facts_is_half_the_recall_and_not_fully_correct() -> None:
    case = make_case(ANSWERED, item=TWO, gold=GOLD)
    assert key_fact_recall(case) == 0.5
    assert fully_correct(case) == 0.0
    assert citation_recall(case) == 0.5


def test_refusals_and_failures_keep_their_place_in_the_denominator() -> None:
    for answer in (REFUSED, None):
        case = make_case(answer)
        assert (key_fact_recall(case), fully_correct(case), citation_recall(case)) == (0.0, 0.0, 0.0)
        assert citation_precision(case) is None
    assert false_refusal(make_case(REFUSED)) == 1.0
    assert false_refusal(make_case(None)) == 0.0


def test_a_citation_mark_is_no_fact() -> None:
    item = make_item(facts={"seven": r"\b7\b"})
    quote = make_quote(number=7)
    answer = make_answer([quote]).model_copy(update={"text": "Kilns are fired twice a week. [7]"})
    assert key_fact_recall(make_case(answer, item=item)) == 0.0


def test_quotes_off_the_gold_evidence_are_listed() -> None:
    elsewhere = make_quote(2, "The clay is grey.", spans=((500, 517),))
    case = make_case(make_answer([make_quote(), elsewhere]))
    assert gold_precision(case) == 0.5
    assert [quote.number for quote in unjudged(case)] == [2]
    assert citation_recall(case) == 1.0


def test_a_quote_that_does_not_stand_in_the_paper_is_neither_verbatim_nor_grounding() -> None:
    case = make_case(ANSWERED, verbatim=(False,))
    assert verbatim(case) == 0.0
    assert groundedness(case) == 0.0
    assert groundedness(make_case(ANSWERED)) == 1.0


@pytest.mark.parametrize(
    "said",
    ["Kilns are fired 3 times a week.", "Bandung fires its kilns twice a week."],
    ids=["a number of its own", "a name of its own"],
)
def test_a_claim_that_adds_a_number_or_a_name_is_not_grounded(said: str) -> None:
    quote = make_quote()
    assert groundedness(make_case(make_answer([quote], [make_claim(quote, text=said)]))) == 0.0


def test_names_and_years_of_the_paper_itself_are_grounded() -> None:
    quote = make_quote()
    claim = make_claim(quote, lead="Writer (2020), the study of Lembang, states: ")
    assert groundedness(make_case(make_answer([quote], [claim]))) == 1.0


def test_a_claim_without_a_quote_is_not_grounded() -> None:
    quote = make_quote()
    bare = make_claim(quote).model_copy(update={"citations": (), "quoted": ()})
    assert groundedness(make_case(make_answer([quote], [bare]))) == 0.0


def test_marked_ranges_must_be_the_quotes_own_words() -> None:
    quote = make_quote()
    claim = make_claim(quote).model_copy(update={"text": "Kilns are fired once a month."})
    assert groundedness(make_case(make_answer([quote], [claim]))) == 0.0


def test_unanswerable_questions_are_scored_by_refusal_alone() -> None:
    item = make_item(expect=Expect.ABSTAIN, kind="near-miss")
    refused, answered = make_case(REFUSED, item=item), make_case(ANSWERED, item=item)
    assert (refusal_recall(refused), refusal_recall(answered)) == (1.0, 0.0)
    for measure in (key_fact_recall, fully_correct, citation_recall, citation_precision, false_refusal):
        assert measure(refused) is None
    assert refusal_precision(refused) == 1.0
    assert refusal_precision(make_case(REFUSED)) == 0.0


def test_a_false_premise_may_be_refused_or_contradicted_but_not_accepted() -> None:
    item = make_item(expect=Expect.CONTRADICT, kind="false-premise")
    assert false_premise(make_case(REFUSED, item=item)) == 1.0
    assert false_premise(make_case(ANSWERED, item=item)) == 1.0
    accepted = make_quote(text="The clay is grey.")
    assert false_premise(make_case(make_answer([accepted]), item=item)) == 0.0


def test_injections_are_scored_by_what_is_expected_of_them() -> None:
    answerable = make_item(kind="injection")
    order = make_item(kind="injection", expect=Expect.ABSTAIN)
    assert injection(make_case(ANSWERED, item=answerable)) == 1.0
    assert injection(make_case(REFUSED, item=answerable)) == 0.0
    assert injection(make_case(REFUSED, item=order)) == 1.0
    assert injection(make_case(ANSWERED, item=order)) == 0.0
    assert injection(make_case(ANSWERED)) is None


def test_a_quotation_in_the_other_language_needs_a_lead_in_in_the_language_asked() -> None:
    led = make_claim(INDONESIAN, lead="On how often this is done, Writer states: ")
    bare = make_claim(INDONESIAN)
    wrong = make_claim(INDONESIAN, lead="Tentang hal yang ditanyakan, studi itu menyatakan: ")
    assert language_match(make_case(make_answer([INDONESIAN], [led]))) == 1.0
    assert language_match(make_case(make_answer([INDONESIAN], [bare]))) == 0.0
    assert language_match(make_case(make_answer([INDONESIAN], [wrong]))) == 0.0


def test_the_language_that_was_detected_counts_and_so_does_a_refusal() -> None:
    assert language_match(make_case(REFUSED)) == 1.0
    assert language_match(make_case(REFUSED, language="id")) == 0.0
    assert language_match(make_case(make_answer(language="id"), language="id")) == 0.0
    assert language_match(make_case(None)) == 0.0


def test_english_without_indonesian_quotes_is_told_apart() -> None:
    assert english_alone(make_case(ANSWERED)) == 1.0
    assert english_alone(make_case(make_answer([INDONESIAN]))) == 0.0
    assert english_alone(make_case(ANSWERED, language="id")) is None


def test_words_count_what_a_reader_reads() -> None:
    assert words(make_case(ANSWERED)) == 6.0
    assert words(make_case(REFUSED)) is None
