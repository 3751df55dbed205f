"""seed → invented collection: it is published as real papers are, grows, and is the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from eval.synthetic import fill_library, invent_papers, measure_basis
from ingest.home import Home
from ingest.index import expected_manifest
from ingest.settings import ChromaSettings, PassageSettings, RecordSettings
from ingest.store import Library, open_library
from ingest.types import EmbeddedDocument
from tests.fakes import WordEmbedder

CUT = PassageSettings()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(Home(tmp_path / "home"), RecordSettings(), ChromaSettings(), proving="never") as opened:
        yield opened


def papers(count: int, first: int = 0) -> list[EmbeddedDocument]:
    embedder = WordEmbedder()
    made_under = expected_manifest(embedder, CUT)
    return list(islice(invent_papers(7, first, measure_basis(embedder, CUT), made_under, CUT), count))


def test_a_seed_gives_the_same_papers_wherever_one_begins() -> None:
    together, alone = papers(3)[2], papers(1, first=2)[0]
    assert together.document == alone.document
    assert np.array_equal(together.passages[5].vectors.sentences, alone.passages[5].vectors.sentences)


def test_passages_and_sentences_stand_in_the_text_where_they_say() -> None:
    for paper in papers(2):
        for one in paper.passages:
            text = paper.document.text[one.passage.start : one.passage.end]
            assert one.passage.text == text
            for sentence in one.passage.sentences:
                written = paper.document.text[sentence.start : sentence.end]
                assert written[0].upper() == written[0] and written.endswith(".")


def test_every_vector_is_a_unit_vector_with_one_row_a_sentence() -> None:
    for one in papers(1)[0].passages:
        assert one.vectors.sentences.shape == (len(one.passage.sentences), len(one.vectors.passage))
        lengths = np.linalg.norm(np.vstack([one.vectors.passage, one.vectors.sentences]), axis=1)
        assert np.allclose(lengths, 1, atol=1e-4)


def test_a_collection_grows_to_the_size_asked_for_and_stays_there(library: Library) -> None:
    embedder = WordEmbedder()
    fill_library(library, embedder, CUT, 60, seed=7)
    few = library.record.corpus()
    fill_library(library, embedder, CUT, 150, seed=7)
    many = library.record.corpus()
    assert few.passages >= 60 and many.passages >= 150 and many.documents > few.documents
    assert library.record.passage_ids() == library.lexical.ids()
    fill_library(library, embedder, CUT, 150, seed=7)
    assert library.record.corpus() == many
