"""Evidence → drafted claims without a model: verbatim sentences, and lead-ins that say which study speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.types import Bibliography
from qa.extract import draft_extractive
from qa.question import QuestionType
from qa.selection import choose, to_evidence
from tests.unit.test_evidence import NEAR, WIDE, retrieved, scored_of


def test_the_same_language_is_quoted_as_it_stands() -> None:
    evidence = to_evidence(choose(scored_of(retrieved(("Lembang fires 14 kilns.",), [NEAR])), WIDE))
    (claim,) = draft_extractive(evidence, QuestionType.NUMBER, "en")
    assert claim.text == "Lembang fires 14 kilns." and claim.quoted == ((0, len(claim.text)),)


def test_the_other_language_is_quoted_under_a_lead_in_that_names_who_and_where() -> None:
    found = retrieved(("Lembang membakar 14 tungku.",), [NEAR], language="id")
    evidence = to_evidence(choose(scored_of(found), WIDE))
    (claim,) = draft_extractive(evidence, QuestionType.NUMBER, "en")
    ((start, end),) = claim.quoted
    assert claim.text[start:end] == "Lembang membakar 14 tungku."
    lead = claim.text[:start]
    assert "Rahayu (2021)" in lead and "Lembang" in lead and "Findings" in lead


@pytest.mark.parametrize(
    ("kind", "opening"),
    [("number", "Rahayu"), ("list", "Rahayu"), ("fact", "Rahayu"), ("comparison", "For the comparison, Rahayu")],
)
def test_a_lead_in_says_what_a_quotation_answers_only_where_it_has_the_shape_of_an_answer(
    kind: str, opening: str
) -> None:
    found = retrieved(("Tungku dibakar pagi, sebelum hujan.",), [NEAR], language="id")
    (claim,) = draft_extractive(to_evidence(scored_of(found)), QuestionType(kind), "en")
    assert claim.text.startswith(opening)


def test_a_comparison_says_of_each_study_that_it_is_the_one_that_speaks() -> None:
    first = retrieved(("Lembang fires 14 kilns.", "Lembang dries clay in the shade."), [NEAR, NEAR])
    second = retrieved(("Plered fires 3 kilns.",), [NEAR], document="plered")
    evidence = to_evidence(scored_of(first, second))
    claims = draft_extractive(evidence, QuestionType.COMPARISON, "en")
    introduced = {}
    for claim in claims:
        ((start, end),) = claim.quoted
        assert claim.text[start:end] == claim.evidence[0].text
        introduced.setdefault(claim.evidence[0].retrieved.document.id, []).append(start > 0)
    assert introduced == {"clay": [True, False], "plered": [True]}
    alone = draft_extractive(to_evidence(scored_of(first)), QuestionType.COMPARISON, "en")
    assert all(claim.quoted == ((0, len(claim.text)),) for claim in alone)
    asked = draft_extractive(to_evidence(scored_of(first)), QuestionType.FACT, "en", several_places=True)
    assert [claim.quoted[0][0] > 0 for claim in asked] == [True, False]


def test_a_paper_without_authors_is_named_by_its_place_or_title() -> None:
    found = retrieved(("Lembang membakar 14 tungku.",), [NEAR], language="id")
    bare = replace(found, document=replace(found.document, bibliography=Bibliography(title="Kilns")))
    (claim,) = draft_extractive(to_evidence(choose(scored_of(bare), WIDE)), QuestionType.NUMBER, "en")
    assert "the study “Kilns”" in claim.text


def test_a_section_is_named_where_a_study_is_and_left_to_the_citation_after_that() -> None:
    here = retrieved(("Lembang punya tungku.",), [NEAR], language="id")
    talk = replace(here.passage, section=replace(here.passage.section, path=("Talk",)))
    evidence = (*to_evidence(scored_of(here)), *to_evidence(scored_of(replace(here, passage=talk))))
    claims = draft_extractive(evidence, QuestionType.FACT, "en")
    assert ["section “" in claim.text for claim in claims] == [True, False]
    assert claims[1].text.startswith("The same study adds: “")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Tungku itu mati.", ": “Tungku itu mati.”"),
        ("“Tungku itu mati.”", ": “Tungku itu mati.”"),
        ("“Tungku mati”, kata Ani.", ": ““Tungku mati”, kata Ani.”"),
    ],
)
def test_what_the_paper_quotes_gets_no_second_quotation_mark(said: str, shown: str) -> None:
    found = retrieved((said,), [NEAR], language="id")
    (claim,) = draft_extractive(to_evidence(scored_of(found)), QuestionType.FACT, "en")
    ((start, end),) = claim.quoted
    assert claim.text.endswith(shown) and claim.text[start:end] == said
