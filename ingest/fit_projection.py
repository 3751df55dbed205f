"""texts → ingest/token_projection.safetensors: the directions in which token states differ most, fitted once.

    python -m ingest.fit_projection --home .sitasi TEXT_FILE…

Every file holds plain text, one passage a paragraph; lines that end in a question mark are read as questions, too. The
same files and model give the same projection.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from ingest.embedding import OnnxEmbedder, load_embedder
from ingest.settings import EmbeddingSettings
from ingest.token_vectors import PROJECTION_FILE

DIRECTIONS = 128
_SAMPLED_TOKENS = 120_000


def fit(embedder: OnnxEmbedder, passages: Sequence[str], questions: Sequence[str]) -> dict[str, np.ndarray]:
    """Means and principal directions (Pearson 1901) of token states, as float16 arrays."""
    seen = np.concatenate([embedder.passage_states(text) for text in passages])[:_SAMPLED_TOKENS]
    asked = np.concatenate([embedder.question_states(text) for text in questions])
    centre = seen.mean(axis=0)
    _, _, directions = np.linalg.svd(seen - centre, full_matrices=False)
    found = {"passage_mean": centre, "question_mean": asked.mean(axis=0), "directions": directions[:DIRECTIONS].T}
    return {name: np.ascontiguousarray(values.astype(np.float16)) for name, values in found.items()}


def read_texts(paths: Iterable[Path]) -> tuple[list[str], list[str]]:
    """Paragraphs of at least forty characters, and lines that end in a question mark."""
    passages: list[str] = []
    questions: list[str] = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        passages += [one for one in (part.strip() for part in text.split("\n\n")) if len(one) >= 40]
        questions += [line.strip() for line in text.splitlines() if line.rstrip().endswith("?")]
    return passages, questions


def main() -> None:
    """Fit the projection and write it beside this file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, default=Path(".sitasi"))
    parser.add_argument("--out", type=Path, default=PROJECTION_FILE)
    parser.add_argument("texts", type=Path, nargs="+")
    arguments = parser.parse_args()
    embedder = load_embedder(EmbeddingSettings(), arguments.home)
    if not isinstance(embedder, OnnxEmbedder):
        parser.error("the projection is fitted for the built-in model")
    save_file(fit(embedder, *read_texts(arguments.texts)), arguments.out)


if __name__ == "__main__":
    main()
