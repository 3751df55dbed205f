"""settings → the whole of Sitasi, put together in this one place: everything else is handed its parts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from ingest.embedding import OnnxEmbedder, load_embedder
from ingest.following import following
from ingest.home import Home
from ingest.index import expected_manifest
from ingest.proven_index import Proving
from ingest.store import Library, open_library, read_library
from ingest.types import Embedder
from prompts import load_prompts
from qa.abstain import BARE_CALIBRATION_FILE, CALIBRATION_FILE, load_calibration
from qa.answer import AnswerService
from qa.compare import Comparer
from qa.generate import LlmEndpoint
from qa.reranker import load_reranker
from qa.retrieve import HybridRetriever
from qa.settings import Settings
from qa.support import VectorSupport
from qa.word_frequency import commonness
from qa.writing import Writer


@dataclass(frozen=True, slots=True)
class Sitasi:
    """A home that this process owns, with everything that answers from it. Close it to let others in."""

    settings: Settings
    library: Library
    embedder: Embedder
    answers: AnswerService
    comparer: Comparer
    _open: ExitStack

    def close(self) -> None:
        """Let go of the home, its database and its index."""
        self._open.close()


def open_sitasi(settings: Settings, *, url: str | None = None, proving: Proving = "now") -> Sitasi:
    """Take the home, load the model, check the index against the record and mend it.

    `url` is the address at which this process serves: other commands on this machine reach the owner there; where there
    is no owner, what other processes publish is taken over all the time. Raises ModelNotReady, HomeInUse,
    IndexMismatch, RecordError or SettingsError."""
    with ExitStack() as stack:
        home = Home(settings.home)
        with ThreadPoolExecutor(1) as loader:
            loading = loader.submit(load_embedder, settings.embedding, settings.home)
            # Word lists that the first question needs, while the model is being read.
            commonness("a")
            embedder = loading.result()
        wanted = expected_manifest(embedder, settings.passages)
        library = stack.enter_context(open_library(home, settings.record, settings.chroma, wanted, proving=proving))
        if url is not None and library.ownership is not None:
            library.ownership.announce(url)
        elif url is not None:
            stack.enter_context(following(library))
        return _put_together(settings, library, embedder, stack.pop_all())


def open_reader(settings: Settings) -> Sitasi:
    """Load the model and read the home of the process that owns it, for answering beside that one: `library.refresh`
    before each question. Raises ModelNotReady, IndexMismatch, RecordError or SettingsError."""
    with ExitStack() as stack:
        embedder = load_embedder(settings.embedding, settings.home)
        wanted = expected_manifest(embedder, settings.passages)
        library = stack.enter_context(read_library(Home(settings.home), settings.record, settings.chroma, wanted))
        return _put_together(settings, library, embedder, stack.pop_all())


def _put_together(settings: Settings, library: Library, embedder: Embedder, opened: ExitStack) -> Sitasi:
    answers = build_answers(library, embedder, settings)
    comparer = Comparer(library.record, library.lexical, embedder, VectorSupport(embedder))
    return Sitasi(settings, library, embedder, answers, comparer, opened)


def build_answers(library: Library, embedder: Embedder, settings: Settings, *, reranked: bool = True) -> AnswerService:
    """The use case over an open library; `reranked` has the best sentences read anew where the reranker was fitted to
    the embedder."""
    retriever = HybridRetriever(library.record, library.index, library.lexical, embedder, settings.retrieval)
    reranker = load_reranker() if reranked and isinstance(embedder, OnnxEmbedder) else None
    return AnswerService(
        papers=library.record,
        retriever=retriever,
        lexical=library.lexical,
        support=VectorSupport(embedder),
        calibration=load_calibration(CALIBRATION_FILE if reranker else BARE_CALIBRATION_FILE),
        settings=settings,
        writer=build_writer(embedder, settings),
        reranker=reranker,
    )


def build_writer(embedder: Embedder, settings: Settings) -> Writer | None:
    """What has answers written by the language model of the settings; None while none is set. Nothing is sent yet."""
    if settings.llm.url is None:
        return None
    return Writer(LlmEndpoint(settings.llm), load_prompts(), VectorSupport(embedder), settings.llm, settings.answer)
