"""sentence → what speaks for it: the parts that the fitted weights are put on."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from ingest.types import (
    Bibliography,
    DocumentCard,
    Language,
    Passage,
    Section,
    SectionKind,
    Sentence,
    Vector,
)
from qa.answer_type import asks_for_help, of_the_study, on_obstacles, reports_others, writes_out
from qa.asked_value import AskedValue
from qa.evidence_parts import Candidate, met_terms, score_parts
from qa.held_value import holds
from qa.question import profile_question
from qa.quotable import candidates
from qa.terms import QuestionTerm
from qa.types import RetrievedPassage

PROFILE = profile_question("what do potters fire", "en")
TERMS = [QuestionTerm("potters", "potters", frozenset({"potters"}), frozenset(), 1.0, False, True)]
QUESTION = np.array([1.0, 0.0, 0.0], np.float32)


def found(name: str, language: Language, met: list[float], vectors: list[list[float]]) -> RetrievedPassage:
    """A passage of sentences that meet the question's one term as given."""
    parts = [f"Sentence {number} of {name} is here." for number in range(len(met))]
    text, sentences, start = " ".join(parts), [], 0
    for part in parts:
        sentences.append(Sentence(start, start + len(part), language))
        start += len(part) + 1
    section = Section((), SectionKind.RESULTS, 0, len(text), language)
    passage = Passage(f"{name}@v#0", name, "v", 0, 0, len(text), text, section, None, language, tuple(sentences))
    card = DocumentCard(name, "v", language, Bibliography(title=name))
    return RetrievedPassage(
        passage, card, 1, 1.0, 0.9, 1.0, np.array(vectors, np.float32), np.array(met, np.float32)[:, None]
    )


def parts_of(*passages: RetrievedPassage) -> dict[str, Vector]:
    """The parts of every sentence."""
    read = candidates(passages, lambda text, _: re.findall(r"\w+", text.lower()))
    met = np.stack([met_terms(one, len(TERMS)) for one in read])
    return score_parts(PROFILE, TERMS, read, met, QUESTION, {})


SPREAD = [[1.0, 0.1, 0.0], [0.9, 0.4, 0.0], [0.8, 0.6, 0.0], [0.7, 0.7, 0.1]]
ENGLISH = found("clay", "en", [0.8, 0.7, 0.6, 0.7], SPREAD)
INDONESIAN = found("liat", "id", [0.5, 0.4, 0.3, 0.4], SPREAD)


def asked(question: str, *sentences: str) -> dict[str, Vector]:
    """The parts of these sentences for a question."""
    read = candidates([ENGLISH], lambda text, _: re.findall(r"\w+", text.lower()))
    told = [replace(one, text=text) for one, text in zip(read, sentences, strict=True)]
    met = np.stack([met_terms(one, len(TERMS)) for one in told])
    return score_parts(profile_question(question, "en"), TERMS, told, met, QUESTION, {})


def test_what_a_study_set_out_to_find_is_told_by_its_announcement() -> None:
    sentences = ("This study aims to show who owns kilns.", "Kilns are shared.", "Clay is rare.", "Potters left.")
    found_out, set_out = (
        asked(text, *sentences) for text in ("Who owns kilns?", "What does the study set out to show?")
    )
    assert found_out["announcement"].tolist() == [1, 0, 0, 0] and found_out["of_the_study"].tolist() == [1, 0, 0, 0]
    assert set_out["announcement"].tolist() == [-1, 0, 0, 0] and set_out["of_the_study"].tolist() == [-1, 0, 0, 0]


def test_a_meaning_is_told_by_the_sentence_that_gives_it() -> None:
    sentences = ("Slow firing takes time.", "Slow firing is a way to save wood.", "Clay is rare.", "Potters left.")
    parts = asked("What does slow firing mean?", *sentences)["answer_type"]
    assert parts.argmax() == 1 and parts[1] > 2 * np.delete(parts, 1).max()


def test_sentences_in_the_language_of_the_question_have_no_lead_for_being_in_it() -> None:
    likeness = parts_of(ENGLISH, INDONESIAN)["likeness"]
    assert np.allclose(likeness[:4], likeness[4:], atol=1e-5)
    assert likeness[0] > likeness[1] > likeness[2]


def test_a_few_sentences_tell_nothing_about_what_is_usual_in_their_language() -> None:
    few = found("liat", "id", [0.5], [[1.0, 0.0, 0.0]])
    assert parts_of(ENGLISH, few)["likeness"][-1] < parts_of(ENGLISH, few)["likeness"][:4].min()


def test_what_all_sentences_share_with_the_question_tells_none_apart() -> None:
    centred = parts_of(ENGLISH)["centred"]
    assert abs(float(centred.mean())) < 1e-5 and centred[0] == centred.max()


def test_a_sentence_knows_how_well_its_neighbours_meet_the_question() -> None:
    parts = parts_of(ENGLISH)
    assert parts["previous"][0] == 0.0 and parts["following"][-1] == 0.0
    assert parts["previous"][1] == parts["likeness"][0] and parts["following"][0] == parts["likeness"][1]


def test_a_sentence_about_the_study_itself_is_told_from_one_about_its_subject() -> None:
    assert of_the_study("Penelitian ini memakai wawancara.") and of_the_study("This study looks at clay.")
    assert not of_the_study("Para perajin menggelar penelitian pasar.")


def test_what_a_textbook_says_in_general_comes_behind_what_was_found() -> None:
    found = reports_others("The kilns of Lembang stand idle because clay is dear.")
    cited = reports_others("Rahayu (2019) counted fourteen idle kilns in Lembang.")
    taught = reports_others("According to Sudarto (2011: 17), kilns stand idle where clay is dear.")
    assert found == 0 < cited < taught
    assert reports_others("Menurut Sudarto (2011), tungku menganggur bila tanah liat mahal.") == taught
    assert reports_others("Sudarto and Rahayu (2011: 17) explain when kilns stand idle.") == taught
    assert reports_others("Sudarto dalam (Wulan, 2019:153) mendefinisikan tungku sebagai tempat membakar.") == taught


def test_a_textbook_is_asked_for_by_the_name_that_it_is_cited_under_or_as_theory() -> None:
    text = "According to Sudarto (2011: 17), clay is dear " + "where many kilns stand " * 5 + "in Lembang."
    asked = {}
    for question in (
        "Why is clay dear in Lembang?",
        "Why is clay dear, says Sudarto?",
        "Which theory explains why clay is dear?",
    ):
        candidate = Candidate(ENGLISH, 0, text, frozenset(), frozenset(), frozenset())
        parts = score_parts(
            profile_question(question, "en"), TERMS, [candidate], np.zeros((1, len(TERMS)), np.float32), QUESTION, {}
        )
        asked[question] = float(parts["report"][0])
    assert list(asked.values()) == [reports_others(text), 0.0, 0.0]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Apa saja faktor pendukung pembakaran bersama?", True),
        ("What helped the potters?", True),
        ("Apa yang membantu perajin gerabah?", True),
        ("Apa faktor pendukung dan penghambat pembakaran?", False),
        ("Siapa yang membakar gerabah?", False),
    ],
)
def test_what_helped_is_told_from_what_stood_in_the_way(question: str, asked: bool) -> None:
    assert asks_for_help(question) is asked


def test_a_sentence_that_names_helping_factors_too_is_not_on_obstacles_alone() -> None:
    assert on_obstacles("Faktor penghambatnya adalah kayu basah.")
    assert not on_obstacles("Faktor pendukungnya adalah koperasi, penghambatnya kayu basah.")
    assert not on_obstacles("Kayu itu basah.")


def test_who_holds_a_role_is_told_by_a_sentence_that_speaks_of_somebody_in_a_role() -> None:
    question = "Siapa ketua koperasi itu?"
    assert holds(AskedValue.PERSON, "Di sana Wulan Sari selaku ketua koperasi membakar malam hari.", question)
    assert holds(AskedValue.PERSON, "Koperasi itu dipimpin oleh Bapak Wulan.", question)
    assert not holds(AskedValue.PERSON, "Koperasi itu bekerja bersama pemerintah di Tuban.", question)
    assert not holds(AskedValue.PERSON, "Kepala Seksi Pendidikan, Pelatihan dan Penyuluhan hadir di sana.", question)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Kilns are lent by the Kelompok Tungku Gerabah (KTG) of the town.", True),
        ("KTG (Kelompok Tungku Gerabah) lends kilns.", True),
        ("The kilns of KTG (two of them) are old.", False),
        ("Kilns are lent by the Koperasi Tungku (KOT).", False),
    ],
)
def test_what_an_abbreviation_stands_for(text: str, told: bool) -> None:
    assert writes_out(text, ("ktg", "kiln")) is told
