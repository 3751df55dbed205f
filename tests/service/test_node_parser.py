"""Document → Passage as LlamaIndex sees it: one node for each passage, with ids and spans of our own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from llama_index.core.schema import Document

from ingest.node_parser import PassageNodeParser
from ingest.settings import PassageSettings

PROSE = "Warga desa menenun kain setiap hari bersama kelompoknya lalu menjualnya di pasar kabupaten itu. "
PAPER = f"Abstrak\n\n{PROSE * 3}\n\n1. HASIL\n\n{PROSE * 12}\n\nDaftar Pustaka\n\nLestari, S. (2019). Tenun."


def test_each_passage_is_a_node_with_its_place() -> None:
    parser = PassageNodeParser(passages=PassageSettings(max_tokens=80))
    nodes = parser.get_nodes_from_documents([Document(text=PAPER, id_="tenun")])
    assert len(nodes) > 2
    assert [node.node_id.split("@")[0] for node in nodes] == ["tenun"] * len(nodes)
    assert {node.metadata["kind"] for node in nodes} == {"abstract", "results"}
    assert all(node.metadata["end"] - node.metadata["start"] == len(node.get_content()) for node in nodes)
    assert nodes[0].ref_doc_id == "tenun"


def test_a_document_without_words_gives_no_nodes() -> None:
    assert PassageNodeParser().get_nodes_from_documents([Document(text="---")]) == []


def test_cutting_passages_does_not_need_llama_index() -> None:
    code = (
        "import sys, ingest.documents; sys.exit(any(m.split('.')[0] in ('llama_index', 'torch') for m in sys.modules))"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
