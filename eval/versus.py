"""Case and what the same question gave earlier → two sides of sentences, each marked when the other side lacks it.
Pure."""

from __future__ import annotations

from dataclasses import dataclass

from eval.cases import Case
from eval.outcome import Before, texts_of

_KEPT_CHARACTERS = 90
_MOVED_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of one side; `moved` when the other side has it not."""

    text: str
    moved: bool

    @property
    def short(self) -> str:
        """What stands on both sides needs only to be recognised; what moved is to be read."""
        return cut(self.text, _MOVED_CHARACTERS if self.moved else _KEPT_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Versus:
    """Before and now, in the order in which it was said."""

    before: tuple[Piece, ...]
    now: tuple[Piece, ...]


def versus(case: Case, before: Before) -> Versus:
    """Both sides: earlier sentences where they are known, else the quotations on which they rested; then a sentence has
    moved when the other side does not quote the same."""
    kept = set(case.sentences if before.said else texts_of(case))
    was = tuple(Piece(text, text not in kept) for text in before.said or before.texts)
    return Versus(was or (Piece(f"No answer ({before.status}).", True),), _now(case, before))


def _now(case: Case, before: Before) -> tuple[Piece, ...]:
    answer = case.reply.answer
    if answer is None:
        return (Piece(f"Failed: {case.reply.fault}", True),)
    if not answer.claims:
        return (Piece(f"No answer ({answer.reason or answer.status}).", True),)
    if before.said:
        return tuple(Piece(claim.text, claim.text not in before.said) for claim in answer.claims)
    quotes = {quote.number: quote.quote for quote in answer.citations}
    return tuple(
        Piece(claim.text, not all(quotes.get(number) in before.texts for number in claim.citations))
        for claim in answer.claims
    )


def cut(text: str, characters: int) -> str:
    """At most so many characters, whole words, with an ellipsis where something was left out."""
    return text if len(text) <= characters else f"{text[:characters].rsplit(' ', 1)[0]} …"
