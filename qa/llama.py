"""question → LlamaIndex nodes or Response: Sitasi as a retriever and a query engine inside other people's pipelines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from ingest.types import DocumentCard, Language
from qa.api.bodies import Outcome, answer_body, paper_href
from qa.types import Abstention, Citation, Question, RetrievedPassage

# For people and for metadata filters; neither an embedder nor an LLM of the pipeline should read ids and offsets.
_HIDDEN = ["document_id", "version", "language", "start", "end", "href", "number", "verified"]


class Answers(Protocol):
    """What is needed of Sitasi: `open_sitasi(settings).answers` has it."""

    def retrieve(self, question: Question, limit: int) -> tuple[RetrievedPassage, ...]:
        """Passages, best first."""
        ...

    def answer(self, question: Question) -> Outcome:
        """An answer with verified citations, or an abstention."""
        ...


class SitasiRetriever(BaseRetriever):
    """Passages as LlamaIndex nodes, best first: `node_id` is the passage's id, the text verbatim, `start_char_idx` and
    `end_char_idx` half-open in the paper's stored text, the paper in the metadata and as the node's source.

    Raises InvalidQuestion for empty or overlong text."""

    def __init__(
        self,
        answers: Answers,
        *,
        limit: int = 10,
        documents: Sequence[str] = (),
        language: Language | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager=callback_manager)
        self._answers, self._limit = answers, limit
        self._documents, self._language = tuple(documents), language

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = Question(query_bundle.query_str, language=self._language, documents=self._documents)
        return [_passage_node(found) for found in self._answers.retrieve(question, self._limit)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class SitasiQueryEngine(BaseQueryEngine):
    """Answers as a LlamaIndex `Response`: the text with `[n]` marks, one source node for each citation (its text is the
    quotation, its metadata says where it stands and what was checked), and the whole answer of HTTP contract v1 as
    metadata. An abstention is a response too: `metadata["status"]` says so, and the source nodes are what came closest.

    Raises InvalidQuestion for empty or overlong text."""

    def __init__(
        self,
        answers: Answers,
        *,
        documents: Sequence[str] = (),
        language: Language | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager)
        self._answers = answers
        self._documents, self._language = tuple(documents), language

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        question = Question(query_bundle.query_str, language=self._language, documents=self._documents)
        outcome = self._answers.answer(question)
        if isinstance(outcome, Abstention):
            nodes = [_passage_node(found) for found in outcome.nearest]
        else:
            nodes = [_citation_node(citation) for citation in outcome.citations]
        return Response(outcome.text, nodes, answer_body(outcome).model_dump(mode="json"))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)


def _passage_node(found: RetrievedPassage) -> NodeWithScore:
    passage = found.passage
    metadata = _metadata(found.document, passage.section.heading, passage.page, passage.start, passage.end)
    metadata["language"] = passage.language
    return _node(passage.id, passage.text, metadata, found.document, float(found.score))


def _citation_node(citation: Citation) -> NodeWithScore:
    metadata = _metadata(citation.document, citation.section, citation.page, citation.start, citation.end)
    checked = citation.verified
    metadata |= {
        "number": citation.number,
        "language": citation.quote_language,
        "verified": {"verbatim": checked.verbatim, "numbers": checked.numbers, "names": checked.names},
    }
    node_id = f"{citation.passage_id}:{citation.start}-{citation.end}"
    return _node(node_id, citation.quote, metadata, citation.document, float(checked.support))


def _metadata(card: DocumentCard, section: str, page: int | None, start: int, end: int) -> dict[str, Any]:
    head = card.bibliography
    told = {
        "document_id": card.id,
        "version": card.version,
        "title": head.title,
        "authors": ", ".join(head.authors),
        "year": head.year,
        "place": head.place,
        "section": section,
        "page": page,
        "start": start,
        "end": end,
        "href": paper_href(card.id, card.version, start, end),
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _node(node_id: str, text: str, metadata: dict[str, Any], card: DocumentCard, score: float) -> NodeWithScore:
    node = TextNode(
        id_=node_id,
        text=text,
        metadata=metadata,
        start_char_idx=metadata["start"],
        end_char_idx=metadata["end"],
        excluded_embed_metadata_keys=_HIDDEN,
        excluded_llm_metadata_keys=_HIDDEN,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=card.id, metadata={"version": card.version})},
    )
    return NodeWithScore(node=node, score=score)
