"""Case → an LLM's opinion of its answer, through LlamaIndex's evaluators; optional, and only from a judge that passed.

A judge first sorts citations of which we know whether they hold (`data/canaries.jsonl`, both languages and across them:
wrong numbers, wrong actors, negation, more than was said). Its scores count for nothing unless it gets those right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator
from llama_index.core.llms import LLM
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from eval.cases import Case
from eval.dataset import DATA, DatasetError
from eval.statistics import Estimate, Statistic, estimate, seed_for

CANARIES = DATA / "canaries.jsonl"
LEAST_RIGHT = 0.9
_BEST_MARK = 5.0


class Canary(BaseModel):
    """A claim with a quote that supports it, or does not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quote: str
    claim: str
    supported: bool


@dataclass(frozen=True, slots=True)
class CanaryResult:
    """Shares, between 0 and 1, of supported and of unsupported claims that the judge got right; `wrong` lists the
    rest."""

    supported: float
    unsupported: float
    wrong: tuple[Canary, ...]

    @property
    def trusted(self) -> bool:
        """Whether the judge's scores may count: it has to be right about both kinds."""
        return min(self.supported, self.unsupported) >= LEAST_RIGHT


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judge says of one answer: is it carried by its quotes (0 or 1), does it say what the reference says (0
    to 1, from marks 1 to 5; None without a reference or where no mark could be read)."""

    faithful: float
    correct: float | None


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """The canaries first; `opinions` by case key and the figures are empty when the judge is not trusted."""

    canaries: CanaryResult
    opinions: dict[str, Opinion]
    faithfulness: Estimate | None
    correctness: Estimate | None


def load_canaries(path: Path = CANARIES) -> tuple[Canary, ...]:
    """The known citations. Raises DatasetError."""
    adapter = TypeAdapter(Canary)
    try:
        return tuple(adapter.validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    except (OSError, ValidationError) as fault:
        raise DatasetError(f"{path.name} cannot be used: {fault}") from fault


def try_judge(llm: LLM, canaries: Sequence[Canary]) -> CanaryResult:
    """Let the judge sort the known citations."""
    evaluator = FaithfulnessEvaluator(llm=llm)
    verdicts = [bool(evaluator.evaluate(response=one.claim, contexts=[one.quote]).passing) for one in canaries]
    pairs = list(zip(canaries, verdicts, strict=True))
    right = {kind: [said == kind for one, said in pairs if one.supported == kind] for kind in (True, False)}
    return CanaryResult(
        supported=sum(right[True]) / len(right[True]) if right[True] else 0.0,
        unsupported=sum(right[False]) / len(right[False]) if right[False] else 0.0,
        wrong=tuple(one for one, said in pairs if said != one.supported),
    )


def judge_answers(
    llm: LLM,
    cases: Sequence[Case],
    canaries: Sequence[Canary],
    progress: Callable[[int, int], None] | None = None,
) -> JudgeResult:
    """Opinions on every answered case, if the judge can be trusted."""
    tried = try_judge(llm, canaries)
    if not tried.trusted:
        return JudgeResult(tried, {}, None, None)
    answered = [case for case in cases if case.answered]
    opinions: dict[str, Opinion] = {}
    for done, case in enumerate(answered, start=1):
        opinions[case.key] = _opinion(llm, case)
        if progress:
            progress(done, len(answered))
    fact = {case.key: case.item.fact for case in answered}
    faithful = {key: one.faithful for key, one in opinions.items()}
    correct = {key: one.correct for key, one in opinions.items() if one.correct is not None}
    return JudgeResult(tried, opinions, _figure("faithfulness", faithful, fact), _figure("correctness", correct, fact))


def _opinion(llm: LLM, case: Case) -> Opinion:
    language = case.reply.language
    quotes = [quote.quote for quote in case.reply.answer.citations] if case.reply.answer else []
    faithful = FaithfulnessEvaluator(llm=llm).evaluate(response=case.said, contexts=quotes)
    correct = None
    if case.item.reference is not None:
        judged = CorrectnessEvaluator(llm=llm).evaluate(
            query=case.item.question.of(language), response=case.said, reference=case.item.reference.of(language)
        )
        correct = None if judged.score is None else (judged.score - 1) / (_BEST_MARK - 1)
    return Opinion(float(bool(faithful.passing)), correct)


def _figure(name: str, values: dict[str, float], fact: dict[str, str]) -> Estimate | None:
    return estimate(
        [(value,) for value in values.values()], [fact[key] for key in values], Statistic.MEAN, seed_for(name)
    )


def open_judge(model: str, address: str, key: str) -> LLM:
    """A judge behind any OpenAI-compatible address. Raises DatasetError when the client is not installed."""
    try:
        from llama_index.llms.openai_like import OpenAILike
    except ImportError as fault:
        raise DatasetError(
            "The client for language models is missing. Install it: pip install 'sitasi[llm]'."
        ) from fault
    judge: LLM = OpenAILike(model=model, api_base=address, api_key=key, is_chat_model=True, temperature=0.0)
    return judge


@contextmanager
def reached(address: str) -> Iterator[None]:
    """Faults of the judge's service become one sentence. Raises DatasetError."""
    import openai

    try:
        yield
    except openai.OpenAIError as fault:
        raise DatasetError(
            f"The judge at {address} cannot be asked: {fault} Check the address, the model and OPENAI_API_KEY."
        ) from fault
