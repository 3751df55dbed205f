"""Run → one line of the log of the test split: whoever looks at it leaves a trace."""

from __future__ import annotations

from pathlib import Path

from eval.run_file import Run

LOG_NAME = "test-runs.md"
_HEAD = """# Runs on the test split

Every run that asks questions of the test split adds a line. Nothing is tuned on that split. A `+` behind a commit:
files were changed since, this one included.

| when (UTC) | commit | question set | gold evidence | corpus | replies | system |
|---|---|---|---|---|---|---|
"""


def log_test_run(run: Run, folder: Path) -> bool:
    """Add the run to the log in `folder` if it asked the test split; tells whether it did."""
    head = run.head
    if head.split == "development":
        return False
    log = folder / LOG_NAME
    text = log.read_text(encoding="utf-8") if log.exists() else _HEAD
    system = head.facts.get("baseline") or ("a service" if head.remote else "shipped")
    engines = (reply.answer.engine for reply in run.replies if reply.answer)
    wrote = sorted({engine.model for engine in engines if engine.model})
    system += f", written by {', '.join(wrote)}" if wrote else ""
    made = (head.made_at, head.commit, head.dataset_digest, head.gold, head.corpus_version)
    cells = (*made, str(len(run.replies)), system)
    log.write_text(f"{text}| {' | '.join(cells)} |\n", encoding="utf-8")
    return True
