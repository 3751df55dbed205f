"""word → how common it is in Indonesian and in English (wordfreq: Speer 2022), for spelling and language detection."""

from __future__ import annotations

from functools import lru_cache

from ingest.types import Language


@lru_cache(maxsize=100_000)
def frequency(word: str, language: Language) -> float:
    """On the Zipf scale (8 is "the", one step is ten times); 0 for a word that is rarer than about one in a million."""
    # Imported when the first question asks: a command starts faster without it.
    from wordfreq import freq_to_zipf, zipf_frequency

    if word.isascii() and word.isalpha() and word.islower():
        # What zipf_frequency comes to for a word that it need not take apart, in a tenth of the time.
        share = _shares(language).get(word, 0.0)
        return float(round(freq_to_zipf(share), 2)) if share else 0.0
    return float(zipf_frequency(word, language, "small"))


@lru_cache(maxsize=2)
def _shares(language: Language) -> dict[str, float]:
    from wordfreq import get_frequency_dict

    shares: dict[str, float] = get_frequency_dict(language, "small")
    return shares


def commonness(word: str) -> float:
    """The `frequency` of a word in the language in which it is commoner."""
    return max(frequency(word, "id"), frequency(word, "en"))


def commonest(language: Language, count: int) -> tuple[list[str], list[float]]:
    """At most `count` words, the commonest first, and how often each occurs in running text, as a share of 1."""
    from wordfreq import top_n_list

    shares = _shares(language)
    words = [word for word in top_n_list(language, count, "small") if word.isalpha()]
    return words, [shares[word] for word in words]
