"""Answer | Abstention → response: the JSON of HTTP contract v1, the same for the service and for `--json`.

Offsets are code points, half-open and 0-based. `citations[].start/end` count in the stored text of the named version,
`claims[].start/end` in `text`, `claims[].quoted` in the claim's own text.
"""

from __future__ import annotations

from typing import Literal, TypeAlias
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field

from ingest.types import Language
from qa.types import Abstention, Answer, Citation, Claim, DocumentCard, RetrievedPassage

Outcome: TypeAlias = Answer | Abstention
SpanBody: TypeAlias = tuple[int, int]


class Body(BaseModel):
    """Base of everything sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DocumentBody(Body):
    """A paper as a citation names it."""

    id: str
    version: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    journal: str | None
    place: str | None
    language: Language


class VerifiedBody(Body):
    """What the machine checked of one citation."""

    verbatim: bool
    numbers: bool
    names: bool
    support: float


class CitationBody(Body):
    """A verified pointer into a paper: `stored_text[start:end] == quote`. `source_spans` count in the file as read."""

    number: int
    document: DocumentBody
    passage_id: str
    section: str
    page: int | None
    quote: str
    quote_language: Language
    translation: str | None
    start: int
    end: int
    source_spans: tuple[SpanBody, ...]
    verified: VerifiedBody
    href: str = Field(description="Page of the paper with the quote highlighted, relative to the service.")


class ClaimBody(Body):
    """One sentence of the answer with the numbers of its citations."""

    kind: Literal["statement", "quotation"]
    text: str
    start: int
    end: int
    quoted: tuple[SpanBody, ...]
    citations: tuple[int, ...]
    support: float


class PassageBody(Body):
    """A passage that was found, best first; `rank` is 1-based."""

    rank: int
    score: float
    document: DocumentBody
    passage_id: str
    section: str
    page: int | None
    language: Language
    text: str
    start: int
    end: int
    href: str


class CorpusBody(Body):
    """What was searched; `version` changes whenever a paper is published or removed."""

    version: str
    documents: int
    passages: int


class EngineBody(Body):
    """Who wrote the answer. `fault` is the code of what kept the language model from writing it, when it was to."""

    mode: Literal["auto", "extractive", "generative"]
    model: str | None
    prompt_digest: str | None
    fault: str | None = None


class AnswerBody(Body):
    """An answer or an honest no."""

    id: str
    question: str
    standalone_question: str | None
    language: Language
    status: Literal["answered", "abstained"]
    reason: str | None
    text: str
    claims: tuple[ClaimBody, ...]
    citations: tuple[CitationBody, ...]
    nearest: tuple[PassageBody, ...]
    silent: tuple[DocumentBody, ...] = Field(
        default=(), description="Papers of a place that was asked about beside others, on which no answer was found."
    )
    dropped_claims: int
    grounding: Literal["grounded", "partial", "none"]
    corpus: CorpusBody
    engine: EngineBody
    timings_ms: dict[str, float]


class SearchBody(Body):
    """Passages found for a query."""

    query: str
    passages: tuple[PassageBody, ...]
    timings_ms: dict[str, float]


class RetrievedBody(Body):
    """First event of a stream: what was found."""

    passages: tuple[PassageBody, ...]


class ClaimEventBody(Body):
    """One verified claim of a stream, with the citations it names."""

    claim: ClaimBody
    citations: tuple[CitationBody, ...]


def paper_href(document_id: str, version: str, start: int, end: int) -> str:
    """Address of a paper's page with `[start, end)` of its stored text highlighted."""
    return f"/papers/{quote(document_id, safe='')}?{urlencode({'version': version, 'start': start, 'end': end})}"


def document_body(card: DocumentCard) -> DocumentBody:
    """The paper as a citation names it."""
    head = card.bibliography
    return DocumentBody(
        id=card.id,
        version=card.version,
        title=head.title,
        authors=head.authors,
        year=head.year,
        journal=head.journal,
        place=head.place,
        language=card.language,
    )


def passage_body(found: RetrievedPassage) -> PassageBody:
    """The passage as search results and abstentions show it."""
    passage = found.passage
    return PassageBody(
        rank=found.rank,
        score=round(float(found.score), 4),
        document=document_body(found.document),
        passage_id=passage.id,
        section=passage.section.heading,
        page=passage.page,
        language=passage.language,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        href=paper_href(found.document.id, found.document.version, passage.start, passage.end),
    )


def citation_body(citation: Citation) -> CitationBody:
    """The citation with the address of its quotation."""
    checked = citation.verified
    return CitationBody(
        number=citation.number,
        document=document_body(citation.document),
        passage_id=citation.passage_id,
        section=citation.section,
        page=citation.page,
        quote=citation.quote,
        quote_language=citation.quote_language,
        translation=citation.translation,
        start=citation.start,
        end=citation.end,
        source_spans=citation.source_spans,
        verified=VerifiedBody(
            verbatim=checked.verbatim,
            numbers=checked.numbers,
            names=checked.names,
            support=round(float(checked.support), 4),
        ),
        href=paper_href(citation.document.id, citation.document.version, citation.start, citation.end),
    )


def claim_body(claim: Claim) -> ClaimBody:
    """The claim as it is sent."""
    return ClaimBody(
        kind=claim.kind.value,
        text=claim.text,
        start=claim.start,
        end=claim.end,
        quoted=claim.quoted,
        citations=claim.citations,
        support=round(float(claim.support), 4),
    )


def answer_body(outcome: Outcome) -> AnswerBody:
    """The outcome as HTTP contract v1 writes it."""
    trace = outcome.trace
    answered = isinstance(outcome, Answer)
    return AnswerBody(
        id=trace.id,
        question=trace.question,
        standalone_question=trace.standalone_question,
        language=trace.language,
        status="answered" if answered else "abstained",
        reason=None if isinstance(outcome, Answer) else outcome.reason.value,
        text=outcome.text,
        claims=tuple(map(claim_body, outcome.claims)) if isinstance(outcome, Answer) else (),
        citations=tuple(map(citation_body, outcome.citations)) if isinstance(outcome, Answer) else (),
        nearest=() if isinstance(outcome, Answer) else tuple(map(passage_body, outcome.nearest)),
        silent=tuple(map(document_body, outcome.silent)) if isinstance(outcome, Answer) else (),
        dropped_claims=outcome.dropped_claims,
        grounding=outcome.grounding.value,
        corpus=CorpusBody(
            version=trace.corpus.version, documents=trace.corpus.documents, passages=trace.corpus.passages
        ),
        engine=EngineBody(
            mode=trace.engine.mode.value,
            model=trace.engine.model,
            prompt_digest=trace.engine.prompt_digest,
            fault=trace.engine.fault,
        ),
        timings_ms={stage: round(milliseconds, 2) for stage, milliseconds in trace.timings_ms},
    )


def claim_event(claim: Claim, citations: tuple[Citation, ...]) -> ClaimEventBody:
    """One verified claim with the citations that it names."""
    return ClaimEventBody(claim=claim_body(claim), citations=tuple(map(citation_body, citations)))


def claim_events(answer: AnswerBody) -> tuple[ClaimEventBody, ...]:
    """The claims of an answer one by one, each with the citations that it names."""
    numbered = {citation.number: citation for citation in answer.citations}
    return tuple(
        ClaimEventBody(claim=claim, citations=tuple(numbered[number] for number in claim.citations))
        for claim in answer.claims
    )
