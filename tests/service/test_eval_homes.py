"""The homes that an evaluation makes for itself: a cache, made anew when it was made under other settings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from eval.corpora import fill, open_corpus, open_home, own_home
from ingest.errors import IndexMismatch
from ingest.settings import PassageSettings
from qa.settings import Settings

PAPER = "# Kilns of Lembang\n\nPotters in Lembang fire fourteen kilns every week, and sell what they make in town.\n"


def test_a_home_made_under_other_settings_is_emptied_and_filled_again(model_home: Path, tmp_path: Path) -> None:
    paper = tmp_path / "kilns.md"
    paper.write_text(PAPER, encoding="utf-8")
    before = Settings(home=model_home)
    after = Settings(home=model_home, passages=PassageSettings(max_tokens=150))
    for settings in (before, after):
        with open_corpus(settings, [paper]) as system:
            assert [one.source for one in system.describe().documents] == ["kilns.md"]


def test_a_home_that_people_use_is_never_emptied(model_home: Path, tmp_path: Path) -> None:
    paper = tmp_path / "kilns.md"
    paper.write_text(PAPER, encoding="utf-8")
    # What an earlier version left there is not the point.
    shutil.rmtree(model_home / "eval" / "people", ignore_errors=True)
    home = own_home(model_home, "people")
    with open_home(Settings(home=home), home) as (sitasi, _):
        fill(sitasi, [paper])
    other = Settings(home=home, passages=PassageSettings(max_tokens=150))
    with pytest.raises(IndexMismatch), open_home(other, home):
        pass
    with open_home(Settings(home=home), home) as (sitasi, _):
        assert sitasi.library.record.corpus().documents == 1
