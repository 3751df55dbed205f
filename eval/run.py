"""Question set → Run: every question put to a system in both languages, in the order of the set.

`python -m eval.run --split development` asks the home named in the settings and prints the scores.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from eval.dataset import LANGUAGES, QuestionItem, QuestionSet
from eval.run_file import KeptPassage, Reply, Run, RunDocument, RunHead, Scope
from eval.statistics import SEED
from eval.system import Asked, FoundPassage, HeldDocument, NoReplyError, System, SystemCard
from ingest.errors import IngestError
from ingest.types import Language
from qa.errors import QuestionError
from qa.types import Mode, Question, Turn

Progress = Callable[[int, int], None]
_MAX_PASSAGES = 10


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked: one split or `all`, in which languages and scopes, in which mode."""

    split: str = "development"
    gold: str = "papers"
    languages: tuple[Language, ...] = LANGUAGES
    scopes: tuple[Scope, ...] = ("all",)
    mode: Mode = Mode.AUTO
    seed: int = SEED


def run_questions(system: System, questions: QuestionSet, asking: Asking, progress: Progress | None = None) -> Run:
    """Ask every question of the split. A question on which the system fails is kept with its fault.

    `progress` is told how many replies are in, and of how many."""
    card = system.describe()
    wanted = list(_wanted(questions, asking))
    passages: dict[str, KeptPassage] = {}
    replies = []
    for done, (item, language, scope) in enumerate(wanted, start=1):
        replies.append(_reply(system, card, item, language, scope, asking.mode, passages))
        if progress:
            progress(done, len(wanted))
    return Run(head=_head(card, questions, asking), passages=passages, replies=tuple(replies))


def _wanted(questions: QuestionSet, asking: Asking) -> Iterator[tuple[QuestionItem, Language, Scope]]:
    for item in questions.items:
        if asking.split not in ("all", item.split):
            continue
        for scope in asking.scopes:
            for language in asking.languages:
                if language in item.languages:
                    yield item, language, scope


def to_question(item: QuestionItem, language: Language, mode: Mode, documents: Sequence[str] = ()) -> Question:
    """The question as a reader would send it: its language is left to be detected, earlier turns come along."""
    return Question(
        item.question.of(language), mode=mode, documents=tuple(documents), history=earlier_turns(item, language)
    )


def earlier_turns(item: QuestionItem, language: Language) -> tuple[Turn, ...]:
    """What was said before a follow-up question, the reader first; nothing before others."""
    turns = item.history.of(language) if item.history else ()
    return tuple(Turn("assistant" if place % 2 else "user", turn) for place, turn in enumerate(turns))


def _reach(documents: Sequence[HeldDocument], language: Language, scope: Scope) -> tuple[str, ...]:
    """Ids to which the question is restricted; empty means all documents."""
    return () if scope == "all" else tuple(one.id for one in documents if one.language != language)


def _reply(
    system: System,
    card: SystemCard,
    item: QuestionItem,
    language: Language,
    scope: Scope,
    mode: Mode,
    passages: dict[str, KeptPassage],
) -> Reply:
    question = to_question(item, language, mode, _reach(card.documents, language, scope))
    try:
        asked = system.ask(question)
    except (NoReplyError, QuestionError, IngestError) as fault:
        return Reply(
            item=item.id, language=language, scope=scope, answer=None, fault=f"{type(fault).__name__}: {fault}"
        )
    retrieved = None if asked.retrieved is None else asked.retrieved[:_MAX_PASSAGES]
    passages |= {found.id: _kept(found) for found in retrieved or ()}
    return Reply(
        item=item.id,
        language=language,
        scope=scope,
        answer=asked.answer.model_copy(update={"id": f"{item.id}.{language}"}),
        retrieved=None if retrieved is None else tuple(found.id for found in retrieved),
        verbatim=_verbatim(system, asked),
        confidence=asked.confidence,
        forced=asked.forced,
        milliseconds=round(asked.milliseconds, 3),
    )


def _kept(found: FoundPassage) -> KeptPassage:
    return KeptPassage(
        document=found.document,
        language=found.language,
        section=found.section,
        start=found.start,
        end=found.end,
        source_spans=found.source_spans,
        text=found.text,
    )


def _verbatim(system: System, asked: Asked) -> tuple[bool, ...]:
    """For each citation, whether the stored text has the quote at its offsets."""
    held = []
    for quote in asked.answer.citations:
        try:
            text = system.stored_text(quote.document.id, quote.document.version)
        except (NoReplyError, IngestError):
            held.append(False)
            continue
        held.append(bool(quote.quote) and text[quote.start : quote.end] == quote.quote)
    return tuple(held)


def _head(card: SystemCard, questions: QuestionSet, asking: Asking) -> RunHead:
    return RunHead(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit_of(Path(__file__).parent),
        split=asking.split,
        dataset_digest=questions.digest,
        gold=asking.gold,
        corpus_version=card.corpus_version,
        documents=tuple(RunDocument.model_validate(asdict(one)) for one in card.documents),
        passages=card.passages,
        facts=dict(card.facts),
        seed=asking.seed,
    )


def commit_of(folder: Path) -> str:
    """The commit that is checked out, with `+` when files were changed since; `unknown` outside a repository."""
    try:
        # Whichever git the operator uses.
        done = subprocess.run(  # nosec B607
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()


if __name__ == "__main__":
    from eval.cli import app

    app(["run", *sys.argv[1:]], prog_name="python -m eval")
