"""Passage vectors → Chroma: finds passages by meaning, embedded in this process or on a Chroma server.

Holds ids and vectors, nothing else. Chroma 1.5.9 can lose its vector index when it is killed while writing, sometimes
in silence, and opening a damaged one can end the process: `Probe` therefore looks at it from a child process first.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from ingest.errors import IndexDamaged, PassageIndexError, SettingsError
from ingest.settings import ChromaSettings
from ingest.types import Hit, Vector

log = logging.getLogger("sitasi.index")

# Twice Chroma's defaults: among thousands of much alike passages the graph of its defaults fails to reach some.
# Its batches of a hundred stay: by the thousand 100,000 passages enter in two thirds of the time, but a search then
# misses more (recall of the first 60: 0.90 for 0.93).
_HNSW: dict[str, Any] = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
# A search as wide among 300,000 as among 5,000 misses whole neighbourhoods: its width grows with the collection.
_PASSAGES_A_STEP, _WIDEST = 100, 5000
_PROBE_BATCH = 128
_MOST_THREADS = 4
_NEAR = 10
_SAME = 1e-5
_PROBE_SECONDS = 60.0
_PROBES_PER_SECOND = 50.0
_SERVER_SECONDS = 20.0


class ChromaPassageIndex:
    """A `PassageIndex` on Chroma. Chroma's own faults come out as PassageIndexError; safe to share between threads."""

    def __init__(self, settings: ChromaSettings, folder: Path) -> None:
        """Connect to `settings.url`, or open the store embedded in `folder` when it is None."""
        self._name = settings.collection
        with _translated():
            self._client = _connect(settings.url, folder)
            self._batch = self._client.get_max_batch_size()
            self._collection = self._get_or_create()

    @property
    def generation(self) -> str:
        """Changes when this or another process builds the collection anew."""
        return str(self._collection.id)

    def upsert(self, ids: Sequence[str], vectors: Vector) -> None:
        """Add or replace `vectors` (shape `(len(ids), dim)`); an id may occur once only."""
        for start in range(0, len(ids), self._batch):
            part = slice(start, start + self._batch)
            chosen, rows = list(ids[part]), np.ascontiguousarray(vectors[part], np.float32)
            self._do(partial(_upsert, chosen, rows))

    def delete(self, ids: Sequence[str]) -> None:
        """Forget these ids; unknown ids are ignored."""
        for start in range(0, len(ids), self._batch):
            chosen = list(ids[start : start + self._batch])
            self._do(partial(_delete, chosen))

    def search(self, vector: Vector, limit: int) -> list[Hit]:
        """At most `limit` hits, best first; scores are cosine similarities."""
        return self._nearest(vector[None, :], limit)[0]

    def ids(self) -> set[str]:
        """All ids held."""
        return set(self._do(lambda c: c.get(include=[]))["ids"])

    def clear(self) -> None:
        """Forget everything, the dimension of the vectors included."""
        with _translated():
            self._client.delete_collection(self._name)
            self._collection = self._get_or_create()

    def unreachable(self, ids: Sequence[str], vectors: Vector) -> list[str]:
        """Those of `ids` that a search for their own vector does not find. A passage whose text occurs twice counts as
        found when its twin is."""
        # Chroma works on one query after the other, outside of Python's lock: a thread for each core.
        with ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1)) as cores:
            starts = range(0, len(ids), _PROBE_BATCH)
            parts = cores.map(lambda start: self._not_first(ids, vectors, slice(start, start + _PROBE_BATCH)), starts)
            lost = [one for part in parts for one in part]
        row_of = {one: row for row, one in enumerate(ids)}
        return [one for one in lost if not self._is_near(one, vectors[row_of[one]])]

    def suit(self, passages: int) -> None:
        """Have searches look as far as they need to among so many passages, from the next opening on."""
        wanted = min(max(_HNSW["ef_search"], round(passages / _PASSAGES_A_STEP, -2)), _WIDEST)
        with _translated():
            if self._collection.configuration["hnsw"]["ef_search"] != wanted:
                self._collection.modify(configuration={"hnsw": {"ef_search": int(wanted)}})

    def close(self) -> None:
        """Let go of the store, so that its files are at rest."""
        self._client.close()

    def _not_first(self, ids: Sequence[str], vectors: Vector, part: slice) -> list[str]:
        return [
            one
            for one, hits in zip(ids[part], self._nearest(vectors[part], 1), strict=True)
            if not hits or (hits[0].passage_id != one and hits[0].score < 1 - _SAME)
        ]

    def _is_near(self, one: str, vector: Vector) -> bool:
        return any(hit.passage_id == one for hit in self.search(vector, _NEAR))

    def _nearest(self, vectors: Vector, limit: int) -> list[list[Hit]]:
        rows = np.ascontiguousarray(vectors, np.float32)
        found = self._do(lambda c: c.query(query_embeddings=rows, n_results=limit, include=["distances"]))
        return [
            [Hit(one, 1.0 - distance) for one, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def _do(self, work: Callable[[Any], Any]) -> Any:
        with _translated():
            try:
                return work(self._collection)
            except Exception as fault:
                if type(fault).__name__ != "NotFoundError":
                    raise
                # Another process built the collection anew on the server we share.
                self._collection = self._get_or_create()
                return work(self._collection)

    def _get_or_create(self) -> Any:
        return self._client.get_or_create_collection(self._name, embedding_function=None, configuration={"hnsw": _HNSW})


class Probe:
    """Looks at an embedded store from a child process, because a damaged one can end the process that opens it."""

    def __init__(self, settings: ChromaSettings, folder: Path) -> None:
        self._settings, self._folder = settings, folder
        self._child: subprocess.Popen[bytes] | None = None
        self._cancelled = False

    def run(self, ids: Sequence[str], vectors: Vector) -> list[str]:
        """What `unreachable` says. The store must not be open in this process.

        Raises IndexDamaged when the child fails, dies or does not come back; nothing is found out after `cancel`."""
        sent = BytesIO()
        np.savez(sent, ids=np.array(ids), vectors=vectors.astype(np.float16))
        command = [sys.executable, "-m", "ingest.chroma_index", self._settings.model_dump_json(), str(self._folder)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
        allowed = _PROBE_SECONDS + len(ids) / _PROBES_PER_SECOND
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment) as child:
            self._child = child
            if self._cancelled:
                child.kill()
            try:
                answer, complaint = child.communicate(sent.getvalue(), timeout=allowed)
            except subprocess.TimeoutExpired as fault:
                child.kill()
                raise IndexDamaged(f"Chroma did not come back within {allowed:.0f} s.") from fault
            finally:
                self._child = None
        if self._cancelled:
            return []
        if child.returncode < 0:
            raise IndexDamaged(f"Chroma died of signal {-child.returncode} on its own files.")
        if child.returncode > 0:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            raise IndexDamaged(f"Chroma cannot read its files: {last}")
        return [str(one) for one in json.loads(answer)]

    def cancel(self) -> None:
        """End a run that another thread is waiting for."""
        self._cancelled = True
        child = self._child
        if child is not None:
            child.kill()


def _upsert(ids: list[str], vectors: Vector, collection: Any) -> None:
    collection.upsert(ids=ids, embeddings=vectors)


def _delete(ids: list[str], collection: Any) -> None:
    collection.delete(ids=ids)


def _connect(url: str | None, folder: Path) -> Any:
    # Imported on use: it takes longer than all the rest of a start, and an exact scan can answer meanwhile.
    import chromadb
    from chromadb.config import Settings as ClientSettings

    quiet = ClientSettings(anonymized_telemetry=False)
    if url is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return chromadb.PersistentClient(folder, quiet)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"SITASI_CHROMA__URL is not an http or https address: {url!r}.")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    client = chromadb.HttpClient(host=parts.hostname, port=port, ssl=secure, settings=quiet)
    # Chroma waits without end and offers no setting for it: a server that hangs would take every question with it.
    session = getattr(client, "_server", None)
    getattr(session, "_session", SimpleNamespace()).timeout = _SERVER_SECONDS
    return client


@contextmanager
def _translated() -> Iterator[None]:
    # Chroma raises its own errors, ValueError, httpx's errors and those of its Rust part, which share no base class.
    try:
        yield
    except SettingsError:
        raise
    except Exception as fault:
        message = " ".join(str(fault).split()) or type(fault).__name__
        raise PassageIndexError(f"Chroma failed: {message}") from fault


def _probe_from_stdin() -> None:
    settings, folder = ChromaSettings.model_validate_json(sys.argv[1]), Path(sys.argv[2])
    sent = np.load(BytesIO(sys.stdin.buffer.read()))
    index = ChromaPassageIndex(settings, folder)
    lost = index.unreachable(sent["ids"].tolist(), sent["vectors"].astype(np.float32))
    index.close()
    sys.stdout.write(json.dumps(lost))


if __name__ == "__main__":
    _probe_from_stdin()
