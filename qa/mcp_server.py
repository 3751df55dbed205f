"""MCP host → Sitasi: tools that search, answer, read, compare and list, with citations in what they return.

The one file that owns the `mcp` package (Model Context Protocol); it comes with the extra `mcp`. How a tool reaches the
papers is handed in, so that the same server speaks over stdio and inside the HTTP service.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal, Protocol, TypeAlias, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field, ValidationError
from starlette.applications import Starlette

from ingest.errors import IngestError
from qa.api.bodies import AnswerBody, CitationBody, DocumentBody, PassageBody, SearchBody
from qa.api.compare_bodies import MatrixBody
from qa.api.document_bodies import ListBody, TextBody
from qa.api.schemas import AnswerRequest, CompareRequest, SearchRequest
from qa.errors import QuestionError

_log = logging.getLogger("sitasi.mcp")
_LONGEST_TEXT = 20_000
_AROUND = 600
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Sitasi answers questions about a collection of research papers, in Indonesian or English. Every sentence of an "
    "answer is backed by a quotation that was checked character by character against the paper; when the papers do not "
    "answer, it says so. Keep the numbered citations with whatever you pass on; read a passage before you build on it."
)


class Papers(Protocol):
    """What the tools need, wherever it is done."""

    def ask(self, request: AnswerRequest) -> AnswerBody:
        """Answer a question."""
        ...

    def search(self, request: SearchRequest) -> SearchBody:
        """Find passages."""
        ...

    def compare(self, request: CompareRequest) -> MatrixBody:
        """Compare studies theme by theme."""
        ...

    def documents(self) -> ListBody:
        """The published papers."""
        ...

    def text(self, document_id: str, version: str | None, start: int, end: int | None) -> TextBody:
        """Stored text of a paper."""
        ...


T = TypeVar("T")
Use: TypeAlias = Callable[[Callable[[Papers], Any]], Awaitable[Any]]
"""Runs a job with the papers, off the event loop."""

Spoken = Annotated[Literal["id", "en"] | None, Field(description="Language of the answer; the question's when unset.")]
Only = Annotated[list[str] | None, Field(description="Only these papers, by id; all when unset.")]


def build_mcp(use: Use, base: Callable[[], str]) -> MCPServer[Any]:
    """The server with its five tools. `base` gives the address under which readers open papers, without a slash at its
    end. Faults of a call become tool errors of one sentence with what to do."""
    server: MCPServer[Any] = MCPServer("Sitasi", instructions=_INSTRUCTIONS, log_level="WARNING")

    async def run(job: Callable[[Papers], T]) -> T:
        """One tool call, its faults told in the words of the protocol."""
        with _told():
            result: T = await use(job)
            return result

    @server.tool(title="Answer from the papers", annotations=_READS)
    async def answer_question(
        question: Annotated[str, Field(description="A question in Indonesian or English.")],
        language: Spoken = None,
        documents: Only = None,
    ) -> Annotated[CallToolResult, AnswerBody]:
        """Answer a question from the papers: sentences with numbered, verified quotations, or an honest no with the
        nearest passages."""
        with _told():
            request = AnswerRequest(question=question, language=language, documents=documents or [])
        body = await run(lambda papers: papers.ask(request))
        return _result(answer_text(body, base()), body)

    @server.tool(title="Search the papers", annotations=_READS)
    async def search_passages(
        query: Annotated[str, Field(description="A question or keywords.")],
        limit: Annotated[int, Field(ge=1, le=50, description="At most this many passages.")] = 8,
        documents: Only = None,
    ) -> Annotated[CallToolResult, SearchBody]:
        """Find the passages nearest to a question or to keywords, best first, with where they stand."""
        with _told():
            request = SearchRequest(query=query, limit=limit, documents=documents or [])
        body = await run(lambda papers: papers.search(request))
        found = [_passage_text(one, base()) for one in body.passages]
        return _result("\n\n".join(found) or "No passage was found.", body)

    @server.tool(title="Read a passage", annotations=_READS)
    async def read_passage(
        document: Annotated[str, Field(description="Id of a paper.")],
        start: Annotated[int, Field(ge=0, description="First character, as a citation or a search gives it.")],
        end: Annotated[int, Field(ge=0, description="Character after the last one.")],
        version: Annotated[str | None, Field(description="Version of the paper; the current one when unset.")] = None,
        around: Annotated[int, Field(ge=0, le=5000, description="Characters to read before and after.")] = _AROUND,
    ) -> Annotated[CallToolResult, TextBody]:
        """Read a stretch of a paper as it is stored, with what stands around it; at most 20,000 characters."""
        if end < start or end - start > _LONGEST_TEXT:
            raise ToolError(f"`end` must lie at most {_LONGEST_TEXT} characters after `start`.")
        read = await run(lambda papers: papers.text(document, version, max(0, start - around), end + around))
        body = _whole_words(read, start, end)
        sections = " · ".join(" › ".join(section.path) for section in body.sections if section.path)
        head = f"{body.id}, characters {body.start}–{body.end} of {body.characters}"
        return _result(f"{head}{f' ({sections})' if sections else ''}\n\n{body.text}", body)

    @server.tool(title="Compare the studies", annotations=_READS)
    async def compare_studies(
        themes: Annotated[
            list[str] | None,
            Field(
                description="actors, obstacles, trust, commitment, outcomes, recommendations, or words of your own; "
                "those six when unset."
            ),
        ] = None,
        language: Spoken = None,
        documents: Only = None,
    ) -> Annotated[CallToolResult, MatrixBody]:
        """Compare studies theme by theme: what each says, word for word and verified, or nothing."""
        with _told():
            request = CompareRequest(themes=themes or [], language=language, documents=documents or [])
        body = await run(lambda papers: papers.compare(request))
        return _result(_matrix_text(body), body)

    @server.tool(title="List the papers", annotations=_READS)
    async def list_papers() -> Annotated[CallToolResult, ListBody]:
        """List the papers that answer, with their ids."""
        body: ListBody = await run(lambda papers: papers.documents())
        lines = [
            f"{one.id}: {one.bibliography.title} ({one.bibliography.year or 'n.d.'})"
            for one in body.documents
            if one.answers
        ]
        return _result("\n".join(lines) or "There are no papers yet.", body)

    return server


def _whole_words(read: TextBody, start: int, end: int) -> TextBody:
    """`read` without the broken words at its ends; nothing of `[start, end)` is taken away."""
    before, after = read.text[: max(0, start - read.start)], read.text[max(0, end - read.start) :]
    skipped = re.match(r"\S*\s+", before) if read.start else None
    broken = re.search(r"\s+\S*$", after) if read.end < read.characters else None
    first = skipped.end() if skipped else 0
    last = len(read.text) - (len(after) - broken.start() if broken else 0)
    return read.model_copy(
        update={"text": read.text[first:last], "start": read.start + first, "end": read.start + last}
    )


def http_app(server: MCPServer[Any], max_body_bytes: int) -> Starlette:
    """The server as an application with one route, `/mcp` (Streamable HTTP, no sessions kept). Host and Origin are
    checked by the service around it."""
    return server.streamable_http_app(
        json_response=True,
        stateless_http=True,
        max_request_body_size=max_body_bytes,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )


@contextmanager
def _told() -> Iterator[None]:
    """Faults that a caller can do something about, as tool errors."""
    try:
        yield
    except (IngestError, QuestionError) as fault:
        raise ToolError(f"{fault} {fault.advice}") from fault
    except ValidationError as fault:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in fault.errors())
        raise ToolError(wrong) from fault


def _result(text: str, body: BaseModel) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)], structured_content=body.model_dump(mode="json"))


def _named(document: DocumentBody) -> str:
    return f"{document.title} ({document.year or 'n.d.'})"


def _passage_text(one: PassageBody, base: str) -> str:
    place = f"{_named(one.document)}, {one.section} (characters {one.start}–{one.end} of {one.document.id})"
    return f"{one.rank}. {place}\n{one.text}\n{base}{one.href}"


def _note(citation: CitationBody, base: str) -> str:
    where = ", ".join(part for part in (_named(citation.document), citation.section) if part)
    return f"[{citation.number}] “{citation.quote}” — {where}. {base}{citation.href}"


def answer_text(body: AnswerBody, base: str) -> str:
    """The answer with its quotes, or the honest no with what came closest, as a host reads it; `base` is the service's
    address."""
    if body.status == "answered":
        silent = [f"No answer found in: {'; '.join(map(_named, body.silent))}"] if body.silent else []
        return "\n".join((body.text, "", *(_note(citation, base) for citation in body.citations), *silent))
    near = [f"- {_named(one.document)}, {one.section}: {base}{one.href}" for one in body.nearest]
    return "\n".join((body.text, *near))


def _matrix_text(body: MatrixBody) -> str:
    lines = []
    for column, theme in enumerate(body.themes):
        lines.append(f"# {theme.label}")
        for row in body.rows:
            said = " ".join(f"“{one.quote}” ({one.section})" for one in row.cells[column].citations)
            lines.append(f"- {row.document.id}: {said or 'nothing found'}")
    return "\n".join(lines)
