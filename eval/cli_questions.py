"""`sitasi eval new`, `check`, `language` and `judge`: the commands around questions and opinions."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.cases import build_cases
from eval.cli_retrieval import progress_bar
from eval.dataset import DATA, DatasetError, Expect
from eval.draft import Row, draft_from_feedback, draft_questions
from eval.draft_file import draft_text
from eval.figures import figure_text
from eval.files import read_files
from eval.language_slice import load_slice, measure_language
from eval.opening import load_set
from eval.run_file import load_run
from eval.user_questions import check_form, load_user_questions

_FileArgument = Annotated[Path, typer.Argument(help="A file that ends in .yaml, .csv or .jsonl.")]


def _draft(papers: list[Path], feedback: Path | None, count: int, seed: int) -> list[Row]:
    if feedback is not None:
        try:
            return draft_from_feedback(feedback.read_text(encoding="utf-8").splitlines())
        except OSError as fault:
            raise DatasetError(f"{feedback} cannot be read: {fault.strerror}.") from fault
        except ValueError as fault:
            raise DatasetError(f"{feedback} does not hold what `sitasi feedback --drafts` prints.") from fault
    documents = read_files(papers)
    if not documents:
        raise DatasetError("No file can be read. Name the papers with --papers, or readers' verdicts with --feedback.")
    return draft_questions(documents.values(), count, seed)


def add_question_commands(app: typer.Typer, guard: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the commands to `app`; `guard` turns faults that a user can mend into one line."""

    @app.command("new")
    def new_command(
        out: Annotated[Path, typer.Argument(help="The file to write: .yaml, .csv or .jsonl; it must not exist yet.")],
        papers: Annotated[list[Path] | None, typer.Option(help="The papers, files or folders.")] = None,
        feedback: Annotated[
            Path | None, typer.Option(help="What readers said: the output of `sitasi feedback --drafts`.")
        ] = None,
        count: Annotated[int, typer.Option(min=1, max=500, help="How many rows.")] = 20,
        seed: Annotated[int, typer.Option(help="Another seed draws other sentences.")] = 0,
    ) -> None:
        """Draft questions about your own papers, to be filled in by someone who knows what readers ask."""
        with guard():
            if out.exists():
                raise DatasetError(f"{out} exists already. Name another file, or delete it.")
            check_form(out)
            rows = _draft(papers or [], feedback, count, seed)
            out.write_text(draft_text(rows, out.suffix.lower()), encoding="utf-8")
            Console().print(
                f"Written: {out}. Fill in the questions, then: sitasi eval check {out} --papers …",
                highlight=False,
                soft_wrap=True,
            )

    @app.command("check")
    def check_command(
        file: _FileArgument, papers: Annotated[list[Path] | None, typer.Option(help="The papers.")] = None
    ) -> None:
        """Check a team's own questions: every row readable, every quote in its paper, every pattern sound."""
        with guard():
            loaded = load_user_questions(file, read_files(papers or ()))
            expects = Counter(item.expect for item in loaded.items)
            console = Console(highlight=False)
            console.print(
                f"{len(loaded.items)} questions are ready: {expects[Expect.ANSWER]} to be answered, "
                f"{expects[Expect.ABSTAIN]} to be refused, {len(loaded.gold)} facts with evidence."
            )
            if not expects[Expect.ABSTAIN]:
                console.print("None is to be refused: a system that answers everything would look good. Add a few.")

    @app.command("language")
    def language_command() -> None:
        """Measure language detection on 200 short, code-mixed and name-heavy questions."""
        with guard():
            result = measure_language(load_slice())
            found = result.figure
            console = Console(highlight=False)
            console.print(
                f"{found.value:.3f} [{found.low:.2f}–{found.high:.2f}] n {found.n}, unstable: {len(result.unstable)}"
            )
            for one in result.wrong:
                console.print(f"taken for the other language: {one.text} ({one.language}, {one.kind})", markup=False)

    @app.command("judge")
    def judge_command(
        run_file: Annotated[Path, typer.Argument(help="A file that `sitasi eval run` kept.")],
        model: Annotated[str, typer.Option(help="Name of the model that judges.")],
        address: Annotated[str, typer.Option(help="OpenAI-compatible address, for example http://127.0.0.1:11434/v1.")],
        questions: Annotated[Path, typer.Option(help="A team's own file, or the folder of a question set.")] = DATA,
        papers: Annotated[list[Path] | None, typer.Option(help="The papers that a team's own file quotes.")] = None,
        out: Annotated[Path | None, typer.Option(help="Write opinions as JSON here.")] = None,
    ) -> None:
        """Ask a language model what it thinks of the answers, once it has sorted known citations right.

        The key is read from OPENAI_API_KEY."""
        from eval.judge import judge_answers, load_canaries, open_judge, reached

        with guard(), progress_bar() as advance:
            run = load_run(run_file)
            cases = build_cases(run, load_set(questions, run.head.gold, papers or ()))
            judge = open_judge(model, address, os.environ.get("OPENAI_API_KEY", "none"))
            with reached(address):
                result = judge_answers(judge, cases, load_canaries(), lambda *done: advance("Judging", *done))
            console, tried = Console(highlight=False), result.canaries
            console.print(
                f"Known citations sorted right: {tried.supported:.2f} that hold, {tried.unsupported:.2f} that do not."
            )
            if not tried.trusted:
                raise DatasetError(
                    f"{model} cannot be trusted as a judge; its scores would mean nothing. Try another model."
                )
            for name, figure in (("faithfulness", result.faithfulness), ("correctness", result.correctness)):
                console.print(f"{name}: {figure_text(figure, name)}")
            if out:
                told = {key: asdict(opinion) for key, opinion in result.opinions.items()}
                out.write_text(json.dumps({"judge": model, "opinions": told}, indent=1), encoding="utf-8")
