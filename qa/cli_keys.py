"""`sitasi keys` → the keys of this home: made, listed, taken away, also while a server runs on it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from ingest.home import Home
from qa.cli_terminal import AsJson, Lang, Terminal, as_typed, print_json, settings_for, terminal_of
from qa.cli_wording import CommandError, say
from qa.keys import SCOPES, Key, KeyRing

app = typer.Typer(help="Make, list and revoke the keys that open the service.", no_args_is_help=True)


@app.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Whom or what the key is for.", show_default=False)],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", "-s", help="ask (when unset), observe, ingest or admin; may be given again."),
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, once."""
    terminal = terminal_of(ctx, lang)
    unknown = next((one for one in scope or () if one not in SCOPES), None)
    if unknown is not None:
        raise CommandError("no_such_scope", scope=as_typed(unknown), scopes=", ".join(SCOPES))
    wanted = [one for one in SCOPES if one in (scope or ("ask",))]
    key, text = KeyRing(Home(settings_for().home)).create(as_typed(name), wanted)
    if as_json:
        print_json({**_shown(key), "key": text})
    else:
        print_key(terminal, key, text)


@app.command(name="list")
def listed(ctx: typer.Context, lang: Lang = None, as_json: AsJson = False) -> None:
    """List the keys, without their text, which nobody can show again."""
    terminal = terminal_of(ctx, lang)
    keys = KeyRing(Home(settings_for().home)).listed()
    if as_json:
        print_json({"keys": [_shown(key) for key in keys]})
        return
    for key in keys:
        terminal.out.print(Text(f"{key.id}  {_day(key)}  {', '.join(key.scopes):<24}  {key.name}"))
    if not keys:
        terminal.out.print(Text(say("no_keys", terminal.language)))


@app.command()
def revoke(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(help="Id of the key, or the key itself.", show_default=False)],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Take a key away; it opens nothing from then on, also at a running server."""
    terminal = terminal_of(ctx, lang)
    gone = KeyRing(Home(settings_for().home)).revoke(as_typed(key))
    if gone is None:
        raise CommandError("no_such_key", id=as_typed(key)[:16])
    if as_json:
        print_json(_shown(gone))
    else:
        terminal.out.print(Text(say("key_gone", terminal.language, id=gone.id, name=gone.name)))


def print_key(terminal: Terminal, key: Key, text: str) -> None:
    """What the key is good for, and on a line of its own the key."""
    told = say("key_made", terminal.language, id=key.id, name=key.name, scopes=", ".join(key.scopes))
    terminal.out.print(Text(told))
    # Not through Rich, which would break a long line.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _shown(key: Key) -> dict[str, object]:
    return {"id": key.id, "name": key.name, "scopes": key.scopes, "created_at": key.created_at}


def _day(key: Key) -> str:
    return datetime.fromtimestamp(key.created_at, UTC).strftime("%Y-%m-%d")
