"""An LLM's opinion counts only after it has sorted known citations right."""

import re
from typing import Any

import pytest
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata

from eval.judge import Canary, judge_answers, load_canaries, try_judge
from tests.eval_factories import make_answer, make_case, make_claim, make_item, make_quote

CANARIES = (
    Canary(quote="Kilns are fired twice a week.", claim="Kilns are fired twice", supported=True),
    Canary(quote="Clay dries in the shade.", claim="Clay dries in the shade", supported=True),
    Canary(quote="Kilns are fired twice a week.", claim="Kilns are fired thrice", supported=False),
    Canary(quote="Clay dries in the shade.", claim="Clay dries in the sun", supported=False),
)


class WordJudge(CustomLLM):
    """Says yes when every word of the claim stands in the context, and gives the mark 4 for correctness."""

    always: str = ""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="words")

    def complete(self, prompt: str, formatted: bool = False, **more: Any) -> CompletionResponse:
        if "Reference Answer" in prompt:
            return CompletionResponse(text="4.0\nClose to the reference.")
        if self.always:
            return CompletionResponse(text=self.always)
        claim, context = re.findall(r"Information: (.*)\nContext: ([\s\S]*?)\nAnswer:", prompt)[-1]
        held = set(re.findall(r"\w+", claim.lower())) <= set(re.findall(r"\w+", context.lower()))
        return CompletionResponse(text="YES" if held else "NO")

    def stream_complete(self, prompt: str, formatted: bool = False, **more: Any) -> CompletionResponseGen:
        raise NotImplementedError


@pytest.mark.parametrize("always", ["YES", "NO"])
def test_a_judge_that_always_says_the_same_is_not_trusted_and_judges_nothing(always: str) -> None:
    result = judge_answers(WordJudge(always=always), [make_case(make_answer([make_quote()]))], CANARIES)
    assert not result.canaries.trusted
    assert (result.opinions, result.faithfulness, result.correctness) == ({}, None, None)


def test_a_judge_that_can_tell_is_trusted() -> None:
    tried = try_judge(WordJudge(), CANARIES)
    assert (tried.supported, tried.unsupported, tried.wrong) == (1.0, 1.0, ())
    assert tried.trusted


def test_opinions_are_given_of_answers_and_not_of_refusals() -> None:
    quote = make_quote()
    lie = make_claim(quote, text="Kilns are fired daily.")
    cases = [
        make_case(make_answer([quote]), item=make_item("honest")),
        make_case(make_answer([quote], [lie]), item=make_item("lie")),
        make_case(make_answer(), item=make_item("refused")),
    ]
    result = judge_answers(WordJudge(), cases, CANARIES)
    assert {key: one.faithful for key, one in result.opinions.items()} == {"honest/en": 1.0, "lie/en": 0.0}
    assert result.faithfulness is not None
    assert (result.faithfulness.value, result.faithfulness.n) == (0.5, 2)
    assert result.correctness is None


def test_with_a_reference_answer_correctness_is_marked_from_nought_to_one() -> None:
    item = make_item("kilns").model_copy(update={"reference": make_item().question})
    result = judge_answers(WordJudge(), [make_case(make_answer([make_quote()]), item=item)], CANARIES)
    assert result.opinions["kilns/en"].correct == 0.75


def test_the_known_citations_are_balanced_and_cross_languages() -> None:
    canaries = load_canaries()
    assert sum(one.supported for one in canaries) == len(canaries) / 2 == 12
    assert len({one.quote for one in canaries}) == 6
