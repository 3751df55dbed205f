"""answer → references of the papers it cites, at the versions it cites, for a reference manager."""

from __future__ import annotations

from collections.abc import Callable

from ingest.types import Bibliography, DocumentCard, Language
from qa.api.bodies import AnswerBody
from qa.api.document_bodies import VersionBody
from qa.references import ReferenceFormat, references


def cited_card(body: VersionBody) -> DocumentCard:
    """The paper of a response as the value that references are made from."""
    head = Bibliography(**body.bibliography.model_dump())
    return DocumentCard(body.id, body.version, body.language, head)


def export_references(
    answer: AnswerBody,
    version: Callable[[str, str], VersionBody],
    wanted: ReferenceFormat,
    language: Language,
    base: str,
) -> str:
    """References of the cited papers in the order of first citation, empty when none is cited; `version` fetches a
    paper by id and version, `base` is the service's address without a slash at its end."""
    cited = dict.fromkeys((citation.document.id, citation.document.version) for citation in answer.citations)
    papers = [version(document_id, wanted_version) for document_id, wanted_version in cited]
    hrefs = {paper.id: f"{base}{paper.href}" for paper in papers}
    cards = [cited_card(paper) for paper in papers]
    return references(cards, wanted, language, lambda card: hrefs[card.id])
