"""Files → a System to judge: a home of its own for the evaluation, filled from the files and asked in this process.

Such a home stands under `eval/` of the usual one and stays, so that the next run embeds only what changed.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import ingest
from eval.in_process import InProcess
from eval.system import NoReplyError
from ingest.errors import IndexMismatch
from ingest.index import IndexManifest, expected_manifest
from ingest.pipeline import ingest_paths
from ingest.types import Collection
from qa.abstain import BARE_CALIBRATION_FILE, CALIBRATION_FILE
from qa.reranker import RERANKER_FILE
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi

SAMPLES = Path(ingest.__file__).with_name("samples")
_LIBRARIES = ("onnxruntime", "PyStemmer", "chromadb", "numpy", "langdetect", "ir_measures")


@contextmanager
def open_home(settings: Settings, home: Path) -> Iterator[tuple[Sitasi, IndexManifest]]:
    """Another home under the same settings, and the manifest under which it is filled. A home of the evaluation's own
    that was made with another model is emptied first. Raises what `open_sitasi` raises."""
    from qa.bootstrap import open_sitasi  # loads the model's runtime

    there = settings.model_copy(update={"home": home})
    try:
        sitasi = open_sitasi(there)
    except IndexMismatch:
        if home == settings.home:
            raise
        _empty(home)
        sitasi = open_sitasi(there)
    try:
        yield sitasi, expected_manifest(sitasi.embedder, settings.passages)
    finally:
        sitasi.close()


@contextmanager
def open_corpus(settings: Settings, paths: Sequence[Path] = (), *, samples: bool = False) -> Iterator[InProcess]:
    """The home of the settings as it is; or, with `paths` or `samples`, a home that holds just those files.

    Raises NoReplyError when a file cannot be read, and what `open_sitasi` raises."""
    files = [SAMPLES] if samples else [path.resolve() for path in paths]
    with open_home(settings, files_home(settings.home, files) if files else settings.home) as (sitasi, _):
        if files:
            fill(sitasi, files, Collection.SAMPLES if samples else Collection.PAPERS)
        yield InProcess(sitasi.answers, sitasi.library.record, facts_of(sitasi))


def files_home(home: Path, files: Sequence[Path]) -> Path:
    """The home in which just these files are asked about."""
    digest = hashlib.sha256("\n".join(map(str, files)).encode()).hexdigest()[:8]
    return own_home(home, f"{files[0].name}-{digest}")


def own_home(home: Path, name: str) -> Path:
    """A home under `eval/` of the usual one, which shares its prepared models."""
    own = home.resolve() / "eval" / name
    own.mkdir(parents=True, exist_ok=True)
    models = own / "models"
    if not models.exists() and not models.is_symlink():
        (home.resolve() / "models").mkdir(parents=True, exist_ok=True)
        models.symlink_to(home.resolve() / "models", target_is_directory=True)
    return own


def _empty(home: Path) -> None:
    """Remove all that was made from files; what leads to the prepared models stays."""
    for entry in home.iterdir():
        if entry.name == "models":
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def fill(sitasi: Sitasi, files: Sequence[Path], collection: Collection = Collection.PAPERS) -> None:
    """Make these files all that the home holds. Raises NoReplyError when one of them cannot be read."""
    done = ingest_paths(files, sitasi.library, sitasi.embedder, sitasi.settings, collection, prune=True)
    if done.failed:
        names = "; ".join(f"{one.name}: {one.reason}" for one in done.failed)
        raise NoReplyError(f"Not every file could be ingested: {names}")


def facts_of(sitasi: Sitasi) -> dict[str, str]:
    """What shaped the answers: model and revision, index manifest, reranker, calibration, prompts, settings,
    libraries."""
    manifest, reranked = sitasi.library.record.manifest(), sitasi.answers.reranked
    return {
        "embedder": sitasi.embedder.name,
        "embedder revision": sitasi.embedder.revision,
        "index manifest": manifest.digest if manifest else "none",
        "reranker": _digest(RERANKER_FILE) if reranked else "none",
        "calibration": _digest(CALIBRATION_FILE if reranked else BARE_CALIBRATION_FILE),
        "prompts": prompts_digest(),
        "settings": sitasi.settings.model_dump_json(exclude={"home", "server", "record", "chroma"}),
        "python": platform.python_version(),
        "machine": platform.machine(),
    } | {name: _version(name) for name in _LIBRARIES}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def prompts_digest() -> str:
    """Sixteen hexadecimal digits that change with any prompt file."""
    import prompts

    files = sorted(Path(prompts.__file__).parent.rglob("*.md"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
