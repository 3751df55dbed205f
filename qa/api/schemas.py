"""HTTP request → Question: what a caller may send, checked; nothing unknown, and no text that UTF-8 cannot hold."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ingest.types import Language
from qa.compare import MOST_STUDIES, MOST_THEMES, Comparison
from qa.errors import InvalidQuestion
from qa.types import Mode, Question, Turn

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _plain(text: str) -> str:
    if FORBIDDEN.search(text):
        raise ValueError("control characters and unpaired surrogates are not text")
    return text


# Said in the description too, so that callers need not find out; halves of characters cannot come in JSON at all.
_TOLD: dict[str, Any] = {"pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"}
PlainText = Annotated[str, AfterValidator(_plain), Field(json_schema_extra=_TOLD)]
Identifier = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra=_TOLD), AfterValidator(_plain)]


def _whole(number: Any) -> Any:
    """`7.0` is the integer 7 in JSON."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


WholeNumber = Annotated[int, BeforeValidator(_whole)]


class Strict(BaseModel):
    """Base of everything received: unknown members are refused and values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class TurnBody(Strict):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: PlainText = Field(max_length=20_000)


class AnswerRequest(Strict):
    """A question and how it is to be answered."""

    question: PlainText = Field(
        max_length=20_000,
        description="The question, in Indonesian or English.",
        examples=["Why did the Kotagede collaboration stall?"],
    )
    language: Language | None = Field(
        None, description="Language of the answer; detected from the question when unset."
    )
    mode: Literal["auto", "extractive", "generative"] = Field(
        "auto", description="`extractive` quotes the papers; `generative` needs a language model to be configured."
    )
    documents: list[Identifier] = Field(
        [], max_length=1000, description="Restrict the answer to these papers; empty means all."
    )
    history: list[TurnBody] = Field([], max_length=40, description="Earlier messages, oldest first.")
    stream: bool = Field(False, description="Answer with Server-Sent Events: `retrieved`, `claim`, `done`, `error`.")

    def to_question(self, max_characters: int) -> Question:
        """The question as the answering code takes it. Raises InvalidQuestion when it is empty or too long."""
        return Question(
            text=question_text(self.question, max_characters),
            language=self.language,
            mode=Mode(self.mode),
            documents=tuple(dict.fromkeys(self.documents)),
            history=tuple(Turn(turn.role, turn.content) for turn in self.history),
        )


class SearchRequest(Strict):
    """A question or keywords to find passages for."""

    query: PlainText = Field(
        max_length=20_000, description="A question or keywords.", examples=["obstacles to collaboration"]
    )
    language: Language | None = Field(None, description="Language of the query; detected when unset.")
    documents: list[Identifier] = Field(
        [], max_length=1000, description="Restrict the search to these papers; empty means all."
    )
    limit: WholeNumber = Field(10, ge=1, le=100, description="At most this many passages.")

    def to_question(self, max_characters: int) -> Question:
        """The query as a question. Raises InvalidQuestion when it is empty or too long."""
        return Question(
            text=question_text(self.query, max_characters),
            language=self.language,
            documents=tuple(dict.fromkeys(self.documents)),
        )


class CompareRequest(Strict):
    """What the evidence matrix compares."""

    themes: list[Identifier] = Field(
        [],
        max_length=MOST_THEMES,
        description="Ids of themes (`actors`, `obstacles`, `trust`, `commitment`, `outcomes`, `recommendations`) or "
        "words of your own; empty means those six.",
        examples=[["obstacles", "pemasaran digital"]],
    )
    language: Language | None = Field(None, description="Language of the headings; the caller's when unset.")
    documents: list[Identifier] = Field(
        [], max_length=MOST_STUDIES, description="Compare these papers, in this order; empty means all."
    )
    format: Literal["json", "csv"] = Field("json", description="`csv` gives one line for each statement.")

    def to_comparison(self, language: Language) -> Comparison:
        """The comparison as the comparing code takes it; `language` stands in when none was sent."""
        return Comparison(self.language or language, tuple(self.themes), tuple(dict.fromkeys(self.documents)))


class FeedbackRequest(Strict):
    """A reader's verdict on an answer."""

    answer_id: Identifier
    verdict: Literal["up", "down"]
    comment: PlainText | None = Field(
        None, max_length=4000, description="What was good or wrong, in the reader's words."
    )


def question_text(text: str, max_characters: int) -> str:
    """`text` without surrounding white space. Raises InvalidQuestion when no word is left or it is too long."""
    stripped = text.strip()
    if not any(character.isalnum() for character in stripped):
        raise InvalidQuestion("The question is empty.")
    if len(stripped) > max_characters:
        raise InvalidQuestion(f"The question has {len(stripped)} characters; at most {max_characters} are allowed.")
    return stripped
