"""Answer | Abstention → the wire format of OpenAI's chat completions, with citations that survive every client. Pure.

Citations travel five ways at once: as numbers in the text with a list of sources under it, as `url_citation`
annotations, as a top-level `citations` list of addresses, as the `source` events that Open WebUI draws, and whole under
`sitasi`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

from qa.api.bodies import AnswerBody, CitationBody, ClaimBody, DocumentBody, PassageBody
from qa.messages import SILENT

MODELS = {"sitasi": "auto", "sitasi-extractive": "extractive"}

_SOURCES = {"id": "Sumber", "en": "Sources"}
_NEAREST = {"id": "Bagian yang paling dekat", "en": "Nearest passages"}
_SOURCES_TEXT = re.compile(
    rf"\n\n(?:{'|'.join([*_SOURCES.values(), *_NEAREST.values()])}):\n(?:\[1\]|-) .*\Z", re.DOTALL
)


def models_body() -> dict[str, Any]:
    """The models that can be named."""
    return {"object": "list", "data": [model_body(name) for name in MODELS]}


def model_body(name: str) -> dict[str, Any]:
    """One model."""
    return {"id": name, "object": "model", "created": 0, "owned_by": "sitasi"}


def completion(answer: AnswerBody, completion_id: str, model: str, base: str, prompt: str) -> dict[str, Any]:
    """A whole chat completion; `base` is the service's address without a slash at its end."""
    content = answer.text + sources_text(answer, base)
    annotations = [one for claim in answer.claims for one in _annotations(answer, claim, base)]
    message = {"role": "assistant", "content": content, "refusal": None, "annotations": annotations}
    return {
        **_head(completion_id, model, "chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": usage(prompt, content),
        "citations": _addresses(answer, base),
        "sitasi": answer.model_dump(mode="json"),
    }


def chunks(answer: AnswerBody, completion_id: str, model: str, base: str) -> Iterator[dict[str, Any]]:
    """The completion in pieces: each claim with its markers and annotations, its sources before it, then the end."""
    head = _head(completion_id, model, "chat.completion.chunk")
    told: set[int] = set()
    pieces = _pieces(answer)
    for claim, piece in pieces:
        for citation in _cited(answer, claim) if claim is not None else ():
            if citation.number not in told:
                told.add(citation.number)
                yield {**head, "choices": [_delta({"content": ""})], "event": _source_event(citation, base)}
        delta: dict[str, Any] = {"content": piece}
        if claim is not None:
            delta["annotations"] = _annotations(answer, claim, base)
        yield {**head, "choices": [_delta(delta)]}
    rest = sources_text(answer, base)
    if rest:
        yield {**head, "choices": [_delta({"content": rest})]}
    yield {
        **head,
        "choices": [_delta({}, "stop")],
        "citations": _addresses(answer, base),
        "sitasi": answer.model_dump(mode="json"),
    }


def opening(completion_id: str, model: str) -> dict[str, Any]:
    """The first piece of a stream."""
    head = _head(completion_id, model, "chat.completion.chunk")
    return {**head, "choices": [_delta({"role": "assistant", "content": ""})]}


def plain_completion(text: str, completion_id: str, model: str, prompt: str) -> dict[str, Any]:
    """A completion that cites nothing, for a client's errand."""
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
    return {
        **_head(completion_id, model, "chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": usage(prompt, text),
        "citations": [],
    }


def plain_chunks(text: str, completion_id: str, model: str) -> Iterator[dict[str, Any]]:
    """The same in pieces."""
    head = _head(completion_id, model, "chat.completion.chunk")
    yield {**head, "choices": [_delta({"content": text})]}
    yield {**head, "choices": [_delta({}, "stop")], "citations": []}


def usage_chunk(completion_id: str, model: str, prompt: str, content: str) -> dict[str, Any]:
    """The piece after the end that tells the usage, for callers that asked for it."""
    return {**_head(completion_id, model, "chat.completion.chunk"), "choices": [], "usage": usage(prompt, content)}


def usage(prompt: str, content: str) -> dict[str, int]:
    """Counts of words: no tokens are spent."""
    asked, given = len(prompt.split()), len(content.split())
    return {"prompt_tokens": asked, "completion_tokens": given, "total_tokens": asked + given}


def sources_text(answer: AnswerBody, base: str) -> str:
    """The list under the answer that makes its numbers mean something in any client; for an abstention, what came
    closest. Empty when there is neither."""
    if answer.citations:
        heading = _SOURCES[answer.language]
        lines = [f"[{one.number}] {_named(one)} – {base}{one.href}" for one in answer.citations]
        if answer.silent:
            lines += ["", SILENT[answer.language].format(papers="; ".join(map(_dated, answer.silent))) + "."]
    elif answer.nearest:
        heading = _NEAREST[answer.language]
        lines = [f"- {_named(one)} – {base}{one.href}" for one in answer.nearest]
    else:
        return ""
    return f"\n\n{heading}:\n" + "\n".join(lines)


def without_sources(text: str) -> str:
    """An earlier answer as a client sends it back, without the list under it."""
    return _SOURCES_TEXT.sub("", text)


def _head(completion_id: str, model: str, kind: str) -> dict[str, Any]:
    return {"id": completion_id, "object": kind, "created": int(time.time()), "model": model}


def _delta(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}


def _pieces(answer: AnswerBody) -> list[tuple[ClaimBody | None, str]]:
    """The text cut before each claim, so that a claim comes with its markers; the pieces together are the text."""
    if not answer.claims:
        return [(None, answer.text)] if answer.text else []
    starts = [0, *(claim.start for claim in answer.claims[1:]), len(answer.text)]
    return [(claim, answer.text[starts[i] : starts[i + 1]]) for i, claim in enumerate(answer.claims)]


def _cited(answer: AnswerBody, claim: ClaimBody) -> list[CitationBody]:
    numbered = {citation.number: citation for citation in answer.citations}
    return [numbered[number] for number in claim.citations]


def _annotations(answer: AnswerBody, claim: ClaimBody, base: str) -> list[dict[str, Any]]:
    """One for each citation of the claim, over the place of its marker in the answer's text."""
    made = []
    for citation in _cited(answer, claim):
        marker = f"[{citation.number}]"
        start = answer.text.find(marker, claim.end)
        span = (start, start + len(marker)) if start >= 0 else (claim.start, claim.end)
        cited = {
            "start_index": span[0],
            "end_index": span[1],
            "url": f"{base}{citation.href}",
            "title": citation.document.title,
        }
        made.append({"type": "url_citation", "url_citation": cited})
    return made


def _addresses(answer: AnswerBody, base: str) -> list[str]:
    """Addresses in the order of the numbers: `citations[n - 1]` belongs to `[n]`."""
    return [f"{base}{citation.href}" for citation in answer.citations]


def _source_event(citation: CitationBody, base: str) -> dict[str, Any]:
    """What Open WebUI draws as a source. It groups by `metadata.source`, which is the same address as the annotation's,
    so that its numbers are the answer's."""
    address = f"{base}{citation.href}"
    name = _named(citation)
    return {
        "type": "source",
        "data": {
            "source": {"id": address, "name": name, "url": address},
            "document": [citation.quote],
            "metadata": [{"source": address, "source_url": address, "name": name}],
        },
    }


def _dated(paper: DocumentBody) -> str:
    return f"{paper.title} ({paper.year})" if paper.year else paper.title


def _named(cited: CitationBody | PassageBody) -> str:
    paper = cited.document
    page = f"{'hlm.' if paper.language == 'id' else 'p.'} {cited.page}" if cited.page else ""
    return ", ".join(part for part in (_dated(paper), cited.section, page) if part)
