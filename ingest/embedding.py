"""passage and question → vectors: the one file that runs an embedding model.

`OnnxEmbedder` serves the built-in model on a CPU without torch. Each text is its own forward pass: activations are
quantised by the range of the pass, so in a batch a text's vector would depend on its neighbours, and batches are slower
here anyway (measured, one core, 132 tokens a text: 28 texts/s alone, 20 in batches of 4,096 tokens). Many passages run
side by side instead, one thread each. `SentenceTransformersEmbedder` runs any other model, and GPUs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import sentencepiece
import threadpoolctl

from ingest.built_in import (
    BUILT_IN,
    ENCODER_FILE,
    MAX_TOKENS,
    PASSAGE_PREFIX,
    QUESTION_PREFIX,
    VOCABULARY_FILE,
    model_folder,
    open_model,
)
from ingest.errors import ModelNotReady, SettingsError
from ingest.model_folder import file_sha256
from ingest.settings import EmbeddingSettings
from ingest.token_vectors import PROJECTION_FILE, load_projection
from ingest.types import NO_TOKENS, Embedder, Passage, PassageVectors, QuestionVectors, Span, Vector
from ingest.windows import pool, sentence_tokens, unit, windows

_REMEMBERED_QUESTIONS = 1024
_HEADING_CHARACTERS = 200


def load_embedder(settings: EmbeddingSettings, home: Path) -> Embedder:
    """The embedder that `settings` name, ready for use from several threads. From here on numpy's products run in the
    thread that asks for them.

    Raises ModelNotReady when its files are missing or damaged, SettingsError when settings contradict each other."""
    # Products of vectors are over before other threads have begun, and OpenBLAS has those spin for the next one: they
    # took a core from embedding (61% of the model's bare rate with them, 94% without) and as much time as a question.
    threadpoolctl.threadpool_limits(1, user_api="blas")
    if settings.model != BUILT_IN:
        if settings.backend == "onnx":
            raise SettingsError(f"SITASI_EMBEDDING__BACKEND: onnx serves {BUILT_IN} only; unset it for other models.")
        return SentenceTransformersEmbedder.load(settings.model, settings)
    folder = settings.models / BUILT_IN if settings.models else model_folder(home)
    if settings.backend == "torch":
        return SentenceTransformersEmbedder.load(str(folder), settings, revision=open_model(folder).revision)
    with ThreadPoolExecutor(1) as reader:
        # Half a second each, and neither needs Python meanwhile.
        pieces = reader.submit(_pieces, folder)
        manifest = open_model(folder)
        return OnnxEmbedder(folder, manifest.revision, manifest.dimension, settings, pieces.result())


class OnnxEmbedder:
    """The built-in model in onnxruntime. Equal texts give equal vectors, whatever is asked beside them."""

    def __init__(
        self, folder: Path, revision: str, dimension: int, settings: EmbeddingSettings, pieces: Any = None
    ) -> None:
        """`pieces` are the word pieces of `folder`, where they are loaded already."""
        self._revision = revision
        self._dimension = dimension
        self._headings = settings.headings
        self._workers = settings.threads or os.cpu_count() or 1
        self._pieces = _pieces(folder) if pieces is None else pieces
        self._begin, self._end = self._pieces.bos_id(), self._pieces.eos_id()
        self._session = _session(folder)
        self._projection = load_projection()
        self._projected = file_sha256(PROJECTION_FILE)[:8] if PROJECTION_FILE.exists() else "whole"
        self._question = lru_cache(_REMEMBERED_QUESTIONS)(self._embed_question)

    @property
    def name(self) -> str:
        """Name of the model."""
        return BUILT_IN

    @property
    def revision(self) -> str:
        """Changes with weights, adapter, quantisation, the projection of token vectors, and the use of headings."""
        return f"{self._revision}-onnx-int8-{self._projected}" + ("-headings" if self._headings else "")

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def is_word(self, word: str) -> bool:
        """Whether a word in lower case is common enough to be one piece of the vocabulary, more so than as a name."""
        written, named = (self._pieces.piece_to_id(f"▁{form}") for form in (word, word.capitalize()))
        if written == self._pieces.unk_id():
            return False
        return bool(named == self._pieces.unk_id() or self._pieces.get_score(written) >= self._pieces.get_score(named))

    def embed_questions(self, questions: Sequence[str]) -> Vector:
        """Unit vectors of shape `(len(questions), dimension)`; a question is cut after 512 tokens."""
        if not questions:
            return np.zeros((0, self._dimension), np.float32)
        return np.stack([self._question(question).question for question in questions])

    def read_question(self, question: str) -> QuestionVectors:
        """The unit vector of one question and of its tokens, from one pass."""
        return self._question(question)

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Vectors of each passage and of its sentences, in the order given; beyond 512 tokens there is another pass."""
        # The longest first, so that at the end no thread is left alone with a long one.
        order = sorted(range(len(passages)), key=lambda row: -len(passages[row].text))
        with ThreadPoolExecutor(self._workers) as workers:
            made = dict(zip(order, workers.map(lambda row: self._embed_passage(passages[row]), order), strict=True))
        return [made[row] for row in range(len(passages))]

    def run_bare(self, passages: Sequence[Passage]) -> None:
        """Only run the model over the tokens of each passage, cut after 512, in as many threads as `embed_passages`:
        the rate that embedding is measured against."""
        tokens = [self._pieces.encode(PASSAGE_PREFIX + one.text)[: MAX_TOKENS - 2] for one in passages]
        tokens.sort(key=len, reverse=True)
        with ThreadPoolExecutor(self._workers) as workers:
            list(workers.map(self._run, tokens))

    def forget_questions(self) -> None:
        """Embed the next question even if it was asked before: for measuring."""
        self._question.cache_clear()

    def question_states(self, question: str) -> Vector:
        """Token states of a question, prefix included, shape `(n, dimension)`: what the projection is fitted on."""
        return self._run(self._pieces.encode(QUESTION_PREFIX + question)[: MAX_TOKENS - 2])[1:-1]

    def passage_states(self, text: str) -> Vector:
        """Token states of a text read as a passage, prefix included, shape `(n, dimension)`, cut after 512 tokens."""
        return self._run(self._pieces.encode(PASSAGE_PREFIX + text)[: MAX_TOKENS - 2])[1:-1]

    def _embed_question(self, question: str) -> QuestionVectors:
        mapping = self._pieces.encode(QUESTION_PREFIX + question, return_type="offset_mapping")
        tokens = mapping["ids"][: MAX_TOKENS - 2]
        states = self._run(tokens)
        vector: Vector = unit(states.mean(axis=0))
        vector.setflags(write=False)
        spans = np.array(mapping["offsets"][: len(tokens)]).reshape(-1, 2) - len(QUESTION_PREFIX)
        own = spans[:, 1] > 0
        starts, ends = np.maximum(spans[own], 0).astype(np.uint16).T
        return QuestionVectors(vector, self._projection.of_question(states[1:-1][own], starts, ends))

    def _embed_passage(self, passage: Passage) -> PassageVectors:
        prefix = PASSAGE_PREFIX + (_heading(passage) if self._headings else "")
        mapping = self._pieces.encode(prefix + passage.text, return_type="offset_mapping")
        ids: list[int] = mapping["ids"]
        before = sum(end <= len(prefix) for _, end in mapping["offsets"])
        shift = len(prefix) - passage.start
        offsets = [(start - shift, end - shift) for start, end in mapping["offsets"][before:]]
        owned = sentence_tokens(offsets, [(sentence.start, sentence.end) for sentence in passage.sentences])
        total = np.zeros(self._dimension)
        states = []
        for start, end in windows(len(offsets), owned, MAX_TOKENS - 2 - before):
            seen = self._run(ids[:before] + ids[before + start : before + end])
            total += seen.sum(axis=0)
            states.append(seen[1 + before : -1])
        together = np.concatenate(states)
        # Offsets count from the beginning of the passage here: two bytes are enough for them.
        starts, ends = (np.array(offsets).reshape(-1, 2) - passage.start).clip(0, 65_535).astype(np.uint16).T
        tokens = self._projection.of_passage(together, starts, ends)
        return PassageVectors(passage=unit(total), sentences=pool(together, owned), tokens=tokens)

    def _run(self, tokens: list[int]) -> Vector:
        """Token states of `<s> tokens </s>`, shape `(len(tokens) + 2, dimension)`."""
        ids = np.array([[self._begin, *tokens, self._end]], np.int64)
        (states,) = self._session.run(None, {"input_ids": ids})
        seen: Vector = states[0]
        return seen


class SentenceTransformersEmbedder:
    """Any model that sentence-transformers loads, on the GPU when there is one."""

    def __init__(self, model: Any, name: str, revision: str, settings: EmbeddingSettings) -> None:
        self._model = model
        self._name = name
        self._revision = revision
        self._headings = settings.headings
        prompts = model.prompts
        self._question_prefix = (
            prompts.get("query", "") if settings.question_prefix is None else settings.question_prefix
        )
        own = prompts.get("document") or prompts.get("passage") or ""
        self._passage_prefix = own if settings.passage_prefix is None else settings.passage_prefix
        self._batch = max(1, settings.batch_tokens // (model.max_seq_length or MAX_TOKENS))
        # Token states mean something on their own only where the model was trained on their mean.
        self._pooled = getattr(model[1], "pooling_mode", None) == "mean" and model.tokenizer.is_fast

    @classmethod
    def load(cls, model: str, settings: EmbeddingSettings, *, revision: str = "") -> SentenceTransformersEmbedder:
        """Load a folder or a named model; raises ModelNotReady when that fails, with the reason."""
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as fault:
            raise ModelNotReady(
                f"The model {model} needs sentence-transformers; install it with: pip install 'sitasi[models]'."
            ) from fault
        try:
            # Weights in any other format than safetensors are a pickle: refused, whatever would be done with it.
            loaded = SentenceTransformer(model, model_kwargs={"use_safetensors": True})
        except (OSError, ValueError, RuntimeError) as fault:
            raise ModelNotReady(f"The model {model} cannot be loaded: {fault}") from fault
        return cls(loaded, settings.model, revision or _loaded_revision(loaded, model), settings)

    @property
    def name(self) -> str:
        """Name or folder of the model, as in the settings."""
        return self._name

    @property
    def revision(self) -> str:
        """Changes with the weights, the prefixes, and whether headings are embedded."""
        prefixes = hashlib.sha256(repr((self._question_prefix, self._passage_prefix)).encode()).hexdigest()[:8]
        return f"{self._revision}-torch-{prefixes}" + ("-headings" if self._headings else "")

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def embed_questions(self, questions: Sequence[str]) -> Vector:
        """Unit vectors of shape `(len(questions), dimension)`."""
        return self._encode([self._question_prefix + question for question in questions])

    def read_question(self, question: str) -> QuestionVectors:
        """The unit vector of one question; other models give no token vectors, so no late interaction."""
        return QuestionVectors(self.embed_questions([question])[0], NO_TOKENS)

    def embed_passages(self, passages: Sequence[Passage]) -> list[PassageVectors]:
        """Vectors of each passage and of its sentences, in the order given.

        Sentences take the mean of their token states where the model pools by the mean; otherwise, and beyond the
        model's limit, each is embedded by itself."""
        prefixes = [self._passage_prefix + (_heading(one) if self._headings else "") for one in passages]
        texts = [prefix + one.text for prefix, one in zip(prefixes, passages, strict=True)]
        if not self._pooled:
            return [self._apart(one, vector) for one, vector in zip(passages, self._encode(texts), strict=True)]
        features = self._model.encode(texts, output_value=None, batch_size=self._batch, show_progress_bar=False)
        return [
            self._together(passage, prefix, text, feature)
            for passage, prefix, text, feature in zip(passages, prefixes, texts, features, strict=True)
        ]

    def _together(self, passage: Passage, prefix: str, text: str, feature: dict[str, Any]) -> PassageVectors:
        vector = unit(feature["sentence_embedding"].float().cpu().numpy())
        mapping = self._model.tokenizer(
            text, truncation=True, max_length=self._model.max_seq_length, return_offsets_mapping=True
        )["offset_mapping"]
        # Marks at either end have empty offsets; the prefix ends where the passage begins.
        kept = [n for n, (start, end) in enumerate(mapping) if end > max(start, len(prefix))]
        shift = len(prefix) - passage.start
        offsets: list[Span] = [(mapping[n][0] - shift, mapping[n][1] - shift) for n in kept]
        spans = [(sentence.start, sentence.end) for sentence in passage.sentences]
        if not offsets or any(end > offsets[-1][1] for _, end in spans):
            return self._apart(passage, vector)
        states = feature["token_embeddings"][kept].float().cpu().numpy()
        return PassageVectors(passage=vector, sentences=pool(states, sentence_tokens(offsets, spans)))

    def _apart(self, passage: Passage, vector: Vector) -> PassageVectors:
        at = passage.start
        sentences = [self._passage_prefix + passage.text[one.start - at : one.end - at] for one in passage.sentences]
        return PassageVectors(passage=vector, sentences=self._encode(sentences))

    def _encode(self, texts: list[str]) -> Vector:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return unit(self._model.encode(texts, batch_size=self._batch, show_progress_bar=False))


def _pieces(folder: Path) -> Any:
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / VOCABULARY_FILE))


def _session(folder: Path) -> Any:
    options = onnxruntime.SessionOptions()
    # Passages and questions are embedded side by side, one thread each. Within a text of twenty tokens two threads that
    # sleep while they wait take longer than one (6.3 against 5.2 ms), and two that spin take the cores from others.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(folder / ENCODER_FILE, options, providers=["CPUExecutionProvider"])


def _heading(passage: Passage) -> str:
    heading = passage.section.heading[:_HEADING_CHARACTERS]
    return f"{heading}. " if heading else ""


def _loaded_revision(loaded: Any, model: str) -> str:
    """The commit of a downloaded model, or a digest of a local folder's weights."""
    commit = getattr(loaded[0].auto_model.config, "_commit_hash", None)
    if commit:
        return str(commit)[:16]
    digest = hashlib.sha256()
    for path in sorted(Path(model).rglob("*.safetensors")):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
