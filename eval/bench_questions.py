"""question → seconds, by system: what ships, LlamaIndex's starter and the least that any could take, asked in turn.

All work on one collection: the sample briefs as papers among invented ones (`eval.synthetic`), with the same vectors.
Each question goes to every system before the next one, in rotating order, so that a busy machine meets all alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import product
from pathlib import Path
from statistics import median

from eval.bench_llama import llama_retriever
from eval.dataset import DATA, Expect, load_questions
from eval.synthetic import fill_library
from ingest.chroma_index import ChromaPassageIndex
from ingest.embedding import OnnxEmbedder, load_embedder
from ingest.settings import ChromaSettings
from qa.bootstrap import Sitasi, open_sitasi
from qa.collection import open_intake
from qa.settings import Settings
from qa.types import Answer, Question

OURS, LLAMA, FLOOR = (
    "Sitasi, verified answer",
    "LlamaIndex starter, retrieval only",
    "floor: embed and one Chroma query",
)
RESTRICTED = "Sitasi, of three papers"
_DEPTH, _RESTRICTED_TO, _SEED = 10, 3, 1

Ask = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """One system's questions: milliseconds of each by the clock and of processor time, and how many it answered."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]
    answered: int

    @property
    def typical(self) -> float:
        """Median by the clock."""
        return median(self.clock)

    @property
    def worst(self) -> float:
        """95th percentile by the clock."""
        return sorted(self.clock)[int(0.95 * (len(self.clock) - 1))]

    @property
    def spent(self) -> float:
        """Median of processor time."""
        return median(self.processor)


def bench_settings(settings: Settings, passages: int) -> Settings:
    """The same settings with a home of its own for a collection of this size, and the model of the first home."""
    models = settings.embedding.models or settings.home / "models"
    embedding = settings.embedding.model_copy(update={"models": models})
    home = settings.home / "bench" / str(passages)
    return settings.model_copy(update={"home": home, "embedding": embedding})


def prepare(settings: Settings, passages: int) -> None:
    """Have the home of `bench_settings` hold the sample briefs and invented papers, of so many passages; quick when it
    does."""
    with open_intake(settings) as intake:
        with as_file(files("ingest") / "samples") as folder:
            intake.ingest([folder], prune=False)
        fill_library(intake.library, intake.embedder, settings.passages, passages, _SEED)


def bench_texts() -> list[str]:
    """Development questions that the sample briefs answer, each once, in Indonesian, then in English."""
    items = load_questions(DATA, "samples").items
    chosen = [one for one in items if one.split == "development" and one.expect is Expect.ANSWER and not one.history]
    return list(dict.fromkeys(one.question.of(language) for language in ("id", "en") for one in chosen))


def bench_halves() -> tuple[list[str], list[str]]:
    """Questions to ask before the clock starts, and those to measure, each of them in the other language: a service
    that has been asked about these papers before, but none of these questions."""
    texts = bench_texts()
    middle = len(texts) // 2
    pairs = list(zip(texts[:middle], texts[middle:], strict=False))
    before = [pair[place % 2] for place, pair in enumerate(pairs)]
    return before, [pair[1 - place % 2] for place, pair in enumerate(pairs)]


def time_questions(settings: Settings, sizes: Sequence[int], count: int) -> dict[int, dict[str, Asked]]:
    """By size: each system's times over at most `count` questions. LlamaIndex and the floor are measured at the
    smallest size, questions restricted to three papers at the largest. Raises an IngestError."""
    with ExitStack() as stack:
        systems: dict[tuple[int, str], Ask] = {}
        for size in sizes:
            sitasi = stack.enter_context(_opened(bench_settings(settings, size)))
            systems[size, OURS] = _ours(sitasi, ())
            if size == max(sizes):
                chosen = tuple(sorted(sitasi.library.record.cards())[:_RESTRICTED_TO])
                systems[size, RESTRICTED] = _ours(sitasi, chosen)
            if size == min(sizes):
                systems[size, LLAMA] = llama_retriever(sitasi, stack, _DEPTH)
                systems[size, FLOOR] = _floor(sitasi, stack)
        before, measured = bench_halves()
        times = _in_turn(systems, before, measured[:count])
    return {size: {name: one for (where, name), one in times.items() if where == size} for size in sizes}


def _in_turn(
    systems: Mapping[tuple[int, str], Ask], before: Sequence[str], measured: Sequence[str]
) -> dict[tuple[int, str], Asked]:
    for text, ask in product(before, systems.values()):
        ask(text)
    found: dict[tuple[int, str], list[tuple[float, float, bool]]] = {name: [] for name in systems}
    names = list(systems)
    for turn, text in enumerate(measured):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            began, spent = time.perf_counter(), time.process_time()
            answered = systems[name](text)
            took = (1e3 * (time.perf_counter() - began), 1e3 * (time.process_time() - spent), answered)
            found[name].append(took)
    return {
        name: Asked(tuple(one[0] for one in took), tuple(one[1] for one in took), sum(one[2] for one in took))
        for name, took in found.items()
    }


@contextmanager
def _opened(settings: Settings) -> Iterator[Sitasi]:
    sitasi = open_sitasi(settings)
    try:
        sitasi.answers.warm_up()
        yield sitasi
    finally:
        sitasi.close()


def _ours(sitasi: Sitasi, documents: tuple[str, ...]) -> Ask:
    def ask(text: str) -> bool:
        # The embedder remembers questions, and another system may just have asked it this one.
        if isinstance(sitasi.embedder, OnnxEmbedder):
            sitasi.embedder.forget_questions()
        return isinstance(sitasi.answers.answer(Question(text, documents=documents)), Answer)

    return ask


def _floor(sitasi: Sitasi, stack: ExitStack) -> Ask:
    """The same model and a Chroma collection of the same vectors, without anything around them."""
    folder: Path = sitasi.settings.home / "floor"
    embedder = load_embedder(sitasi.settings.embedding, sitasi.settings.home)
    index = ChromaPassageIndex(ChromaSettings(), folder)
    stack.callback(index.close)
    if len(index.ids()) < sitasi.library.record.corpus().passages:
        for ids, vectors in sitasi.library.record.vectors():
            index.upsert(ids, vectors)
    return lambda text: bool(index.search(embedder.embed_questions([text])[0], _DEPTH))
