"""Record → index: what is read next is read while the last is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Batch = TypeVar("Batch")


def read_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches in the same order, each made in another thread while its predecessor is worked on; raises what
    making them raises.

    SQLite gives up Python's lock for every row, and beside a busy thread gets it back late: whoever waited for a batch
    waited longer than reading takes."""
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        coming = reader.submit(_next, batches)
        while batch := coming.result():
            coming = reader.submit(_next, batches)
            yield from batch


def _next(batches: Iterator[Batch]) -> list[Batch]:
    """The next batch alone; nothing at the end."""
    return list(islice(batches, 1))
