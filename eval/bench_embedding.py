"""passages → vectors beside the model alone: which share of the bare rate embedding reaches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from ingest.documents import build_document
from ingest.embedding import OnnxEmbedder, load_embedder
from ingest.errors import SettingsError
from ingest.parse import parse_file
from ingest.passages import cut_passages
from ingest.sources import find_sources
from ingest.types import Collection, Passage
from qa.settings import Settings


def embedding_share(papers: Sequence[Path], settings: Settings, rounds: int) -> float:
    """Rate of embedding passages (vectors of sentences and tokens included) as a share of the rate at which as many
    threads only run the model over the same tokens: median of `rounds`, in turn. Raises SettingsError for another model
    than the built-in one."""
    embedder = load_embedder(settings.embedding, settings.home)
    if not isinstance(embedder, OnnxEmbedder):
        raise SettingsError("The bare rate is measured for the built-in model only.")
    passages = _passages(papers, settings)
    embedder.embed_passages(passages[:4])
    embedder.run_bare(passages[:4])
    shares = []
    for _ in range(rounds):
        began = time.perf_counter()
        embedder.run_bare(passages)
        between = time.perf_counter()
        embedder.embed_passages(passages)
        shares.append((between - began) / (time.perf_counter() - between))
    return median(shares)


def _passages(papers: Sequence[Path], settings: Settings) -> list[Passage]:
    found: list[Passage] = []
    for source in find_sources(papers, settings.ingest).files:
        document = build_document(source, parse_file(source, settings.ingest), Collection.PAPERS)
        found.extend(cut_passages(document, settings.passages))
    return found
