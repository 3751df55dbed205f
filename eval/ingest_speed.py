"""the same files → Sitasi and LlamaIndex's own ingestion, in turn on one machine: source characters per second.

LlamaIndex is set up as its documentation has it: SimpleDirectoryReader, SentenceSplitter, an embedding model, and
ChromaVectorStore, in an IngestionPipeline. Its model holds the weights that ship: by sentence-transformers in float32,
which is what LlamaIndex runs a folder with, or by the int8 runtime of Sitasi, which tells how much of the difference
is the runtime's. Models are loaded before the clock starts; every run begins with an empty home or store.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from llama_index.core import SimpleDirectoryReader
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.vector_stores.chroma import ChromaVectorStore

from eval.starter import SameWeights
from ingest.built_in import PASSAGE_PREFIX
from ingest.embedding import load_embedder
from ingest.home import Home
from ingest.parse import parse_file
from ingest.pipeline import ingest_paths
from ingest.settings import IngestSettings
from ingest.sources import find_sources
from ingest.store import open_library
from ingest.summary import IngestSummary
from ingest.types import Embedder
from qa.settings import Settings

_WHOLE_TOKENS = 300
"""Chunks of LlamaIndex's tokens that the model reads whole: it cuts what is beyond 512 tokens of its own."""

Work = Callable[[Path], int]


class InFloat32(BaseEmbedding):
    """The weights that ship, in sentence-transformers, as LlamaIndex's own class for such folders runs them."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **data: Any) -> None:
        super().__init__(model_name=embedder.name, **data)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embedder.embed_questions(texts).tolist()
        return rows


@dataclass(frozen=True, slots=True)
class Timed:
    """A system's rounds over the same files: seconds of each by the clock and of processor time (which others on the
    machine disturb less), and how many passages it made of them."""

    system: str
    passages: int
    seconds: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median_seconds(self) -> float:
        """The middle round, by the clock."""
        return median(self.seconds)

    @property
    def least_processor(self) -> float:
        """Processor seconds of the round that was disturbed least."""
        return min(self.processor)


def count_characters(paths: Sequence[Path]) -> int:
    """Source characters: the length of the decoded text of every file."""
    settings = IngestSettings()
    return sum(len(parse_file(one, settings).text) for one in find_sources(paths, settings).files)


def time_ingestion(paths: Sequence[Path], settings: Settings, rounds: int) -> Iterator[Timed]:
    """Each system's figures once all are done; rounds go in turn, so that a busy machine meets all alike.

    Raises ModelNotReady."""
    files = [str(one.path) for one in find_sources(paths, settings.ingest).files]
    ours = load_embedder(settings.embedding, settings.home)
    as_passages = {"backend": "torch", "question_prefix": PASSAGE_PREFIX}
    floats = load_embedder(settings.embedding.model_copy(update=as_passages), settings.home)
    systems: dict[str, Work] = {
        "Sitasi, with sentence vectors": lambda folder: _sitasi(paths, folder, settings, ours).passages,
        "LlamaIndex, float32": _llama(files, InFloat32(floats), SentenceSplitter()),
        "LlamaIndex, float32, nothing cut off": _llama(files, InFloat32(floats), _whole()),
        "LlamaIndex, int8 runtime of Sitasi": _llama(files, SameWeights(ours), SentenceSplitter()),
    }
    warm = "Satu kalimat untuk menghangatkan model."
    ours.embed_questions([warm])
    floats.embed_questions([warm])
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    processor: dict[str, list[float]] = {name: [] for name in systems}
    passages: dict[str, int] = {}
    for _ in range(rounds):
        for name, work in systems.items():
            with tempfile.TemporaryDirectory() as folder:
                began, spent = time.perf_counter(), _processor_seconds()
                passages[name] = work(Path(folder))
                seconds[name].append(time.perf_counter() - began)
                processor[name].append(_processor_seconds() - spent)
    for name in systems:
        yield Timed(name, passages[name], tuple(seconds[name]), tuple(processor[name]))


@dataclass(frozen=True, slots=True)
class SecondRun:
    """What a second run over unchanged files did: passages embedded, files of the home written, seconds."""

    embedded: int
    written: tuple[str, ...]
    seconds: float


def time_second_run(paths: Sequence[Path], settings: Settings) -> SecondRun:
    """Ingest into an empty home, close it, and do it again. The lock, which names its owner, does not count."""
    embedder = load_embedder(settings.embedding, settings.home)
    with tempfile.TemporaryDirectory() as folder:
        _sitasi(paths, Path(folder), settings, embedder)
        before = _stamps(Path(folder))
        began = time.perf_counter()
        again = _sitasi(paths, Path(folder), settings, embedder)
        seconds = time.perf_counter() - began
        after = _stamps(Path(folder))
    written = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return SecondRun(again.embedded, tuple(written), seconds)


def _sitasi(paths: Sequence[Path], folder: Path, settings: Settings, embedder: Embedder) -> IngestSummary:
    with open_library(Home(folder), settings.record, settings.chroma, proving="late") as library:
        return ingest_paths(paths, library, embedder, settings)


def _llama(files: list[str], model: BaseEmbedding, splitter: SentenceSplitter) -> Work:
    def work(folder: Path) -> int:
        documents = SimpleDirectoryReader(input_files=files).load_data()
        store = ChromaVectorStore.from_params(collection_name="papers", persist_dir=str(folder))
        return len(IngestionPipeline(transformations=[splitter, model], vector_store=store).run(documents=documents))

    return work


def _processor_seconds() -> float:
    """Of all threads, and of children that have ended, such as the one that parses."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def _whole() -> SentenceSplitter:
    return SentenceSplitter(chunk_size=_WHOLE_TOKENS, chunk_overlap=_WHOLE_TOKENS // 5)


def _stamps(home: Path) -> dict[str, int]:
    files = (path for path in home.rglob("*") if path.is_file() and path.name != "owner.lock")
    return {str(path.relative_to(home)): path.stat().st_mtime_ns for path in files}
