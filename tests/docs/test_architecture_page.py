"""docs/architecture.md is true: every file and type that it names exists, and every module stands on an arrow, once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import ingest.types
import qa.extract
import qa.types

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DRAWING = PAGE.partition("```text\n")[2].partition("```")[0]
ARROWS = PAGE.partition("## Every module, by arrow")[2]


def modules() -> set[str]:
    """Every module with something in it. A package stands for its own file where that says more than a docstring."""
    found = set()
    for package in ("ingest", "qa", "prompts", "eval"):
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if path.name == "__init__.py" and len(path.read_text(encoding="utf-8").splitlines()) == 1:
                continue
            if path.name != "__main__.py":
                found.add(name.removesuffix(".__init__"))
    return found


def test_every_module_stands_on_exactly_one_arrow() -> None:
    placed = Counter(re.findall(r"`((?:ingest|qa|prompts|eval)[\w.]*)`", ARROWS))
    assert sorted(modules() - set(placed)) == [], "put them on their arrow in docs/architecture.md"
    assert sorted(set(placed) - modules()) == [], "docs/architecture.md names modules that do not exist"
    assert {name: count for name, count in placed.items() if count > 1} == {}


def test_every_file_of_the_page_exists() -> None:
    named = set(re.findall(r"(?:ingest|qa|prompts|eval)/[\w/]*(?:\.\w+)?", PAGE))
    assert len(named) > 30
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_stage_of_the_drawing_is_a_type() -> None:
    types = {name.upper() for module in (ingest.types, qa.types, qa.extract) for name in vars(module)}
    stages = {name for name in re.findall(r"\b[A-Z]{5,}\b", DRAWING) if name not in {"PAPERS", "QUESTIONS"}}
    assert len(stages) > 10
    assert sorted(stages - types) == []
