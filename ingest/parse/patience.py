"""raw file → ParsedFile: how a parser says that it needs longer than usual, before it begins with what takes long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Patience: TypeAlias = Callable[[float], None]
"""Called with the seconds that the rest of the file may take."""


def no_clock(seconds: float) -> None:
    """For parsers that nobody waits for with a clock."""
