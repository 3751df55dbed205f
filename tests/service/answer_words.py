"""A process that answers for a service, with an embedder that counts words in place of the model."""

from __future__ import annotations

import sys

import ingest.embedding
from tests.fakes import WordEmbedder

ingest.embedding.load_embedder = lambda settings, home: WordEmbedder()

if __name__ == "__main__":
    from qa.answering_child import main

    main(int(sys.argv[1]))
