"""Record → index: what is read next is read while the last is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Batch = TypeVar("Batch")


def read_ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches in the same order, each made in another thread while its predecessor is worked on; raises what
    making them raises.

    SQLite gives up Python's lock for every row, and beside a busy thread gets it back late: whoever waited for a batch
    waited longer than reading takes."""
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        end = object()
        coming = reader.submit(next, batches, end)
        while (batch := coming.result()) is not end:
            coming = reader.submit(next, batches, end)
            yield batch  # type: ignore[misc]  # the mark at the end is gone by now
