"""Settings of raw file → index: where things live, which model, how text is cut. Frozen; unknown keys are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Base of every settings section: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EmbeddingSettings(Section):
    """Which model turns text into vectors."""

    model: str = Field(
        "multilingual-e5-small", description="Built-in model name, or a sentence-transformers folder or model name."
    )
    models: Path | None = Field(
        None, description="Folder that holds the built-in model, made ready; unset means `models` in the home folder."
    )
    backend: Literal["auto", "onnx", "torch"] = Field(
        "auto", description="`onnx` serves on CPU without torch; `torch` is the path for GPUs."
    )
    threads: int = Field(0, ge=0, le=64, description="Threads that embed at the same time; 0 means all cores.")
    batch_tokens: int = Field(4096, ge=64, description="Tokens in one batch on the torch path, padding included.")
    headings: bool = Field(False, description="Put a passage's section heading before it when it is embedded.")
    question_prefix: str | None = Field(
        None, description="Other models: text before a question; unset takes the model's own."
    )
    passage_prefix: str | None = Field(
        None, description="Other models: text before a passage; unset takes the model's own."
    )


class PassageSettings(Section):
    """How a section is cut into passages."""

    max_tokens: int = Field(
        180, ge=32, le=480, description="Longest passage, in words times 1.4 (an estimate of model tokens)."
    )
    min_tokens: int = Field(
        40, ge=0, le=200, description="Shorter passages are joined to a neighbour of the same section."
    )
    overlap_sentences: int = Field(1, ge=0, le=3, description="Sentences repeated from the end of the passage before.")


class IngestSettings(Section):
    """Limits on what is read."""

    max_file_bytes: int = Field(50_000_000, ge=1, description="Files larger than this are reported, not read.")
    max_characters: int = Field(5_000_000, ge=1, description="Longest decoded text of one file.")
    max_unpacked_bytes: int = Field(
        200_000_000, ge=1, description="Most bytes that a packed file (DOCX) may unpack to."
    )
    parse_seconds: float = Field(60.0, gt=0, description="Longest time that reading one file may take.")
    parse_memory_bytes: int = Field(
        1_000_000_000,
        ge=200_000_000,
        description="Most memory that reading one file may take, beyond which it is given up.",
    )
    recognise_seconds: float = Field(
        900.0, ge=0, description="Longest time for recognising the text of one scanned file; 0 turns recognition off."
    )


class RecordSettings(Section):
    """The SQL database that holds documents, vectors and answers."""

    url: str | None = Field(
        None, description="SQLAlchemy URL; unset means SQLite at `record.sqlite3` in the home folder."
    )
    answer_days: int = Field(30, ge=1, description="Days that an answer is kept; shared answers are kept for good.")


class ChromaSettings(Section):
    """The vector index."""

    url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/@?#]+(/[^\s?#]*)?$",
        description="Address of a Chroma server; unset means an embedded store in the home folder.",
    )
    collection: str = Field("sitasi", min_length=3, description="Name of the Chroma collection.")
