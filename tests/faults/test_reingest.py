"""Questions while papers are ingested again: each paper of an answer is of one version, and its words stand in it."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.errors import UnknownDocument
from ingest.home import Home
from ingest.index import expected_manifest
from ingest.record_read import View
from ingest.settings import ChromaSettings, PassageSettings, RecordSettings
from ingest.store import Library, open_library
from ingest.types import EmbeddedDocument, EmbeddedPassage
from qa.answer import AnswerService
from qa.bootstrap import build_answers
from qa.settings import load_settings
from qa.types import Answer, Question
from tests.counting import RecordCount, scaled, seed
from tests.factories import make_document, make_passages
from tests.fakes import WordEmbedder

QUESTIONS = scaled(quick=60, ci=2_000, release=50_000)
READERS = 3
PAPERS = ("clay", "glass", "cloth", "salt")
GOODS = ("bowls", "tiles", "jars", "lamps", "bricks", "cups", "urns", "plates")


class Press:
    """Publishes one edition of a paper after the other: each says in every sentence which one it is."""

    def __init__(self, library: Library) -> None:
        self.library, self.embedder = library, WordEmbedder()
        self.made_under = expected_manifest(self.embedder, PassageSettings())
        self.editions = dict.fromkeys(PAPERS, 0)

    def embedded(self, paper: str, edition: int) -> EmbeddedDocument:
        """The paper as ingestion hands it over; editions differ in length."""
        chance = random.Random(f"{paper} {edition}")
        lines = tuple(
            f"In edition {edition} the {paper} workshop sold {' and '.join(chance.sample(GOODS, 3))} on day {day}."
            for day in range(4 + edition % 5)
        )
        document = make_document(paper, lines, version=f"v{edition}")
        passages = make_passages(document)
        vectors = self.embedder.embed_passages(passages)
        return EmbeddedDocument(document, tuple(map(EmbeddedPassage, passages, vectors)))

    def print(self, paper: str) -> None:
        """The next edition."""
        self.editions[paper] += 1
        self.library.publish([self.embedded(paper, self.editions[paper])], self.made_under)


@contextmanager
def open_press(home: Path) -> Iterator[tuple[Press, AnswerService]]:
    """A library with the first editions, and whoever answers from it."""
    with open_library(Home(home), RecordSettings(), ChromaSettings()) as library:
        press = Press(library)
        for paper in PAPERS:
            press.print(paper)
        yield press, build_answers(library, press.embedder, load_settings(home=home))


def ask(answers: AnswerService, press: Press, chance: random.Random) -> Iterator[str]:
    """What is wrong with what one question finds and is answered."""
    paper = chance.choice(PAPERS)
    text = f"What did the {paper} workshop sell besides {chance.choice(GOODS)}?"
    found = answers.retrieve(Question(text), 12)
    if not found:
        yield "nothing is found"
    editions: dict[str, set[str]] = {}
    for one in found:
        editions.setdefault(one.document.id, set()).update({one.document.version, one.passage.version})
        if f"edition {one.document.version[1:]} " not in one.passage.text:
            yield f"{one.document.id} {one.document.version} says {one.passage.text!r}"
    yield from (f"{name} in versions {sorted(mixed)}" for name, mixed in editions.items() if len(mixed) > 1)
    outcome = answers.answer(Question(text))
    if isinstance(outcome, Answer):
        cited: dict[str, set[str]] = {}
        for citation in outcome.citations:
            cited.setdefault(citation.document.id, set()).add(citation.document.version)
            try:
                stored = press.library.record.document(citation.document.id, citation.document.version).text
            except UnknownDocument:
                yield f"the version cited, {citation.document.version}, cannot be read"
                continue
            if stored[citation.start : citation.end] != citation.quote:
                yield f"{citation.quote!r} does not stand in {citation.document.version}"
        yield from (f"{name} cited in {sorted(mixed)}" for name, mixed in cited.items() if len(mixed) > 1)


def question_while_printing(home: Path, questions: int, start: int) -> tuple[int, int, list[str]]:
    """How many questions were asked while how many editions appeared, and what was wrong."""
    wrong: list[str] = []
    with open_press(home) as (press, answers):
        left = threading.Semaphore(questions)
        asked = [0] * READERS

        def read(number: int) -> None:
            chance = random.Random(start + number)
            while not wrong and left.acquire(blocking=False):
                try:
                    wrong.extend(ask(answers, press, chance))
                except Exception as fault:
                    wrong.append(f"{type(fault).__name__}: {fault}")
                asked[number] += 1

        readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
        for reader in readers:
            reader.start()
        chance = random.Random(start)
        while any(reader.is_alive() for reader in readers):
            press.print(chance.choice(PAPERS))
        for reader in readers:
            reader.join()
        return sum(asked), sum(press.editions.values()), wrong


@pytest.mark.row("R17")
@pytest.mark.timeout(7200)
def test_every_answer_comes_from_one_version_of_a_paper(quick_folder: Path, record_count: RecordCount) -> None:
    asked, editions, wrong = question_while_printing(quick_folder / "home", QUESTIONS, seed())
    assert wrong == []
    assert editions > len(PAPERS) + 5
    record_count("R17", done=asked, of=QUESTIONS)


@pytest.mark.control("R17")
def test_without_one_view_of_the_record_versions_are_mixed(quick_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the indexes name is taken, as where nothing says which version answers."""
    monkeypatch.setattr(View, "answers", lambda self, card: True)
    _, _, wrong = question_while_printing(quick_folder / "mixed", 5000, seed())
    assert wrong != []
