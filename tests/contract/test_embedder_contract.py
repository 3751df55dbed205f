"""What every embedder promises, asked of the built-in model, the same model in torch, and the fake of the tests."""

from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from ingest.embedding import OnnxEmbedder, SentenceTransformersEmbedder, load_embedder
from ingest.errors import ModelNotReady, SettingsError
from ingest.settings import EmbeddingSettings
from ingest.types import Embedder, Passage, Section, SectionKind, Sentence
from tests.fakes import WordEmbedder

POTTERS = "Perajin gerabah menjemur tanah liat di tempat teduh. Tungku dinyalakan dua kali seminggu."
WEAVERS = "Penenun Toba mewarnai benang dengan nila. Daun nila ditanam oleh tujuh belas keluarga."
FERRY = "The ferry to the island leaves at dawn. It carries rice, goats and the post."


def passage(text: str, *, start: int = 0, heading: str = "Temuan") -> Passage:
    """A passage that begins at `start` of its document; every full stop ends a sentence."""
    sentences, at = [], 0
    for part in text.split(". "):
        sentences.append(Sentence(start + at, start + min(at + len(part) + 1, len(text)), "id"))
        at += len(part) + 2
    section = Section((heading,), SectionKind.RESULTS, start, start + len(text), "id")
    made = tuple(sentences)
    return Passage("p", "d", "v", 0, start, start + len(text), text, section, None, "id", made)


@pytest.fixture(scope="module")
def onnx(model_home: Path) -> Embedder:
    return load_embedder(EmbeddingSettings(), model_home)


@pytest.fixture(scope="module")
def torch(model_home: Path) -> Embedder:
    if importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("sentence-transformers is not installed (it comes with the extra `models`)")
    return load_embedder(EmbeddingSettings(backend="torch"), model_home)


@pytest.fixture(params=["onnx", "torch", "words"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = WordEmbedder() if request.param == "words" else request.getfixturevalue(request.param)
    return made


def test_vectors_have_length_one_and_the_stated_shape(embedder: Embedder) -> None:
    questions = embedder.embed_questions(["siapa yang menenun?", "who weaves?"])
    assert questions.shape == (2, embedder.dimension)
    assert questions.dtype == np.float32
    made = embedder.embed_passages([passage(POTTERS), passage("Satu kalimat saja")])
    assert [one.sentences.shape for one in made] == [(2, embedder.dimension), (1, embedder.dimension)]
    rows = [questions, *(one.sentences for one in made), *(one.passage[None, :] for one in made)]
    np.testing.assert_allclose(np.linalg.norm(np.concatenate(rows), axis=1), 1, atol=1e-3)


def test_a_text_gets_the_same_vectors_whatever_stands_beside_it(embedder: Embedder) -> None:
    alone = embedder.embed_passages([passage(WEAVERS)])[0]
    together = embedder.embed_passages([passage(POTTERS * 5), passage(WEAVERS), passage(FERRY)])[1]
    np.testing.assert_allclose(together.passage, alone.passage, atol=1e-5)
    np.testing.assert_allclose(together.sentences, alone.sentences, atol=1e-5)


def test_where_a_passage_stands_in_its_document_does_not_matter(embedder: Embedder) -> None:
    first, later = embedder.embed_passages([passage(POTTERS), passage(POTTERS, start=70_000)])
    np.testing.assert_array_equal(first.sentences, later.sentences)


def test_a_question_finds_the_sentence_that_shares_its_words(embedder: Embedder) -> None:
    question = embedder.embed_questions(["daun nila ditanam keluarga"])[0]
    made = embedder.embed_passages([passage(POTTERS), passage(WEAVERS), passage(FERRY)])
    assert int(np.argmax([one.passage @ question for one in made])) == 1
    assert int(np.argmax(made[1].sentences @ question)) == 1


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed_passages([]) == []
    bare = Passage("p", "d", "v", 0, 0, 5, "Perak", passage("Perak").section, None, "id", ())
    assert embedder.embed_passages([bare])[0].sentences.shape == (0, embedder.dimension)


def test_questions_from_many_threads_get_the_vectors_they_get_alone(embedder: Embedder) -> None:
    questions = [f"berapa keluarga menanam nila pada tahun {year}?" for year in range(2000, 2006)]
    alone = [embedder.embed_questions([question])[0] for question in questions]
    with ThreadPoolExecutor(4) as crowd:
        found = list(crowd.map(lambda question: embedder.embed_questions([question])[0], questions * 3))
    for vector, expected in zip(found, alone * 3, strict=True):
        np.testing.assert_allclose(vector, expected, atol=1e-5)


def test_a_sentence_beyond_the_models_limit_keeps_its_meaning(onnx: Embedder) -> None:
    text = " ".join([POTTERS] * 30) + " " + WEAVERS
    made = onnx.embed_passages([passage(text)])[0]
    question = onnx.embed_questions(["berapa keluarga yang menanam daun nila?"])[0]
    assert len(made.sentences) == 62
    assert int(np.argmax(made.sentences @ question)) == 61


def test_onnx_and_torch_agree(onnx: Embedder, torch: Embedder) -> None:
    texts = [passage(POTTERS), passage(WEAVERS, start=12), passage(FERRY, start=900)]
    for one, other in zip(onnx.embed_passages(texts), torch.embed_passages(texts), strict=True):
        assert one.passage @ other.passage > 0.995
        assert (one.sentences * other.sentences).sum(axis=1).min() > 0.99
    question = ["apa yang dibawa perahu ke pulau?"]
    assert (onnx.embed_questions(question) * torch.embed_questions(question)).sum() > 0.995


def test_an_english_question_finds_an_indonesian_passage(onnx: Embedder) -> None:
    made = onnx.embed_passages([passage(POTTERS), passage(WEAVERS)])
    for question, expected in (("how often are the kilns lit?", 0), ("how many families grow indigo?", 1)):
        vector = onnx.embed_questions([question])[0]
        assert int(np.argmax([one.passage @ vector for one in made])) == expected


def test_the_second_time_a_question_is_remembered(onnx: OnnxEmbedder) -> None:
    first, again = (onnx.read_question("siapa penenun?").question for _ in range(2))
    assert again is first
    assert not first.flags.writeable


def test_a_question_of_any_length_and_any_letters_gets_a_vector(onnx: Embedder) -> None:
    made = onnx.embed_questions(["", "perak " * 2000, "🙂\x00\t\n", "Ａ"])
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)


def test_headings_can_be_embedded_and_change_the_revision(onnx: Embedder, model_home: Path) -> None:
    headed = load_embedder(EmbeddingSettings(headings=True), model_home)
    assert headed.revision != onnx.revision
    plain, other = (headed.embed_passages([passage(POTTERS, heading=h)])[0] for h in ("", "Upah harian"))
    np.testing.assert_array_equal(plain.passage, onnx.embed_passages([passage(POTTERS)])[0].passage)
    wages = headed.embed_questions(["berapa upah harian?"])[0]
    assert other.passage @ wages > plain.passage @ wages
    assert other.sentences.shape == plain.sentences.shape


class ClsModel:
    """A sentence-transformers model that pools by its first token; its vectors are those of `WordEmbedder`."""

    prompts: ClassVar = {"query": "tanya ", "document": "naskah "}
    max_seq_length = None
    tokenizer = SimpleNamespace(is_fast=True)

    def __init__(self) -> None:
        self.read: list[str] = []

    def __getitem__(self, number: int) -> SimpleNamespace:
        return SimpleNamespace(pooling_mode="cls")

    def get_embedding_dimension(self) -> int:
        return WordEmbedder().dimension

    def encode(self, texts: list[str], **_: object) -> np.ndarray:
        self.read += texts
        return WordEmbedder().embed_questions(texts) * 3


def test_a_model_that_does_not_pool_by_the_mean_reads_each_sentence_by_itself() -> None:
    model = ClsModel()
    embedder = SentenceTransformersEmbedder(model, "cls", "1", EmbeddingSettings())
    made = embedder.embed_passages([passage(POTTERS, start=40)])[0]
    first, second = POTTERS.split(". ")
    assert model.read == [f"naskah {POTTERS}", f"naskah {first}.", f"naskah {second}"]
    np.testing.assert_allclose(np.linalg.norm(made.sentences, axis=1), 1, atol=1e-5)
    assert made.sentences.shape == (2, embedder.dimension)


def test_prefixes_of_another_model_can_be_set_and_are_part_of_its_revision() -> None:
    plain, other = ClsModel(), ClsModel()
    own = SentenceTransformersEmbedder(plain, "cls", "1", EmbeddingSettings())
    ours = SentenceTransformersEmbedder(other, "cls", "1", EmbeddingSettings(question_prefix="", passage_prefix="p: "))
    for embedder in (own, ours):
        embedder.embed_questions(["nila"])
        embedder.embed_passages([passage("Nila")])
    assert plain.read == ["tanya nila", "naskah Nila", "naskah Nila"]
    assert other.read == ["nila", "p: Nila", "p: Nila"]
    assert own.revision != ours.revision


def test_products_of_vectors_take_no_core_from_others(onnx: Embedder) -> None:
    assert {pool["num_threads"] for pool in threadpool_info() if pool["internal_api"] == "openblas"} <= {1}
    assert threadpool_info(), "no product of vectors is under anybody's limit"


def test_several_homes_can_share_one_model(model_home: Path, tmp_path: Path) -> None:
    shared = load_embedder(EmbeddingSettings(models=model_home / "models"), tmp_path)
    assert shared.embed_questions(["nila"]).shape == (1, 384)
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_is_not_there_is_one_clear_fault(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady, match="has not been set up"):
        load_embedder(EmbeddingSettings(), tmp_path)
    with pytest.raises(ModelNotReady, match="nowhere"):
        load_embedder(EmbeddingSettings(model=str(tmp_path / "nowhere")), tmp_path)


def test_onnx_for_another_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SITASI_EMBEDDING__BACKEND"):
        load_embedder(EmbeddingSettings(model="another", backend="onnx"), tmp_path)
