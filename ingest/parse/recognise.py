"""raw file → ParsedFile, scanned pages: pictures → words with their places, by Tesseract where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from statistics import median

from ingest.parse.print_words import Word

DOTS_PER_INCH = 300
_WANTED = ("ind", "eng")
_WORD_LEVEL, _LINE_LEVEL = "5", "4"
_LARGER = 1.4
_BASELINE = 0.78
_LEAST_SURE = 20.0


@cache
def languages() -> tuple[str, ...]:
    """The languages that Tesseract can recognise here, of the two that papers are written in; empty without it."""
    program = shutil.which("tesseract")
    if program is None:
        return ()
    try:
        told = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(one for one in _WANTED if one in told.stdout.split())


def recognise(picture: bytes, dots_per_inch: float = DOTS_PER_INCH) -> tuple[Word, ...]:
    """The words of a page, given as a grey PGM picture; lengths are points.

    Raises OSError or subprocess.SubprocessError when Tesseract fails."""
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(languages()), "--dpi", str(round(dots_per_inch)), "tsv"]
    # One thread: pages are small, and more threads than cores make Tesseract several times slower.
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    told = subprocess.run(command, input=picture, capture_output=True, check=True, env=environment)
    return words_of(told.stdout.decode("utf-8", "replace").splitlines(), dots_per_inch)


def words_of(table: Iterable[str], dots_per_inch: float = DOTS_PER_INCH) -> tuple[Word, ...]:
    """The words of Tesseract's table. All have the size of most lines, but for lines that are clearly larger: boxes
    of letters say little of the size of a line."""
    rows = [row.split("\t") for row in table]
    rows = [row for row in rows if len(row) == 12 and row[0].isdigit()]
    lines = {tuple(row[1:5]): (int(row[7]), int(row[9])) for row in rows if row[0] == _LINE_LEVEL}
    if not lines:
        return ()
    usual = median(height for _, height in lines.values())
    scale = 72 / dots_per_inch
    words = []
    for row in rows:
        if row[0] != _WORD_LEVEL or not row[11].strip() or float(row[10]) < _LEAST_SURE:
            continue
        top, height = lines[tuple(row[1:5])]
        size = (height if height > _LARGER * usual else usual) * scale * 0.8
        left, right = int(row[6]) * scale, (int(row[6]) + int(row[8])) * scale
        words.append(Word(row[11].strip(), left, right, (top + _BASELINE * height) * scale, size))
    return tuple(words)
