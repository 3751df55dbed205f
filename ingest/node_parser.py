"""Document → Section → Passage as a LlamaIndex node parser; alone in this file, because serving needs no LlamaIndex."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, MetadataMode, NodeRelationship, TextNode
from pydantic import Field

from ingest.documents import build_document, cut_passages
from ingest.errors import SourceEmpty
from ingest.settings import PassageSettings
from ingest.types import Collection, ParsedFile, Passage, SourceFile


class PassageNodeParser(NodeParser):
    """Cuts LlamaIndex documents into Sitasi's passages.

    Each node holds one passage: its id, its verbatim text, and as metadata the heading path, kind, language, page and
    the half-open span `start`, `end` in the cleaned text. A document without a word gives no node.
    """

    passages: PassageSettings = Field(
        default_factory=PassageSettings, description="How a section is cut into passages."
    )

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex stores this transformation."""
        return "PassageNodeParser"

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        del show_progress, kwargs  # part of LlamaIndex's signature
        return [node for parent in nodes for node in self._nodes_of(parent)]

    def _nodes_of(self, parent: BaseNode) -> list[BaseNode]:
        text = parent.get_content(metadata_mode=MetadataMode.NONE)
        content = text.encode("utf-8", "surrogatepass")
        name = str(parent.metadata.get("file_name") or parent.node_id)
        source = SourceFile(Path(name), name, hashlib.sha256(content).hexdigest(), len(content))
        try:
            document = build_document(
                source, ParsedFile(text, "text/plain", "utf-8"), Collection.PAPERS, parent.node_id
            )
        except SourceEmpty:
            return []
        return [_node(parent, passage) for passage in cut_passages(document, self.passages)]


def _node(parent: BaseNode, passage: Passage) -> BaseNode:
    return TextNode(
        id_=passage.id,
        text=passage.text,
        metadata={
            "section": " / ".join(passage.section.path),
            "kind": passage.section.kind.value,
            "language": passage.language,
            "page": passage.page,
            "start": passage.start,
            "end": passage.end,
        },
        relationships={NodeRelationship.SOURCE: parent.as_related_node_info()},
    )
