"""Sitasi inside LlamaIndex: a retriever and a query engine that other parts of LlamaIndex take as their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core import get_response_synthesizer
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeRelationship
from llama_index.core.tools import QueryEngineTool

from ingest.record import Record
from qa.errors import QuestionError
from qa.llama import SitasiQueryEngine, SitasiRetriever
from tests.factories import embed, make_document, make_manifest
from tests.fakes import WordAnswers

POTTERS = "The potters of Lembang dry clay in the shade."
WEAVERS = "The weavers of Toba dye yarn with indigo."


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[WordAnswers]:
    """Answers over two papers, about pottery and about weaving."""
    record = Record(None, tmp_path / "record.sqlite3")
    record.publish(embed(make_document("clay")), make_manifest())
    record.publish(embed(make_document("yarn", (WEAVERS,))), make_manifest())
    yield WordAnswers(record)
    record.close()


def test_nodes_hold_the_papers_own_words_at_their_offsets(answers: WordAnswers) -> None:
    best = SitasiRetriever(answers, limit=3).retrieve("Where do the potters dry clay?")[0]
    node = best.node
    assert node.get_content(MetadataMode.NONE) == POTTERS
    stored = answers.record.document(node.metadata["document_id"], node.metadata["version"]).text
    assert stored[node.start_char_idx : node.end_char_idx] == POTTERS
    assert node.relationships[NodeRelationship.SOURCE].node_id == "clay"
    assert best.score > 0
    assert node.metadata["href"].startswith("/papers/clay?version=")
    assert "/papers/" not in node.get_content(MetadataMode.LLM)


def test_a_retriever_can_be_held_to_some_papers_and_a_number_of_passages(answers: WordAnswers) -> None:
    question = "the potters and the weavers"
    assert len(SitasiRetriever(answers, limit=1).retrieve(question)) == 1
    only = SitasiRetriever(answers, documents=["yarn"]).retrieve(question)
    assert [one.node.metadata["document_id"] for one in only] == ["yarn"]


def test_another_query_engine_can_be_built_on_the_retriever(answers: WordAnswers) -> None:
    synthesizer = get_response_synthesizer(llm=MockLLM())
    engine = RetrieverQueryEngine(SitasiRetriever(answers, limit=1), synthesizer)
    response = engine.query("Where do the potters dry clay?")
    assert POTTERS in str(response)
    assert len(response.source_nodes) == 1


def test_a_response_carries_its_citations(answers: WordAnswers) -> None:
    response = SitasiQueryEngine(answers).query("How do the weavers of Toba dye yarn?")
    assert str(response).startswith(f"{WEAVERS} [1]")
    assert response.metadata["status"] == "answered"
    first = response.source_nodes[0].node
    assert first.get_content(MetadataMode.NONE) == WEAVERS
    assert first.metadata["number"] == 1
    assert first.metadata["verified"]["verbatim"] is True
    assert response.metadata["citations"][0]["quote"] == WEAVERS


def test_an_abstention_is_a_response_that_says_so(answers: WordAnswers) -> None:
    response = SitasiQueryEngine(answers).query("Quantum chromodynamics?")
    assert response.metadata["status"] == "abstained"
    assert response.source_nodes == []
    assert str(response)


def test_both_answer_without_holding_up_the_event_loop(answers: WordAnswers) -> None:
    async def both() -> tuple[str, int]:
        found = await SitasiRetriever(answers).aretrieve("potters dry clay")
        return str(await SitasiQueryEngine(answers).aquery("potters dry clay")), len(found)

    text, found = asyncio.run(both())
    assert POTTERS in text
    assert found >= 1


def test_the_engine_is_a_tool_for_agents(answers: WordAnswers) -> None:
    tool = QueryEngineTool.from_defaults(SitasiQueryEngine(answers), name="papers", description="Two studies of crafts")
    assert POTTERS in str(tool.call("Where do the potters dry clay?"))


def test_faults_of_the_question_come_through_as_they_are(answers: WordAnswers) -> None:
    def refuse() -> None:
        raise QuestionError("no")

    answers.before = refuse
    with pytest.raises(QuestionError):
        SitasiRetriever(answers).retrieve("potters")
