"""papers on disk → the collection that answers: what the command line, the service's jobs and a first start share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from ingest.embedding import load_embedder
from ingest.home import Home
from ingest.pipeline import ingest_paths
from ingest.store import Library, open_library
from ingest.summary import IngestSummary, Report
from ingest.types import Collection, Embedder
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Intake:
    """A library that papers can be put into, with the model that they are embedded with."""

    library: Library
    embedder: Embedder
    settings: Settings

    def ingest(self, paths: Sequence[Path], *, prune: bool, progress: Report | None = None) -> IngestSummary:
        """Publish every readable file under `paths`. Raises RecordError or ModelNotReady; faults of single files stand
        in the summary."""
        return ingest_paths(paths, self.library, self.embedder, self.settings, progress=progress, prune=prune)

    def ensure_samples(self) -> None:
        """Publish the sample briefs while there is no paper yet; nothing happens when they are there unchanged."""
        if self.library.record.corpus().answering is not Collection.SAMPLES:
            return
        with as_file(files("ingest") / "samples") as folder:
            ingest_paths([folder], self.library, self.embedder, self.settings, Collection.SAMPLES)


@contextmanager
def open_intake(settings: Settings) -> Iterator[Intake]:
    """The home's library inside the `with` block, also when it was made under other settings: ingesting makes it anew.

    Raises ModelNotReady, HomeInUse, RecordError or SettingsError."""
    embedder = load_embedder(settings.embedding, settings.home)
    # Opening Chroma rewrites its files: a run that finds nothing to do leaves a sound one alone.
    with open_library(Home(settings.home), settings.record, settings.chroma, proving="late") as library:
        yield Intake(library, embedder, settings)


def renew_samples(settings: Settings) -> bool:
    """Make the samples anew for the settings of today, e.g. after an update of Sitasi; False, and nothing done, where
    papers of the user's answer: those are made anew only when asked. Raises what `open_intake` raises."""
    with open_intake(settings) as intake:
        if intake.library.record.corpus().answering is not Collection.SAMPLES:
            return False
        intake.ensure_samples()
        return True
