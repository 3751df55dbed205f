"""question for a reason × sentence → does it tell why, or what came of it? Pure.

"X happened because of Y" answers why X happened, and not why Y did, although it says as much of Y as of X. A sentence
is cut where it joins a cause to what came of it; where the words of the question are met best tells which of the two
was asked about. The words are compared by their token vectors, so that both languages are served.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.types import Vector
from qa.evidence import ScoredSentence
from qa.interaction import averaging, term_tokens, weighted
from qa.question import QuestionProfile, QuestionType
from qa.reranker import unit
from qa.retrieve import Retrieval

# What joins them: before these words stands what came of it, behind them the cause or what shows it …
_BECAUSE = (
    r"karena|dikarenakan|akibat(?! itu)|disebabkan( oleh)?|sebab|lantaran|didasari( (oleh|pada))?|dipengaruhi( oleh)?|"
    r"dipicu( oleh)?|diperparah( oleh)?|didorong( oleh)?|berkat|dibuktikan( dengan)?|ditandai( dengan)?|terlihat dari|"
    r"because( of)?|due to|owing to|caused by|driven by|as a result of|results? from|resulted from|stem(s|med)? from|"
    r"thanks to|aggravated by|worsened by|evidenced by|shown by"
)
# … and before these the cause.
_HENCE = (
    r"(oleh )?(karena|sebab) itu|akibatnya|dengan demikian|maka dari itu|sehingga|menyebabkan|mengakibatkan|berdampak|"
    r"menimbulkan|so that|therefore|thus|hence|as a result(?! of)|consequently|leads? to|led to|caus(es|ed|ing)(?! by)|"
    r"results? in|resulted in"
)
_JOINT = re.compile(rf"\b(?:(?P<hence>{_HENCE})|{_BECAUSE})\b", re.IGNORECASE)
# Fewer than `qa.evidence.ANAPHORA`: "selain itu" and "namun" go on from the sentence before and do not stand for it.
_POINTS_BACK = re.compile(r"^((\w+ ){0,2}(ini|itu|tersebut)|this|these|that|such|it)\b", re.IGNORECASE)
_ASKS_WHAT_CAME = re.compile(
    r"\b(apa|what)\b[^?]{0,20}\b(akibat(nya)?|dampak(nya)?|efek(nya)?|effects?|consequences?|impacts?)\b", re.IGNORECASE
)
# By how much less (in cosine) what is asked about is met where its reason is told than where something else's is, to
# begin with and to be sure; chosen on validation and training questions.
_WORSE, _MUCH_WORSE = -0.05, -0.12


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a sentence, half-open in its characters, and whether it tells a cause."""

    start: int
    end: int
    cause: bool


def tells_what_came(profile: QuestionProfile, retrieval: Retrieval, sentences: Sequence[ScoredSentence]) -> float:
    """How surely, 0 to 1, a reason is asked for and `sentences` tell what came of that which is asked about, none of
    them why it is so; the other way round where a question asks what came of something. 0 where none of them tells
    either."""
    if profile.type is not QuestionType.WHY:
        return 0.0
    asked, starts = term_tokens(retrieval.question, profile.text, retrieval.terms)
    by_term = averaging(starts)
    rarity = np.array([0.0 if term.name else term.weight for term in retrieval.terms], np.float32)
    weights = np.where(by_term.any(axis=1), rarity, np.float32(0))
    if not weights.sum():
        return 0.0
    asks_why = not _ASKS_WHAT_CAME.search(profile.text)
    best = -1.0
    for one in sentences:
        better = _met(asked, one, cause=not asks_why) - _met(asked, one, cause=asks_why)
        best = max(best, float(weighted(by_term @ better, weights)))
    return min(max((_WORSE - best) / (_WORSE - _MUCH_WORSE), 0.0), 1.0)


def _met(asked: Vector, one: ScoredSentence, *, cause: bool) -> Vector:
    """How well each of the `asked` tokens is met in what tells a cause, or in what tells what came of it, shape
    `(tokens,)`; 0 where there is no such part."""
    passage, tokens = one.retrieved.passage, one.retrieved.tokens
    parts = _parts(one.text)
    spans = [(one.sentence.start + part.start, one.sentence.start + part.end) for part in parts if part.cause is cause]
    if one.before and parts and parts[0].cause is cause and _leans(one.text, parts[0]):
        spans.append((one.before.start, one.before.end))
    found = [tokens.within((start - passage.start, end - passage.start)) for start, end in spans if end > start]
    said = np.concatenate(found) if found else np.zeros((0, asked.shape[1]), np.float32)
    if not len(said):
        return np.zeros(len(asked), np.float32)
    return np.asarray((unit(asked) @ unit(said).T).max(axis=1), np.float32)


def _parts(text: str) -> list[_Part]:
    """A sentence cut at what joins causes to what came of them; nothing where there is no such joint. A part between
    two joints that is a cause for one of them is one."""
    joints = list(_JOINT.finditer(text))
    if not joints:
        return []
    starts, ends = [0, *(joint.end() for joint in joints)], [*(joint.start() for joint in joints), len(text)]
    hence = [bool(joint["hence"]) for joint in joints]
    return [
        _Part(start, end, (number < len(hence) and hence[number]) or (number > 0 and not hence[number - 1]))
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def _leans(text: str, first: _Part) -> bool:
    """Whether the first part stands for the sentence before: it points back, or is empty."""
    return not text[: first.end].strip() or bool(_POINTS_BACK.match(text))
