"""POST /v1/chat/completions and GET /v1/models: OpenAI's wire format, for the chat clients that people already have."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, ConfigDict, Field

from qa.api import chat_bodies
from qa.api.access import GuardedRoute, needs
from qa.api.errors import RequestError, documented, language_of, openai_error, problem_of
from qa.api.examples import EVENT
from qa.api.housekeeping import housekeeping_reply
from qa.api.pages import base_of
from qa.api.schemas import FORBIDDEN, question_text
from qa.api.state import Service, service_of
from qa.errors import InvalidQuestion
from qa.language import detect_language
from qa.types import Mode, Question, Turn

router = APIRouter(route_class=GuardedRoute, tags=["openai"])

_LONGEST_HISTORY = 40
_LONGEST_TURN = 20_000
_STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class ContentPart(BaseModel):
    """A part of a message; parts that are not text are passed over."""

    model_config = ConfigDict(extra="ignore", strict=True)

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """A message as OpenAI's clients send it. Instructions (`system`, `developer`) do not change what papers say."""

    model_config = ConfigDict(extra="ignore", strict=True)

    role: str
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The message's text, without characters that are not text."""
        if isinstance(self.content, list):
            joined = "\n".join(part.text for part in self.content if part.type == "text" and part.text)
        else:
            joined = self.content or ""
        return FORBIDDEN.sub(" ", joined)


class StreamOptions(BaseModel):
    """What a stream should tell besides the answer."""

    model_config = ConfigDict(extra="ignore", strict=True)

    include_usage: bool | None = False


class ChatRequest(BaseModel):
    """The members that matter here; the sampling options that clients add are accepted and mean nothing."""

    model_config = ConfigDict(extra="ignore", strict=True)

    model: str = Field("sitasi", examples=["sitasi"])
    messages: list[ChatMessage] = Field(
        min_length=1, max_length=1000, examples=[[{"role": "user", "content": "Berapa anggota koperasi kopi itu?"}]]
    )
    stream: bool | None = False
    stream_options: StreamOptions | None = None


def _question(body: ChatRequest, longest: int) -> Question:
    """The last message of the user as the question, what came before it as its history."""
    spoken = [message for message in body.messages if message.role in ("user", "assistant")]
    last = next((i for i in range(len(spoken) - 1, -1, -1) if spoken[i].role == "user"), None)
    if last is None:
        raise InvalidQuestion("There is no message of the user.")
    history = [
        Turn(message.role, chat_bodies.without_sources(message.text)[:_LONGEST_TURN])
        for message in spoken[:last][-_LONGEST_HISTORY:]
        if message.text.strip()
    ]
    text = question_text(spoken[last].text, longest)
    return Question(text=text, mode=Mode(chat_bodies.MODELS[body.model]), history=tuple(history))


def _last_text(body: ChatRequest) -> str:
    return next((message.text for message in reversed(body.messages) if message.role == "user"), "")


def _data(body: Any) -> bytes:
    return format_sse_event(data_str=body if isinstance(body, str) else json.dumps(body, ensure_ascii=False))


async def _stream(
    body: ChatRequest, service: Service, question: Question | None, reply: str | None, request: Request
) -> AsyncIterator[bytes]:
    """The pieces of a completion. A failure after the first piece ends the stream without the mark of a good end."""
    completion_id = f"chatcmpl-{secrets.token_hex(16)}"
    base = base_of(request, service.settings.server)
    prompt = _last_text(body)
    yield _data(chat_bodies.opening(completion_id, body.model))
    try:
        pieces: Iterable[dict[str, Any]]
        if question is None:
            pieces = chat_bodies.plain_chunks(reply or "", completion_id, body.model)
        else:
            asked = question
            answer = await service.work_for(None, lambda: service.answer(asked))
            pieces = chat_bodies.chunks(answer, completion_id, body.model, base)
        said = ""
        for piece in pieces:
            said += piece["choices"][0]["delta"].get("content", "")
            yield _data(piece)
        if body.stream_options and body.stream_options.include_usage:
            yield _data(chat_bodies.usage_chunk(completion_id, body.model, prompt, said))
        yield _data("[DONE]")
    except Exception as error:
        problem = problem_of(error, language_of(request), request.state.request_id)
        yield _data({"error": openai_error(problem), **problem.model_dump(exclude_none=True)})


@router.post(
    "/v1/chat/completions",
    response_model=None,
    responses={
        200: {
            "description": "A chat completion, or its pieces as Server-Sent Events under `stream: true`.",
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "text/event-stream": {"schema": EVENT},
            },
        },
        **documented(400, 404, 413, 422, 429, 500, 503),
    },
)
@needs("ask", costly=True)
async def complete(body: ChatRequest, request: Request, service: Annotated[Service, Depends(service_of)]) -> Response:
    """Answer the last message of a chat, in OpenAI's wire format; `sitasi` is the answer as `/v1/answers` gives it."""
    if body.model not in chat_bodies.MODELS:
        raise RequestError("unknown_model")
    prompt = _last_text(body)
    reply = housekeeping_reply(prompt)
    question = None if reply is not None else _question(body, service.settings.answer.max_question_characters)
    request.state.language = detect_language(question.text) if question is not None else None
    service.check_loaded()
    if body.stream:
        return EventSourceResponse(_stream(body, service, question, reply, request), headers=_STREAM_HEADERS)
    completion_id = f"chatcmpl-{secrets.token_hex(16)}"
    if question is None:
        return JSONResponse(chat_bodies.plain_completion(reply or "", completion_id, body.model, prompt))
    asked = question
    answer = await service.work_for(request, lambda: service.answer(asked))
    base = base_of(request, service.settings.server)
    return JSONResponse(chat_bodies.completion(answer, completion_id, body.model, base, prompt))


@router.get("/v1/models")
@needs("ask")
async def models() -> dict[str, Any]:
    """The models that chat clients can name."""
    return chat_bodies.models_body()


@router.get("/v1/models/{name}", responses=documented(404, 422))
@needs("ask")
async def model(name: Annotated[str, Path(max_length=100)]) -> dict[str, Any]:
    """One model."""
    if name not in chat_bodies.MODELS:
        raise RequestError("unknown_model")
    return chat_bodies.model_body(name)
