"""What is fuzzed: every place where bytes of strangers meet code of ours. A target takes any bytes and raises nothing.

Errors of ours are answers; anything else that comes out is a fault, and so is what breaks a promise about the result.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ingest.documents import build_document, cut_passages
from ingest.errors import SourceError
from ingest.offsets import source_spans
from ingest.parse import parse_bytes
from ingest.settings import IngestSettings, PassageSettings
from ingest.sidecars import find_sidecars
from ingest.types import Bibliography, Collection, ParsedFile, SourceFile
from ingest.uploads import safe_name
from qa.api.chat import ChatRequest, _question
from qa.api.chat_bodies import MODELS as CHAT_MODELS
from qa.api.housekeeping import housekeeping_reply
from qa.api.schemas import AnswerRequest, CompareRequest, FeedbackRequest, SearchRequest, question_text
from qa.draft import LineReader, read_claims
from qa.errors import QuestionError
from qa.grounding import ground
from qa.spoken import as_written
from qa.themes import themes_from
from qa.types import Question, Turn
from qa.understand import understand
from tests.factories import make_document, make_evidence
from tests.faults.bad_files import good_docx, good_pdf, pdf_of, stream

LIMITS = IngestSettings(max_file_bytes=200_000, max_characters=100_000, max_unpacked_bytes=4_000_000)
_WORDS = (
    "<w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>Findings</w:t></w:r></w:p>"
    "<w:p><w:r><w:t>%s</w:t></w:r><w:footnoteReference w:id='1'/></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>9</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)
_LOOMS = "The weavers of Lereng keep nineteen looms. Pasar tutup pada tengah hari, kata Bu Sri (2019)."


def papers(data: bytes) -> None:
    """Plain text, Markdown and HTML, as they come, and what ingestion makes of them."""
    _ingest(data, "paper.txt")


def word_documents(data: bytes) -> None:
    """DOCX: the bytes are the body of the document, its notes, or the whole file."""
    which, body = data[:1], data[1:]
    if which < b"\x20":
        _ingest(body, "paper.docx")
        return
    with zipfile.ZipFile(io.BytesIO(_DOCX)) as old:
        parts = {entry.filename: old.read(entry) for entry in old.infolist()}
    name = "word/document.xml" if which < b"\xb0" else ("word/styles.xml" if which < b"\xd8" else "docProps/core.xml")
    inside = body.decode("utf-8", "replace").encode()
    parts[name] = _MAIN % inside if name == "word/document.xml" else inside
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    _ingest(buffer.getvalue(), "paper.docx")


def pdf_pages(data: bytes) -> None:
    """PDF: the bytes are what a page draws, or the whole file."""
    if data[:1] < b"\x40":
        _ingest(b"%PDF-1.7\n" + data[1:], "paper.pdf")
        return
    page = b"/MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /T 5 0 R >> >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R " + page + b" >>",
        stream(data[1:]),
        font,
    )
    _ingest(pdf_of(objects), "paper.pdf")


def sidecars(data: bytes) -> None:
    """`papers.csv` and `.bib` files beside the papers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paper = folder / "a.pdf"
        paper.write_bytes(b"x")
        target = "papers.csv" if data[:1] < b"\x80" else "library.bib"
        (folder / target).write_bytes((b"file,title,year\n" if data[:1] < b"\x40" else b"") + data[1:])
        found = find_sidecars([paper])
        found.override(paper, Bibliography(title="Looms of Lereng", authors=(), year=2019))


def drafts(data: bytes) -> None:
    """What a language model says, in pieces: nothing of it may be shown that does not stand in the evidence."""
    text, size = data[1:].decode("utf-8", "replace"), 1 + (data[0] if data else 0) % 40
    evidence = [make_evidence(_LOOMS), make_evidence("Koperasi perak berdiri pada 1953.", language="id")]
    documents = {one.retrieved.document.id: make_document(one.retrieved.document.id, (one.text,)) for one in evidence}
    reader = LineReader()
    lines = [line for at in range(0, len(text), size) for line in reader.feed(text[at : at + size])] + reader.rest()
    claims = [claim for line in lines for claim in read_claims(line, evidence, "en")]
    retrieved = frozenset(one.retrieved.passage.id for one in evidence)
    grounded = ground(claims, documents, retrieved, lambda claim, quotes: 1.0, 0.5)
    assert len(grounded.claims) + grounded.dropped == len(claims)
    for citation in grounded.citations:
        assert documents[citation.document.id].text[citation.start : citation.end] == citation.quote
    for claim in grounded.claims:
        assert claim.citations and grounded.text[claim.start : claim.end] == claim.text


def _mended(text: str, _: str) -> str | None:
    return as_written(text, lambda word: len(word) % 2 == 0)


def questions(data: bytes) -> None:
    """A question after others, as it is understood; themes and the errands of chat clients."""
    first, _, rest = data.decode("utf-8", "replace").partition("\n")
    earlier = tuple(Turn("user", line) for line in rest.split("\n")[:3] if line.strip())
    with suppress(QuestionError):
        asked = " ".join(question_text(first, 2000).split())
        understand(Question(asked, history=earlier), asked, lambda: {"Lereng", "Blitar"}, {"batik"}, _mended)
    with suppress(QuestionError):
        themes_from([line[:200] for line in (first, rest) if line.strip()])
    housekeeping_reply(first)
    name = safe_name(first)
    assert name and "/" not in name and "\x00" not in name and len(name.encode()) <= 200 and not name.startswith(".")


def requests(data: bytes) -> None:
    """Bodies of requests; one that is accepted can be sent on as it is."""
    model, body = MODELS[data[0] % len(MODELS) if data else 0], data[1:]
    with suppress(ValidationError, QuestionError):
        read: Any = model.model_validate_json(body)
        read.model_dump_json()
        if isinstance(read, AnswerRequest | SearchRequest):
            read.to_question(2000)
        elif isinstance(read, ChatRequest) and read.model in CHAT_MODELS:
            _question(read, 2000)


def _ingest(content: bytes, name: str) -> None:
    try:
        parsed = parse_bytes(content, name, LIMITS)
        assert len(parsed.text) <= LIMITS.max_characters
        _document(parsed, name, len(content))
    except SourceError as told:
        assert str(told).startswith(f"{name}: ")


def _document(parsed: ParsedFile, name: str, size: int) -> None:
    document = build_document(SourceFile(Path(name), name, "0" * 64, size), parsed, Collection.PAPERS)
    for passage in cut_passages(document, PassageSettings()):
        assert document.text[passage.start : passage.end] == passage.text
        for start, end in source_spans(document.segments, passage.start, passage.end):
            assert 0 <= start <= end <= len(parsed.text)
        assert all(passage.start <= one.start < one.end <= passage.end for one in passage.sentences)
    document.text.encode("utf-8")


MODELS: tuple[type[BaseModel], ...] = (AnswerRequest, SearchRequest, CompareRequest, FeedbackRequest, ChatRequest)
_DOCX = good_docx()
_MAIN = (
    b'<?xml version="1.0" encoding="UTF-8"?><w:document '
    b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
)

_ANSWER = {"question": "Siapa?", "language": "id", "documents": ["a"], "history": [{"role": "user", "content": "x"}]}
_CHAT = {"model": "sitasi", "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}], "stream": True}
TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "papers": (
        papers,
        [
            f"# Looms\n\n## Findings\n\n{_LOOMS}\n\n## References\n\n[1] Sri. 2019.\n".encode(),
            f"<!doctype html><html lang=id><head><meta name=citation_title content=x><title>T</title></head><body>"
            f"<h1>Looms</h1><p>{_LOOMS}<table><tr><td>9</table><ol><li>x</ol></body></html>".encode(),
            f"---\ntitle: Looms\nauthors: [Sri, Adi]\nyear: 2019\n---\n\n{_LOOMS}\n".encode(),
            f"LOOMS OF LERENG\n\nAbstrak\n{_LOOMS}\f12\nPENDAHULUAN\n{_LOOMS} menga-\nkibatkan\n".encode(),
            _LOOMS.encode("utf-16"),
            "Caf\xe9 \u202eabc\u202c \ufdfa a\u0301 \U0001f642 \x00\x0c".encode("utf-8", "surrogatepass"),
        ],
    ),
    "word_documents": (word_documents, [b"\x40" + (_WORDS % _LOOMS).encode(), b"\x01" + _DOCX[:3000], b"\xe0<cp:x/>"]),
    "pdf_pages": (
        pdf_pages,
        [
            b"\x40BT /T 12 Tf 72 700 Td (The weavers keep nineteen looms.) Tj 0 -14 Td (Next line.) Tj ET",
            b"\x40q 0 1 -1 0 300 300 cm BT /T 9 Tf 1 0 0 1 72 700 Tm [(Loo) -250 (ms)] TJ T* (x) ' ET Q /F Do BI ID EI",
            b"\x01" + good_pdf()[9:],
        ],
    ),
    "sidecars": (
        sidecars,
        [
            b'\x01a.pdf,"Looms, of Lereng",2019\n',
            b"\x50judul;penulis;tahun;berkas\nX;Sri;2019;a.pdf\n",
            b'\x90@article{a, title={L{\\"o}oms}, author={Sri, B. and Adi}, year=2019, file={:a.pdf:PDF}}\n',
        ],
    ),
    "drafts": (
        drafts,
        [
            b"\x07The weavers of Lereng keep nineteen looms [1]. Berdiri 1953 [2][1].\n- **x** [99] <think>y</think>\n",
            "\x03“nineteen looms” (Sri 2019) 【1】\n| a | b |\n![x](https://evil.example) [1, 2]".encode(),
        ],
    ),
    "questions": (
        questions,
        [
            b"dan di Blitar?\nSiapa pengrajin perak di Kotagede?\n",
            b"who paid for it, and why?\nWhat did the weavers of Lereng do?\n../../x.pdf",
            b"### Task: generate a title {\"title\": \"x\"} <chat_history>user: halo",
        ],
    ),
    "requests": (
        requests,
        [b"\x00" + json.dumps(_ANSWER).encode(), b"\x04" + json.dumps(_CHAT).encode(), b'\x01{"query": "\\ud800"}'],
    ),
}  # fmt: skip
