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
