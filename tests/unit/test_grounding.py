"""drafted claims → verified citations: what fails is dropped and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ingest.types import Passage, Section, SectionKind, Sentence
from qa.extract import DraftClaim
from qa.grounding import Grounded, ground
from qa.types import ClaimKind, DocumentCard, Evidence, RetrievedPassage
from tests.factories import make_document

DOCUMENT = make_document("clay", ("The potters of Lembang fire 14 kilns.", "They sell little abroad."))
TEXT = DOCUMENT.text


def evidence_of(quote: str, *, start: int | None = None, passage_id: str = "clay@v1#0") -> Evidence:
    """Evidence that claims to be `quote` at `start` (where it stands, unless said)."""
    at = TEXT.index(quote) if start is None else start
    section = Section(("Findings of the Kiln Survey",), SectionKind.RESULTS, 0, len(TEXT), "en")
    passage = Passage(
        passage_id, "clay", "v1", 0, 0, len(TEXT), TEXT, section, 4, "en", (Sentence(0, len(TEXT), "en"),)
    )
    card = DocumentCard("clay", DOCUMENT.version, "en", DOCUMENT.bibliography)
    found = RetrievedPassage(passage, card, 1, 1.0, 0.9, 1.0, np.zeros((1, 2), np.float32), np.zeros((0, 0)))
    return Evidence(found, at, at + len(quote), quote, "en", 1.0)


QUOTE = "The potters of Lembang fire 14 kilns."


def supports(claim: str, quotes: Sequence[str]) -> float:
    """A scorer that is always content, so that only the exact checks decide."""
    return 1.0


def check(*drafts: DraftClaim, support=supports, threshold: float = 0.5) -> Grounded:  # type: ignore[no-untyped-def]
    """Ground drafts over the one document, with its one passage retrieved."""
    return ground(drafts, {"clay": DOCUMENT}, frozenset({"clay@v1#0"}), support, threshold)


def quotation(quote: str = QUOTE, **place: object) -> DraftClaim:
    """A verbatim claim."""
    return DraftClaim(ClaimKind.QUOTATION, quote, ((0, len(quote)),), (evidence_of(quote, **place),))  # type: ignore[arg-type]


def statement(text: str, quote: str = QUOTE) -> DraftClaim:
    """A claim in somebody's own words."""
    return DraftClaim(ClaimKind.STATEMENT, text, (), (evidence_of(quote),))


def test_a_verbatim_quotation_becomes_a_cited_claim_with_exact_offsets() -> None:
    grounded = check(quotation())
    (citation,) = grounded.citations
    assert TEXT[citation.start : citation.end] == citation.quote == QUOTE
    assert citation.page == 4 and citation.section == "Findings of the Kiln Survey"
    assert citation.source_spans == ((3, 3 + len(QUOTE)),)
    assert grounded.text == f"{QUOTE} [1]"
    (claim,) = grounded.claims
    assert grounded.text[claim.start : claim.end] == claim.text and claim.citations == (1,)


@pytest.mark.parametrize(
    "draft",
    [
        pytest.param(quotation(start=5), id="wrong place"),
        pytest.param(quotation("The potters of Lembang fire 15 kilns.", start=0), id="changed words"),
        pytest.param(quotation(passage_id="clay@v1#9"), id="passage that was not retrieved"),
        pytest.param(statement("Lembang has 15 kilns."), id="changed number"),
        pytest.param(statement("Plered has 14 kilns."), id="swapped name"),
        pytest.param(statement("Lembang has fourteen kilns and three hundred potters."), id="added number in words"),
        pytest.param(DraftClaim(ClaimKind.STATEMENT, "Kilns are fired.", (), ()), id="no evidence"),
        pytest.param(
            DraftClaim(ClaimKind.QUOTATION, "He said “fire 99 ovens”", ((9, 21),), (evidence_of(QUOTE),)),
            id="invented quotation",
        ),
    ],
)
def test_what_does_not_hold_is_dropped_and_counted(draft: DraftClaim) -> None:
    grounded = check(draft)
    assert (grounded.claims, grounded.citations, grounded.dropped) == ((), (), 1)


def test_numbers_in_words_and_names_from_heading_and_bibliography_are_allowed() -> None:
    grounded = check(statement("In the Kiln Survey, Writer (2020) counts fourteen kilns in Lembang."))
    assert grounded.dropped == 0


def test_a_claim_below_the_support_threshold_is_dropped() -> None:
    assert check(statement("Lembang fires kilns."), support=lambda claim, quotes: 0.4).dropped == 1


def test_an_older_version_of_the_paper_is_no_proof() -> None:
    stale = {"clay": replace(DOCUMENT, version="v2")}
    assert ground([quotation()], stale, frozenset({"clay@v1#0"}), supports, 0.5).dropped == 1


def test_one_quote_used_twice_keeps_one_number() -> None:
    grounded = check(quotation(), statement("Lembang fires 14 kilns."), quotation("They sell little abroad."))
    assert [claim.citations for claim in grounded.claims] == [(1,), (1,), (2,)]
    assert [grounded.text[c.start : c.end] for c in grounded.claims] == [c.text for c in grounded.claims]


def test_support_is_asked_of_the_claim_without_what_it_takes_from_elsewhere() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    def listen(claim: str, quotes: Sequence[str]) -> float:
        asked.append((claim, tuple(quotes)))
        return 1.0

    # Writer, the year and the survey stand in the bibliography and the heading; Lembang and 14 in the quote.
    check(statement("Writer found in 2020 that Lembang fires 14 kilns."), support=listen)
    check(statement("The Kiln Survey counts fourteen."), support=listen)
    # A word that names nothing stays, though the heading has it, too.
    check(statement("That survey counts fourteen."), support=listen)
    texts = ["found in that Lembang fires 14 kilns.", "The counts fourteen.", "That survey counts fourteen."]
    assert asked == [(text, (QUOTE,)) for text in texts]


def test_words_before_a_quotation_are_checked_like_any_others() -> None:
    def led_by(words: str) -> DraftClaim:
        place = (len(words), len(words) + len(QUOTE))
        return DraftClaim(ClaimKind.QUOTATION, words + QUOTE, (place,), (evidence_of(QUOTE),))

    assert check(led_by("Writer (2020): ")).dropped == 0
    assert check(led_by("99: ")).dropped == 1
    assert check(led_by("Plered: ")).dropped == 1


def test_a_quotation_needs_no_support_score_and_a_statement_does() -> None:
    place = (10, 10 + len("14 kilns"))
    quoting = DraftClaim(ClaimKind.STATEMENT, "There are 14 kilns.", (place,), (evidence_of(QUOTE),))
    grounded = check(quotation(), quoting, support=lambda claim, quotes: 0.4)
    assert [(claim.kind, claim.support) for claim in grounded.claims] == [(ClaimKind.QUOTATION, 1.0)]
    assert grounded.citations[0].verified.support == 1.0
    assert grounded.dropped == 1


def test_a_claim_at_the_threshold_holds_and_one_that_falls_takes_no_other_with_it() -> None:
    grounded = check(statement("Plered has 14 kilns."), statement("Lembang fires kilns."), support=lambda *_: 0.5)
    assert ([claim.text for claim in grounded.claims], grounded.dropped) == (["Lembang fires kilns."], 1)


LEANING = "Usaha itu milik 14 anggota Mekar Jaya. Program-program tersebut meliputi pelatihan."


def test_what_a_leaning_quote_leans_on_gives_its_names() -> None:
    document = make_document("tenun", (LEANING,))
    quote = "Program-program tersebut meliputi pelatihan."
    at, first = document.text.index(quote), document.text.index(".") + 1
    sentences = (Sentence(0, first, "id"), Sentence(at, at + len(quote), "id"))
    section = Section((), SectionKind.RESULTS, 0, len(document.text), "id")
    passage = Passage("tenun@v1#0", "tenun", "v1", 0, 0, len(document.text), document.text, section, 1, "id", sentences)
    card = DocumentCard("tenun", document.version, "id", document.bibliography)
    found = RetrievedPassage(passage, card, 1, 1.0, 0.9, 1.0, np.zeros((2, 2), np.float32), np.zeros((0, 0)))

    def dropped(text: str) -> int:
        named = Evidence(found, at, at + len(quote), quote, "id", 1.0)
        claim = DraftClaim(ClaimKind.STATEMENT, text, (), (named,))
        return ground([claim], {"tenun": document}, frozenset({"tenun@v1#0"}), supports, 0.5).dropped

    assert dropped("Pelatihan itu termasuk program Mekar.") == 0
    assert dropped("Pelatihan itu termasuk program Plered.") == 1
    assert dropped("Pelatihan itu untuk 14 orang.") == 1
