"""The whole settings tree: environment variables `SITASI_…` (nested with `__`) → one frozen value."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, JsonValue, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as NoJson

from ingest.errors import SettingsError
from ingest.settings import (
    ChromaSettings,
    EmbeddingSettings,
    IngestSettings,
    PassageSettings,
    RecordSettings,
    Section,
)

# No user name or key in an address: addresses are shown and logged.
HttpAddress = Annotated[str, Field(pattern=r"^https?://[^\s/@?#]+(/[^\s?#]*)?$")]


def _callable_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        # A port stands right behind the brackets of an address, which this would pass over.
        known = parts.port != 0 and not re.search(r"\][^:]", parts.netloc)
    except ValueError:
        known = False
    if not known:
        raise ValueError("its host or port cannot be understood")
    return url


def _fit_for_header(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]+(?: [!-~]+)*", value.get_secret_value()):
        raise ValueError("a header takes letters, digits and signs of ASCII on one line")
    return value


def _own_header(name: str) -> str:
    if name.lower() in ("content-length", "transfer-encoding", "host", "connection"):
        raise ValueError("this header is set with every request")
    return name


# Some clouds want the version of their interface behind the path. Nothing else: addresses are shown and logged.
LlmAddress = Annotated[
    str,
    Field(pattern=r"^https?://[^\s/@?#]+(/[^\s?#]*)?(\?api-version=[A-Za-z0-9.-]+)?$"),
    AfterValidator(_callable_address),
]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$"), AfterValidator(_own_header)]
HeaderValue = Annotated[SecretStr, AfterValidator(_fit_for_header)]


class RetrievalSettings(Section):
    """How many passages are looked at."""

    candidates: int = Field(60, ge=5, le=1000, description="Ids taken from each leg before fusion.")
    reranked: int = Field(
        40, ge=5, le=1000, description="Candidates whose words are compared with the question's one by one."
    )
    passages: int = Field(16, ge=1, le=100, description="Passages kept after fusion, from which evidence is chosen.")


class AnswerSettings(Section):
    """How answers are made."""

    max_sentences: int = Field(5, ge=1, le=12, description="Longest extractive answer, in sentences.")
    max_words: int = Field(140, ge=20, le=400, description="Longest extractive answer, in words.")
    threshold: float | None = Field(
        None, ge=0.0, le=1.0, description="Probability under which Sitasi abstains; unset takes the fitted one."
    )
    support_threshold: float = Field(0.5, ge=0.0, le=1.0, description="Support score under which a claim is dropped.")
    max_question_characters: int = Field(2000, ge=10, le=20_000, description="Longer questions are refused.")


class LlmSettings(Section):
    """The language model that may write answers: any OpenAI-compatible address. Off while `url` is unset."""

    url: LlmAddress | None = Field(
        None,
        description="OpenAI-compatible address, such as `http://127.0.0.1:8080/v1`; unset means that no model writes.",
    )
    model: str = Field("default", min_length=1, description="Name of the model, as the endpoint knows it.")
    key: SecretStr | None = Field(None, description="Key of the endpoint; unset where none is needed.")
    headers: dict[HeaderName, HeaderValue] = Field(
        {}, description='Further headers of each request, as JSON, such as `{"api-key": "…"}`; masked like the key.'
    )
    max_tokens: int = Field(
        700, ge=50, le=32_000, description="Longest draft, in the endpoint's tokens; those that it thinks in count."
    )
    extra: dict[str, JsonValue] = Field(
        {}, description='Further fields of each request, as JSON, such as `{"reasoning_effort": "low"}`.'
    )
    places: int = Field(
        16, ge=2, le=40, description="Pieces of evidence shown to the model, and what stands beside the best of them."
    )
    places_of_one: int = Field(
        12, ge=1, le=40, description="At most this many of them from one paper, where the question names no study."
    )
    connect_seconds: float = Field(3.0, gt=0, le=60, description="Longest time to connect.")
    first_token_seconds: float = Field(30.0, gt=0, le=600, description="Longest silence before the first word.")
    idle_seconds: float = Field(10.0, gt=0, le=600, description="Longest pause between words.")
    total_seconds: float = Field(60.0, gt=0, le=1800, description="Longest time for one answer, glosses included.")
    may_decline: bool = Field(
        True, description="Let the model say that the evidence does not answer; else the papers are quoted instead."
    )
    threshold: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Likelihood that the papers answer, from which the model is asked where that is below "
        "`SITASI_ANSWER__THRESHOLD`; unset, it is asked from there on.",
    )
    restate: bool = Field(
        True,
        description="Where nothing was found that answers, have the question put in other words and search once more.",
    )
    gloss: bool = Field(True, description="Translate quotes in the other language, marked as translation.")

    def base_and_query(self) -> tuple[str, str]:
        """`url` in two: what an interface's path is joined to, and what stands behind the path of every request."""
        base, _, query = (self.url or "").partition("?")
        return base, query


EmbedToken = Annotated[str, Field(pattern=r"^pub_[A-Za-z0-9_-]{3,64}$")]
Origin = Annotated[str, Field(pattern=r"^https?://[^\s/*;,]+$")]


class ServerSettings(Section):
    """Where the service listens."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    access: Literal["auto", "public", "keys"] = Field(
        "auto",
        description="Who may read and ask: `public` everybody, `keys` whoever holds a key; `auto` is everybody on "
        "loopback and whoever holds a key elsewhere.",
    )
    public_url: HttpAddress | None = Field(
        None,
        description="Address under which readers see the service; unset takes it from the request.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Host names to answer to beside this machine's; empty means any, unless listening on loopback."
    )
    allowed_origins: tuple[str, ...] = Field(
        (), description="Other sites (`https://portal.example`) whose pages may call the service from a browser."
    )
    frame_ancestors: tuple[str, ...] = Field(
        (), description="Sites that may show the service's pages in a frame; empty means none."
    )
    embed_tokens: dict[EmbedToken, tuple[Origin, ...]] = Field(
        {},
        description="Public tokens (`pub_…`) with the sites that may use each, as JSON; they may call and frame too.",
    )
    embed_questions_per_minute: int = Field(
        10, ge=1, le=10_000, description="Questions that one visitor of a site with a token may ask in a minute."
    )
    logs: Literal["auto", "text", "json"] = Field(
        "auto", description="Form of the log: `auto` is text on a terminal and JSON everywhere else."
    )
    log_questions: bool = Field(False, description="Write questions into logs and traces; without it they hold none.")
    questions_per_minute: int = Field(
        300,
        ge=1,
        le=1_000_000,
        description="Questions that one key, or one address without one, may ask in a minute.",
    )
    requests_per_minute: int = Field(
        3000, ge=1, le=1_000_000, description="Other requests that one key, or one address without one, may send."
    )
    max_body_bytes: int = Field(
        262_144, ge=1024, le=104_857_600, description="Largest request body, uploads of papers apart."
    )
    receive_seconds: float = Field(20.0, ge=0.1, le=3600, description="Longest time that a request may take to arrive.")
    concurrent_questions: int = Field(4, ge=1, le=256, description="Questions answered at the same time.")
    processes: int = Field(
        0,
        ge=0,
        le=64,
        description="Processes that answer beside the one that serves, for more than one core; each takes some 300 MB. "
        "0: it answers by itself.",
    )
    waiting_questions: int = Field(
        64, ge=1, le=10_000, description="Questions that may wait; further ones are told to come back."
    )


class TracesSettings(Section):
    """OpenTelemetry. Off while `url` is unset."""

    url: HttpAddress | None = Field(
        None,
        description="OTLP address over HTTP, such as `http://127.0.0.1:4318`, that traces are sent to; needs the "
        "extra `traces`.",
    )


class Settings(BaseSettings):
    """Everything that can be set. Unknown `SITASI_` variables are refused."""

    # A wrong value may be a secret in the wrong place: faults name the variable and not what it held.
    model_config = SettingsConfigDict(
        env_prefix="SITASI_", env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    home: Path = Field(Path(".sitasi"), description="Folder that holds the record, the index, the model and the lock.")
    embedding: EmbeddingSettings = EmbeddingSettings()
    passages: PassageSettings = PassageSettings()
    ingest: IngestSettings = IngestSettings()
    record: RecordSettings = RecordSettings()
    chroma: ChromaSettings = ChromaSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answer: AnswerSettings = AnswerSettings()
    llm: LlmSettings = LlmSettings()
    server: ServerSettings = ServerSettings()
    traces: TracesSettings = TracesSettings()


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, `overrides` first. Raises SettingsError with every faulty variable named."""
    _refuse_unknown(os.environ)
    try:
        return Settings(**overrides)
    except ValidationError as fault:
        wrong = "; ".join(
            # Section and field: what follows is a part of the value, such as the name of a header.
            f"SITASI_{'__'.join(str(part) for part in e['loc'][:2]).upper()}: {e['msg']}"
            for e in fault.errors()
        )
        raise SettingsError(wrong) from fault
    except NoJson as fault:
        # It names the section alone, and what could not be read may hold a key.
        text = getattr(fault.__cause__, "doc", None)
        names = sorted(
            name for name, value in os.environ.items() if name.upper().startswith("SITASI_") and value == text
        )
        raise SettingsError(f"{' or '.join(names) or 'A variable'} holds no JSON.") from None
    except RecursionError:
        raise SettingsError("A variable holds JSON in too many brackets.") from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    # pydantic-settings looks up the variables it knows, so a misspelt one would be passed over in silence.
    known = {f"SITASI_{name}".upper() for name in Settings.model_fields}
    for name in sorted(environment):
        section = name.upper().split("__")[0]
        if section.startswith("SITASI_") and section not in known:
            near = get_close_matches(section, sorted(known), 1)
            raise SettingsError(f"{name} is not a setting{f'; did you mean {near[0]}?' if near else '.'}")
