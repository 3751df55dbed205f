"""passages with vectors → LlamaIndex as its starter tutorial has it, over Chroma, with the same weights in float32."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from llama_index.core import VectorStoreIndex
from llama_index.core.schema import TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from eval.ingest_speed import InFloat32
from ingest.embedding import load_embedder
from qa.bootstrap import Sitasi

_BATCH = 500
_FILLED = "filled"


def llama_retriever(sitasi: Sitasi, stack: ExitStack, depth: int) -> Callable[[str], bool]:
    """A search for the `depth` best passages of an open home, in a store of its own beside it, which is kept."""
    del stack
    version = sitasi.library.record.corpus().version
    folder: Path = sitasi.settings.home / f"llama-{version}"
    stamp = folder / _FILLED
    if not stamp.is_file():
        shutil.rmtree(folder, ignore_errors=True)
    store = ChromaVectorStore.from_params(collection_name="papers", persist_dir=str(folder))
    if not stamp.is_file():
        _fill(store, sitasi)
        stamp.touch()
    settings = sitasi.settings.embedding.model_copy(update={"backend": "torch"})
    model = InFloat32(load_embedder(settings, sitasi.settings.home))
    retriever = VectorStoreIndex.from_vector_store(store, embed_model=model).as_retriever(similarity_top_k=depth)
    return lambda text: bool(retriever.retrieve(text))


def _fill(store: ChromaVectorStore, sitasi: Sitasi) -> None:
    record = sitasi.library.record
    for ids, vectors in record.vectors(_BATCH):
        texts = {one.passage.id: one.passage.text for one in record.passages(ids)}
        rows = zip(ids, vectors.tolist(), strict=True)
        store.add([TextNode(id_=one, text=texts[one], embedding=vector) for one, vector in rows])
