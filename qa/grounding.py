"""drafted claims → claims with verified citations; what fails is dropped and counted. Pure: the papers' text is
handed in.

A citation holds when (1) its passage was retrieved for this question, (2) the quote stands verbatim in the stored
text at the
stated offsets, (3) every number and (4) every proper name of the claim occurs in its quotes, the section's heading or
the
bibliography, and (5) the support score reaches the threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.offsets import source_spans
from ingest.types import Document
from qa.evidence import ANAPHORA, sentence_before
from qa.extract import DraftClaim
from qa.messages import MESSAGE_WORDS
from qa.names import missing_names, names_in, respelled, words_in
from qa.numerals import numbers_in
from qa.types import Citation, Claim, ClaimKind, Evidence, Verification

_OF_MESSAGES = frozenset(words_in(" ".join(MESSAGE_WORDS)))

SupportScore = Callable[[str, Sequence[str]], float]


@dataclass(frozen=True, slots=True)
class Grounded:
    """Claims that hold, their citations numbered from 1 in order of first use, the answer's text, and how many fell."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    dropped: int


def _allowed(evidence: Sequence[Evidence]) -> str:
    """Everything a claim may take its numbers and names from."""
    parts = []
    for one in evidence:
        card = one.retrieved.document.bibliography
        parts += [
            one.text,
            *one.retrieved.passage.section.path,
            card.title,
            card.original_title or "",
            card.place or "",
        ]
        parts += [*card.authors, str(card.year or ""), card.journal or ""]
    return " ".join(parts)


def _leans_on(one: Evidence) -> str:
    """The sentence before one that leans on it ("Program tersebut …"): a claim may name what it names, and no more."""
    passage = one.retrieved.passage
    before = sentence_before(passage, one.start) if ANAPHORA.match(one.text) else None
    return passage.text[before.start - passage.start : before.end - passage.start] if before else ""


def verify(
    claim: DraftClaim, documents: Mapping[str, Document], retrieved: frozenset[str], support: SupportScore
) -> Verification:
    """Check one claim against its evidence. `documents` maps document ids to the versions that were searched,
    `retrieved` holds the ids of the passages found for this question."""
    quotes = [one.text for one in claim.evidence]
    allowed = _allowed(claim.evidence)
    named = " ".join((allowed, *map(_leans_on, claim.evidence)))
    verbatim = bool(claim.evidence) and all(_stands_in_paper(one, documents, retrieved) for one in claim.evidence)
    claimed = replace(claim, text=respelled(claim.text, named, _papers(claim.evidence, documents)))
    own_words = _outside_quotes(claim) if claim.kind is ClaimKind.QUOTATION else claimed.text
    numbers = set(numbers_in(own_words))
    names = names_in(own_words, getattr(support, "is_word", None)) - _OF_MESSAGES
    quoted_verbatim = all(any(claim.text[start:end] in quote for quote in quotes) for start, end in claim.quoted)
    return Verification(
        verbatim=verbatim and quoted_verbatim,
        # A bare quotation has no words of its own, so that nothing has to be looked for.
        numbers=not numbers or numbers <= set(numbers_in(allowed)),
        names=not missing_names(names, named),
        support=1.0
        if claim.kind is ClaimKind.QUOTATION and claim.quoted
        else support(_of_quotes(claimed, allowed, named), quotes),
    )


def _papers(evidence: Sequence[Evidence], documents: Mapping[str, Document]) -> str:
    """The text of the papers that the evidence stands in."""
    ids = dict.fromkeys(one.retrieved.document.id for one in evidence)
    return "\n".join(documents[one].text for one in ids if one in documents)


def _stands_in_paper(one: Evidence, documents: Mapping[str, Document], retrieved: frozenset[str]) -> bool:
    card, passage = one.retrieved.document, one.retrieved.passage
    document = documents.get(card.id)
    return (
        passage.id in retrieved
        and document is not None
        and document.version == card.version
        and bool(one.text)
        and document.text[one.start : one.end] == one.text
    )


def _of_quotes(claim: DraftClaim, allowed: str, named: str) -> str:
    """The claim without the names and numbers that it takes from elsewhere (who found it, when)."""
    quotes = " ".join(one.text for one in claim.evidence)
    names = (names_in(claim.text) & words_in(named)) - words_in(quotes)
    numbers = (set(numbers_in(claim.text)) & set(numbers_in(allowed))) - set(numbers_in(quotes))
    kept = (
        word
        for word in claim.text.split()
        if not (words_in(word) and words_in(word) <= names) and not (numbers and numbers & set(numbers_in(word)))
    )
    return " ".join(kept)


def _outside_quotes(claim: DraftClaim) -> str:
    kept, position = [], 0
    for start, end in claim.quoted:
        kept.append(claim.text[position:start])
        position = end
    return " ".join((*kept, claim.text[position:]))


def ground(
    drafts: Sequence[DraftClaim],
    documents: Mapping[str, Document],
    retrieved: frozenset[str],
    support: SupportScore,
    threshold: float,
) -> Grounded:
    """Verify every drafted claim, number the citations of those that hold, and write the answer's text with `[n]`
    marks."""
    claims: list[Claim] = []
    citations: dict[tuple[str, int, int], Citation] = {}
    pieces: list[str] = []
    length = dropped = 0
    for draft in drafts:
        checked = verify(draft, documents, retrieved, support)
        if not (checked.verbatim and checked.numbers and checked.names and checked.support >= threshold):
            dropped += 1
            continue
        numbers = []
        for one in draft.evidence:
            key = (one.retrieved.document.id, one.start, one.end)
            if key not in citations:
                citations[key] = _citation(len(citations) + 1, one, documents[one.retrieved.document.id], checked)
            numbers.append(citations[key].number)
        start = length + (1 if pieces else 0)
        marks = "".join(f" [{number}]" for number in dict.fromkeys(numbers))
        pieces.append(draft.text + marks)
        claims.append(
            Claim(
                kind=draft.kind,
                text=draft.text,
                start=start,
                end=start + len(draft.text),
                quoted=draft.quoted,
                citations=tuple(dict.fromkeys(numbers)),
                support=checked.support,
            )
        )
        length = start + len(pieces[-1])
    return Grounded("\n".join(pieces), tuple(claims), tuple(citations.values()), dropped)


def _citation(number: int, one: Evidence, document: Document, checked: Verification) -> Citation:
    passage = one.retrieved.passage
    return Citation(
        number=number,
        document=one.retrieved.document,
        passage_id=passage.id,
        section=passage.section.heading,
        page=passage.page,
        quote=one.text,
        quote_language=one.language,
        translation=None,
        start=one.start,
        end=one.end,
        source_spans=source_spans(document.segments, one.start, one.end),
        verified=checked,
    )
