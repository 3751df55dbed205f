"""answer → the text that a scholar pastes: its sentences with their citations, and the references of the papers. Pure.

The one place where answers are formatted for pasting, and with qa/references.py the one where references are: the pages
and the widget ask the service for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ingest.types import DocumentCard, Language
from qa.api.bodies import AnswerBody, CitationBody, ClaimBody
from qa.references import ReferenceFormat, apa, in_text, references

_HEADINGS: dict[Language, str] = {"id": "Makalah yang disitasi", "en": "Papers cited"}
_PAGE: dict[Language, str] = {"id": "hlm.", "en": "p."}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")
_LAST_STOP = re.compile(r"[.?!]?$")


def copy_answer(
    wanted: ReferenceFormat,
    answer: AnswerBody,
    cards: Mapping[str, DocumentCard],
    address: Callable[[CitationBody], str],
) -> str:
    """The answer in this format. `cards` are the cited papers by id, at the cited versions; `address` gives the
    absolute address of a quotation in its paper.

    Plain text and Markdown hold the question, the sentences and every quotation; APA the sentences with a reference
    list; BibTeX and RIS the papers only. Empty when nothing is cited."""
    if not answer.citations:
        return ""
    if wanted is ReferenceFormat.PLAIN:
        return _plain(answer, cards, address)
    if wanted is ReferenceFormat.MARKDOWN:
        return _markdown(answer, cards, address)
    if wanted is ReferenceFormat.APA:
        return _apa(answer, cards)
    first: dict[str, CitationBody] = {}
    for citation in answer.citations:
        first.setdefault(citation.document.id, citation)
    cited = [cards[document] for document in first]
    return references(cited, wanted, answer.language, lambda card: address(first[card.id]))


def _where(citation: CitationBody, language: Language) -> str:
    page = f"{_PAGE[language]} {citation.page}" if citation.page else ""
    return ", ".join(part for part in (citation.section, page) if part)


def _plain(answer: AnswerBody, cards: Mapping[str, DocumentCard], address: Callable[[CitationBody], str]) -> str:
    language = answer.language
    notes = [
        f"[{one.number}] {apa(cards[one.document.id].bibliography, language)} {_where(one, language)}: "
        f"“{one.quote}” {address(one)}"
        for one in answer.citations
    ]
    return "\n".join((answer.question, "", answer.text, "", f"{_HEADINGS[language]}:", *notes))


def _markdown(answer: AnswerBody, cards: Mapping[str, DocumentCard], address: Callable[[CitationBody], str]) -> str:
    language = answer.language
    sentences = [
        f"{_safe(claim.text)}{''.join(f'[^{number}]' for number in claim.citations)}" for claim in answer.claims
    ]
    notes = [
        f"[^{one.number}]: {_safe(apa(cards[one.document.id].bibliography, language))} "
        f"{_safe(_where(one, language))}: “{_safe(one.quote)}” [→](<{address(one)}>)"
        for one in answer.citations
    ]
    return "\n".join((f"**{_safe(answer.question)}**", "", " ".join(sentences), "", *notes))


def _safe(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _apa(answer: AnswerBody, cards: Mapping[str, DocumentCard]) -> str:
    language = answer.language
    cited = {one.document.id: cards[one.document.id] for one in answer.citations}
    listed = sorted((apa(card.bibliography, language) for card in cited.values()), key=str.casefold)
    return "\n".join((" ".join(_apa_sentence(claim, answer, cards) for claim in answer.claims), "", *listed))


def _apa_sentence(claim: ClaimBody, answer: AnswerBody, cards: Mapping[str, DocumentCard]) -> str:
    """The sentence with its sources in brackets before its last stop."""
    sources = []
    for one in (one for one in answer.citations if one.number in claim.citations):
        page = f", {_PAGE[answer.language]} {one.page}" if one.page else ""
        sources.append(f"{in_text(cards[one.document.id].bibliography, answer.language)}{page}")
    stop = _LAST_STOP.search(claim.text)
    at = stop.start() if stop else len(claim.text)
    source = f" ({'; '.join(dict.fromkeys(sources))})" if sources else ""
    return f"{claim.text[:at]}{source}{claim.text[at:] or '.'}"
