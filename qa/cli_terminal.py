"""command line → the terminal, the settings and the text that every command of `sitasi` works with."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import BaseModel
from rich.console import Console

from ingest.home import Home, read_owner
from ingest.types import Language
from qa.cli_wording import CommandError
from qa.settings import Settings, load_settings

Lang = Annotated[Literal["id", "en"] | None, typer.Option(help="Language: Indonesian or English.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, the same as the HTTP service's.")]
OnlyDocuments = Annotated[
    list[str] | None, typer.Option("--document", "-d", help="Only this paper, by id; may be given again.")
]


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where and in which language to talk: results on `out`, progress and remarks on `side`."""

    language: Language
    out: Console
    side: Console


def terminal_of(ctx: typer.Context, lang: Language | None = None) -> Terminal:
    """The terminal that `main` has opened, in the language of its choice or in `lang`."""
    terminal: Terminal = ctx.obj
    return terminal if lang is None else replace(terminal, language=lang)


def settings_for(**overrides: Any) -> Settings:
    """The settings, with a home folder that can be worked in. Raises SettingsError or CommandError."""
    settings = load_settings(**overrides)
    try:
        Home(settings.home).create()
        usable = os.access(settings.home, os.R_OK | os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if not usable:
        raise CommandError("home_refused", path=str(settings.home))
    return settings


def public_base(settings: Settings) -> str:
    """The address under which readers open papers, without a slash at its end."""
    # Without waiting for an address: the owner may be this very command.
    owner = read_owner(Home(settings.home))
    running = owner.url if owner is not None else None
    base = settings.server.public_url or running or f"http://{settings.server.host}:{settings.server.port}"
    return base.rstrip("/")


def write_out(text: str, output: Path | None) -> None:
    """Print the text, or write it into a file as it is. Raises CommandError."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise CommandError("cannot_write", path=str(output), reason=fault.strerror or type(fault).__name__) from fault


def as_typed(text: str) -> str:
    """What was typed, as text: bytes that are no UTF-8 and control characters become ordinary ones."""
    readable = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(mark if mark.isprintable() else " " for mark in readable)


def print_json(body: BaseModel | dict[str, Any]) -> None:
    """Print JSON on lines of its own length."""
    # Not through Rich, which would wrap long lines.
    if isinstance(body, BaseModel):
        text = body.model_dump_json(indent=2)
    else:
        text = json.dumps(body, ensure_ascii=False, indent=2)
    sys.stdout.write(f"{text}\n")
