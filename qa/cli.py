"""command line → question, papers or server: `sitasi`. Every fault ends in one sentence with what to do."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from ingest.home import Home
from ingest.summary import IngestSummary
from ingest.types import Language
from qa.api.schemas import AnswerRequest, SearchRequest, question_text
from qa.cli_access import open_access, open_server, serving_owner
from qa.cli_faults import EXIT_SOME_FAILED, language_of, tell_fault
from qa.cli_keys import app as keys
from qa.cli_keys import print_key
from qa.cli_mcp import mcp
from qa.cli_output import print_answer, print_check, print_documents, print_passages
from qa.cli_results import compare, export, feedback
from qa.cli_summary import IngestBar, print_summary
from qa.cli_terminal import (
    AsJson,
    Lang,
    OnlyDocuments,
    Terminal,
    as_typed,
    print_json,
    settings_for,
    terminal_of,
)
from qa.cli_wording import CommandError, say
from qa.doctor import examine
from qa.keys import SCOPES, KeyRing
from qa.settings import Settings, load_settings

app = typer.Typer(
    name="sitasi",
    help="Ask research papers, in Indonesian or English; every sentence of an answer carries a checked citation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process: 0 done, 1 done in part, 2 could not be done as typed."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    terminal = Terminal(language_of(typed), Console(highlight=False), Console(stderr=True, highlight=False))
    try:
        for entry in entry_points(group="sitasi.commands"):
            # Loaded only when asked for: what stands behind it may take long to import.
            if entry.name in typed[:2]:
                app.add_typer(_load(entry), name=entry.name)
        code = app([one for one in typed if one != "--debug"], standalone_mode=False, obj=terminal)
    except (Exception, KeyboardInterrupt) as fault:
        code = tell_fault(fault, typed)
    sys.exit(code or 0)


def _load(entry: EntryPoint) -> typer.Typer:
    try:
        commands: typer.Typer = entry.load()
    except ModuleNotFoundError as fault:
        raise CommandError("no_extra", name=entry.name) from fault
    return commands


@app.callback()
def common(
    lang: Lang = None,
    debug: Annotated[bool, typer.Option("--debug", help="Print a traceback when something fails.")] = False,
) -> None:
    """Ask research papers; every sentence of an answer carries a checked citation."""
    # `main` has read both from the arguments, wherever they stood: they also decide how Typer's own errors are told.
    del lang, debug
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


@app.command()
def setup(ctx: typer.Context) -> None:
    """Prepare the embedding model in the home folder; a model that is ready is left as it is."""
    from ingest.built_in import BUILT_IN
    from ingest.weights import prepare_model

    terminal, settings = terminal_of(ctx), settings_for()
    if settings.embedding.model != BUILT_IN:
        terminal.out.print(Text(say("model_named", terminal.language, name=settings.embedding.model)))
        return
    with terminal.side.status(say("model_preparing", terminal.language)) as status:
        folder = prepare_model(settings.home, progress=lambda stage, share: status.update(f"{stage} {share:.0%}"))
    terminal.out.print(Text(say("model_ready", terminal.language, path=folder)))


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    log_level: Annotated[Literal["debug", "info", "warning"], typer.Option(help="How much to log.")] = "warning",
    create_key: Annotated[bool, typer.Option("--create-key", help="Make and print a key when one is needed.")] = False,
) -> None:
    """Answer questions at an address, for browsers and programs, until stopped."""
    from qa.api.logs import write_logs
    from qa.api.serve import listen, local_url
    from qa.api.serve import serve as run_server
    from qa.cli_local import load_server, put_papers

    terminal = terminal_of(ctx)
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings_for(**({"server": given} if given else {}))
    owner = serving_owner(settings)
    if owner is not None and owner.url is not None:
        raise CommandError("already_serving", url=owner.url, pid=owner.pid)
    try:
        listening = listen(settings.server)
    except (OSError, OverflowError) as fault:
        raise _address_fault(fault, settings) from fault
    url = local_url(listening)
    write_logs(settings.server.logs, log_level)
    status = terminal.side.status(say("loading", terminal.language))

    def ready() -> None:
        status.stop()
        terminal.out.print(Text(say("ready", terminal.language, url=url), style="bold"))

    with listening:
        _check_access(terminal, settings, create_key=create_key)
        with status:
            run_server(listening, settings, lambda: load_server(settings, url), put_papers, ready)


@app.command()
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files and folders with papers.", show_default=False)],
    prune: Annotated[bool, typer.Option("--prune", help="Also remove papers whose files are gone.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and ingest whatever changes.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail when a single file cannot be read.")] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Put papers into the collection; what is unchanged costs nothing, and one bad file never stops the others."""
    terminal, settings = terminal_of(ctx, lang), settings_for()
    absolute = [_existing(path) for path in paths]

    def once() -> IngestSummary:
        summary = _ingest_once(terminal, settings, absolute, prune=prune)
        if as_json:
            print_json(summary.as_dict())
        else:
            print_summary(terminal.out, summary, terminal.language)
        return summary

    summary = once()
    if watch:
        from qa.cli_watch import ingest_on_change

        terminal.side.print(Text(say("watching", terminal.language, paths=", ".join(map(str, paths)))))
        home = settings.home.resolve()
        ingest_on_change(absolute, lambda: _told_if_it_fails(once, terminal.language), home)
        return
    _end_ingest(summary, ", ".join(map(str, paths)), strict=strict)


@app.command()
def ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="The question, in quotes.", show_default=False)],
    lang: Lang = None,
    document: OnlyDocuments = None,
    as_json: AsJson = False,
) -> None:
    """Ask a question; the answer quotes the papers word for word, or says that they do not answer."""
    terminal, settings = terminal_of(ctx), settings_for()
    text = question_text(as_typed(question), settings.answer.max_question_characters)
    request = AnswerRequest(question=text, language=lang, documents=[as_typed(one) for one in document or []])
    with terminal.side.status(say("thinking", terminal.language)), open_access(settings, terminal.language) as access:
        body = access.ask(request)
    if as_json:
        print_json(body)
    else:
        print_answer(terminal.out, body)


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="A question or keywords, in quotes.", show_default=False)],
    lang: Lang = None,
    document: OnlyDocuments = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most this many passages.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find the passages nearest to a question, without answering it."""
    terminal, settings = terminal_of(ctx), settings_for()
    text = question_text(as_typed(query), settings.answer.max_question_characters)
    only = [as_typed(one) for one in document or []]
    request = SearchRequest(query=text, language=lang, documents=only, limit=limit)
    with terminal.side.status(say("thinking", terminal.language)), open_access(settings, terminal.language) as access:
        body = access.search(request)
    if as_json:
        print_json(body)
    else:
        print_passages(terminal.out, body, terminal.language)


@app.command()
def documents(ctx: typer.Context, lang: Lang = None, as_json: AsJson = False) -> None:
    """List the papers that answer: what is known of each, and what of it is doubtful."""
    terminal, settings = terminal_of(ctx, lang), settings_for()
    with open_access(settings, terminal.language) as access:
        body = access.documents()
    if as_json:
        print_json(body)
    else:
        print_documents(terminal.out, body, terminal.language)


@app.command()
def doctor(ctx: typer.Context, lang: Lang = None, as_json: AsJson = False) -> None:
    """Look at settings, home, model, papers, index and port, and say what to do about what is wrong."""
    terminal, settings = terminal_of(ctx, lang), load_settings()
    checks = []
    for check in examine(settings, terminal.language):
        checks.append(check)
        if not as_json:
            print_check(terminal.out, check)
    if as_json:
        print_json({"checks": [{"name": c.name, "passed": c.passed, "told": c.told} for c in checks]})
    if not all(check.passed for check in checks):
        raise typer.Exit(EXIT_SOME_FAILED)


app.add_typer(keys, name="keys")
for command in (compare, export, feedback, mcp):
    app.command()(command)


@app.command(name="version")
def print_version() -> None:
    """Print the version."""
    sys.stdout.write(f"sitasi {version('sitasi')}\n")


def _check_access(terminal: Terminal, settings: Settings, *, create_key: bool) -> None:
    """Where others can reach the service, there is a key, or the settings say that everybody may read."""
    from qa.api.access import is_open

    if is_open(settings.server):
        return
    ring = KeyRing(Home(settings.home))
    if ring.listed():
        return
    if not create_key:
        raise CommandError("keys_needed", host=settings.server.host)
    first = ring.create_first("first start", SCOPES)
    if first is not None:
        print_key(terminal, *first)


def _existing(path: Path) -> Path:
    try:
        found = path.exists()
    except OSError:
        found = False
    if not found:
        raise CommandError("no_such_path", path=str(path))
    return path.absolute()


def _address_fault(fault: Exception, settings: Settings) -> CommandError:
    place = {"host": settings.server.host, "port": settings.server.port}
    if isinstance(fault, OSError) and fault.errno == errno.EADDRINUSE:
        return CommandError("port_busy", **place)
    reason = getattr(fault, "strerror", None) or str(fault)
    return CommandError("address_refused", reason=reason, **place)


def _ingest_once(terminal: Terminal, settings: Settings, paths: Sequence[Path], *, prune: bool) -> IngestSummary:
    """One run, through the server that owns the home when there is one."""
    owner = serving_owner(settings)
    with IngestBar(terminal.side, terminal.language) as bar:
        if owner is not None and owner.url is not None:
            with open_server(owner, terminal.language) as server:
                return server.ingest(paths, prune=prune, progress=bar.report)
        from qa.cli_local import open_intake

        with open_intake(settings) as intake:
            return intake.ingest(paths, prune=prune, progress=bar.report)


def _told_if_it_fails(once: Callable[[], IngestSummary], language: Language) -> None:
    """A watcher outlives a fault of one run: it is told, and the next change is waited for."""
    try:
        once()
    except Exception as fault:
        tell_fault(fault, ("--lang", language))


def _end_ingest(summary: IngestSummary, named: str, *, strict: bool) -> None:
    if summary.nothing_readable:
        raise CommandError("nothing_readable", path=named)
    done = (summary.added, summary.updated, summary.remade, summary.unchanged, summary.moved, summary.duplicates)
    if not any(done) and not summary.removed and not summary.failed:
        raise CommandError("nothing_found", path=named)
    if summary.failed and strict:
        raise typer.Exit(EXIT_SOME_FAILED)
