"""A process that serves again and again, until each time SIGTERM ends it: `python -m tests.faults.stopping_child HOME`.

Each round reads how long its answers take (a line on stdin), prints its address, serves, and prints "stopped". A job of
ingestion publishes paper after paper and writes into `published` what it has published."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.record import Record
from ingest.summary import IngestProgress, IngestSummary, Report
from qa.api.serve import listen, local_url, serve
from qa.api.stopping import Stopping
from qa.leaving import rest
from qa.settings import ServerSettings, Settings
from tests.factories import embed, make_document, make_manifest
from tests.fakes import FakeSitasi, WordAnswers

NUMBERS = itertools.count()


def ingest(sitasi: Any, _: Sequence[Path], __: bool, report: Report) -> IngestSummary:
    """Goes on until it is stopped."""
    published = sitasi.settings.home / "published"
    for number in NUMBERS:
        report(IngestProgress("publishing", number, number, 0, f"paper {number}"))
        sitasi.record.publish(embed(make_document(f"paper-{number}")), make_manifest())
        with published.open("a") as acknowledged:
            acknowledged.write(f"paper-{number}\n")
    raise AssertionError


def main(home: Path) -> None:
    """Rounds, until stdin ends; with TELL_NOBODY set, answers in the making are not told that the time is over."""
    if "TELL_NOBODY" in os.environ:
        Stopping.now = lambda _: None  # type: ignore[method-assign]
    home.mkdir(exist_ok=True)
    settings = Settings(
        home=home,
        server=ServerSettings(
            port=0,
            concurrent_questions=32,
            questions_per_minute=100_000,
            requests_per_minute=100_000,
            receive_seconds=float(os.environ.get("RECEIVE_SECONDS", "20")),
        ),
    )
    for line in sys.stdin:
        seconds = float(line)
        record = Record(None, home / "record.sqlite3")
        if not record.corpus().documents:
            record.publish(embed(make_document("clay")), make_manifest())
        answers = WordAnswers(record)
        sitasi = FakeSitasi(settings, record, answers)
        answers.before = lambda seconds=seconds: rest(seconds)  # type: ignore[misc]
        with listen(settings.server) as listening:
            url = local_url(listening)
            serve(listening, settings, lambda: sitasi, ingest, lambda: print(url, flush=True))  # type: ignore[arg-type,return-value]  # noqa: B023
        print("stopped", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
