"""BEIR folder (corpus.jsonl, queries.jsonl, qrels.tsv) → retrieval scores of each leg and of what ships.

The passages are published in a home of their own, as they are: one passage for each entry of the corpus, one document
for each title (entries without a title share one). Layout: Thakur et al. 2021, "BEIR".
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.dataset import DatasetError
from eval.measures import BEIR_MEASURES, measure_rankings
from eval.statistics import Estimate, Statistic, estimate, seed_for
from ingest.documents import slug
from ingest.index import IndexManifest
from ingest.language import language_of
from ingest.sentences import split_sentences
from ingest.types import (
    Bibliography,
    Collection,
    Document,
    EmbeddedDocument,
    EmbeddedPassage,
    MapSegment,
    Passage,
    Section,
    SectionKind,
    SourceFile,
)
from qa.types import Question

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi

_DEPTH = 10
_BATCH = 64
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Query:
    """A question of the folder; `language` is what it is said to be, or the empty string."""

    id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A folder as read. `corpus` maps ids to (title, text), `qrels` query ids to grades by corpus id."""

    name: str
    corpus: Mapping[str, tuple[str, str]] = field(repr=False)
    queries: tuple[Query, ...] = field(repr=False)
    qrels: Mapping[str, Mapping[str, int]] = field(repr=False)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change with any passage."""
        return hashlib.sha256(repr(sorted(self.corpus.items())).encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class LegScores:
    """Figures of one leg by language (`all` for every query) and measure."""

    leg: str
    figures: Mapping[str, Mapping[str, Estimate]]


def load_beir(folder: Path) -> BeirSet:
    """Read a folder. Only judged queries are kept. Raises DatasetError when a file is missing or malformed."""
    judgements = next((path for path in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if path.is_file()), None)
    if judgements is None:
        raise DatasetError(f"{folder} has neither qrels.tsv nor qrels/test.tsv.")
    try:
        corpus = {row["_id"]: (row.get("title") or "", row["text"]) for row in _lines(folder / "corpus.jsonl")}
        with judgements.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        qrels: dict[str, dict[str, int]] = {}
        for row in rows:
            if int(row["score"]) > 0:
                qrels.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
        asked = (Query(row["_id"], row["text"], row.get("language", "")) for row in _lines(folder / "queries.jsonl"))
        queries = tuple(query for query in asked if query.id in qrels)
    except (OSError, KeyError, TypeError, ValueError) as fault:
        raise DatasetError(f"{folder} is no BEIR folder: {type(fault).__name__} {fault}.") from fault
    return BeirSet(folder.resolve().name, corpus, queries, qrels)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def to_documents(beir: BeirSet, manifest: IndexManifest) -> dict[str, tuple[Document, dict[str, Passage]]]:
    """By document id: the document made of all entries with one title, and its passages by corpus id."""
    titles: dict[str, list[str]] = {}
    for entry, (title, _) in beir.corpus.items():
        titles.setdefault(title, []).append(entry)
    version = hashlib.sha256(f"{beir.digest}{manifest.digest}".encode()).hexdigest()[:12]
    made = {}
    for number, (title, entries) in enumerate(titles.items()):
        name = f"{slug(title) or beir.name}-{number}"
        made[name] = _document(name, title or beir.name, version, {one: beir.corpus[one][1] for one in entries})
    return made


def _document(name: str, title: str, version: str, texts: Mapping[str, str]) -> tuple[Document, dict[str, Passage]]:
    text = "\n\n".join(texts.values())
    passages: dict[str, Passage] = {}
    sections, start = [], 0
    for ordinal, (entry, words) in enumerate(texts.items()):
        end = start + len(words)
        section = Section((title,), SectionKind.BODY, start, end, language_of(words))
        sections.append(section)
        passages[entry] = Passage(
            id=f"{name}@{version}#{ordinal}",
            document_id=name,
            version=version,
            ordinal=ordinal,
            start=start,
            end=end,
            text=words,
            section=section,
            page=None,
            language=section.language,
            sentences=split_sentences(text, section),
        )
        start = end + 2
    document = Document(
        id=name,
        version=version,
        collection=Collection.PAPERS,
        source=SourceFile(Path(name), name, hashlib.sha256(text.encode()).hexdigest(), len(text)),
        parsed_media_type="text/plain",
        language=sections[0].language,
        text=text,
        segments=(MapSegment(0, len(text), 0, len(text), True),),
        pages=(),
        sections=tuple(sections),
        bibliography=Bibliography(title=title),
    )
    return document, passages


def publish_beir(sitasi: Sitasi, beir: BeirSet, manifest: IndexManifest, progress: Progress) -> dict[str, str]:
    """Embed and publish what is not published yet; returns corpus ids by passage id."""
    documents = to_documents(beir, manifest)
    published = {card.id: card.version for card in sitasi.library.record.cards().values()}
    entries = {passage.id: entry for _, passages in documents.values() for entry, passage in passages.items()}
    done = 0
    for document, passages in documents.values():
        done += len(passages)
        if published.get(document.id) == document.version:
            continue
        vectors = []
        listed = list(passages.values())
        for batch in (listed[i : i + _BATCH] for i in range(0, len(listed), _BATCH)):
            vectors += sitasi.embedder.embed_passages(batch)
            progress("Embedding", done - len(listed) + len(vectors), len(entries))
        embedded = tuple(EmbeddedPassage(one, vector) for one, vector in zip(listed, vectors, strict=True))
        sitasi.library.publish([EmbeddedDocument(document, embedded)], manifest)
    sitasi.library.settle()
    return entries


def rank_legs(
    sitasi: Sitasi, beir: BeirSet, entries: Mapping[str, str], progress: Progress
) -> dict[str, dict[str, list[str]]]:
    """By leg and query id, the corpus ids found, best first."""
    found: dict[str, dict[str, list[str]]] = {"dense": {}, "BM25": {}, "shipped": {}}
    for number, query in enumerate(beir.queries, start=1):
        vector = sitasi.embedder.embed_questions([query.text])[0]
        dense = sitasi.library.index.search(vector, _DEPTH)
        words = sitasi.library.lexical.search(query.text, _DEPTH)
        shipped = sitasi.answers.retrieve(Question(query.text), _DEPTH)
        found["dense"][query.id] = [entries[hit.passage_id] for hit in dense if hit.passage_id in entries]
        found["BM25"][query.id] = [entries[hit.passage_id] for hit in words if hit.passage_id in entries]
        found["shipped"][query.id] = [entries[one.passage.id] for one in shipped]
        progress("Asking", number, len(beir.queries))
    return found


def score_legs(beir: BeirSet, found: Mapping[str, Mapping[str, Sequence[str]]]) -> list[LegScores]:
    """R@1, R@5 and nDCG@10 of every leg, over all queries and by their language where it is told."""
    groups: dict[str, list[str]] = {"all": [query.id for query in beir.queries]}
    for query in beir.queries:
        if query.language:
            groups.setdefault(query.language, []).append(query.id)
    if len(groups) == 2:
        groups = {"all": groups["all"]}
    told = []
    for leg, ranking in found.items():
        values = measure_rankings(beir.qrels, ranking, BEIR_MEASURES)
        figures = {name: _figures(values, ids) for name, ids in groups.items()}
        told.append(LegScores(leg, figures))
    return told


def _figures(values: Mapping[str, Mapping[str, float]], ids: Iterable[str]) -> dict[str, Estimate]:
    listed = list(ids)
    made = {
        measure: estimate([(by_query[one],) for one in listed], listed, Statistic.MEAN, seed_for(measure))
        for measure, by_query in values.items()
    }
    return {measure: figure for measure, figure in made.items() if figure is not None}
