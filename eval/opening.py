"""What a command names → the system to ask and the questions to put to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from eval.dataset import DatasetError, QuestionSet, check_spans, judgements_path, load_judgements, load_questions
from eval.files import decoded_texts, read_files
from eval.judged import judged_faults
from eval.system import System
from eval.user_questions import load_user_questions
from qa.settings import load_settings


@contextmanager
def open_system(url: str | None, papers: Sequence[Path], samples: bool) -> Iterator[System]:
    """The service at `url`; else this process over `papers`, over the sample collection, or over what is ingested.

    Raises NoReplyError or an IngestError."""
    if url:
        from eval.over_http import OverHttp

        with OverHttp(url, read_files(papers) if papers else None) as remote:
            yield remote
        return
    from eval.corpora import open_corpus

    with open_corpus(load_settings(), papers, samples=samples) as local:
        yield local


def load_set(questions: Path, gold: str, papers: Sequence[Path]) -> QuestionSet:
    """A team's own file, with the papers that it quotes, or a prepared folder, its gold spans checked against the files
    at hand: those of `papers`, or the sample collection. Raises DatasetError."""
    if questions.is_file():
        return _with_judgements(load_user_questions(questions, read_files(papers)), judgements_path(questions, gold))
    from eval.corpora import SAMPLES

    loaded = load_questions(questions, gold)
    names = {row.document for row in loaded.gold} | {row.document for row in loaded.judgements}
    texts = decoded_texts([SAMPLES] if gold == "samples" else papers, names)
    faults = list(dict.fromkeys(check_spans(loaded, texts)))
    if faults:
        raise DatasetError(
            f"{len(faults)} faults in gold-{gold}.jsonl and judgements-{gold}.jsonl of {questions}: "
            + "; ".join(faults[:5])
        )
    return loaded


def _with_judgements(questions: QuestionSet, path: Path) -> QuestionSet:
    judged = load_judgements(path)
    faults = judged_faults(judged, (item.id for item in questions.items), {})
    if faults:
        raise DatasetError(f"{len(faults)} faults in {path.name}: " + "; ".join(faults[:5]))
    return questions.model_copy(update={"judgements": judged})
