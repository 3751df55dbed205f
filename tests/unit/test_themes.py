"""The themes of the evidence matrix: complete in both languages, and met by what says them in either."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ingest.types import Language, PublishedPassage, SectionKind
from qa.errors import InvalidQuestion
from qa.theme_match import StudySentence, ThemeWeights, match_theme, pick, theme_word, themes_met, words_in
from qa.themes import LANGUAGES, Theme, shipped_themes, themes_from
from tests.factories import make_document, make_passages, unit_vector


def analyse(text: str, _: Language) -> list[str]:
    """Words in lower case stand for stems."""
    return sorted(words_in(text))


def sentence(text: str, likeness: dict[str, float] | None = None) -> StudySentence:
    """One sentence of the results of a study."""
    passage = make_passages(make_document("clay", (text,)))[0]
    published = PublishedPassage(passage, None, unit_vector(text)[None, :], unit_vector(text))  # type: ignore[arg-type]
    return StudySentence(
        passage=published,
        sentence=passage.sentences[0],
        text=text,
        vector=np.ones(1, np.float32),
        stems=frozenset(analyse(text, "en")),
        words=words_in(text),
        headings=frozenset(),
        likeness=likeness or {},
    )


def found(theme: Theme, *sentences: StudySentence) -> list[str]:
    """What a cell of this theme would show."""
    weights = ThemeWeights()
    words = {one: tuple(theme_word(word, analyse, one) for word in theme.words[one]) for one in LANGUAGES}
    met = themes_met([(theme, words)], sentences, weights)
    question = dict.fromkeys(LANGUAGES, np.ones(1, np.float32))
    matched = match_theme(0, theme, words, question, sentences, met, "en", weights)
    return [one.on.text for one in pick(matched, 2, 75, weights)]


def test_every_theme_that_ships_is_worded_in_both_languages() -> None:
    assert len({theme.id for theme in shipped_themes()}) == 6
    for theme in shipped_themes():
        for wording in (theme.label, theme.question, theme.words):
            assert set(wording) == set(LANGUAGES)
            assert all(wording.values())
        assert SectionKind.REFERENCES not in theme.sections


def test_themes_are_asked_for_by_id_by_label_or_in_ones_own_words() -> None:
    asked = themes_from(["Kepercayaan", "trust", "  digital   marketing ", "Digital Marketing"])
    assert [(theme.id, theme.label["en"]) for theme in asked] == [("trust", "Trust"), ("own-2", "digital marketing")]
    assert themes_from([]) == shipped_themes()


@pytest.mark.parametrize("nothing", ["dan", "the", "?!"])
def test_a_theme_that_says_nothing_is_refused(nothing: str) -> None:
    with pytest.raises(InvalidQuestion):
        themes_from([nothing])


TRUST = next(theme for theme in shipped_themes() if theme.id == "trust")
SAYS = "The weavers have learned to trust the office that buys their cloth."


def test_a_cell_shows_what_is_said_on_its_theme_and_stays_empty_otherwise() -> None:
    assert found(TRUST, sentence(SAYS), sentence("Looms are made of teak from the nearest forest.")) == [SAYS]
    assert found(TRUST, sentence("Looms are made of teak from the nearest forest.")) == []


def test_a_word_that_means_the_same_counts_and_one_that_is_merely_near_does_not() -> None:
    faith = "The weavers have learned to rely on the office that buys their cloth."
    assert found(TRUST, sentence(faith, {"trust": 0.7})) == [faith]
    assert found(TRUST, sentence(faith, {"trust": 0.5})) == []


OWN = themes_from(["digital marketing"])[0]
SOLD = "The weavers sell their cloth through short films on the telephone."


def test_ones_own_words_are_all_met_in_the_same_language() -> None:
    assert found(OWN, sentence("Digital marketing has brought new buyers to the weavers of the lake.")) != []
    assert found(OWN, sentence("Digital looms have brought new buyers to the weavers of the lake.")) == []
    assert found(OWN, sentence(SOLD, {"digital": 0.6, "marketing": 0.9})) == []


def test_across_languages_words_need_to_be_near_together_and_none_far_off() -> None:
    theme = replace(OWN, language="id")
    assert found(theme, sentence(SOLD, {"digital": 0.55, "marketing": 0.75})) == [SOLD]
    assert found(theme, sentence(SOLD, {"digital": 0.3, "marketing": 0.9})) == []
    assert found(theme, sentence(SOLD, {"digital": 0.55, "marketing": 0.55})) == []


def test_what_a_study_says_it_is_about_is_no_finding() -> None:
    assert found(TRUST, sentence("This study examines the trust between weavers and the office of trade.")) == []


def test_the_same_point_stands_once() -> None:
    again = SAYS.replace("have learned", "have long learned")
    assert found(TRUST, sentence(SAYS), sentence(f"Filler line here.\n{again}".split("\n")[1])) in ([SAYS], [again])
