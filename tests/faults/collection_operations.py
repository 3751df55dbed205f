"""A collection as it should be, in a dictionary, and random operations on it: what R3 compares a library with.

A `Model` is plain JSON, so that it travels between processes; `after` says in which states an operation may leave it.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ingest.errors import UnknownDocument
from ingest.index import IndexManifest
from ingest.store import Library
from ingest.types import Collection, EmbeddedDocument, SourceFile
from tests.factories import embed, make_document, make_manifest, unit_vector

Model = dict[str, Any]
Operation = list[Any]

PAPERS = 12
WORDS = ("clay", "kiln", "glaze", "shade", "wheel", "market", "cloth", "silver", "harbour", "coffee", "bamboo", "salt")
SAMPLE = ("Samples speak of nothing but samples.", "A second sentence of the sample.")
# What is asked for and how often; changes cost ten times what a question does.
WEIGHTS = {
    "add": 10, "edit": 8, "grow": 5, "shrink": 5, "swap": 4, "revert": 3, "again": 2, "batch": 3, "rename": 5,
    "delete": 6, "delete_unknown": 1, "clear": 0.3, "remake": 0.3, "rebuild": 0.3, "answer": 5, "share": 2, "prune": 2,
    "settle": 2, "check": 0.3, "restart": 0.8, "by_vector": 50, "by_words": 50, "read": 30, "list": 10,
}  # fmt: skip


def empty() -> Model:
    """Nothing but the sample, which answers as long as there is no paper."""
    return {"papers": {}, "answers": {}, "policy": 0}


def version_of(sentences: Sequence[str], policy: int) -> str:
    """The version under which a paper of these sentences is kept."""
    return hashlib.sha256(repr((list(sentences), policy)).encode()).hexdigest()[:12]


def made_under(policy: int) -> IndexManifest:
    """The manifest of that many remakes."""
    return make_manifest(passage_policy=f"one sentence, {policy}")


def paper(one: str, name: str, sentences: Sequence[str], policy: int) -> EmbeddedDocument:
    """The paper as the pipeline hands it over."""
    collection = Collection.SAMPLES if one == "sample" else Collection.PAPERS
    version = version_of(sentences, policy)
    made = make_document(one, tuple(sentences), version=version, collection=collection, path=Path(name))
    return embed(replace(made, source=replace(made.source, name=name)))


class Chooser:
    """Draws operations. Under a swarm (Groce et al. 2012) each life leaves out some kinds, so that rare ones meet."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.prefix, self.made = f"e{seed}", 0
        kinds = [kind for kind in WEIGHTS if kind in ("add", "by_vector", "by_words") or self.chance.random() < 0.8]
        self.kinds, self.weights = kinds, [WEIGHTS[kind] for kind in kinds]

    def sentence(self) -> str:
        """A sentence that no other paper holds, named by one word."""
        self.made += 1
        return f"Entry {self.prefix}x{self.made} tells of {' and '.join(self.chance.choices(WORDS, k=4))}."

    def draw(self, model: Model) -> Operation:
        """The next operation, with everything that it needs."""
        kind = self.chance.choices(self.kinds, self.weights)[0]
        papers = model["papers"]
        if not papers and kind not in ("restart", "rebuild", "settle", "prune", "check", "list", "by_vector"):
            kind = "add"
        one = self.chance.choice(sorted(papers)) if papers else ""
        lines = list(papers[one]["sentences"]) if one else []
        if kind in ("edit", "grow", "shrink", "swap", "revert", "again", "add"):
            return ["publish", [self._changed(kind, one, lines, model)]]
        if kind == "batch":
            return ["publish", [self._changed("add", "", [], model) for _ in range(3)]]
        if kind == "rename":
            return ["rename", one, f"{one}-{self.chance.randrange(100)}.md"]
        if kind in ("delete", "delete_unknown", "clear"):
            chosen = {"delete": [one], "delete_unknown": ["nobody"], "clear": sorted(papers)}[kind]
            return ["delete", chosen]
        if kind == "answer":
            return ["answer", f"{self.prefix}a{self.chance.randrange(10**9)}", one]
        if kind == "share":
            return ["share", self.chance.choice(sorted(model["answers"]))] if model["answers"] else ["list"]
        if kind in ("by_vector", "by_words"):
            return [kind, self.chance.choice(lines) if lines and self.chance.random() < 0.8 else self.sentence()]
        return [kind, one] if kind == "read" else [kind]

    def _changed(self, kind: str, one: str, lines: list[str], model: Model) -> list[Any]:
        chance = self.chance
        if kind == "add":
            one = f"p{chance.randrange(PAPERS)}"
            lines = [self.sentence() for _ in range(chance.randrange(1, 7))]
        elif kind == "edit":
            lines = [chance.choice((line, self.sentence())) for line in lines]
        elif kind == "grow":
            lines = [*lines, self.sentence()]
        elif kind == "shrink":
            lines = lines[: chance.randrange(1, len(lines) + 1)]
        elif kind == "swap":
            chance.shuffle(lines)
        elif kind == "revert":
            lines = list(model["papers"][one].get("before") or lines)
        return [one, f"{one}.md", lines]


def after(model: Model, operation: Operation) -> list[Model]:
    """The states that the model passes through, the last one being where it ends: a process killed in an operation
    leaves one of them, or the state before."""
    kind, *rest = operation
    if kind == "publish":
        states = []
        for one, name, lines in rest[0]:
            before = model["papers"].get(one, {}).get("sentences")
            held = {"name": name, "sentences": lines, "before": before}
            model = model | {"papers": model["papers"] | {one: held}}
            states.append(model)
        return states
    if kind == "rename":
        one, name = rest
        return [model | {"papers": model["papers"] | {one: model["papers"][one] | {"name": name}}}]
    if kind == "delete":
        return [model | {"papers": {one: held for one, held in model["papers"].items() if one not in rest[0]}}]
    if kind == "answer":
        key, one = rest
        lines = model["papers"][one]["sentences"]
        kept = {"of": one, "version": version_of(lines, model["policy"]), "text": "\n".join(lines), "shared": False}
        return [model | {"answers": model["answers"] | {key: kept}}]
    if kind == "share":
        return [model | {"answers": model["answers"] | {rest[0]: model["answers"][rest[0]] | {"shared": True}}}]
    if kind == "prune":
        # Answers that were not shared are forgotten at once: their age is set to nothing in this life.
        return [model | {"answers": {key: held for key, held in model["answers"].items() if held["shared"]}}]
    if kind == "remake":
        return [model | {"policy": model["policy"] + 1}]
    return [model]


def perform(library: Library, model: Model, operation: Operation) -> None:
    """Do it to the library; what a question finds is compared with the model. `restart` is the caller's."""
    kind, *rest = operation
    if kind in _ASKED:
        _ASKED[kind](library, model, *rest)
    else:
        _change(library, model, kind, rest)


def _change(library: Library, model: Model, kind: str, rest: list[Any]) -> None:
    policy, record = model["policy"], library.record
    if kind == "publish":
        library.publish([paper(*one, policy) for one in rest[0]], made_under(policy))
    elif kind == "rename":
        source = record.document(rest[0]).source
        record.relocate(rest[0], SourceFile(Path(rest[1]), rest[1], source.sha256, source.size_bytes))
    elif kind == "delete":
        library.remove(rest[0])
    elif kind == "answer":
        version = version_of(model["papers"][rest[1]]["sentences"], policy)
        record.save_answer(rest[0], b"{}", [(rest[1], version)])
    elif kind == "share":
        assert record.share_answer(rest[0]), "the answer is gone"
    elif kind == "prune":
        record.prune(answer_days=0, grace_seconds=0)
    elif kind == "remake":
        _remake(library, model)
    elif kind == "rebuild":
        library.rebuild()
    elif kind == "settle":
        library.settle()


def _remake(library: Library, model: Model) -> None:
    policy, staged = model["policy"] + 1, {}
    everything = {one: (held["name"], held["sentences"]) for one, held in model["papers"].items()}
    for one, (name, lines) in (everything | {"sample": ("sample.md", SAMPLE)}).items():
        embedded = paper(one, name, lines, policy)
        library.record.stage(embedded, made_under(policy))
        staged[one] = embedded.document.version
    library.replace_all(staged, made_under(policy))


def _answering(model: Model) -> dict[str, list[str]]:
    papers = {one: held["sentences"] for one, held in model["papers"].items()}
    return papers or {"sample": list(SAMPLE)}


def _ask_by_vector(library: Library, model: Model, sentence: str) -> None:
    ids = [hit.passage_id for hit in library.index.search(unit_vector(sentence), 5)]
    texts = [one.passage.text for one in library.record.passages(ids)]
    living = [line for lines in _answering(model).values() for line in lines]
    assert set(texts) <= set(living), f"what does not answer any more is found: {set(texts) - set(living)}"
    if sentence in living:
        assert texts[:1] == [sentence], f"{sentence!r} is not found by its own vector"
    elif living:
        scores = np.array([unit_vector(line) for line in living]) @ unit_vector(sentence)
        best = unit_vector(texts[0]) @ unit_vector(sentence) if texts else -1.0
        assert best >= scores.max() - 1e-3, "a nearer passage was not found"


def _ask_by_words(library: Library, model: Model, sentence: str) -> None:
    word = sentence.split()[1]
    ids = [hit.passage_id for hit in library.lexical.search(word, 50)]
    found = {(one.document.id, one.passage.text) for one in library.record.passages(ids)}
    wanted = {(one, line) for one, lines in _answering(model).items() for line in lines if word in line.split()}
    assert found == wanted, f"by the word {word}: {found ^ wanted}"


def _listed(library: Library) -> dict[str, tuple[str, str]]:
    return {one.card.id: (one.source.name, one.card.version) for one in library.record.catalogue()}


def _expected_list(model: Model) -> dict[str, tuple[str, str]]:
    policy = model["policy"]
    papers = model["papers"].items()
    listed = {one: (held["name"], version_of(held["sentences"], policy)) for one, held in papers}
    return listed | {"sample": ("sample.md", version_of(SAMPLE, policy))}


def _read(library: Library, model: Model, one: str) -> None:
    text = library.record.document(one).text
    assert text == "\n".join(model["papers"][one]["sentences"]), f"{one} reads {text!r}"


def _list(library: Library, model: Model) -> None:
    listed, expected = _listed(library), _expected_list(model)
    assert listed == expected, f"{dict(listed.items() ^ expected.items())} differ in the catalogue"


def _check(library: Library, model: Model) -> None:
    assert (lost := library.check()) == [], f"{lost} are not found"


_ASKED: dict[str, Callable[..., None]] = {
    "by_vector": _ask_by_vector,
    "by_words": _ask_by_words,
    "read": _read,
    "list": _list,
    "check": _check,
}


def differences(library: Library, model: Model) -> list[str]:
    """Everything in which the library is not what the model says."""
    record = library.record
    found = [] if _listed(library) == _expected_list(model) else [f"{_listed(library)} is listed"]
    ids = record.passage_ids()
    texts: dict[str, list[str]] = {}
    for one in sorted(record.passages(sorted(ids)), key=lambda one: one.passage.ordinal):
        texts.setdefault(one.document.id, []).append(one.passage.text)
    if texts != _answering(model):
        found.append(f"other passages answer: {texts}")
    found += [f"{name} holds other ids" for name in ("index", "lexical") if getattr(library, name).ids() != ids]
    corpus = record.corpus()
    if (corpus.documents, corpus.passages) != (len(texts), len(ids)):
        found.append(f"{corpus} is counted")
    for part, rows in record.vectors():
        for one, row in zip(part, rows, strict=True):
            hits = library.index.search(row, 1)
            if not hits or not np.isclose(hits[0].score, 1.0, atol=1e-3):
                found.append(f"{one} is not found by its own vector")
    for key, kept in model["answers"].items():
        if record.answer(key) is None or not _readable(library, kept):
            found.append(f"answer {key} or what it cites is gone")
    return found


def _readable(library: Library, kept: dict[str, Any]) -> bool:
    try:
        return library.record.document(kept["of"], kept["version"]).text == kept["text"]
    except UnknownDocument:
        return False
