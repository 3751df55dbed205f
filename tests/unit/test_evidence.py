"""RetrievedPassage → Evidence → drafted claims, on a small study of our own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from ingest.types import (
    NO_TOKENS,
    Bibliography,
    DocumentCard,
    Language,
    Passage,
    QuestionVectors,
    Section,
    SectionKind,
    Sentence,
    Vector,
)
from qa.abstain import is_written_out
from qa.evidence import ScoredSentence, load_weights, score_sentences
from qa.question import profile_question
from qa.retrieve import Retrieval
from qa.selection import (
    SelectionLimits,
    choose,
    choose_per_study,
    fitting,
    limits_for,
    to_evidence,
)
from qa.terms import QuestionTerm
from qa.twins import in_the_language
from qa.types import Evidence, RetrievedPassage


def words(text: str, language: Language) -> list[str]:
    """An analyser that only lowers and splits."""
    return re.findall(r"\w+", text.lower())


def axis(*values: float) -> Vector:
    """A unit vector."""
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def retrieved(
    text_parts: tuple[str, ...],
    vectors: list[Vector],
    *,
    document: str = "clay",
    language: Language = "en",
    kind: SectionKind = SectionKind.RESULTS,
    complete: tuple[bool, ...] | None = None,
    score: float = 1.0,
    between: str = " ",
) -> RetrievedPassage:
    """A passage of the given sentences, found at rank 1."""
    text = between.join(text_parts)
    sentences, start = [], 0
    for number, part in enumerate(text_parts):
        sentences.append(Sentence(start, start + len(part), language, complete[number] if complete else True))
        start += len(part) + len(between)
    section = Section(("Findings",), kind, 0, len(text), language)
    passage = Passage(
        f"{document}@v1#0", document, "v1", 0, 0, len(text), text, section, None, language, tuple(sentences)
    )
    card = DocumentCard(
        document,
        "v1",
        language,
        Bibliography(title=document.title(), authors=("Sri Rahayu",), year=2021, place="Lembang"),
    )
    likeness = np.array(
        [[float("kiln" in part.lower() or "tungku" in part), float("lembang" in part.lower())] for part in text_parts]
    )
    return RetrievedPassage(passage, card, 1, score, 0.9, 3.0, np.stack(vectors), likeness)


def term(word: str, weight: float = 1.0) -> QuestionTerm:
    """A known word that stands for itself."""
    return QuestionTerm(word, word, frozenset({word}), frozenset(), weight, False, True)


QUESTION = QuestionVectors(axis(1, 0, 0), NO_TOKENS)
NEAR, FAR, OTHER = axis(0.95, 0.3, 0), axis(0.2, 1, 0), axis(0.5, 0, 0.85)
PROFILE = profile_question("how many kilns does Lembang fire", "en")
WIDE = SelectionLimits(5, 100, 10.0)


def retrieval_of(
    passages: Sequence[RetrievedPassage],
    terms: Sequence[QuestionTerm],
    question: QuestionVectors = QUESTION,
    affinity: Mapping[str, float] = {},
) -> Retrieval:
    """What a retriever would have found."""
    return Retrieval(tuple(passages), tuple(terms), question, affinity, ())


def scored_of(*passages: RetrievedPassage, affinity: Mapping[str, float] = {}) -> list[ScoredSentence]:
    """Scores for the standing question."""
    terms = [term("kilns", 2.0), term("lembang")]
    return score_sentences(PROFILE, retrieval_of(passages, terms, affinity=affinity), words, load_weights())


def test_the_sentence_that_is_near_and_holds_the_rare_word_and_a_number_comes_first() -> None:
    passage = retrieved(("Potters in Lembang are proud.", "Lembang fires 14 kilns a week."), [FAR, NEAR])
    assert scored_of(passage)[0].text == "Lembang fires 14 kilns a week."


def test_incomplete_sentences_are_never_candidates() -> None:
    passage = retrieved(("14 kilns :", "Lembang fires kilns every week."), [NEAR, FAR], complete=(False, True))
    assert [one.text for one in scored_of(passage)] == ["Lembang fires kilns every week."]


def test_references_are_never_candidates() -> None:
    assert scored_of(retrieved(("Kilns of Lembang, 14 pages.",), [NEAR], kind=SectionKind.REFERENCES)) == []


def test_nothing_retrieved_gives_nothing() -> None:
    assert scored_of() == []


def test_a_paper_that_the_question_names_comes_before_another_that_says_the_same() -> None:
    here = retrieved(("Fourteen kilns burn.",), [NEAR])
    there = retrieved(("Fourteen kilns burn.",), [NEAR], document="plered", score=2.0)
    best = scored_of(here, there, affinity={"clay": 1.0, "plered": 0.2})[0]
    assert best.retrieved.document.id == "clay"


def test_a_sentence_under_a_heading_that_the_question_uses_comes_first() -> None:
    under = retrieved(("They burn wood.",), [NEAR])
    section = replace(under.passage.section, path=("Findings", "Kilns"))
    moved = (Sentence(100, 115, "en"),)
    headed = replace(under, passage=replace(under.passage, section=section, start=100, end=115, sentences=moved))
    elsewhere = retrieved(("They burn wood too.",), [NEAR])
    assert scored_of(elsewhere, headed)[0].text == "They burn wood."


HOW_MANY = profile_question("How many kilns does Lembang fire?", "en")
WHAT = profile_question("What does Lembang love?", "en")


def test_where_a_number_is_asked_for_sentences_without_one_are_left_out() -> None:
    passage = retrieved(("Lembang fires 14 kilns a week.", "Lembang loves its kilns."), [NEAR, NEAR])
    assert [one.text for one in fitting(scored_of(passage), HOW_MANY)] == ["Lembang fires 14 kilns a week."]
    assert len(fitting(scored_of(passage), WHAT)) == 2


def test_without_any_number_nothing_is_left_out() -> None:
    passage = retrieved(("Lembang fires kilns.", "Lembang loves its kilns."), [NEAR, NEAR])
    assert len(fitting(scored_of(passage), HOW_MANY)) == 2


def test_where_helping_factors_are_asked_for_obstacles_are_left_out() -> None:
    passage = retrieved(("Wet wood is an obstacle to Lembang.", "Lembang has dry wood."), [NEAR, NEAR])
    helped = profile_question("What helped Lembang?", "en")
    assert [one.text for one in fitting(scored_of(passage), helped)] == ["Lembang has dry wood."]
    assert len(fitting(scored_of(passage), WHAT)) == 2
    alone = retrieved(("Wet wood is an obstacle to Lembang.",), [NEAR])
    assert len(fitting(scored_of(alone), helped)) == 1


def two_passages(one: str, other: str) -> list[ScoredSentence]:
    """Sentences with the same vector, each in a passage of its own."""
    first, second = retrieved((one,), [NEAR]), retrieved((other,), [NEAR])
    end = 500 + len(other)
    moved = replace(second.passage, id="clay@v1#1", start=500, end=end, sentences=(Sentence(500, end, "en"),))
    return scored_of(first, replace(second, passage=moved))


def test_what_was_said_already_is_not_said_again_elsewhere() -> None:
    assert len(choose(two_passages("Wet clay hinders the kilns.", "The kilns suffer from damp earth."), WIDE)) == 1


def test_the_second_point_does_not_repeat_the_first_in_other_words() -> None:
    assert len(choose(two_passages("The first obstacle is clay.", "The second obstacle is wood."), WIDE)) == 2


def test_neighbours_are_no_repeats_of_each_other_though_their_vectors_are_near() -> None:
    passage = retrieved(("Wet clay hinders the kilns.", "The kilns suffer from damp earth."), [NEAR, NEAR])
    assert len(choose(scored_of(passage), WIDE)) == 2


def test_an_abstract_is_not_quoted_in_both_of_its_languages() -> None:
    english = retrieved(("Lembang fires 14 kilns.",), [NEAR], kind=SectionKind.ABSTRACT)
    indonesian = retrieved(("Lembang punya sungai.",), [FAR], kind=SectionKind.ABSTRACT, language="id")
    later = replace(indonesian.passage, start=500, end=521, sentences=(Sentence(500, 521, "id"),))
    chosen = choose(scored_of(english, replace(indonesian, passage=later)), WIDE)
    assert [one.text for one in chosen] == ["Lembang fires 14 kilns."]


def test_a_repeated_point_is_chosen_once() -> None:
    here = retrieved(("Lembang fires 14 kilns.", "Clay comes from the river."), [NEAR, OTHER])
    there = retrieved(("Di Lembang 14 tungku dibakar.",), [NEAR], document="tanah", language="id")
    texts = [one.text for one in choose(scored_of(here, there), WIDE)]
    assert ("Lembang fires 14 kilns." in texts) != ("Di Lembang 14 tungku dibakar." in texts)
    assert "Clay comes from the river." in texts


def test_the_length_limits_hold_but_one_sentence_is_always_chosen() -> None:
    passage = retrieved(("Lembang fires 14 kilns in each and every week.", "Clay is wet."), [NEAR, FAR])
    assert len(choose(scored_of(passage), SelectionLimits(5, 3, 10.0))) == 1


def test_a_further_sentence_must_answer_for_itself_and_the_best_need_not() -> None:
    passage = retrieved(("Lembang fires 14 kilns.", "Clay comes from the river.", "Wood is dear."), [NEAR, OTHER, FAR])
    best, second, third = (replace(one, reread=-2.0) for one in scored_of(passage))
    limits = replace(WIDE, least=-1.5)
    assert choose([best, second, third], limits) == [best]
    third = replace(third, reread=-1.0)
    assert choose([best, second, third], limits) == [best, third]
    assert choose([best, second, third], WIDE) == [best, second, third]


def of_another_place(found: RetrievedPassage, place: str) -> RetrievedPassage:
    return replace(found, document=replace(found.document, bibliography=Bibliography(title="Kilns", place=place)))


def test_a_comparison_hears_every_study() -> None:
    first = retrieved(("Lembang fires 14 kilns.", "Its kilns are large."), [NEAR, OTHER], score=5.0)
    second = of_another_place(retrieved(("Plered burns wood.",), [FAR], document="plered", score=0.1), "Plered")
    documents = {
        one.retrieved.document.id for one in choose_per_study(scored_of(first, second), SelectionLimits(4, 60, 1.0))
    }
    assert documents == {"clay", "plered"}


def test_papers_of_one_place_speak_as_one_study_and_more_studies_than_sentences_are_not_heard() -> None:
    first = retrieved(("Lembang fires 14 kilns.",), [NEAR], score=5.0)
    twin = retrieved(("Lembang has mud.",), [FAR], document="twin", score=4.0)
    others = [
        of_another_place(retrieved(("Wood burns.",), [FAR], document=name, score=0.1), name)
        for name in ("Tuban", "Toba")
    ]
    chosen = choose_per_study(scored_of(first, twin, *others), SelectionLimits(2, 60, 0.1))
    assert len(chosen) == 2 and len({one.retrieved.document.bibliography.place for one in chosen}) == 2


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    passage = retrieved(("The cooperative bought 14 kilns.", "They fire twice a week in Lembang."), [FAR, NEAR])
    leaning = [one for one in scored_of(passage) if one.text.startswith("They")]
    (evidence,) = to_evidence(leaning)
    assert evidence.text == "The cooperative bought 14 kilns. They fire twice a week in Lembang."
    assert passage.passage.text[evidence.start : evidence.end] == evidence.text


@pytest.mark.parametrize(
    ("leaning", "between"),
    [
        ("However, Lembang fires 14 kilns twice a week.", " "),
        ("Namun demikian, Lembang membakar 14 tungku.", " "),
        ("They fire twice a week in Lembang.", "\n\n"),
    ],
)
def test_a_joint_leans_on_nothing_and_no_quote_goes_across_a_paragraph(leaning: str, between: str) -> None:
    passage = retrieved(("The cooperative bought 14 kilns.", leaning), [FAR, NEAR], between=between)
    (evidence,) = to_evidence([one for one in scored_of(passage) if one.text == leaning])
    assert evidence.text == leaning


def test_a_joint_before_what_leans_takes_nothing_away() -> None:
    passage = retrieved(
        ("The cooperative bought 14 kilns.", "However, they fire in Lembang."), [FAR, NEAR], between="\n"
    )
    (evidence,) = to_evidence([one for one in scored_of(passage) if one.text.startswith("However")])
    assert evidence.text == "The cooperative bought 14 kilns.\nHowever, they fire in Lembang."


def starts_by_study(evidence: Sequence[Evidence]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in evidence:
        found.setdefault(one.retrieved.document.id, []).append(one.start)
    return found


def test_the_best_sentence_of_a_study_leads_and_the_others_follow_in_reading_order() -> None:
    first = retrieved(
        ("Clay is dug.", "Clay is dried.", "Lembang fires 14 kilns."), [OTHER, axis(0.5, 0, 1), NEAR], score=3.0
    )
    second = retrieved(("Plered has kilns too.",), [axis(0.7, 0.7, 0.2)], document="plered")
    evidence = to_evidence(choose(scored_of(first, second), WIDE))
    assert evidence[0].text == "Lembang fires 14 kilns."
    assert len({one.retrieved.document.id for one in evidence[:-1]}) == 1  # the studies are not mixed
    rest = starts_by_study(evidence)["clay"][1:]
    assert len(rest) == 2 and rest == sorted(rest)


def test_sentences_that_count_stand_in_reading_order() -> None:
    passage = retrieved(("The first kiln is old.", "The second kiln in Lembang is new."), [FAR, NEAR])
    evidence = to_evidence(scored_of(passage))
    assert [one.text for one in evidence] == ["The first kiln is old.", "The second kiln in Lembang is new."]


def test_what_the_best_sentence_leans_on_leads_with_it() -> None:
    passage = retrieved(("Clay is dug.", "The cooperative has 14 members.", "They fire kilns."), [FAR, FAR, NEAR])
    texts = [one.text for one in to_evidence(scored_of(passage))]
    assert texts == ["The cooperative has 14 members.", "They fire kilns.", "Clay is dug."]


def test_what_helps_is_no_obstacle() -> None:
    passage = retrieved(("The decree is the main driver of Lembang's 14 kilns.", "Lembang has wet wood."), [NEAR, FAR])
    hindered = profile_question("What are the obstacles in Lembang?", "en")
    assert [one.text for one in fitting(scored_of(passage), hindered)] == ["Lembang has wet wood."]
    both = retrieved(
        ("The main driver and the main obstacle is rain.", "Rain is an obstacle in Lembang."), [NEAR, OTHER]
    )
    assert len(fitting(scored_of(both), hindered)) == 2


def test_a_question_for_one_thing_is_answered_in_fewer_sentences() -> None:
    def reach(question: str) -> float:
        return limits_for(5, 100, profile_question(question, "en")).margin

    assert reach("How many kilns are there?") == reach("Who owns the kilns?") < reach("Why are kilns built?")


def test_what_an_abbreviation_stands_for_is_told_once() -> None:
    assert limits_for(5, 100, profile_question("KTG singkatan dari apa?", "id")).sentences == 1
    assert limits_for(5, 100, profile_question("Apa peran KTG?", "id")).sentences == 5


def test_an_abbreviation_that_is_written_out_leaves_nothing_to_weigh() -> None:
    chosen = scored_of(retrieved(("Kilns are lent by the Kelompok Tungku Gerabah (KTG).",), [NEAR]))
    asked, other = (profile_question(f"What does {name} stand for?", "en") for name in ("KTG", "KTL"))
    assert is_written_out(asked, chosen)
    assert not is_written_out(other, chosen)
    assert not is_written_out(asked, [])
    assert not is_written_out(profile_question("What does KTG lend?", "en"), chosen)


def abstracts(*, near: float) -> list[ScoredSentence]:
    """One sentence of an abstract in English and its like in Indonesian, whose vectors have the cosine `near`."""
    there = axis(near, float(np.sqrt(1 - near**2)), 0)
    english = retrieved(("Lembang fires 14 kilns.",), [axis(1, 0, 0)], kind=SectionKind.ABSTRACT)
    other = retrieved(("Lembang membakar 14 tungku.",), [there], kind=SectionKind.ABSTRACT, language="id")
    moved = replace(other.passage, id="clay@v1#1", start=500, end=527, sentences=(Sentence(500, 527, "id"),))
    return scored_of(english, replace(other, passage=moved))


def test_of_two_abstracts_that_say_the_same_the_one_in_the_language_of_the_question_is_quoted() -> None:
    scored = abstracts(near=0.93)
    english = [one for one in scored if one.sentence.language == "en"]
    assert [one.text for one in in_the_language(english, scored, "id")] == ["Lembang membakar 14 tungku."]
    assert in_the_language(english, scored, "en") == english


def test_two_abstracts_say_the_same_in_the_same_order() -> None:
    """The second English sentence is a little more like the first Indonesian one than like its own translation."""
    english = retrieved(
        ("Lembang fires 14 kilns.", "All kilns are shared."),
        [axis(1, 0, 0), axis(0.80, 0.60, 0)],
        kind=SectionKind.ABSTRACT,
    )
    other = retrieved(
        ("Lembang membakar 14 tungku.", "Semua tungku milik bersama."),
        [axis(0.97, 0.243, 0), axis(0.69, 0.60, 0.405)],
        kind=SectionKind.ABSTRACT,
        language="id",
    )
    moved = replace(
        other.passage,
        id="clay@v1#1",
        start=500,
        end=555,
        sentences=(Sentence(500, 527, "id"), Sentence(528, 555, "id")),
    )
    scored = scored_of(english, replace(other, passage=moved))
    shared = [one for one in scored if one.text == "All kilns are shared."]
    rivals = sorted((shared[0].alike(one), one.text) for one in scored if one.sentence.language == "id")
    assert rivals[-1][1] == "Lembang membakar 14 tungku."
    assert [one.text for one in in_the_language(shared, scored, "id")] == ["Semua tungku milik bersama."]


def test_a_sentence_of_the_other_abstract_that_says_something_else_does_not_stand_in() -> None:
    scored = abstracts(near=0.4)
    english = [one for one in scored if one.sentence.language == "en"]
    assert in_the_language(english, scored, "id") == english
