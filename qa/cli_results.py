"""command line → what a reader takes along: the evidence matrix, references, readers' verdicts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from qa.api.compare_bodies import matrix_csv
from qa.api.feedback_bodies import draft_questions
from qa.api.schemas import CompareRequest, question_text
from qa.cli_access import open_access
from qa.cli_output import print_feedback, print_matrix
from qa.cli_terminal import (
    AsJson,
    Lang,
    OnlyDocuments,
    as_typed,
    print_json,
    public_base,
    settings_for,
    terminal_of,
    write_out,
)
from qa.cli_wording import CommandError, say
from qa.compare import refuse_too_many
from qa.export import export_references
from qa.references import ReferenceFormat

_LONGEST_THEME = 200


def compare(
    ctx: typer.Context,
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", "-t", help="A theme by id or in your own words; may be given again. Six without it."),
    ] = None,
    lang: Lang = None,
    document: OnlyDocuments = None,
    format_: Annotated[Literal["table", "json", "csv"], typer.Option("--format", "-f", help="Form of the matrix.")] = (
        "table"
    ),
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of printing.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare studies theme by theme: what each says, word for word, or nothing where it says nothing."""
    terminal, settings = terminal_of(ctx), settings_for()
    refuse_too_many(len(theme or []), len(document or []))
    request = CompareRequest(
        themes=[question_text(as_typed(one), _LONGEST_THEME) for one in theme or []],
        language=lang or terminal.language,
        documents=[as_typed(one) for one in document or []],
    )
    with terminal.side.status(say("thinking", terminal.language)), open_access(settings, terminal.language) as access:
        body = access.compare(request)
    form = "json" if as_json else format_
    if form == "table" and output is None:
        print_matrix(terminal.out, body)
        return
    text = body.model_dump_json(indent=2) if form == "json" else matrix_csv(body, public_base(settings))
    write_out(text if form == "csv" else f"{text}\n", output)


def export(
    ctx: typer.Context,
    answer_id: Annotated[str, typer.Argument(help="Id of an answer, as `ask` printed it.", show_default=False)],
    format_: Annotated[ReferenceFormat, typer.Option("--format", "-f", help="Form of the references.")] = (
        ReferenceFormat.APA
    ),
    lang: Lang = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write instead of printing.")] = None,
) -> None:
    """Write the references of the papers that an answer cites."""
    terminal, settings = terminal_of(ctx), settings_for()
    with open_access(settings, terminal.language) as access:
        answer = access.answer(as_typed(answer_id))
        text = export_references(answer, access.version, format_, lang or answer.language, public_base(settings))
    if not text:
        raise CommandError("no_citations")
    write_out(f"{text}\n", output)


def feedback(
    ctx: typer.Context,
    as_json: AsJson = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Print draft evaluation questions, a JSON line each.")
    ] = False,
) -> None:
    """List what readers said of answers, or make draft evaluation questions of it."""
    terminal, settings = terminal_of(ctx), settings_for()
    with open_access(settings, terminal.language) as access:
        body = access.feedback()
    if drafts:
        sys.stdout.writelines(f"{line}\n" for line in draft_questions(body))
    elif as_json:
        print_json(body)
    else:
        print_feedback(terminal.out, body, terminal.language)
