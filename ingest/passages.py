"""Section → Passage: consecutive sentences of one section, cut to a length that the embedder reads whole."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ingest.completeness import is_orderly
from ingest.offsets import source_spans
from ingest.sentences import split_sentences
from ingest.settings import PassageSettings
from ingest.types import NEVER_EVIDENCE, Document, Language, MapSegment, PageBreak, Passage, Section, Sentence

TOKENS_PER_WORD = 1.4


def cut_passages(document: Document, settings: PassageSettings) -> tuple[Passage, ...]:
    """All passages of a document in reading order, ids `document@version#ordinal` with ordinals from 0.

    No passage crosses a section; references, front matter and boilerplate give none. A passage holds at most
    `settings.max_tokens` (estimated as words times 1.4) unless a single sentence is longer; passages under `min_tokens`
    are joined to a neighbour of the section when both fit together loosely.
    """
    passages: list[Passage] = []
    orderly = is_orderly(document.text)
    for section in document.sections:
        if section.kind in NEVER_EVIDENCE:
            continue
        sentences = split_sentences(document.text, section, document.doubtful, orderly)
        for group in group_sentences(document.text, sentences, settings):
            passages.append(_passage(document, section, group, len(passages)))
    return tuple(passages)


def group_sentences(text: str, sentences: Sequence[Sentence], settings: PassageSettings) -> list[tuple[Sentence, ...]]:
    """Runs of sentences, each but the first opening with the last `overlap_sentences` of the run before."""
    costs = [estimated_tokens(text[sentence.start : sentence.end]) for sentence in sentences]
    runs = _runs(costs, settings)
    groups: list[tuple[Sentence, ...]] = []
    for low, high in runs:
        first = low
        room = settings.max_tokens - sum(costs[low:high])
        while first > 0 and low - first < settings.overlap_sentences and costs[first - 1] <= room:
            first -= 1
            room -= costs[first]
        groups.append(tuple(sentences[first:high]))
    return groups


def estimated_tokens(text: str) -> int:
    """Model tokens of a text, estimated from its words."""
    return max(1, round(len(text.split()) * TOKENS_PER_WORD))


def _runs(costs: Sequence[int], settings: PassageSettings) -> list[tuple[int, int]]:
    """Half-open index ranges that fill up to the limit, as even as a section allows; no short one at its end."""
    if not costs:
        return []
    parts = max(1, -(-sum(costs) // settings.max_tokens))
    goal = sum(costs) / parts
    runs: list[tuple[int, int]] = []
    low, size, repeated = 0, 0, 0
    for index, cost in enumerate(costs):
        over = repeated + size + cost > settings.max_tokens
        if index > low and (over or (size >= settings.min_tokens and size + cost / 2 > goal)):
            runs.append((low, index))
            repeated = sum(costs[max(low, index - settings.overlap_sentences) : index])
            repeated = repeated if repeated <= settings.max_tokens // 3 else 0
            low, size = index, 0
        size += cost
    runs.append((low, len(costs)))
    if len(runs) > 1 and size < settings.min_tokens:
        before = runs[-2]
        if sum(costs[before[0] :]) <= settings.max_tokens + settings.min_tokens:
            runs[-2:] = [(before[0], len(costs))]
    return runs


def _passage(document: Document, section: Section, sentences: tuple[Sentence, ...], ordinal: int) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    return Passage(
        id=f"{document.id}@{document.version}#{ordinal}",
        document_id=document.id,
        version=document.version,
        ordinal=ordinal,
        start=start,
        end=end,
        text=document.text[start:end],
        section=section,
        page=page_at(document.segments, document.pages, start),
        language=_language(sentences, section.language),
        sentences=sentences,
    )


def page_at(segments: Sequence[MapSegment], pages: Sequence[PageBreak], stored: int) -> int | None:
    """The 1-based page on which the stored character was printed; None where the format has no pages."""
    spans = source_spans(segments, stored, stored + 1)
    if not pages or not spans:
        return None
    at = bisect_right([page.start for page in pages], spans[0][0]) - 1
    return pages[max(at, 0)].number


def _language(sentences: Sequence[Sentence], default: Language) -> Language:
    weights: dict[Language, int] = {"id": 0, "en": 0}
    for sentence in sentences:
        weights[sentence.language] += sentence.end - sentence.start
    return default if weights["id"] == weights["en"] else max(weights, key=lambda language: weights[language])
