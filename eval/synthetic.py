"""seed → a collection of invented papers, published as real ones are: for measuring what size costs.

Nothing of it is embedded. Vectors are made from those of the sample briefs, which are embedded once: a paper keeps near
one of their passages, each of its sentences leans towards another one, and noise is added. So neighbours are as
close as in real collections of much alike papers; what the words say and what the vectors say are not related.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.synthetic_text import InventedText, TextInventor
from ingest.documents import build_document
from ingest.embedding import load_embedder
from ingest.home import Home
from ingest.index import IndexManifest, expected_manifest
from ingest.parse import parse_file
from ingest.passages import cut_passages, group_sentences
from ingest.settings import PassageSettings
from ingest.sources import find_sources
from ingest.store import Library, open_library
from ingest.types import (
    NO_TOKENS,
    Bibliography,
    Collection,
    Document,
    EmbeddedDocument,
    EmbeddedPassage,
    Embedder,
    Passage,
    PassageVectors,
    SourceFile,
    TokenVectors,
    Vector,
)
from qa.settings import Settings, load_settings

ID_PREFIX = "synthetic-"
# About what the studies that Sitasi was made with have: 230 sentences make some 42 passages.
_SENTENCES = (120, 340)
_PAPERS_AT_ONCE = 16
_HOME_WEIGHT, _LEAN_WEIGHT, _NOISE = 0.6, 0.4, 0.25
_PIECE_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class SyntheticCollection:
    """What is in the home now, and how long publishing it took: nothing where it was there already."""

    documents: int
    passages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Basis:
    """Real vectors that invented ones are made from: of passages `(n, dim)` and sentences `(m, dim)`, and of tokens
    `(k, d)`, which has no rows where the embedder gives none."""

    passages: Vector
    sentences: Vector
    tokens: NDArray[np.int8]


def synthetic_collection(
    home: Path, passages: int, seed: int = 1, settings: Settings | None = None
) -> SyntheticCollection:
    """Publish invented papers in `home` until at least `passages` passages answer, and prove that they can be found.

    The same seed gives the same papers, so that a home can grow from one size to the next; a home that is large enough
    is left alone. Record, index and model are those of `settings`, else of the environment. Raises ModelNotReady,
    HomeInUse or RecordError."""
    chosen = (settings or load_settings()).model_copy(update={"home": home})
    embedder = load_embedder(chosen.embedding, chosen.home)
    made_under = expected_manifest(embedder, chosen.passages)
    with open_library(Home(home), chosen.record, chosen.chroma, made_under, proving="late") as library:
        started = time.monotonic()
        fill_library(library, embedder, chosen.passages, passages, seed)
        state = library.record.corpus()
        return SyntheticCollection(state.documents, state.passages, time.monotonic() - started)


def fill_library(library: Library, embedder: Embedder, cut: PassageSettings, passages: int, seed: int) -> None:
    """The same in a library that is open."""
    record = library.record
    held = record.corpus()
    missing = passages - (held.passages if held.answering is Collection.PAPERS else 0)
    if missing <= 0:
        return
    made_under = expected_manifest(embedder, cut)
    first = sum(one.startswith(ID_PREFIX) for one in record.cards())
    papers = invent_papers(seed, first, measure_basis(embedder, cut), made_under, cut)
    while missing > 0:
        batch: list[EmbeddedDocument] = []
        for paper in islice(papers, _PAPERS_AT_ONCE):
            batch.append(paper)
            missing -= len(paper.passages)
            if missing <= 0:
                break
        library.publish(batch, made_under)
    library.settle()


def measure_basis(embedder: Embedder, cut: PassageSettings) -> Basis:
    """Embed the passages of the sample briefs."""
    settings = load_settings().ingest
    passages: list[Passage] = []
    with as_file(files("ingest") / "samples") as folder:
        for source in find_sources([folder], settings).files:
            document = build_document(source, parse_file(source, settings), Collection.SAMPLES)
            passages.extend(cut_passages(document, cut))
    vectors = embedder.embed_passages(passages)
    tokens = [one.tokens.values for one in vectors if len(one.tokens)]
    return Basis(
        passages=np.stack([one.passage for one in vectors]),
        sentences=np.concatenate([one.sentences for one in vectors]),
        tokens=np.concatenate(tokens) if tokens else np.zeros((0, 0), np.int8),
    )


def invent_papers(
    seed: int, first: int, basis: Basis, made_under: IndexManifest, cut: PassageSettings
) -> Iterator[EmbeddedDocument]:
    """Papers without end, from number `first` (0-based) on; three of four are Indonesian."""
    inventor, number = TextInventor(), first
    while True:
        random = np.random.default_rng((seed, number))
        sentences = int(random.integers(*_SENTENCES))
        invented = inventor.paper(random, sentences, "en" if number % 4 == 3 else "id")
        yield _embedded(random, invented, number, seed, basis, made_under, cut)
        number += 1


def _embedded(
    random: np.random.Generator,
    invented: InventedText,
    number: int,
    seed: int,
    basis: Basis,
    made_under: IndexManifest,
    cut: PassageSettings,
) -> EmbeddedDocument:
    document = _document(invented, number, seed, made_under)
    near = basis.passages[random.integers(len(basis.passages))]
    passages: list[EmbeddedPassage] = []
    tokens = _tokens(invented, basis)
    for section, sentences in invented.sections:
        vectors = _sentence_vectors(random, near, len(sentences), basis)
        row_of = {sentence.start: row for row, sentence in enumerate(sentences)}
        for group in group_sentences(document.text, sentences, cut):
            start, end = group[0].start, group[-1].end
            rows = vectors[[row_of[one.start] for one in group]]
            weights = np.array([one.end - one.start for one in group], np.float32)
            passage = Passage(
                id=f"{document.id}@{document.version}#{len(passages)}",
                document_id=document.id,
                version=document.version,
                ordinal=len(passages),
                start=start,
                end=end,
                text=document.text[start:end],
                section=section,
                page=None,
                language=invented.language,
                sentences=group,
            )
            own = PassageVectors(_unit(weights @ rows), rows, _within(tokens, start, end))
            passages.append(EmbeddedPassage(passage, own))
    return EmbeddedDocument(document, tuple(passages))


def _document(invented: InventedText, number: int, seed: int, made_under: IndexManifest) -> Document:
    name = f"{ID_PREFIX}{seed}-{number:06d}"
    digest = hashlib.sha256(invented.text.encode()).hexdigest()
    return Document(
        id=name,
        version=hashlib.sha256(f"{digest}:{made_under.digest}".encode()).hexdigest()[:12],
        collection=Collection.PAPERS,
        source=SourceFile(Path("/nowhere") / f"{name}.txt", f"{name}.txt", digest, len(invented.text.encode())),
        parsed_media_type="text/plain",
        language=invented.language,
        text=invented.text,
        segments=(),
        pages=(),
        sections=tuple(section for section, _ in invented.sections),
        bibliography=Bibliography(
            invented.title, (f"Penulis {number}",), year=2000 + number % 26, place=invented.place
        ),
    )


def _sentence_vectors(random: np.random.Generator, near: Vector, count: int, basis: Basis) -> Vector:
    leaning = basis.sentences[random.integers(len(basis.sentences), size=count)]
    noise = random.standard_normal(leaning.shape, np.float32) * np.float32(_NOISE / np.sqrt(leaning.shape[1]))
    return _unit(_HOME_WEIGHT * near + _LEAN_WEIGHT * leaning + noise)


def _unit(rows: Vector) -> Vector:
    unit: Vector = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return unit


def _tokens(invented: InventedText, basis: Basis) -> TokenVectors:
    """One vector for every five characters of a word, the same wherever the word stands; starts and ends count in the
    paper's text and would not fit two bytes, so they are kept whole until a passage takes its own."""
    if not len(basis.tokens):
        return NO_TOKENS
    lengths = invented.words[:, 1] - invented.words[:, 0]
    pieces = -(-lengths // _PIECE_CHARACTERS)
    word = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(word)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = invented.words[word, 0] + nth * _PIECE_CHARACTERS
    ends = np.minimum(starts + _PIECE_CHARACTERS, invented.words[word, 1])
    rows = (np.abs(invented.word_numbers[word]) * 7919 + nth * 104_729) % len(basis.tokens)
    return TokenVectors(basis.tokens[rows], starts, ends)


def _within(tokens: TokenVectors, start: int, end: int) -> TokenVectors:
    if not len(tokens):
        return NO_TOKENS
    own = slice(*np.searchsorted(tokens.starts, (start, end)).tolist())
    starts, ends = ((side[own] - start).astype(np.uint16) for side in (tokens.starts, tokens.ends))
    return TokenVectors(tokens.values[own], starts, ends)
