"""claim and quotes → support: exact checks in both languages, word by word agreement, and a score that is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.support import PAIRS, Pair, Scored, figures, groups, load_pairs, misjudged, score_pairs
from ingest.embedding import load_embedder
from ingest.settings import EmbeddingSettings
from ingest.types import NO_TOKENS, Embedder
from qa.actors import strange_actor
from qa.alignment import WordVector, agreement, likest_part, words_of
from qa.polarity import opposes, overstates, turns_round, without_replies
from qa.support import SupportSignals, VectorSupport, load_weights, score
from tests.fakes import WordEmbedder


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("All farmers joined.", "Some farmers joined."),
        ("Semua petani ikut.", "Sebagian petani ikut."),
        ("Nobody ever came.", "Few came."),
        ("Only parents teach it.", "Most learn it from parents."),
        ("Satu-satunya kendala adalah modal.", "Modal menjadi kendala utama."),
        ("It is proven that training helps.", "Pelatihan mungkin membantu."),
        ("Most used them.", "Two of them used them."),
    ],
)
def test_a_claim_stronger_than_its_quote_overstates(claim: str, quote: str) -> None:
    assert overstates(claim, quote)
    assert not overstates(quote, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Semua petani ikut.", "All farmers joined."),
        ("Tidak semua petani ikut.", "Not all farmers joined."),
        ("Only two came.", "Hanya dua orang datang."),
        ("Few came.", "Hanya sedikit yang datang."),
        # Words that only look strong.
        ("It may be dominated by certain parties.", "Forum bisa didominasi pihak tertentu."),
        ("Marketing is the most important part.", "Pemasaran adalah bagian terpenting."),
        ("Owners must record it.", "Pemilik perlu mencatatnya."),
        ("They are fully responsible.", "Mereka bertanggung jawab penuh."),
        ("Only 12 have done so.", "Baru 12 yang melakukannya."),
    ],
)
def test_the_same_strength_in_the_other_language_does_not(claim: str, quote: str) -> None:
    assert not overstates(claim, quote)


def test_must_is_more_than_should() -> None:
    assert overstates("Owners must record it.", "Owners should record it.")


@pytest.mark.parametrize(
    ("claim", "rest"),
    [
        ("No, the number grew.", "the number grew."),
        ("Tidak, jumlahnya naik.", "jumlahnya naik."),
        ("Yes, they met twice.", "they met twice."),
        ("The number did not fall but rose to 9.", "The number rose to 9."),
        ("Jumlahnya tidak turun, melainkan naik menjadi 9.", "Jumlahnya naik menjadi 9."),
        ("No farmer came.", "No farmer came."),
        ("The number did not fall.", "The number did not fall."),
        ("They did not pay but came.", "They did not pay but came."),
    ],
)
def test_what_is_said_to_the_question_is_no_part_of_the_claim(claim: str, rest: str) -> None:
    assert without_replies(claim) == rest


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Sales fell.", "Penjualan naik."),
        ("Penjualan turun sejak lahan berkurang.", "Penjualan naik sejak lahan berkurang."),
        ("They often meet.", "Mereka jarang bertemu."),
        ("Clay is cheap.", "Tanah liat makin mahal."),
        ("the western slope", "the eastern slope"),
    ],
)
def test_opposites_oppose_across_languages(claim: str, quote: str) -> None:
    assert opposes(claim, quote) and opposes(quote, claim)
    assert not opposes(claim, claim)


def test_an_end_result_may_last() -> None:
    assert not opposes("They want a lasting end result.", "Mereka ingin hasil akhir yang berkelanjutan.")
    assert not opposes(
        "At the end of 2019 it won the award.", "In December 2019 it won the award for sustainable tourism."
    )
    assert opposes("The aid ends.", "Bantuan berkelanjutan.") and opposes("The aid will end.", "Bantuan berkelanjutan.")


def test_a_change_told_backwards_is_turned_round() -> None:
    assert turns_round("Utang naik dari 25 juta menjadi 80 juta.", "The debt fell from 80 million to 25 million.")
    assert not turns_round("turun menjadi 25 juta dari 80 juta", "fell from 80 million to 25 million")


def test_actors_are_known_in_both_languages() -> None:
    assert strange_actor("Fishers sold it.", "Petani menjualnya.")
    assert not strange_actor("Farmers sold it.", "Petani menjualnya.")
    assert not strange_actor("Perajin menjual.", "The artisans sell.")
    assert not strange_actor("The bank lends.", "Pencairan dana keperbankan.")
    assert not strange_actor("The parents pay.", "Orang tua membayar.")
    assert not strange_actor("The Extension Section trains.", "Seksi Penyuluhan melatih.")
    assert strange_actor("The extension workers train.", "Petani melatih.")
    assert not strange_actor("The extension workers train.", "Penyuluh melatih.")
    assert not strange_actor("Penyuluh melatih petani.", "Agricultural extension services trained farmers.")
    assert strange_actor("The extension service trained farmers.", "The farmers trained themselves.")
    assert strange_actor("Wali kota datang.", "The regent came.")
    assert not strange_actor("Notes are kept by the private sector.", "Catatan disimpan sektor privat.")


@pytest.fixture(scope="module")
def embedder(model_home: Path) -> Embedder:
    return load_embedder(EmbeddingSettings(models=model_home / "models"), model_home)


def agree(embedder: Embedder, claim: str, quote: str):  # type: ignore[no-untyped-def]
    words = [words_of(text, embedder.read_question(text).tokens) for text in (claim, quote)]
    return agreement(claim, words[0], quote, words[1])


def test_words_are_denied_within_their_clause_and_twice_is_not_at_all(embedder: Embedder) -> None:
    def denied(text: str) -> set[str]:
        words = words_of(text, embedder.read_question(text).tokens)
        return {word.text for word in words if word.denied and word.weighs}

    assert denied("Rainfall did not affect the dye, but humidity did.") == {"affect", "dye"}
    assert denied("Mereka tidak menolak bantuan.") == set()
    assert denied("Not all farmers agreed.") == set()
    assert denied("Mereka bukannya tidak yakin.") == set()
    assert denied("Pekerjaan tidak tuntas anggaran jadi tidak efektif.") == {"tuntas", "anggaran", "jadi", "efektif"}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Kelompok tani tidak bekerja sama dengan penyuluh.", "Kelompok tani bekerja sama dengan penyuluh."),
        ("The training did not help the weavers.", "Pelatihan itu membantu penenun."),
        ("The road has been built.", "The road has not been built."),
    ],
)
def test_a_denial_of_what_the_quote_says_is_found(embedder: Embedder, claim: str, quote: str) -> None:
    assert agree(embedder, claim, quote).denies_other
    assert not agree(embedder, quote, quote).denies_other


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The partners lack trust.", "Kepercayaan antarmitra masih kurang."),
        ("The owners are not innovative enough.", "Pemilik masih kurang inovatif."),
        ("The absence of a market hampers them.", "Tidak adanya pasar menghambat mereka."),
        ("Dialogue alone is not enough.", "Dialog dilakukan, tetapi tidak cukup hanya dengan dialog."),
        ("Reaching the training stage is not enough.", "Kegiatan itu tidak cukup sampai pada tahap pelatihan."),
        (
            "The help came in a planned or an unforeseen way.",
            "Bantuan itu datang baik secara terencana maupun tidak terduga.",
        ),
        ("The work is not complete and so not effective.", "Kesannya tidak tuntas, jadi tidak efektif."),
        ("Their selection looks less than serious.", "Penyeleksiannya terlihat kurang serius."),
        ("She joined to add knowledge.", "Ia ikut, tidak apa-apa tambah pengetahuan saja."),
    ],
)
def test_too_little_and_not_are_the_same_denial(embedder: Embedder, claim: str, quote: str) -> None:
    assert not agree(embedder, claim, quote).denies_other


def test_a_claim_is_compared_with_the_part_of_a_long_quote_that_says_it(embedder: Embedder) -> None:
    quote = (
        "Pendapatan perajin naik karena pelatihan yang diadakan satu tahun sekali, mutu produk yang membaik, dan "
        "berbagai pameran yang difasilitasi oleh pemerintah kota bersama asosiasi."
    )
    tokens = {
        text: embedder.read_question(text).tokens
        for text in (quote, "Pelatihan diadakan satu tahun sekali.", "Harga kopi turun.")
    }
    said, strange = [likest_part(tokens[text], tokens[quote]) for text in list(tokens)[1:]]
    assert strange + 0.2 < said <= 1.0
    assert likest_part(tokens[quote], tokens[quote]) == pytest.approx(1.0, abs=1e-5)
    assert likest_part(NO_TOKENS, tokens[quote]) == 0.0


def test_sides_of_a_comparison_that_changed_places_are_found(embedder: Embedder) -> None:
    quote = "Fishers trust middlemen more than the cooperative."
    assert agree(embedder, "Fishers trust the cooperative more than middlemen.", quote).swapped
    assert not agree(embedder, "Fishers have more trust in middlemen than in the cooperative.", quote).swapped


def test_not_only_but_also_tells_no_sides_apart(embedder: Embedder) -> None:
    quote = "Mereka dilatih, sedangkan penenun dan pedagang dibayar."
    assert not agree(embedder, "Weavers and traders are not only trained but also paid.", quote).swapped


def test_without_word_vectors_there_is_no_agreement_and_the_score_rests_on_the_rest() -> None:
    support = VectorSupport(WordEmbedder())
    assert words_of("anything", WordEmbedder().read_question("anything").tokens) == ()
    assert agreement("a", (), "b", ()) is None
    assert support("The potters fire kilns.", ["The potters fire kilns."]) == 1.0
    assert support("The potters fire 9 kilns.", ["The potters fire 14 kilns."]) < 0.5
    assert support("Anything.", []) == 0.0


def test_a_conflict_cuts_the_score_and_numbers_in_words_are_understood() -> None:
    signals = SupportSignals((), 0.99, None)
    assert score(signals, {}) == 1.0 and score(SupportSignals(("numbers",), 0.99, None), {}) < 0.5
    support = VectorSupport(WordEmbedder())
    assert "numbers" not in support.signals("Exports rose twofold, 2 times.", ["Exports doubled."]).conflicts


def test_a_word_vector_is_a_unit_vector(embedder: Embedder) -> None:
    words: tuple[WordVector, ...] = words_of("Batik grew.", embedder.read_question("Batik grew.").tokens)
    assert [word.text for word in words] == ["Batik", "grew"]
    assert all(abs(float(np.linalg.norm(word.vector)) - 1) < 1e-5 for word in words)


def test_the_shipped_weights_name_every_signal(embedder: Embedder) -> None:
    values = VectorSupport(embedder).signals("Batik grew.", ["Batik tumbuh."]).values
    assert values is not None and set(load_weights()) == {"bias", *values}


def test_the_pairs_are_many_balanced_and_never_on_both_sides_of_the_split() -> None:
    pairs = load_pairs()
    assert len(pairs) >= 200 and len({pair.id for pair in pairs}) == len(pairs)
    sides = {split: {pair.id.split("-")[0] for pair in load_pairs(split)} for split in ("development", "test")}  # type: ignore[arg-type]
    assert not sides["development"] & sides["test"]
    assert {pair.languages for pair in pairs} == {("id", "id"), ("id", "en"), ("en", "id"), ("en", "en")}
    assert all(pair.supported == (pair.kind == "faithful") for pair in pairs), PAIRS


def test_figures_count_what_they_say() -> None:
    def scored(kind: str, value: float) -> Scored:
        fields = {"id": "01-1", "split": "test", "quote": "q", "claim": "c", "languages": ["id", "en"]}
        return Scored(Pair.model_validate({**fields, "kind": kind, "supported": kind == "faithful"}), value)

    rows = [scored("faithful", 0.9), scored("faithful", 0.2), scored("number", 0.7), scored("actor", 0.1)]
    told = figures(rows, 0.5)
    assert (told.precision, told.recall, told.caught, told.error) == (0.5, 0.5, 0.5, 0.5)
    assert len(misjudged(rows, 0.5)) == 2 and set(groups(rows)) == {
        "all",
        "across languages",
        "faithful",
        "number",
        "actor",
    }


def test_the_score_on_held_out_pairs_is_no_worse_than_published(embedder: Embedder) -> None:
    told = figures(score_pairs(load_pairs("test"), VectorSupport(embedder)), 0.5)
    assert told.error <= 0.32 and told.precision >= 0.68, told
