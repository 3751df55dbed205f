"""scored sentences → those that count on from one another: "1) … 2) …", "Pertama, … Kedua, …". Pure.

An item of a list often says too little of what is asked for to be found alone: what it answers stands before the list.
Where one item answers a question for several things, the others do, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.evidence import ScoredSentence

# What stands before an item: a number or letter, a stroke or a dot, or both.
_MARK = re.compile(r"^[-–•·*▪●]?\s*(?:\(?(?P<number>\d{1,2}|[a-j])[.)])?$")
_FIRST_INSIDE = re.compile(r"(?<!\w)\(?(?:1|a)[.)]\s")
_ORDINALS = (
    ("pertama", "first", "firstly"),
    ("kedua", "second", "secondly"),
    ("ketiga", "third", "thirdly"),
    ("keempat", "fourth", "fourthly"),
    ("kelima", "fifth", "fifthly"),
    ("keenam", "sixth", "sixthly"),
    ("ketujuh", "seventh", "seventhly"),
    ("kedelapan", "eighth", "eighthly"),
)
_COUNTED = {word: number for number, words in enumerate(_ORDINALS, start=1) for word in words}
# An ordinal that counts a sentence stands among so many of its first words.
_OPENING = 3
# How far apart, in characters, two items that follow each other may begin, and how long the mark between them may be.
_APART, _LONGEST_MARK = 1500, 6


@dataclass(frozen=True, slots=True)
class _Item:
    """A sentence of a list: whether it is counted in words, and which number it has, None where it has only a dot."""

    said: ScoredSentence
    in_words: bool
    number: int | None


def ordinals(text: str) -> frozenset[str]:
    """The words of a text that count: "pertama", "second"; in lower case."""
    return frozenset(_COUNTED.keys() & _words(text))


def listed_with(one: ScoredSentence, among: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """The other items, in reading order, of the list in which `one` is an item; nothing where it is none. Only
    sentences in `among` are found."""
    document = one.retrieved.document.id
    inside = sorted((two for two in among if two.retrieved.document.id == document), key=lambda two: two.sentence.start)
    for items in _lists(inside):
        if any(two.said.sentence.start == one.sentence.start for two in items):
            return [two.said for two in items if two.said.sentence.start != one.sentence.start]
    return []


def _lists(sentences: Sequence[ScoredSentence]) -> list[list[_Item]]:
    """The lists of a document, from its sentences in reading order; each has two items or more."""
    lists: list[list[_Item]] = []
    before: ScoredSentence | None = None
    for said in sentences:
        item = _item(said)
        if item is not None:
            last = next((items for items in reversed(lists) if _goes_on(items[-1], item)), None)
            if last is not None:
                last.append(item)
            elif not item.in_words and item.number == 2 and before is not None and _begins(before, said):
                lists.append([_Item(before, in_words=False, number=1), item])
            else:
                lists.append([item])
        before = said
    return [items for items in lists if len(items) > 1]


def _goes_on(last: _Item, item: _Item) -> bool:
    near = item.said.sentence.start - last.said.sentence.start <= _APART
    sections = {one.said.retrieved.passage.section.path for one in (last, item)}
    same = last.in_words == item.in_words and len(sections) == 1
    counts_on = last.number is None or item.number is None or item.number > last.number
    return near and same and counts_on


def _begins(said: ScoredSentence, following: ScoredSentence) -> bool:
    """Whether the first item of a list stands inside the sentence before the second."""
    return bool(_FIRST_INSIDE.search(said.text)) and following.sentence.start - said.sentence.end <= _LONGEST_MARK


def _item(said: ScoredSentence) -> _Item | None:
    passage, before = said.retrieved.passage, said.before
    end = before.end if before else passage.start
    gap = passage.text[end - passage.start : said.sentence.start - passage.start].strip()
    mark = _MARK.match(gap)
    if gap and mark:
        return _Item(said, in_words=False, number=_number(mark["number"]))
    for word in _words(said.text)[:_OPENING]:
        if word in _COUNTED:
            return _Item(said, in_words=True, number=_COUNTED[word])
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _number(written: str | None) -> int | None:
    if written is None:
        return None
    return int(written) if written.isdigit() else ord(written) - ord("a") + 1
