"""text of a language model → drafted claims: what it names, what it quotes, and what cannot be a claim of ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.types import Language
from qa.draft import LineReader, declines, read_claims
from qa.types import ClaimKind
from tests.factories import make_evidence

EVIDENCE = (
    make_evidence("The potters of Lembang fire 14 kilns with waste wood from the saw-\nmills."),
    make_evidence("Koperasi menjual gerabah ke tiga kota.", language="id"),
    make_evidence("They sell little abroad."),
)

# line, then (text, numbers of the evidence it rests on) of each claim
WOOD = "The potters fire their kilns with wood."
RICH = "The potters are very rich people."
LINES: list[tuple[str, list[tuple[str, tuple[int, ...]]]]] = [
    ("The potters fire their kilns with wood [1].", [(WOOD, (1,))]),
    ("The potters fire their kilns with wood. [1]", [(WOOD, (1,))]),
    ("- **The potters** fire kilns with wood [1]", [("The potters fire kilns with wood.", (1,))]),
    ("1. The potters fire kilns with wood [1].", [("The potters fire kilns with wood.", (1,))]),
    ("They fire kilns and sell little [1][3].", [("They fire kilns and sell little.", (1, 3))]),
    ("They fire kilns and sell little [1, 3].", [("They fire kilns and sell little.", (1, 3))]),
    ("They fire kilns and sell little 【1】［3］.", [("They fire kilns and sell little.", (1, 3))]),
    ("They fire kilns and sell little [1] dan [3].", [("They fire kilns and sell little.", (1, 3))]),
    ("They fire kilns and sell little [1], as well as [2], and [3].", [
        ("They fire kilns and sell little.", (1, 2, 3)),
    ]),
    ("They fire their kilns [1], while they sell little [3].", [
        ("They fire their kilns.", (1,)), ("while they sell little.", (3,)),
    ]),
    ("They fire their kilns [1], and grow rich. They sell little [3].", [
        ("They fire their kilns.", (1,)), ("and grow rich.", ()), ("They sell little.", (3,)),
    ]),
    ("They say “we fire 14 kilns with waste wood” [1].", [("They say “we fire 14 kilns with waste wood”.", ())]),
    ("They fire kilns [1]. They sell little [3].", [("They fire kilns.", (1,)), ("They sell little.", (3,))]),
    ("Pottery is old. The potters fire kilns [1].", [("Pottery is old.", ()), ("The potters fire kilns.", (1,))]),
    (f"[1] {WOOD}", [(WOOD, (1,))]),
    (f"[1][3]: {WOOD}", [(WOOD, (1, 3))]),
    ("[1] They fire kilns. They sell little. [3] They sell some.", [
        ("They fire kilns.", (1,)), ("They sell little.", (1,)), ("They sell some.", (3,)),
    ]),
    (f"[1] {WOOD} [3]", [(WOOD, (3,))]),
    (f"[0] {RICH}", [(RICH, ())]),
    ("The potters are very rich people [9].", [(RICH, ())]),
    ("The potters are very rich people [0].", [(RICH, ())]),
    ("The potters are very rich people [1][9].", [(RICH, ())]),
    ("The potters are very rich people.", [(RICH, ())]),
    ("See https://evil.example for the kilns [1].", [("See https://evil.example for the kilns.", ())]),
    ("See [the kilns](//evil.example) of the potters [1].", [("See [the kilns](//evil.example) of the potters.", ())]),
    ("The potters <b>fire</b> their kilns daily [1].", [("The potters <b>fire</b> their kilns daily.", ())]),
    ("![kilns](x.png) The potters fire kilns [1].", [("![kilns](x.png) The potters fire kilns.", ())]),
    ("Para perajin membakar tungku dengan kayu sisa [1].", [("Para perajin membakar tungku dengan kayu sisa.", ())]),
    ("They use “waste wood from the sawmills” [1].", [("They use “waste wood from the saw-\nmills”.", (1,))]),
    ('They heat them with "good coal from the mine" [1].', [('They heat them with "good coal from the mine".', ())]),
    ("[1]", []),
    ("", []),
    ("Answer:", []),
]  # fmt: skip


@pytest.mark.parametrize("line", ["[0]", " [0]. ", "【0】", "- **[0]**", "[ 0 ]\u200b"])
def test_the_mark_of_no_evidence_alone_declines(line: str) -> None:
    assert declines(line) and read_claims(line, EVIDENCE, "en") == []


@pytest.mark.parametrize("line", ["", "[1]", "[10]", "0", "The potters are very rich people [0].", "[0] [1]"])
def test_anything_beside_it_does_not(line: str) -> None:
    assert not declines(line)


@pytest.mark.parametrize(("line", "claims"), LINES)
def test_a_line_becomes_claims_with_the_evidence_they_name(
    line: str, claims: list[tuple[str, tuple[int, ...]]]
) -> None:
    read = read_claims(line, EVIDENCE, "en")
    assert [(one.text, tuple(EVIDENCE.index(e) + 1 for e in one.evidence)) for one in read] == claims


def test_what_is_copied_word_for_word_is_a_quotation() -> None:
    (claim,) = read_claims("They sell little abroad. [3]", EVIDENCE, "en")
    assert claim.kind is ClaimKind.QUOTATION and claim.quoted == ((0, len(claim.text)),)


def test_quoted_words_stand_as_the_paper_has_them() -> None:
    (claim,) = read_claims("They heat them with “waste wood from the sawmills” [1].", EVIDENCE, "en")
    ((start, end),) = claim.quoted
    assert claim.text[start:end] in EVIDENCE[0].text and claim.kind is ClaimKind.STATEMENT


def test_a_quotation_in_the_other_language_does_not_make_the_claim_foreign() -> None:
    (claim,) = read_claims("The cooperative “menjual gerabah ke tiga kota” every year, it says [2].", EVIDENCE, "en")
    assert claim.evidence == (EVIDENCE[1],)


TERMS = "network structure, commitment to a common purpose, trust among the participants"


@pytest.mark.parametrize("around", ["{}.", "({}).", "1) {}, 2) others."], ids=["bare", "in brackets", "in a list"])
def test_terms_of_another_language_that_the_paper_uses_are_quoted(around: str) -> None:
    paper = make_evidence(f"Ukuran keberhasilan koperasi: {around.format(TERMS)}", language="id")
    other = make_evidence("Koperasi punya network structure.", language="id")
    (claim,) = read_claims(f"Penelitian itu memakai tiga ukuran: {TERMS} [1] [2].", [paper, other], "id")
    assert claim.text == f"Penelitian itu memakai tiga ukuran: “{TERMS}”." and claim.evidence == (paper, other)
    assert [claim.text[start:end] for start, end in claim.quoted] == [TERMS]


def test_terms_that_the_paper_has_otherwise_are_not_quoted() -> None:
    paper = make_evidence(f"Ukuran keberhasilan koperasi: {TERMS}.", language="id")
    (claim,) = read_claims(f"Penelitian itu memakai tiga ukuran: {TERMS.replace(', ', '; ')} [1].", [paper], "id")
    assert claim.evidence == ()


@pytest.mark.parametrize(
    ("line", "language"),
    [
        (f"They need {TERMS} [1].", "id"),
        (f"Ukurannya “sangat” banyak: {TERMS} [1].", "id"),
        ("They have measured a network structure, for all the participants [1].", "id"),
        ("Ukuran keberhasilan koperasi itu network structure [1].", "en"),
    ],
    ids=["little of its own", "marks of its own", "few terms", "a sentence in the other language"],
)
def test_nothing_else_is_made_a_quotation_to_pass(line: str, language: Language) -> None:
    paper = make_evidence(f"Ukuran keberhasilan koperasi: {TERMS}.", language="id")
    (claim,) = read_claims(line, [paper], language)
    assert claim.evidence == ()


def test_a_sentence_in_the_other_language_lends_no_terms() -> None:
    paper = make_evidence(f"The measures of success are {TERMS}.", language="en")
    (claim,) = read_claims(f"Penelitian itu memakai tiga ukuran: {TERMS} [1].", [paper], "id")
    assert claim.evidence == ()


@given(st.text(max_size=300), st.integers(1, 9))
def test_any_text_in_any_pieces_gives_the_same_lines_and_never_fails(text: str, size: int) -> None:
    whole, cut = LineReader(), LineReader()
    lines = [*whole.feed(text), *whole.rest()]
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert [*(line for piece in pieces for line in cut.feed(piece)), *cut.rest()] == lines
    for line in lines:
        for claim in read_claims(line, EVIDENCE, "en"):
            assert all(claim.text[start:end] for start, end in claim.quoted)


def test_what_a_model_thinks_aloud_is_not_its_answer() -> None:
    reader = LineReader()
    lines = [*reader.feed("<think>\nThey are rich [1].\n"), *reader.feed("</think>They sell little abroad [3].\n")]
    assert lines == ["They sell little abroad [3]."]
    assert LineReader().feed("<think>for ever\nand ever\n") == []


def test_thoughts_that_never_said_they_began_are_taken_back_when_they_end() -> None:
    reader = LineReader()
    assert reader.feed("Who sells abroad? The potters do [1].\nOr not?") == ["Who sells abroad? The potters do [1]."]
    assert reader.retracted == 0
    lines = reader.feed(" They say no [1].\nOr?</think>They sell little abroad [3].\n")
    assert lines == ["", "They sell little abroad [3]."]
    assert reader.retracted == 1
    silent = LineReader()
    silent.feed("Hm [1].\n")
    assert silent.feed("</think>") == [""] and silent.rest() == [] and silent.retracted == 1


_SAID = st.sampled_from(["<think>", "</think>", "<Thinking>", "</thinking>", "<", "think>", "a [1].", "\n", " b"])


@example("<<think></think>think>", 1)
@given(st.lists(_SAID, max_size=12).map("".join), st.integers(1, 9))
def test_thoughts_are_told_from_the_answer_however_they_are_cut(text: str, size: int) -> None:
    whole, cut = LineReader(), LineReader()
    lines = [*whole.feed(text), *whole.rest()]
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    told = [*(line for piece in pieces for line in cut.feed(piece)), *cut.rest()]
    assert whole.retracted == cut.retracted
    # What was told before thoughts ended cannot be taken back here; what follows is the same.
    assert told[len(told) - len(lines) :] == lines
    assert not any(re.search(r"</?think(?:ing)?>", line, re.IGNORECASE) for line in told)


def test_a_long_thought_costs_no_more_for_each_piece() -> None:
    reader = LineReader()
    reader.feed("<think>")
    for _ in range(50_000):
        assert reader.feed("word ") == []
    assert reader.feed("</think>Yes [1].\n") == ["Yes [1]."]


def test_marks_between_sentences_belong_to_what_they_follow() -> None:
    line = "[1] The potters fire kilns with wood. They sell little abroad [3]. Nothing else is known of them."
    _, second, third = read_claims(line, EVIDENCE, "en")
    assert second.text == "They sell little abroad." and second.evidence == (EVIDENCE[2],)
    assert third.evidence == ()
    (bare,) = read_claims("[1] The potters fire kilns with wood", EVIDENCE, "en")
    assert bare.text.endswith("wood.") and bare.evidence == (EVIDENCE[0],)


def test_half_a_sentence_is_not_a_quotation_of_it() -> None:
    evidence = [make_evidence("It is not true that the potters sell abroad.")]
    (claim,) = read_claims("the potters sell abroad. [1]", evidence, "en")
    assert claim.kind is ClaimKind.STATEMENT
