"""Builds cases for the tests of `eval`, from our own words; every function takes only what the test cares about."""

from __future__ import annotations

from collections.abc import Sequence

from eval.cases import Case, JudgedFact
from eval.dataset import Both, Expect, KeyFact, QuestionItem
from eval.judged import JudgedQuote
from eval.run_file import KeptPassage, Reply, Scope
from ingest.types import Language, Span
from qa.api.bodies import AnswerBody, CitationBody, ClaimBody, CorpusBody, DocumentBody, EngineBody, VerifiedBody

PAPER = "clay"


def make_item(
    name: str = "kilns",
    *,
    expect: Expect = Expect.ANSWER,
    kind: str = "number",
    facts: dict[str, str] | None = None,
    fact: str | None = None,
) -> QuestionItem:
    """A question; `facts` maps names of key facts to their one pattern."""
    wanted = facts or {"twice a week": "twice|dua kali"}
    return QuestionItem(
        id=name,
        fact=fact or name,
        type=kind,
        split="development",
        documents=(PAPER,),
        expect=expect,
        question=Both(id="Berapa kali tungku dinyalakan?", en="How often are the kilns fired?"),
        key_facts=() if expect is Expect.ABSTAIN else tuple(KeyFact(name=n, patterns=(p,)) for n, p in wanted.items()),
    )


def make_quote(
    number: int = 1,
    text: str = "Kilns are fired twice a week.",
    spans: tuple[Span, ...] = ((100, 129),),
    language: Language = "en",
) -> CitationBody:
    """A citation of the one paper, at `spans` of its file."""
    return CitationBody(
        number=number,
        document=DocumentBody(
            id=PAPER,
            version="v1",
            title="Clay of Lembang",
            authors=("A. Writer",),
            year=2020,
            journal=None,
            place="Lembang",
            language=language,
        ),
        passage_id="clay@v1#0",
        section="Findings",
        page=None,
        quote=text,
        quote_language=language,
        translation=None,
        start=spans[0][0],
        end=spans[0][0] + len(text),
        source_spans=spans,
        verified=VerifiedBody(verbatim=True, numbers=True, names=True, support=1.0),
        href="/papers/clay",
    )


def make_claim(quote: CitationBody, lead: str = "", text: str | None = None) -> ClaimBody:
    """A claim that quotes the whole of `quote` behind `lead`; or one with words of its own and no quoted range."""
    said = text if text is not None else lead + quote.quote
    quoted = () if text is not None else ((len(lead), len(lead) + len(quote.quote)),)
    return ClaimBody(
        kind="quotation", text=said, start=0, end=len(said), quoted=quoted, citations=(quote.number,), support=1.0
    )


def make_answer(
    quotes: Sequence[CitationBody] = (), claims: Sequence[ClaimBody] | None = None, language: Language = "en"
) -> AnswerBody:
    """An answer that quotes; without quotes and claims an honest no."""
    said = tuple(claims) if claims is not None else tuple(make_claim(quote) for quote in quotes)
    no = "The papers in this collection do not answer this question."
    return AnswerBody(
        id="kilns.en",
        question="How often are the kilns fired?",
        standalone_question=None,
        language=language,
        status="answered" if said else "abstained",
        reason=None if said else "below_threshold",
        text=" ".join(claim.text for claim in said) or no,
        claims=said,
        citations=tuple(quotes),
        nearest=(),
        dropped_claims=0,
        grounding="grounded" if said else "none",
        corpus=CorpusBody(version="c1", documents=1, passages=3),
        engine=EngineBody(mode="extractive", model=None, prompt_digest=None),
        timings_ms={"total": 1.0},
    )


def make_passage(*spans: Span, document: str = PAPER) -> KeptPassage:
    """A passage at these spans of the file."""
    return KeptPassage(
        document=document, language="en", section="Findings", start=0, end=10, source_spans=spans, text="…"
    )


def make_case(
    answer: AnswerBody | None = None,
    *,
    item: QuestionItem | None = None,
    gold: Sequence[tuple[Span, ...]] = (((100, 129),),),
    passages: Sequence[KeptPassage] = (),
    language: Language = "en",
    scope: Scope = "all",
    verbatim: tuple[bool, ...] | None = None,
    confidence: float | None = None,
    forced: str | None = None,
    judged: Sequence[JudgedQuote] = (),
) -> Case:
    """A case; `gold` holds the gold spans of each key fact in turn, `judged` what readers said of quotes."""
    wanted = item or make_item()
    held = verbatim if verbatim is not None else tuple(True for _ in (answer.citations if answer else ()))
    reply = Reply(
        item=wanted.id,
        language=language,
        scope=scope,
        answer=answer,
        retrieved=tuple(str(place) for place in range(len(passages))),
        verbatim=held,
        confidence=confidence,
        forced=forced,
    )
    facts = tuple(JudgedFact(fact, {PAPER: spans}) for fact, spans in zip(wanted.key_facts, gold, strict=False))
    return Case(wanted, reply, facts, tuple(passages), {PAPER: tuple(judged)} if judged else {})
