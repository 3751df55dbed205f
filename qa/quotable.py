"""RetrievedPassage → its sentences as candidates: what may be quoted, and what only a model may be shown. Pure.

Ingestion tells which sentences can stand alone. Of the others some are whole by their shape, and only the order of the
words around them is in doubt: they may be the one place that answers, so they are quoted where nothing surer comes
near. The rest are fragments. Nobody would want to read one as an answer, but who writes one of his own can rest on it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from ingest.completeness import is_complete, is_listed_value
from ingest.headings import is_caption
from ingest.types import NEVER_EVIDENCE, Language, SectionKind, Sentence
from qa.affinity import card_stems
from qa.evidence_parts import Candidate, Standing
from qa.types import RetrievedPassage

Analyse = Callable[[str, Language], list[str]]
_LEAST_WORDS = 3
_QUOTABLE = frozenset({Standing.WHOLE, Standing.DOUBTFUL})


def standing(sentence: Sentence, text: str, kind: SectionKind) -> Standing:
    """How a sentence stands that reads `text`, in a section of this kind."""
    if sentence.complete:
        return Standing.WHOLE
    if kind is SectionKind.KEYWORDS:
        return Standing.FRAGMENT
    if is_listed_value(text):
        return Standing.WHOLE
    return Standing.DOUBTFUL if is_complete(text) else Standing.FRAGMENT


def candidates(
    retrieved: Sequence[RetrievedPassage], analyse: Analyse, accepted: Collection[Standing] = _QUOTABLE
) -> list[Candidate]:
    """The sentences that stand as `accepted` in quotable sections; one that stands in two overlapping passages counts
    in the better one."""
    taken: set[tuple[str, int]] = set()
    subjects: dict[str, frozenset[str]] = {}
    found = []
    for one in retrieved:
        passage = one.passage
        if passage.section.kind in NEVER_EVIDENCE:
            continue
        if one.document.id not in subjects:
            subjects[one.document.id] = card_stems(one.document, analyse)
        heading = _heading_stems(one, analyse)
        for position, sentence in enumerate(passage.sentences):
            if (one.document.id, sentence.start) in taken:
                continue
            text = passage.text[sentence.start - passage.start : sentence.end - passage.start]
            stands = standing(sentence, text, passage.section.kind)
            if stands not in accepted or (stands is Standing.FRAGMENT and not _says_something(text)):
                continue
            taken.add((one.document.id, sentence.start))
            stems = frozenset(analyse(text, sentence.language))
            found.append(Candidate(one, position, text, stems, subjects[one.document.id], heading, stands))
    return found


def _says_something(fragment: str) -> bool:
    return len(fragment.split()) >= _LEAST_WORDS and not fragment.endswith(":") and not is_caption(fragment)


def _heading_stems(found: RetrievedPassage, analyse: Analyse) -> frozenset[str]:
    head = " ".join(found.passage.section.path)
    return frozenset(analyse(head, "id")) | frozenset(analyse(head, "en"))
