"""Runs: what is asked, what is kept, and what a run file is worth later."""

from pathlib import Path

import pytest

from eval.cases import build_cases
from eval.dataset import Both, DatasetError, Expect, GoldEvidence, History, KeyFact, QuestionItem, QuestionSet
from eval.outcome import Change, Outcome, before_of_run, change_of, misses_first, outcome, rows_by_key
from eval.run import Asking, run_questions, to_question
from eval.run_file import Run, load_run, save_run
from eval.scores import score
from eval.system import Asked, FoundPassage, HeldDocument, NoReplyError, SystemCard
from eval.test_log import LOG_NAME, log_test_run
from ingest.types import Language
from qa.types import Mode, Question, Turn
from tests.eval_factories import make_answer, make_case, make_item, make_quote

TEXT = "Clay. " * 20 + "Kilns are fired twice a week."
START = len("Clay. " * 20)


def make_question(name: str, split: str = "development", **more: object) -> QuestionItem:
    """A question about the one paper."""
    fields: dict[str, object] = {
        "id": name,
        "fact": name,
        "type": "number",
        "split": split,
        "documents": ("clay",),
        "expect": Expect.ANSWER,
        "question": Both(id="Berapa kali?", en="How often?"),
        "key_facts": (KeyFact(name="twice", patterns=("twice",)),),
        "reference": Both(id="twice", en="twice"),
    }
    return QuestionItem.model_validate(fields | more)


GOLD = GoldEvidence(item="kilns", fact="twice", document="clay", sha256="abc", spans=((START, len(TEXT)),))
SET = QuestionSet(items=(make_question("kilns"), make_question("secret", "test")), gold=(GOLD,))


class OnePaper:
    """A system that quotes the one sentence, whatever is asked; `lies` shifts what it quotes."""

    def __init__(self, lies: bool = False, fails: bool = False, language: Language = "en") -> None:
        self.lies, self.fails, self.language = lies, fails, language
        self.asked: list[Question] = []

    def describe(self) -> SystemCard:
        held = HeldDocument("clay", "v1", self.language, "clay.md", "abc")
        return SystemCard("c1", (held,), 1, {"embedder": "none"})

    def ask(self, question: Question) -> Asked:
        self.asked.append(question)
        if self.fails:
            raise NoReplyError("the line is dead")
        quote = make_quote(text=TEXT[START:], spans=((START, len(TEXT)),))
        if self.lies:
            quote = quote.model_copy(update={"start": START - 1, "end": len(TEXT) - 1})
        found = FoundPassage("clay@v1#0", "clay", "en", "Findings", 0, len(TEXT), ((0, len(TEXT)),), TEXT)
        return Asked(make_answer([quote]), (found,), 0.9, TEXT[START:], 1.0)

    def stored_text(self, document: str, version: str) -> str:
        return TEXT


def ask(system: OnePaper, **options: object) -> Run:
    """A run over the set."""
    return run_questions(system, SET, Asking(**options))  # type: ignore[arg-type]


def test_every_question_of_the_split_is_asked_in_both_languages_and_no_other() -> None:
    system = OnePaper()
    run = ask(system)
    assert [reply.key for reply in run.replies] == ["kilns/id", "kilns/en"]
    assert [question.language for question in system.asked] == [None, None]
    assert (run.head.dataset_digest, run.head.corpus_version) == (SET.digest, "c1")
    assert run.passages["clay@v1#0"].text == TEXT


def test_the_same_system_gives_the_same_run() -> None:
    one, other = ask(OnePaper()), ask(OnePaper())
    assert one.replies == other.replies
    assert one.passages == other.passages


def test_quotes_are_compared_with_the_stored_text_whatever_the_system_says_of_them() -> None:
    assert ask(OnePaper()).replies[0].verbatim == (True,)
    assert ask(OnePaper(lies=True)).replies[0].verbatim == (False,)


def test_a_failure_is_kept_and_counts_as_missed() -> None:
    run = ask(OnePaper(fails=True))
    assert run.replies[0].fault == "NoReplyError: the line is dead"
    sheet = score(build_cases(run, SET))
    for name in ("fully-correct", "nDCG@10", "citation-recall"):
        assert set(sheet.named(name).rows.values()) == {(0.0,)}


def test_follow_ups_bring_their_history_in_the_language_asked() -> None:
    history = History(id=("Siapa?", "Perajin."), en=("Who?", "Potters."))
    question = to_question(make_question("kilns", history=history), "en", Mode.AUTO)
    assert question.history == (Turn("user", "Who?"), Turn("assistant", "Potters."))


def test_only_documents_in_the_other_language_are_in_reach_when_asked_so() -> None:
    system = OnePaper(language="en")
    ask(system, scopes=("other-language",))
    assert [question.documents for question in system.asked] == [("clay",), ()]


def test_evidence_in_documents_out_of_reach_does_not_count() -> None:
    cases = build_cases(ask(OnePaper(language="en"), scopes=("other-language",)), SET)
    assert [case.key for case in cases] == ["kilns/id/other-language"]


def test_gold_evidence_counts_only_for_the_very_file_that_was_judged() -> None:
    class OtherEdition(OnePaper):
        def describe(self) -> SystemCard:
            return SystemCard("c1", (HeldDocument("clay", "v1", "en", "clay.md", "def"),), 1, {})

    with pytest.raises(DatasetError, match="none of the files"):
        build_cases(ask(OtherEdition()), SET)


def test_a_run_of_another_question_set_is_refused() -> None:
    changed = QuestionSet(items=(make_question("kilns", type="list"),), gold=(GOLD,))
    with pytest.raises(DatasetError, match="Run it again"):
        build_cases(ask(OnePaper()), changed)


def test_run_files_come_back_as_they_were_and_others_are_refused(tmp_path: Path) -> None:
    run = ask(OnePaper())
    save_run(run, tmp_path / "deep" / "run.json")
    assert load_run(tmp_path / "deep" / "run.json") == run
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    for name in ("other.json", "absent.json"):
        with pytest.raises(DatasetError, match="sitasi eval run"):
            load_run(tmp_path / name)


def test_runs_on_the_test_split_leave_a_trace(tmp_path: Path) -> None:
    assert not log_test_run(ask(OnePaper()), tmp_path)
    for _ in range(2):
        assert log_test_run(ask(OnePaper(), split="test"), tmp_path)
    lines = (tmp_path / LOG_NAME).read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(" | ")[2] for line in lines if SET.digest in line] == ["shipped |"] * 2


def test_a_run_that_a_language_model_wrote_says_which(tmp_path: Path) -> None:
    run = ask(OnePaper(), split="test")
    first = run.replies[0]
    written = first.answer.model_copy(update={"engine": first.answer.engine.model_copy(update={"model": "m-7"})})
    replies = (first.model_copy(update={"answer": written}), *run.replies[1:])
    assert log_test_run(run.model_copy(update={"replies": replies}), tmp_path)
    assert "| shipped, written by m-7 |" in (tmp_path / LOG_NAME).read_text(encoding="utf-8")


def test_outcomes_are_told_apart_and_misses_come_first() -> None:
    two = make_item("half", facts={"twice": "twice", "shade": "shade"})
    unanswerable = make_item("near", expect=Expect.ABSTAIN)
    elsewhere = make_answer([make_quote(spans=((500, 529),))])
    answered, refused = make_answer([make_quote()]), make_answer()
    cases = [
        make_case(answered, item=make_item("right")),
        make_case(elsewhere, item=make_item("unjudged")),
        make_case(answered, item=two, gold=(((100, 129),), ((1, 2),))),
        make_case(refused, item=make_item("refused")),
        make_case(answered, item=unanswerable),
        make_case(None, item=make_item("failed")),
    ]
    assert [outcome(case) for case in misses_first(cases)] == [
        Outcome.FAILED,
        Outcome.MADE_UP,
        Outcome.REFUSED,
        Outcome.PARTLY,
        Outcome.UNJUDGED,
        Outcome.RIGHT,
    ]


def test_a_change_is_worse_better_or_only_other_words() -> None:
    right = make_case(make_answer([make_quote()]))
    other = make_case(make_answer([make_quote(text="They are fired twice.", spans=((100, 121),))]))
    refused = make_case(make_answer())
    before = {
        name: before_of_run([case], score([case]))[case.key] for name, case in (("right", right), ("no", refused))
    }
    rows = {
        name: rows_by_key(score([case]))[case.key]
        for name, case in (("right", right), ("other", other), ("no", refused))
    }
    assert change_of(refused, rows["no"], before["right"]) is Change.WORSE
    assert change_of(right, rows["right"], before["no"]) is Change.BETTER
    assert change_of(right, rows["right"], before["right"]) is Change.SAME
    assert change_of(other, rows["other"], before["right"]) is Change.OTHER
