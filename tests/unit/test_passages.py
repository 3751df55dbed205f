"""Section → Passage: bounded, even, overlapping, never across a section, each with the page it begins on."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import build_document, cut_passages
from ingest.passages import estimated_tokens, group_sentences, page_at
from ingest.settings import PassageSettings
from ingest.types import Collection, Document, PageBreak, ParsedFile, SectionKind, Sentence, SourceFile

SOURCE = SourceFile(Path("tenun.txt"), "tenun.txt", "0" * 64, 1)
LINE = "Warga desa nomor {n} menenun kain setiap hari lalu menjualnya di pasar kabupaten."


def document(text: str, pages: tuple[PageBreak, ...] = ()) -> Document:
    return build_document(SOURCE, ParsedFile(text, "text/plain", "utf-8", pages), Collection.PAPERS)


def prose(count: int, start: int = 0) -> str:
    return " ".join(LINE.format(n=n) for n in range(start, start + count))


def test_passages_are_verbatim_and_numbered() -> None:
    paper = document(f"Hasil\n\n{prose(40)}\n\nKesimpulan\n\n{prose(3, 50)}")
    passages = cut_passages(paper, PassageSettings())
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    assert len({p.id for p in passages}) == len(passages)
    assert passages[0].id == f"tenun@{paper.version}#0"
    for passage in passages:
        assert passage.text == paper.text[passage.start : passage.end]
        assert passage.section.start <= passage.start < passage.end <= passage.section.end
        assert all(passage.start <= s.start < s.end <= passage.end for s in passage.sentences)


def test_passages_keep_to_the_limit_and_overlap_by_one_sentence() -> None:
    passages = cut_passages(document(f"Hasil\n\n{prose(40)}"), PassageSettings(max_tokens=100))
    assert len(passages) > 3
    assert all(estimated_tokens(p.text) <= 100 for p in passages)
    for before, after in pairwise(passages):
        assert before.sentences[-1] == after.sentences[0]


def test_without_overlap_every_sentence_occurs_once() -> None:
    passages = cut_passages(document(f"Hasil\n\n{prose(40)}"), PassageSettings(max_tokens=100, overlap_sentences=0))
    starts = [s.start for p in passages for s in p.sentences]
    assert starts == sorted(set(starts))
    assert len(starts) == 40


def test_a_short_rest_joins_the_passage_before() -> None:
    text = f"Hasil\n\n{prose(9)} Warga senang sekali."
    passages = cut_passages(document(text), PassageSettings(max_tokens=80, min_tokens=40, overlap_sentences=0))
    assert all(estimated_tokens(p.text) >= 40 for p in passages)


def test_references_front_matter_and_boilerplate_give_no_passages() -> None:
    text = (
        f"TENUN DI DESA LERENG\n\nSri Lestari\n\nAbstrak\n\n{prose(3)}\n\nUcapan Terima Kasih\n\n{prose(2, 10)}\n\n"
        "Daftar Pustaka\n\nLestari, S. (2019). Tenun Desa. Penerbit Lereng."
    )
    assert {p.section.kind for p in cut_passages(document(text), PassageSettings())} == {SectionKind.ABSTRACT}


def test_a_passage_carries_the_page_on_which_it_begins() -> None:
    first, second = f"Hasil\n\n{prose(12)}\n\n", f"{prose(12, 20)}"
    pages = (PageBreak(7, 0), PageBreak(8, len(first)))
    passages = cut_passages(document(first + second, pages), PassageSettings(max_tokens=60, overlap_sentences=0))
    assert passages[0].page == 7
    assert passages[-1].page == 8


def test_without_pages_there_is_no_page() -> None:
    paper = document(f"Hasil\n\n{prose(2)}")
    assert page_at(paper.segments, (), 0) is None
    assert cut_passages(paper, PassageSettings())[0].page is None


def test_a_passage_speaks_the_language_of_most_of_its_text() -> None:
    english = "The weavers of the village sell their cloth in the city and at the market of the regency. " * 3
    paper = document(f"Abstract\n\n{english}\n\nAbstrak\n\n{prose(3)}")
    assert [p.language for p in cut_passages(paper, PassageSettings())] == ["en", "id"]


def test_doubtful_joints_are_known_to_the_passages() -> None:
    paper = dataclasses.replace(document(f"Hasil\n\n{prose(3)}"), doubtful=((20, 22),))
    sentences = cut_passages(paper, PassageSettings())[0].sentences
    assert [s.complete for s in sentences] == [False, True, True]


SETTINGS = st.builds(
    PassageSettings, max_tokens=st.integers(32, 200), min_tokens=st.integers(0, 60), overlap_sentences=st.integers(0, 3)
)


@given(st.lists(st.integers(1, 60), max_size=40), SETTINGS)
def test_any_sentences_are_grouped_in_order_and_completely(lengths: list[int], settings: PassageSettings) -> None:
    text, sentences = "", []
    for length in lengths:
        start = len(text)
        text += " ".join(["kata"] * length) + ". "
        sentences.append(Sentence(start, len(text) - 1, "id"))
    groups = group_sentences(text, sentences, settings)
    assert sorted({s.start for g in groups for s in g}) == [s.start for s in sentences]
    for group in groups:
        assert [s.start for s in group] == sorted(s.start for s in group)
        tokens = sum(estimated_tokens(text[s.start : s.end]) for s in group)
        assert tokens <= settings.max_tokens + settings.min_tokens or len(group) == 1
