"""`sitasi` as a process of its own, with an embedder that counts words in place of the model."""

from __future__ import annotations

import sys

import ingest.embedding
from tests.fakes import WordEmbedder

ingest.embedding.load_embedder = lambda settings, home: WordEmbedder()

if __name__ == "__main__":
    from qa.cli import main

    main(sys.argv[1:])
