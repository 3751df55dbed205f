"""The lexical index: which words it knows a passage by, how it ranks, and what survives on disk."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np
import pytest

import ingest.lexical
import ingest.lexical_disk
import ingest.lexical_terms
from ingest.lexical import LexicalIndex
from ingest.lexical_segment import K1, B, join_rows, number_terms
from ingest.lexical_terms import passage_terms, stem_of, words_of
from ingest.types import Language, Passage
from tests.factories import make_document, make_passages


def passage(passage_id: str, text: str, language: Language = "en") -> Passage:
    made = make_passages(make_document(sentences=(text.replace("\n", " "),)))[0]
    return replace(made, id=passage_id, text=text, language=language)


def passages(*texts: str, language: Language = "en") -> list[Passage]:
    return [passage(f"p{number}", text, language) for number, text in enumerate(texts)]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex(tmp_path / "lexical")


# ---------------------------------------------------------------------- terms


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("id", "pelatihan", "melatih"),
        ("id", "hambatan", "penghambat"),
        ("id", "kepercayaannya", "percaya"),
        ("en", "collaborations", "collaboration"),
        ("en", "trained", "training"),
    ],
)
def test_forms_of_one_word_share_a_stem(language: Language, one: str, other: str) -> None:
    assert stem_of(one, language) == stem_of(other, language)


@pytest.mark.parametrize("text", ["apa saja yang menjadi dan untuk dari", "what is the of and why does it"])
def test_words_that_say_nothing_are_left_out(text: str) -> None:
    assert passage_terms(text, "id") == passage_terms(text, "en") == words_of(text) == []


def test_an_acronym_is_kept_though_its_small_form_is_a_stop_word() -> None:
    assert "di" in words_of("Pemerintah DI Yogyakarta")
    assert "di" not in words_of("pemerintah di Yogyakarta")


@pytest.mark.parametrize(
    ("written", "kept"),
    [("12.500", "12500"), ("12,500", "12500"), ("1.250.000", "1250000"), ("1,5", "1.5"), ("P3Y", "p3y")],
)
def test_numbers_are_never_stemmed_and_are_the_same_in_both_notations(written: str, kept: str) -> None:
    assert passage_terms(f"sebanyak {written}", "id")[-1] == passage_terms(f"some {written}", "en")[-1] == kept


SPELLINGS = [("Qur'an", "Qur’an"), ("café", "CAFE"), ("village's", "village"), ("ﬁnal", "final")]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_spellings_of_one_word_are_one_word(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_a_name_is_found_as_written_beside_its_stem() -> None:
    terms = passage_terms("Perajin di Magetan bekerja. Bekerja keras.", "id")
    assert "magetan" in terms
    assert stem_of("magetan", "id") in terms
    assert "bekerja" not in terms, "a capital at the start of a sentence makes no name"


def test_hostile_text_gives_terms_and_no_error() -> None:
    long = "a" * 100_000
    for text in ("", " ", "____", "''''", long, "\ud800 x", "１２３ ٣٤", "1.2.3,4", "👍🏽 baik‍baik", "\x00\x01"):
        for language in ("id", "en"):
            assert all(isinstance(term, str) and len(term) <= 64 for term in passage_terms(text, language))


# ---------------------------------------------------------------------- search


def test_the_passage_that_shares_most_rare_words_comes_first(index: LexicalIndex) -> None:
    index.update(
        passages(
            "Silver craftsmen of the old town lack young apprentices.",
            "The town council repaired the market and the old road.",
            "Apprentices of the silver guild train for three years in the old town.",
        )
    )
    assert index.search("silver apprentices train", 3)[0].passage_id == "p2"
    assert index.search("volcano", 3) == []
    assert index.search("", 3) == []
    assert len(index.search("old town", 2)) == 2


def test_a_question_is_analysed_in_both_languages_unless_told(index: LexicalIndex) -> None:
    index.update([passage("id", "Pelatihan membatik bagi warga.", "id"), passage("en", "Training of villagers.", "en")])
    assert {hit.passage_id for hit in index.search("melatih", 5)} == {"id"}
    assert {hit.passage_id for hit in index.search("trained", 5)} == {"en"}
    assert {hit.passage_id for hit in index.search("melatih trained", 5)} == {"id", "en"}
    assert index.search("trained", 5, "id") == []


def test_a_name_that_the_stemmer_would_confuse_ranks_its_own_passage_first(index: LexicalIndex) -> None:
    index.update(
        passages(
            "Nasib malang menimpa perajin batik.",
            "Perajin di Pemalang membuat batik tulis.",
            "Perajin di Malang menjual batik.",
            language="id",
        )
    )
    assert index.search("batik pemalang", 3)[0].passage_id == "p1"


def test_weights_multiply_a_terms_score(index: LexicalIndex) -> None:
    index.update(passages("clay pots", "glass beads", "clay and glass"))
    once = {hit.passage_id: hit.score for hit in index.search_terms([("clay", 1.0)], 3)}
    twice = {hit.passage_id: hit.score for hit in index.search_terms([("clay", 2.0)], 3)}
    assert twice == pytest.approx({one: 2 * score for one, score in once.items()})
    both = {hit.passage_id: hit.score for hit in index.search_terms([("clay", 2.0), ("glass", 1.0)], 3)}
    glass = {hit.passage_id: hit.score for hit in index.search_terms([("glass", 1.0)], 3)}
    assert both["p2"] == pytest.approx(twice["p2"] + glass["p2"])


def test_who_holds_a_term_is_told_anew_after_every_change(index: LexicalIndex) -> None:
    index.update(passages("clay pots", "glass beads", "clay and glass"))
    assert list(index.holders("clay", 5)) == index.search_terms([("clay", 1.0)], 5)
    assert index.holders("clay", 5) is index.holders("clay", 5)
    assert [hit.passage_id for hit in index.holders("clay", 1)] == ["p0"]
    index.update([passage("p3", "clay")], ["p0"])
    assert {hit.passage_id for hit in index.holders("clay", 5)} == {"p2", "p3"}
    assert not index.holders("silver", 5)


def test_scores_are_those_of_bm25s(index: LexicalIndex) -> None:
    chance = random.Random(3)
    words = [f"word{number}" for number in range(60)]
    texts = [" ".join(chance.choices(words, k=chance.randrange(5, 40))) for _ in range(200)]
    index.update(passages(*texts))
    oracle = bm25s.BM25(k1=K1, b=B, method="lucene")
    oracle.index([text.split() for text in texts], show_progress=False)
    query = chance.sample(words, 5)
    expected = oracle.get_scores(query)
    found = {hit.passage_id: hit.score for hit in index.search_terms([(word, 1.0) for word in query], 200)}
    assert found == pytest.approx({f"p{n}": float(score) for n, score in enumerate(expected) if score > 0}, rel=1e-4)


# ---------------------------------------------------------------------- changes


def test_updates_add_replace_and_forget(index: LexicalIndex) -> None:
    index.update(passages("clay pots", "glass beads"))
    index.update([passage("p1", "wooden spoons")], removed=["p0", "never held"])
    assert index.ids() == {"p1"}
    assert index.passages() == 1
    assert index.search("clay", 3) == index.search("glass", 3) == []
    assert [hit.passage_id for hit in index.search("wooden spoon", 3)] == ["p1"]


def test_recent_passages_rank_as_if_all_had_been_indexed_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(5)
    words = [f"word{number}" for number in range(40)]
    texts = [" ".join(chance.choices(words, k=20)) for _ in range(300)]
    together, apart = LexicalIndex(tmp_path / "together"), LexicalIndex(tmp_path / "apart")
    together.update(passages(*texts))
    every = passages(*texts)
    apart.update(every[:280])
    monkeypatch.setattr(ingest.lexical, "_SMALL", 0)
    apart.save()
    apart.update(every[280:])
    query = [(word, 1.0) for word in words[:4]]
    scores = [{hit.passage_id: hit.score for hit in one.search_terms(query, 300)} for one in (together, apart)]
    assert len(scores[0]) > 100
    assert scores[0] == pytest.approx(scores[1], rel=1e-3)


def test_a_change_is_seen_whole_or_not_at_all(index: LexicalIndex) -> None:
    seen: set[int] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(len(index.search("clay", 100)))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(100):
        batch = [passage(f"turn {turn} number {number}", "clay pots") for number in range(20)]
        index.update(batch, removed=[f"turn {turn - 1} number {number}" for number in range(20)])
    stop.set()
    reader.join()
    assert seen <= {0, 20}


def test_frequencies_and_vocabulary_count_passages(index: LexicalIndex) -> None:
    index.update(passages("clay clay pots", "clay beads"))
    assert [index.document_frequency(term) for term in ("clay", "bead", "unknown")] == [2, 1, 0]
    assert index.vocabulary() == {"clay": 2, "pot": 1, "bead": 1}


# ---------------------------------------------------------------------- disk


def test_a_small_index_is_not_written_and_a_grown_one_is_mapped_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lexical"
    index = LexicalIndex(folder)
    index.update(passages("clay pots", "glass beads"))
    index.save()
    assert not folder.exists()
    monkeypatch.setattr(ingest.lexical, "_SMALL", 1)
    index.save()
    index.update([], removed=["p1"])
    again = LexicalIndex(folder)
    assert again.ids() == {"p0", "p1"}
    assert [hit.passage_id for hit in again.search("clay", 3)] == ["p0"]
    again.update([], removed=["p0", "p1"])
    again.save()
    assert not folder.exists()
    assert LexicalIndex(folder).ids() == set()


@pytest.mark.parametrize("damage", ["current.json", "data.npy", "ids.json", "tokens.npy"])
def test_a_damaged_or_missing_file_makes_it_empty_not_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ingest.lexical, "_SMALL", 0)
    index = LexicalIndex(tmp_path)
    index.update(passages("clay pots", "glass beads"))
    index.save()
    path = next(tmp_path.rglob(damage))
    path.write_bytes(path.read_bytes()[:-3])
    assert LexicalIndex(tmp_path).ids() == set()
    assert "damaged" in caplog.text


def test_an_index_built_by_other_rules_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.lexical, "_SMALL", 0)
    index = LexicalIndex(tmp_path)
    index.update(passages("clay pots"))
    index.save()
    monkeypatch.setattr(ingest.lexical_disk, "ANALYSIS_VERSION", 99)
    assert LexicalIndex(tmp_path).ids() == set()


def test_what_came_and_went_since_the_main_segment_is_there_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.lexical, "_SMALL", 1)
    index = LexicalIndex(tmp_path / "lexical")
    index.update(
        passages("clay pots", "glass beads", "iron pans", "silver rings", "salt", "batik", "rice", "tea", "jute")
    )
    index.save("first")
    monkeypatch.setattr(ingest.lexical, "_SMALL", 1000)
    index.update([passage("n0", "new clay", "en")], removed=["p1"])
    index.save("second")
    again = LexicalIndex(tmp_path / "lexical")
    assert again.saved_version == "second"
    assert again.ids() == index.ids() == {"p0", *(f"p{number}" for number in range(2, 9)), "n0"}
    assert again.search("clay glass", 9) == index.search("clay glass", 9)
    again.save("third")
    again.update([], removed=["n0"])
    again.save("fourth")
    assert LexicalIndex(tmp_path / "lexical").ids() == index.ids() - {"n0"}
    assert len([path for path in (tmp_path / "lexical").iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize("place", range(0, 400, 7))
def test_no_byte_of_what_is_current_can_change_unseen(
    place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.lexical, "_SMALL", 1)
    index = LexicalIndex(tmp_path)
    index.update(passages("clay pots", "glass beads", "iron pans"))
    monkeypatch.setattr(ingest.lexical, "_SMALL", 1000)
    index.update([], removed=["p1"])
    index.save("state")
    current = tmp_path / "current.json"
    damaged = bytearray(current.read_bytes())
    damaged[place] ^= 1
    current.write_bytes(damaged)
    again = LexicalIndex(tmp_path)
    assert again.ids() in (set(), index.ids())
    assert again.saved_version in ("", "state")


def test_rows_that_are_joined_are_those_that_were_kept_with_their_own_words() -> None:
    one = number_terms([("a", ["kiln", "clay"]), ("b", []), ("c", ["ash", "kiln", "ash"])])
    other = number_terms([("d", ["salt"]), ("e", ["ash", "clay"])])
    joined = join_rows([(one, np.array([True, False, True])), (other, np.array([False, True]))])
    parted = np.split(joined.tokens, joined.ends[:-1])
    names = list(joined.vocabulary)
    assert {one: [names[number] for number in row] for one, row in zip(joined.ids, parted, strict=True)} == {
        "a": ["kiln", "clay"],
        "c": ["ash", "kiln", "ash"],
        "e": ["ash", "clay"],
    }
    assert set(names) == {"kiln", "clay", "ash"}, "words that nobody holds any more are gone"
    assert join_rows([(one, np.zeros(3, np.bool_))]).ids == ()


def test_of_passages_under_one_id_the_last_one_is_held(index: LexicalIndex) -> None:
    index.update([passage("a", "clay pots"), passage("b", "glass beads"), passage("a", "iron pans")])
    assert index.ids() == {"a", "b"}
    assert index.search("clay", 3) == []
    assert index.search("iron", 3)[0].passage_id == "a"
    assert index.search("glass", 3)[0].passage_id == "b"


def test_words_are_the_same_terms_when_what_is_remembered_of_them_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Perajin di Magetan membuat batik; Batik dijual di Pemalang."
    expected = passage_terms(text, "id")
    monkeypatch.setattr(ingest.lexical_terms, "_REMEMBERED", 2)
    assert passage_terms(text, "id") == passage_terms(text, "id") == expected
