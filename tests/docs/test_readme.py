"""README.md says what the code does: every setting, every command, every file it points to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from qa.cli import app
from qa.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_rows(model: type[BaseModel], prefix: str = "SITASI_") -> Iterator[str]:
    """The rows of the settings table, as the README must hold them."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from settings_rows(inner, f"{prefix}{name.upper()}__")
            continue
        default = field.default if field.default not in (None, (), "") else "unset"
        yield f"| `{prefix}{name.upper()}` | `{default}` | {field.description} |"


@pytest.mark.parametrize("row", list(settings_rows(Settings)))
def test_every_setting_stands_in_the_table_with_its_default(row: str) -> None:
    assert row in README


def test_every_command_named_exists() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    known |= {group.name for group in app.registered_groups} | {"eval"}
    named = set(re.findall(r"\.venv/bin/sitasi (\w+)", README))
    assert named and named <= known


def test_every_file_it_links_to_exists() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", README)
    assert links and all((ROOT / link).exists() for link in links)


def without_words(readme: str) -> dict[str, list[str]]:
    """What has to be the same in both languages: headings by level, commands, fences, links, settings with defaults."""
    return {
        "headings": re.findall(r"^#+", readme, re.M),
        "commands": re.findall(r"^\| (`(?!SITASI_)[^`]+(?:`[^`]*`)*`) \|", readme, re.M),
        "run": re.findall(r"^```(?:sh|html)\n(.*?)^```", readme, re.M | re.S),
        "links": [link for link in re.findall(r"\]\(([^)]+)\)", readme) if not link.startswith("README")],
        "settings": re.findall(r"^\| (`SITASI_\w+` \| `[^`]*`) \|", readme, re.M),
        "figures": sorted(re.findall(r"\d+%", readme)),
    }


@pytest.mark.parametrize("part", without_words(README))
def test_the_indonesian_readme_has_the_same_structure_commands_and_settings(part: str) -> None:
    indonesian = (ROOT / "README.id.md").read_text(encoding="utf-8")
    assert without_words(README)[part]
    assert without_words(indonesian)[part] == without_words(README)[part]


def test_every_setting_is_explained_in_indonesian() -> None:
    rows = re.findall(r"^\| `(SITASI_\w+)` \| `[^`]*` \| (.+) \|$", README, re.M)
    indonesian = (ROOT / "README.id.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(SITASI_\w+)` \| `[^`]*` \| (.+) \|$", indonesian, re.M))
    assert {name for name, meaning in rows if told.get(name) in (None, "", meaning)} == set()


def test_the_folders_of_the_main_tests_are_those_that_contributing_marks() -> None:
    (run,) = re.findall(r"^MAIN_TESTS := (.+)$", (ROOT / "Makefile").read_text(), re.M)
    marked = re.findall(r"^\| `(tests/\w+)` · \|", (ROOT / "CONTRIBUTING.md").read_text(), re.M)
    assert sorted(run.split()) == sorted(marked)
