"""seed → the text of an invented paper: words as often as Indonesian and English have them, in sentences and sections.

Words are drawn by their frequency in running text (wordfreq), so that a few are everywhere and most are rare; a quarter
of the content comes from the few dozen words of the paper's own topic, and names and numbers stand between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.types import Language, Section, SectionKind, Sentence
from qa.word_frequency import commonest

_VOCABULARY = 25_000
# Ranks of words that say what a text is about: below are words of grammar, above are words nobody would ask for.
_TOPICAL = (300, 15_000)
_TOPIC_WORDS = 60
_TOPIC_SHARE, _NUMBER_SHARE, _NAME_SHARE = 0.25, 0.02, 0.02
_NAMES = 12
_SYLLABLES = "ka ra ma nu wi lo si ta ban pe gu sen do ru ja ne mur ti sa lan bu ke tro pa wo di yo gan mi len".split()
_OUTLINE: tuple[tuple[SectionKind, str, str, float], ...] = (
    (SectionKind.ABSTRACT, "Abstrak", "Abstract", 0.05),
    (SectionKind.INTRODUCTION, "Pendahuluan", "Introduction", 0.15),
    (SectionKind.METHOD, "Metode Penelitian", "Method", 0.15),
    (SectionKind.RESULTS, "Hasil dan Pembahasan", "Results and Discussion", 0.5),
    (SectionKind.CONCLUSION, "Kesimpulan", "Conclusion", 0.1),
    (SectionKind.RECOMMENDATIONS, "Saran", "Recommendations", 0.05),
)


@dataclass(frozen=True, slots=True)
class InventedText:
    """A paper in words. `words` are spans of its words, shape `(n, 2)`, `word_numbers` tell equal words, shape
    `(n,)`; sentences stand by section, in reading order."""

    title: str
    place: str
    language: Language
    text: str
    sections: tuple[tuple[Section, tuple[Sentence, ...]], ...]
    words: NDArray[np.int64]
    word_numbers: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    words: tuple[str, ...]
    cumulated: NDArray[np.float64]

    def draw(self, random: np.random.Generator, count: int) -> NDArray[np.int64]:
        return np.searchsorted(self.cumulated, random.random(count)).clip(max=len(self.words) - 1)


class TextInventor:
    """Invents papers; equal random generators give equal papers."""

    def __init__(self) -> None:
        self._vocabularies = {language: _vocabulary(language) for language in ("id", "en")}

    def paper(self, random: np.random.Generator, sentences: int, language: Language) -> InventedText:
        """A paper of `sentences` sentences, of 6 to 40 words, 18 in the middle, the title not counted."""
        vocabulary = self._vocabularies[language]
        topic = random.integers(*_TOPICAL, _TOPIC_WORDS)
        names = [_name(random) for _ in range(_NAMES)]
        lengths = np.exp(random.normal(np.log(18), 0.4, sentences)).clip(6, 40).astype(np.int64)
        numbers = self._words(random, int(lengths.sum()), vocabulary, topic)
        written = _written(numbers, vocabulary, names)
        title = " ".join(vocabulary.words[n] for n in topic[:8]).title() + f" di {names[0]}"
        return _lay_out(title, names[0], language, written, numbers, lengths)

    def _words(
        self, random: np.random.Generator, count: int, vocabulary: _Vocabulary, topic: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        drawn = vocabulary.draw(random, count)
        # Within the topic, too, a few words make most of the text.
        own = topic[(random.pareto(1.0, count) * 3).astype(np.int64).clip(max=_TOPIC_WORDS - 1)]
        kind = random.random(count)
        drawn = np.where(kind < _TOPIC_SHARE, own, drawn)
        drawn = np.where(kind > 1 - _NUMBER_SHARE, -1 - random.integers(1, 2026, count), drawn)
        is_name = (kind > 1 - _NUMBER_SHARE - _NAME_SHARE) & (drawn >= 0)
        return np.where(is_name, _VOCABULARY + random.integers(0, _NAMES, count), drawn)


def _vocabulary(language: Language) -> _Vocabulary:
    words, shares = commonest(language, _VOCABULARY)
    cumulated = np.cumsum(np.array(shares))
    return _Vocabulary(tuple(words), cumulated / cumulated[-1])


def _name(random: np.random.Generator) -> str:
    return "".join(_SYLLABLES[n] for n in random.integers(0, len(_SYLLABLES), 3)).capitalize()


def _written(numbers: NDArray[np.int64], vocabulary: _Vocabulary, names: Sequence[str]) -> list[str]:
    def spelled(number: int) -> str:
        if number < 0:
            return str(-1 - number)
        return names[number - _VOCABULARY] if number >= _VOCABULARY else vocabulary.words[number]

    return [spelled(number) for number in numbers.tolist()]


def _lay_out(
    title: str,
    place: str,
    language: Language,
    written: Sequence[str],
    numbers: NDArray[np.int64],
    lengths: NDArray[np.int64],
) -> InventedText:
    parts = [title, "\n\n"]
    at = len(title) + 2
    spans: list[tuple[int, int]] = []
    sections: list[tuple[Section, tuple[Sentence, ...]]] = []
    ends = np.rint(np.cumsum([share for *_, share in _OUTLINE]) * len(lengths)).astype(int).tolist()
    word, done = 0, 0
    for (kind, indonesian, english, _), end in zip(_OUTLINE, ends, strict=True):
        heading = indonesian if language == "id" else english
        parts.append(f"{heading}\n\n")
        at += len(heading) + 2
        opened, sentences = at, []
        for length in lengths[done:end].tolist():
            first = at
            for text in written[word : word + length]:
                shown = text[0].upper() + text[1:] if at == first else text
                spans.append((at, at + len(shown)))
                parts.append(shown + " ")
                at += len(shown) + 1
            word += length
            parts[-1] = parts[-1][:-1] + ". "
            at += 1
            sentences.append(Sentence(first, at - 1, language))
        done = end
        parts.append("\n\n")
        at += 2
        if sentences:
            sections.append((Section((heading,), kind, opened, sentences[-1].end, language), tuple(sentences)))
    words = np.array(spans, np.int64).reshape(-1, 2)
    return InventedText(title, place, language, "".join(parts), tuple(sections), words, numbers)
