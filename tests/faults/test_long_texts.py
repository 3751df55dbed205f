"""Text made of one mark, over and over: reading it costs in proportion to its length, with no pattern that goes astray.

Costs are CPU time, and only how they grow is judged: four times the text may not cost nine times as much."""

from __future__ import annotations

import gc
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import ingest.parse
from ingest.documents import build_document, cut_passages
from ingest.errors import SourceError
from ingest.parse import parse_bytes
from ingest.settings import IngestSettings, PassageSettings
from ingest.types import Collection, ParsedFile, SourceFile
from tests.counting import scaled, seed

SHORT, LONG = 10_000, 40_000
WORTH_JUDGING_SECONDS = 0.4
MOST_GROWTH = 9.0
LIMITS = IngestSettings()
FRONT = "Judul Makalah\n\nAbstrak\n\nIni kalimat pertama tentang perak. "
BACK = " akhir. Kalimat lain.\n"
MARKS = (
    "a", " ", "\t", "(", ")", "[", ".", ",", "1", "0.", "a ", "A. ", "- ", "[1] ", "a-\n", "\n", "a\n", "(a", "“",
    "”", "al. (2019) ", "www.", "Tabel 1 ", "|", "http://a", "#", "# a\n", "A", "A B ", "et al., ", "1. ", "1.1",
    "a.b.", "\x0c", "*", "_", "`", "~", "<", "&", "&#", "; ", ": ", "10.1234/", "doi:", "Oleh: ", "Abstrak ",
    "dan ", "\xa0", "\u200b", "\u0301", "—", "...", "'", '"', "Dr. ", "(1", "a@", "a@b.", "1,", "I", "\r", "S.",
    "Kata Kunci: ", "\u2022 ", "\\", "$", "<p>", "<div>", "<b", "<!--", "</p>", "&amp;", "> ", "---\n", "![a](",
    "\ufdfa", "\U0001f642",
)  # fmt: skip
CHOSEN = random.Random(seed()).sample(MARKS, scaled(quick=8, ci=len(MARKS), release=len(MARKS)))


def cost(mark: str, length: int, *, html: bool = False) -> float:
    """CPU seconds of this process for reading it and cutting it into passages."""
    text = FRONT + mark * (length // len(mark)) + BACK
    content = (f"<html><body>{text}</body></html>" if html else text).encode()
    began = time.process_time()
    try:
        parsed = parse_bytes(content, "a.txt", LIMITS)
        source = SourceFile(Path("a.txt"), "a.txt", "0" * 64, len(content))
        cut_passages(build_document(source, parsed, Collection.PAPERS), PassageSettings())
    except SourceError:
        pass
    return time.process_time() - began


@contextmanager
def no_collection() -> Iterator[None]:
    """Whatever other tests left in memory is not gone through while times are taken."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def growth(mark: str, *, html: bool = False) -> float:
    """How much more the long text costs than the short one, each at its cheapest; 0 where both cost nothing."""
    with no_collection():
        long = min(cost(mark, LONG, html=html) for _ in range(2))
        if long <= WORTH_JUDGING_SECONDS:
            return 0.0
        return long / min(cost(mark, SHORT, html=html) for _ in range(3))


@pytest.mark.row("R8")
@pytest.mark.parametrize("mark", CHOSEN, ids=lambda mark: ascii(mark)[1:-1])
def test_four_times_the_text_costs_about_four_times_as_much(mark: str) -> None:
    cost(mark, 1000)  # whatever is loaded on first use
    assert growth(mark) < MOST_GROWTH
    assert growth(mark, html=True) < MOST_GROWTH


@pytest.mark.control("R8")
def test_a_pattern_that_looks_at_the_rest_from_every_place_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def astray(text: str, encoding: str) -> ParsedFile:
        assert not re.search("\f+!", text)
        raise SourceError("enough")

    monkeypatch.setattr(ingest.parse, "parse_text", astray)
    assert growth("\f") > MOST_GROWTH
