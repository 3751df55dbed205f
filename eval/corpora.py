"""Files → a System to judge: a home of its own for the evaluation, filled from the files and asked in this process.

Such a home stands under `eval/` of the usual one and stays, so that the next run embeds only what changed.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import ingest
from eval.in_process import InProcess
from eval.system import NoReplyError
from ingest.pipeline import ingest_paths
from ingest.types import Collection
from qa.abstain import CALIBRATION_FILE
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.bootstrap import Sitasi

SAMPLES = Path(ingest.__file__).with_name("samples")
_LIBRARIES = ("onnxruntime", "bm25s", "chromadb", "numpy", "langdetect", "ir_measures")


@contextmanager
def open_corpus(settings: Settings, paths: Sequence[Path] = (), *, samples: bool = False) -> Iterator[InProcess]:
    """The home of the settings as it is; or, with `paths` or `samples`, a home that holds just those files.

    Raises NoReplyError when a file cannot be read, and what `open_sitasi` raises."""
    from qa.bootstrap import open_sitasi  # loads the model's runtime

    files = [SAMPLES] if samples else [path.resolve() for path in paths]
    chosen = settings.model_copy(update={"home": _own_home(settings.home, files)}) if files else settings
    sitasi = open_sitasi(chosen)
    try:
        if files:
            _fill(sitasi, files, Collection.SAMPLES if samples else Collection.PAPERS)
        yield InProcess(sitasi.answers, sitasi.library.record, facts_of(sitasi))
    finally:
        sitasi.close()


def _own_home(home: Path, files: Sequence[Path]) -> Path:
    """A home for these files, which shares the prepared models of the usual one."""
    name = hashlib.sha256("\n".join(map(str, files)).encode()).hexdigest()[:8]
    own = home.resolve() / "eval" / f"{files[0].name}-{name}"
    own.mkdir(parents=True, exist_ok=True)
    models = own / "models"
    if not models.exists() and not models.is_symlink():
        (home.resolve() / "models").mkdir(parents=True, exist_ok=True)
        models.symlink_to(home.resolve() / "models", target_is_directory=True)
    return own


def _fill(sitasi: Sitasi, files: Sequence[Path], collection: Collection) -> None:
    done = ingest_paths(files, sitasi.library, sitasi.embedder, sitasi.settings, collection, prune=True)
    if done.failed:
        names = "; ".join(str(fault) for fault in done.failed)
        raise NoReplyError(f"Not every file could be ingested: {names}")


def facts_of(sitasi: Sitasi) -> dict[str, str]:
    """What shaped the answers: model and revision, index manifest, calibration, prompts, settings, libraries."""
    manifest = sitasi.library.record.manifest()
    return {
        "embedder": sitasi.embedder.name,
        "embedder revision": sitasi.embedder.revision,
        "index manifest": manifest.digest if manifest else "none",
        "calibration": hashlib.sha256(CALIBRATION_FILE.read_bytes()).hexdigest()[:16],
        "prompts": prompts_digest(),
        "settings": sitasi.settings.model_dump_json(exclude={"home", "server", "record", "chroma"}),
        "python": platform.python_version(),
        "machine": platform.machine(),
    } | {name: _version(name) for name in _LIBRARIES}


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
