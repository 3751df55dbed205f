"""sentences of one study × themes → what the study says on each theme, or nothing. Pure: vectors are handed in.

A sentence meets a word of a theme when the word stands in it in any inflection, or when late interaction finds a word
that means the same (Khattab & Zaharia 2020, "ColBERT"). Both are absolute: a cell stays empty where no sentence of the
study meets its theme, however near the nearest one is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.types import Language, PublishedPassage, SectionKind, Sentence, Vector
from qa.answer_type import announces, answer_type_match, reports_others
from qa.cosine_scale import BARE, CosineScale
from qa.evidence import ANAPHORA
from qa.themes import Theme

Analyse = Callable[[str, Language], list[str]]
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class ThemeWeights:
    """Weights of what speaks for a sentence, and the score under which it is not shown. `alike` is the cosine from
    which two words count as meaning the same, higher within one language, where words also share their letters;
    `remote` the cosine under which a word of one's own is not met at all across languages."""

    alike: float = 0.64
    alike_within: float = 0.72
    remote: float = 0.49
    met: float = 1.0
    more: float = 0.25
    meaning: float = 0.2
    shape: float = 0.5
    section: float = 0.4
    heading: float = 0.6
    language: float = 0.15
    focus: float = -0.25
    report: float = -1.2
    announcement: float = -1.2
    anaphora: float = -0.4
    threshold: float = 0.9
    near: float = 0.5


_PRIOR = {
    SectionKind.RESULTS: 0.0,
    SectionKind.CONCLUSION: 0.2,
    SectionKind.RECOMMENDATIONS: 0.2,
    SectionKind.ABSTRACT: 0.2,
    SectionKind.BODY: 0.0,
    SectionKind.INTRODUCTION: -0.5,
    SectionKind.METHOD: -0.6,
    SectionKind.THEORY: -1.0,
    SectionKind.KEYWORDS: -3.0,
}
# What a study says it is about, before it says what it found.
_ABOUT_ITSELF = re.compile(
    r"(fokus|tujuan|manfaat|kegunaan)( \w+)? (dari )?(penelitian|studi)|(penelitian|studi|artikel|kajian) ini( juga)? "
    r"(memberikan|menganalisis|membahas|mengkaji|penting|menyoroti?|meneliti)|"
    r"(the |this )?(main )?(focus|aim|purpose) of|"
    r"this (research|study|article|paper)( also)? (makes|analy[sz]es|examines|discusses|contributes|highlights)",
    re.IGNORECASE,
)
_COMFORTABLE_WORDS = (8, 55)
_UNCOMFORTABLE = -0.4


@dataclass(frozen=True, slots=True)
class StudySentence:
    """A sentence of a study that may be shown. `stems` are those of its words, `words` the words in lower case,
    `headings` the stems of the headings above it, `likeness` has one cosine for each of the words looked for."""

    passage: PublishedPassage
    sentence: Sentence
    text: str
    vector: Vector
    stems: frozenset[str]
    words: frozenset[str]
    headings: frozenset[str]
    likeness: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ThemedSentence:
    """A sentence with how well it speaks on a theme."""

    on: StudySentence
    score: float


@dataclass(frozen=True, slots=True)
class ThemeWord:
    """A word or phrase of a theme: its stems (none when it is all stop words), its words, and its rarity."""

    text: str
    stems: frozenset[str]
    words: frozenset[str]
    weight: float = 1.0

    def stands_in(self, stems: frozenset[str], words: frozenset[str]) -> bool:
        """Whether all of it is there."""
        return self.stems <= stems if self.stems else self.words <= words


def theme_word(text: str, analyse: Analyse, language: Language, weight: float = 1.0) -> ThemeWord:
    """The word as sentences of `language` are looked through for it."""
    return ThemeWord(text, frozenset(analyse(text, language)), words_in(text), weight)


def words_in(text: str) -> frozenset[str]:
    """The words of a text in lower case."""
    return frozenset(match.group().lower() for match in _WORD.finditer(text))


def _extent(words: Sequence[ThemeWord], one: StudySentence) -> list[float]:
    """How far each word is met: 1 when it stands there, else the cosine of what comes nearest to it."""
    return [
        1.0 if word.stands_in(one.stems, one.words) else max(0.0, one.likeness.get(word.text, 0.0)) for word in words
    ]


def _met(theme: Theme, words: Sequence[ThemeWord], one: StudySentence, weights: ThemeWeights) -> float:
    """0 when the sentence is not on the theme; else how well it meets it, with a little more for every further word."""
    extent = _extent(words, one)
    if theme.own:
        return _met_own(words, extent, weights, across=theme.language != one.sentence.language)
    if max(extent) < weights.alike:
        return 0.0
    further = sum(value == 1.0 for value in extent) - 1
    return weights.met * max(extent) + weights.more * max(0, min(2, further))


def _met_own(words: Sequence[ThemeWord], extent: Sequence[float], weights: ThemeWeights, *, across: bool) -> float:
    """A reader's words must all be met, the rare ones for certain. Across languages one word is often said by two, or
    two by one, so there it is enough when none is far off and together they are near."""
    heaviest = max(word.weight for word in words)
    rare = [value for value, word in zip(extent, words, strict=True) if word.weight >= heaviest / 2]
    total = sum(word.weight for word in words) or 1.0
    share = sum(value * word.weight for value, word in zip(extent, words, strict=True)) / total
    near = min(rare) >= weights.remote and share >= weights.alike if across else min(rare) >= weights.alike_within
    return (weights.met + weights.more) * share if near else 0.0


def _standing(one: StudySentence, language: Language, weights: ThemeWeights) -> float:
    """What speaks for or against showing this sentence, whatever the theme."""
    short, long = _COMFORTABLE_WORDS
    return (
        _PRIOR.get(one.passage.passage.section.kind, 0.0)
        + weights.report * reports_others(one.text)
        + weights.announcement * (announces(one.text) or bool(_ABOUT_ITSELF.match(one.text)))
        + weights.anaphora * bool(ANAPHORA.match(one.text))
        + weights.language * (one.sentence.language == language)
        + _UNCOMFORTABLE * (not short <= len(one.text.split()) <= long)
    )


def themes_met(
    themes: Sequence[tuple[Theme, Mapping[Language, Sequence[ThemeWord]]]],
    sentences: Sequence[StudySentence],
    weights: ThemeWeights,
) -> Vector:
    """How well each sentence meets each theme, shape `(sentences, themes)`; 0 where it is not on it."""
    rows = [[_met(theme, words[one.sentence.language], one, weights) for theme, words in themes] for one in sentences]
    return np.array(rows, np.float32).reshape(len(sentences), len(themes))


def match_theme(
    column: int,
    theme: Theme,
    words: Mapping[Language, Sequence[ThemeWord]],
    question: Mapping[Language, Vector],
    sentences: Sequence[StudySentence],
    met: Vector,
    language: Language,
    weights: ThemeWeights,
) -> list[ThemedSentence]:
    """The sentences on the theme of this `column` of `met` (see `themes_met`) that reach the threshold, best first.
    `words` and `question` (unit vectors of shape `(dim,)`) hold the theme's wording by language."""
    found = []
    nearness = _nearness(sentences, question)
    for row in np.flatnonzero(met[:, column]).tolist():
        one = sentences[row]
        spoken = one.sentence.language
        shapes = max((answer_type_match(shape, one.text) for shape in theme.shapes), default=0.0)
        headed = any(word.stands_in(one.headings, frozenset()) for word in words[spoken] if word.stems)
        # A sentence that names every theme says little on any.
        others = int((met[row] > 0).sum()) - 1
        score = (
            float(met[row, column])
            + weights.meaning * nearness[row]
            + weights.shape * shapes
            + weights.section * (one.passage.passage.section.kind in theme.sections)
            + weights.heading * headed
            + weights.focus * others
            + _standing(one, language, weights)
        )
        if score >= weights.threshold:
            found.append(ThemedSentence(one, score))
    return sorted(found, key=lambda each: -each.score)


def _nearness(sentences: Sequence[StudySentence], question: Mapping[Language, Vector]) -> list[float]:
    """How near each sentence's meaning is to the question, in standard deviations from what is usual in this study and
    language, between -2 and 3: cosines of different models and languages do not compare, standings do."""
    cosines = np.array([float(one.vector @ question[one.sentence.language]) for one in sentences], np.float32)
    standing = np.zeros_like(cosines)
    for language in question:
        rows = [row for row, one in enumerate(sentences) if one.sentence.language == language]
        spread = float(cosines[rows].std()) if rows else 0.0
        if spread > 0:
            standing[rows] = (cosines[rows] - cosines[rows].mean()) / spread
    return [float(value) for value in np.clip(standing, -2.0, 3.0)]


def pick(
    found: Sequence[ThemedSentence],
    limit: int,
    max_words: int,
    weights: ThemeWeights,
    scale: CosineScale = BARE,
) -> list[ThemedSentence]:
    """The best and what comes near it: at most `limit` sentences of together `max_words` words, nothing twice."""
    chosen: list[ThemedSentence] = []
    length = 0
    for one in found:
        size = len(one.on.text.split())
        if len(chosen) >= limit or one.score < found[0].score - weights.near:
            break
        if chosen and (length + size > max_words or any(_repeats(one.on, earlier.on, scale) for earlier in chosen)):
            continue
        chosen.append(one)
        length += size
    return chosen


# Within one language the same point lies closer than its translation does (`CosineScale`).
_SAME, _TRANSLATED, _SHARED = 0.72, 0.49, 0.6


def _repeats(one: StudySentence, other: StudySentence, scale: CosineScale) -> bool:
    if one.sentence.start < other.sentence.end and other.sentence.start < one.sentence.end:
        return True
    limit = _SAME if one.sentence.language == other.sentence.language else _TRANSLATED
    if scale.alike(float(np.dot(one.vector, other.vector))) >= limit:
        return True
    return len(one.words & other.words) / max(1, min(len(one.words), len(other.words))) >= _SHARED
