"""OpenAPI → reader: an answered question, an abstention and a stream, as the service writes them, in our own words."""

from __future__ import annotations

from typing import Any

_DOCUMENT: dict[str, Any] = {
    "id": "contoh-kopi",
    "version": "3f2a9c1e",
    "title": "Koperasi kopi dan pembagian peran di Desa Contoh",
    "authors": ["A. Penulis"],
    "year": 2021,
    "journal": None,
    "place": "Desa Contoh",
    "language": "id",
}

_QUOTE = "Koperasi beranggotakan 42 petani kopi."

_CITATION: dict[str, Any] = {
    "number": 1,
    "document": _DOCUMENT,
    "passage_id": "contoh-kopi:3f2a9c1e:4",
    "section": "Hasil",
    "page": None,
    "quote": _QUOTE,
    "quote_language": "id",
    "translation": None,
    "start": 2011,
    "end": 2049,
    "source_spans": [[2087, 2125]],
    "verified": {"verbatim": True, "numbers": True, "names": True, "support": 0.93},
    "href": "/papers/contoh-kopi?version=3f2a9c1e&start=2011&end=2049",
}

_CORPUS: dict[str, Any] = {"version": "b41c77", "documents": 5, "passages": 312}
_ENGINE: dict[str, Any] = {"mode": "extractive", "model": None, "prompt_digest": None, "fault": None}

ANSWERED: dict[str, Any] = {
    "id": "ans_5c0f3f0f0b1e4c1f9a7d2e6b8c4a1d20",
    "question": "Berapa anggota koperasi kopi itu?",
    "standalone_question": None,
    "language": "id",
    "status": "answered",
    "reason": None,
    "text": f"{_QUOTE} [1]",
    "claims": [
        {
            "kind": "quotation",
            "text": _QUOTE,
            "start": 0,
            "end": len(_QUOTE),
            "quoted": [[0, len(_QUOTE)]],
            "citations": [1],
            "support": 0.93,
        }
    ],
    "citations": [_CITATION],
    "nearest": [],
    "silent": [],
    "dropped_claims": 0,
    "grounding": "grounded",
    "corpus": _CORPUS,
    "engine": _ENGINE,
    "timings_ms": {"embed": 3.1, "retrieve": 4.0, "evidence": 1.2, "total": 9.0},
}

PASSAGE: dict[str, Any] = {
    "rank": 1,
    "score": 0.71,
    "document": _DOCUMENT,
    "passage_id": "contoh-kopi:3f2a9c1e:4",
    "section": "Hasil",
    "page": None,
    "language": "id",
    "text": _QUOTE,
    "start": 2011,
    "end": 2049,
    "href": "/papers/contoh-kopi?version=3f2a9c1e&start=2011&end=2049",
}

ABSTAINED: dict[str, Any] = {
    **ANSWERED,
    "id": "ans_0d9c6f4a7be24d1c8a5f3e2b1c0d9e8f",
    "question": "Apa ibu kota Mongolia?",
    "status": "abstained",
    "reason": "below_threshold",
    "text": "Makalah yang ada tidak menjawab pertanyaan ini.",
    "claims": [],
    "citations": [],
    "nearest": [PASSAGE],
    "grounding": "none",
}

STREAM = (
    'event: retrieved\ndata: {"passages": […]}\n\n'
    'event: claim\ndata: {"claim": {…}, "citations": [{…}]}\n\n'
    'event: done\ndata: {"id": "ans_…", "status": "answered", …}\n\n'
)

EVENT: dict[str, Any] = {
    "type": "object",
    "description": "One event of the stream; `data` is JSON.",
    "required": ["data"],
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
}
