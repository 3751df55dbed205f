"""Files → LlamaIndex as its starter tutorial sets it up: default splitter, vector index, nothing else; the same
weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from llama_index.core import Document as LlamaDocument
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.node_parser import SentenceSplitter

from eval.system import FoundPassage
from ingest.language import language_of
from ingest.parse import parse_file
from ingest.types import Embedder, Passage, Section, SectionKind, Sentence

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi


class SameWeights(BaseEmbedding):
    """The embedder that ships, as LlamaIndex wants it."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **data: Any) -> None:
        super().__init__(model_name=embedder.name, **data)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(value) for value in self._embedder.embed_questions([query])[0]]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors = self._embedder.embed_passages([_as_passage(text) for text in texts])
        return [[float(value) for value in one.passage] for one in vectors]


def _as_passage(text: str) -> Passage:
    end = max(1, len(text))
    return Passage(
        id="chunk",
        document_id="chunk",
        version="",
        ordinal=0,
        start=0,
        end=end,
        text=text or " ",
        section=Section((), SectionKind.BODY, 0, end, "id"),
        page=None,
        language="id",
        sentences=(Sentence(0, end, "id"),),
    )


def starter_retriever(sitasi: Sitasi, depth: int) -> tuple[dict[str, str], Callable[[str], Sequence[FoundPassage]]]:
    """The decoded text of every file by document id, and a search for the `depth` best chunks of them."""
    record = sitasi.library.record
    texts: dict[str, str] = {}
    for card in record.cards().values():
        source = record.document(card.id, card.version).source
        texts[card.id] = parse_file(source, sitasi.settings.ingest).text
    documents = [LlamaDocument(text=text, doc_id=name) for name, text in texts.items()]
    index = VectorStoreIndex.from_documents(
        documents, embed_model=SameWeights(sitasi.embedder), transformations=[SentenceSplitter()]
    )
    retriever = index.as_retriever(similarity_top_k=depth)

    def find(text: str) -> Sequence[FoundPassage]:
        return [_found(one.node) for one in retriever.retrieve(text)]

    return texts, find


def _found(node: Any) -> FoundPassage:
    start, end = node.start_char_idx or 0, node.end_char_idx or 0
    return FoundPassage(
        id=node.node_id,
        document=node.ref_doc_id,
        language=language_of(node.text),
        section="",
        start=start,
        end=end,
        source_spans=((start, end),),
        text=node.text,
    )
