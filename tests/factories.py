"""Builds the values of the flow for tests, from our own words; every function takes only what the test cares about."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest.index import SCHEMA_VERSION, IndexManifest
from ingest.types import (
    Bibliography,
    Collection,
    Document,
    DocumentCard,
    EmbeddedDocument,
    EmbeddedPassage,
    Language,
    MapSegment,
    Passage,
    PassageVectors,
    Section,
    SectionKind,
    Sentence,
    SourceFile,
    Vector,
)
from qa.types import Evidence, RetrievedPassage

DIMENSION = 16


def unit_vector(seed: str, dimension: int = DIMENSION) -> Vector:
    """A unit vector that depends only on `seed`, already rounded as the record stores it."""
    digest = hashlib.sha256(seed.encode()).digest()
    vector = np.random.default_rng(int.from_bytes(digest[:8], "big")).normal(size=dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float16).astype(np.float32)


def make_manifest(**changed: object) -> IndexManifest:
    """A manifest for `unit_vector`; name the fields to change."""
    fields: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "embedder_name": "fake",
        "embedder_revision": "1",
        "dimension": DIMENSION,
        "passage_policy": "one sentence",
        "text_version": "1",
    }
    return IndexManifest(**(fields | changed))  # type: ignore[arg-type]


def make_document(
    document_id: str = "clay",
    sentences: tuple[str, ...] = ("The potters of Lembang dry clay in the shade.", "Kilns are fired twice a week."),
    *,
    version: str = "v1",
    collection: Collection = Collection.PAPERS,
    path: Path | None = None,
) -> Document:
    """A document of one section whose text is `sentences`, one a line."""
    text = "\n".join(sentences)
    source = SourceFile(
        path or Path(f"{document_id}.md"), f"{document_id}.md", hashlib.sha256(text.encode()).hexdigest(), len(text)
    )
    return Document(
        id=document_id,
        version=version,
        collection=collection,
        source=source,
        parsed_media_type="text/markdown",
        language="en",
        text=text,
        segments=(MapSegment(0, len(text), 3, len(text) + 3, True),),
        pages=(),
        sections=(Section(("Findings",), SectionKind.RESULTS, 0, len(text), "en"),),
        bibliography=Bibliography(title=document_id.title(), authors=("A. Writer",), year=2020, keywords=("clay",)),
    )


def make_passages(document: Document) -> tuple[Passage, ...]:
    """One passage for each line of the document's text."""
    made = []
    start = 0
    for ordinal, line in enumerate(document.text.split("\n")):
        end = start + len(line)
        made.append(
            Passage(
                id=f"{document.id}:{document.version}:{ordinal}",
                document_id=document.id,
                version=document.version,
                ordinal=ordinal,
                start=start,
                end=end,
                text=line,
                section=document.sections[0],
                page=None,
                language=document.language,
                sentences=(Sentence(start, end, document.language),),
            )
        )
        start = end + 1
    return tuple(made)


def embed(document: Document) -> EmbeddedDocument:
    """The document with a vector for each passage that depends only on the passage's text."""
    return EmbeddedDocument(
        document,
        tuple(
            EmbeddedPassage(p, PassageVectors(unit_vector(p.text), unit_vector(p.text)[None, :]))
            for p in make_passages(document)
        ),
    )


def make_evidence(
    text: str,
    *,
    language: Language = "en",
    document: Document | None = None,
    title: str | None = None,
    heading: str = "Findings",
) -> Evidence:
    """Evidence that is a paper's whole text, or stands in `document`; its passage is called `{id}@v1#0`."""
    paper = document or make_document(f"paper-{hashlib.sha256(text.encode()).hexdigest()[:8]}", (text,))
    bibliography = replace(paper.bibliography, title=title) if title is not None else paper.bibliography
    start = paper.text.index(text)
    section = Section((heading,), SectionKind.RESULTS, 0, len(paper.text), language)
    sentences = (Sentence(0, len(paper.text), language),)
    passage = Passage(
        f"{paper.id}@v1#0", paper.id, "v1", 0, 0, len(paper.text), paper.text, section, None, language, sentences
    )
    card = DocumentCard(paper.id, paper.version, language, bibliography)
    found = RetrievedPassage(
        passage, card, 1, 1.0, 0.9, 1.0, np.zeros((1, 2), np.float32), np.zeros((0, 0), np.float32)
    )
    return Evidence(found, start, start + len(text), text, language, 1.0)
