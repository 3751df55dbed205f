"""The tools of `sitasi mcp`, called with the official MCP client: over stdio and over HTTP, with their citations."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

from ingest.record import Record
from qa.api.app import create_app
from qa.settings import Settings
from tests.browser.serving import listening
from tests.factories import embed, make_document, make_manifest
from tests.fakes import FakeSitasi, WordAnswers
from tests.service.conftest import Run

ROOT = Path(__file__).parents[2]
POTTERS = "The potters of Lembang dry clay in the shade."
Job = Callable[[Client], Awaitable[Any]]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The HTTP service over one paper on pottery."""
    record = Record(None, tmp_path / "record.sqlite3")
    record.publish(embed(make_document("clay")), make_manifest())
    settings = Settings(home=tmp_path / "home")
    sitasi: Any = FakeSitasi(settings, record, WordAnswers(record))
    nobody: Any = None
    with listening(create_app(lambda: sitasi, settings, nobody)) as url:
        yield url


def over_http(address: str, job: Job) -> Any:
    """What `job` gives, with a client of the service."""

    async def run() -> Any:
        async with Client(f"{address}/mcp") as client:
            return await job(client)

    return anyio.run(run)


def told(result: CallToolResult) -> str:
    """What the model reads."""
    (content,) = result.content
    return content.text


def test_the_tools_describe_themselves_and_what_they_give(address: str) -> None:
    listed = over_http(address, lambda client: client.list_tools())
    tools = {tool.name: tool for tool in listed.tools}
    assert set(tools) == {"answer_question", "search_passages", "read_passage", "compare_studies", "list_papers"}
    for tool in tools.values():
        assert tool.description and tool.output_schema
        assert tool.annotations.read_only_hint


def test_an_answer_keeps_its_citations_in_words_and_in_data(address: str) -> None:
    result = over_http(
        address, lambda client: client.call_tool("answer_question", {"question": "Where do potters dry clay?"})
    )
    assert not result.is_error
    assert f"[1] “{POTTERS}” — Clay (2020), Findings. http" in told(result)
    citation = result.structured_content["citations"][0]
    assert citation["quote"] == POTTERS
    assert citation["verified"]["verbatim"]


def test_what_the_papers_do_not_say_is_an_honest_no_and_no_error(address: str) -> None:
    result = over_http(
        address, lambda client: client.call_tool("answer_question", {"question": "Quantum chromodynamics?"})
    )
    assert not result.is_error
    assert result.structured_content["status"] == "abstained"


def test_a_passage_found_can_be_read_with_what_stands_around_it(address: str) -> None:
    async def job(client: Client) -> tuple[CallToolResult, CallToolResult]:
        found = await client.call_tool("search_passages", {"query": "kilns fired", "limit": 1})
        (passage,) = found.structured_content["passages"]
        place = {"document": passage["document"]["id"], "start": passage["start"], "end": passage["end"]}
        return found, await client.call_tool("read_passage", place | {"around": 500})

    found, read = over_http(address, job)
    assert "Kilns are fired twice a week." in told(found)
    assert POTTERS in told(read)


def test_what_stands_around_a_passage_begins_and_ends_with_a_whole_word(address: str) -> None:
    async def job(client: Client) -> CallToolResult:
        start = POTTERS.index("Lembang")
        place = {"document": "clay", "start": start, "end": start + len("Lembang")}
        return await client.call_tool("read_passage", place | {"around": 6})

    body = over_http(address, job).structured_content
    assert body["text"] == "of Lembang dry"
    assert POTTERS[body["start"] : body["end"]] == body["text"]


def test_papers_are_listed_and_compared(address: str) -> None:
    listed = over_http(address, lambda client: client.call_tool("list_papers", {}))
    assert told(listed) == "clay: Clay (2020)"
    compared = over_http(address, lambda client: client.call_tool("compare_studies", {"themes": ["dry clay", "salt"]}))
    assert told(compared).splitlines() == [
        "# dry clay",
        f"- clay: “{POTTERS}” (Findings)",
        "# salt",
        "- clay: nothing found",
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("answer_question", {"question": " ?"}, "The question is empty."),
        ("search_passages", {"query": "clay", "documents": ["nowhere"]}, "nowhere"),
        ("read_passage", {"document": "nowhere", "start": 0, "end": 5}, "nowhere"),
        ("read_passage", {"document": "clay", "start": 9, "end": 5}, "`end`"),
        ("compare_studies", {"themes": ["dan"]}, "“dan”"),
    ],
)
def test_a_fault_is_one_sentence_that_the_host_can_act_on(
    address: str, tool: str, arguments: dict[str, Any], words: str
) -> None:
    result = over_http(address, lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    assert words in told(result)
    assert "Traceback" not in told(result)


def test_over_stdio_the_same_tools_answer_from_the_home(sitasi: Run, home: Path, papers: Path) -> None:
    sitasi("ingest", papers)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SITASI_")}
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "tests.service.serve_words", "mcp"],
        cwd=ROOT,
        env=environment | {"SITASI_HOME": str(home)},
    )

    async def run() -> tuple[Any, CallToolResult, CallToolResult]:
        async with Client(command) as client:
            return (
                await client.list_tools(),
                await client.call_tool("list_papers", {}),
                await client.call_tool("search_passages", {"query": "kilns of the northern village"}),
            )

    tools, listed, found = anyio.run(run)
    assert len(tools.tools) == 5
    assert {line.split(":")[0] for line in told(listed).splitlines()} == {"kilns", "salt"}
    assert "fired twice a week with coconut husk" in told(found)
