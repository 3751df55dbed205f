"""text of a language model → drafted claims with the evidence that each one names; before anything is believed. Pure.

A line holds one claim or several; a claim ends with its marks ("[1]", "[1, 3]", "[1], [2] and [3]", full-width too), or
all marks of a line stand before what they are for. What cannot be a claim of ours (no mark, a mark that was not given,
a quotation that stands nowhere, markup, the wrong language) keeps its place without evidence, so that it fails
verification and is counted. A line that is nothing but "[0]" says that no evidence answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from ingest.sentences import sentence_ends
from ingest.text import find_quote
from ingest.types import Language, Span
from qa.extract import IN_MARKS, DraftClaim
from qa.language import detect_language
from qa.types import ClaimKind, Evidence

_LIST = r"\d{1,2}(?:\s*(?:[,;、&]|dan|and)\s*\d{1,2})*"
_MARK = re.compile(rf"\s*[\[【［]\s*(?:\^|e|bukti|evidence|sumber|source)?\s*({_LIST})\s*[\]】］]", re.IGNORECASE)
_MARKS = re.compile(rf"(?:{_MARK.pattern})+(?P<stop>[.!?]?)", re.IGNORECASE)
_NOTHING_ANSWERS = re.compile(r"[\[【［]\s*0\s*[\]】］][.!]?")
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|#{1,6}\s+|>\s+)+")
_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w))")
_MARKUP = re.compile(
    r"https?:|www\.|javascript:|data:|\]\(|!\[|</?\w|`|\||\b[\w-]+\.(?:com|org|net|id|io|example)\b", re.IGNORECASE
)
_MARKS_OF_QUOTATIONS = re.compile(r"[“”\"«»]")
_WORD_OR_MARK = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")
_TAG = re.compile(r"<(/?)think(?:ing)?>", re.IGNORECASE)
_TAGS = ("<think>", "</think>", "<thinking>", "</thinking>")
_ENDED = re.compile(r"[.!?…][”\"»)]?$")
_JOINS = re.compile(r"(?:[\s,;&]|\b(?:dan|atau|serta|juga|and|or|also|as well as)\b)*", re.IGNORECASE)
_LONGEST_CLAIM_WORDS = 90
_LEAST_WORDS = 3
# Fewer words outside quotations than these do not show their language.
_TELLING_WORDS = 5


class LineReader:
    """Pieces of a draft → its complete lines, without what a model thought aloud.

    `retracted` counts how often everything that was read before turned out to be thoughts, as some models end their
    thoughts and never tell that they began; an empty line follows at once, so that whoever reads hears of it.
    """

    def __init__(self) -> None:
        self.retracted = 0
        self._thinking = False
        self._line: list[str] = []
        self._unread = ""

    def feed(self, piece: str) -> list[str]:
        """The lines that this piece completes."""
        lines: list[str] = []
        text = self._unread + piece
        at = 0
        for tag in _TAG.finditer(text):
            if not self._thinking:
                self._read(text[at : tag.start()], lines)
                if tag[1]:
                    self.retracted += 1
                    self._line, lines = [], [""]
            elif tag[1] and any(self._line):
                self._line.append(" ")  # Or else what stood on both sides of a thought could make a tag of its own.
            self._thinking = not tag[1]
            at = tag.end()
        end = _end_of_words(text, at)
        if not self._thinking:
            self._read(text[at:end], lines)
        self._unread = text[end:]
        return lines

    def rest(self) -> list[str]:
        """What stood after the last line's end."""
        held = "".join((*self._line, "" if self._thinking else self._unread))
        self._line, self._unread = [], ""
        return [held] if held.strip() else []

    def _read(self, text: str, lines: list[str]) -> None:
        *ended, rest = text.split("\n")
        for one in ended:
            lines.append("".join((*self._line, one)))
            self._line = []
        self._line.append(rest)


def _end_of_words(text: str, start: int) -> int:
    """Where the text ends, or a tag that is not whole yet; `start` is where the last whole one ended."""
    begun = text.rfind("<", start)
    tag = text[begun:].lower() if begun >= 0 else ""
    return begun if tag and any(one.startswith(tag) for one in _TAGS) else len(text)


def declines(line: str) -> bool:
    """Whether a line says that nothing in the evidence answers: the mark of no evidence, and no word beside it."""
    return bool(_NOTHING_ANSWERS.fullmatch(_bare(line)))


def read_claims(line: str, evidence: Sequence[Evidence], language: Language) -> list[DraftClaim]:
    """The claims of one line. `evidence[n - 1]` is what `[n]` names."""
    claims = []
    for text, keys in _cut(_bare(line)):
        if len(text.split()) >= _LEAST_WORDS:
            claims.append(_claim(text, keys, evidence, language))
    return claims


def _bare(line: str) -> str:
    """Without characters that cannot be seen (format, control, tags), emphasis and what begins an item of a list."""
    return _BULLET.sub("", _EMPHASIS.sub("", _plain(line)))


def _plain(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs") else c for c in text).split())


def _cut(line: str) -> list[tuple[str, tuple[int, ...]]]:
    """Claim texts with the numbers of their marks; sentences without marks have none."""
    if _MARKS.match(line) and all(_stands_before(line, mark) for mark in _MARKS.finditer(line)):
        return _cut_behind(line)
    found: list[tuple[str, tuple[int, ...]]] = []
    position = 0
    for match in _MARKS.finditer(line):
        keys = _keys(match)
        segment = line[position : match.start()].strip()
        position = match.end()
        *before, last = ("",) if _JOINS.fullmatch(segment) else _sentences(segment) or ("",)
        found += [(sentence, ()) for sentence in before]
        if last:
            found.append((last if _ENDED.search(last) else last + (match["stop"] or "."), keys))
        elif found and not before:
            text, earlier = found[-1]
            found[-1] = (text, (*earlier, *keys))
    return found + [(sentence, ()) for sentence in _sentences(line[position:].strip())]


def _stands_before(line: str, marks: re.Match[str]) -> bool:
    """Whether marks stand where a sentence begins, and one follows."""
    before, behind = line[: marks.start()].rstrip(), line[marks.end() :].strip()
    return not marks["stop"] and bool(behind) and (not before or bool(_ENDED.search(before)))


def _cut_behind(line: str) -> list[tuple[str, tuple[int, ...]]]:
    """The same for a line with its marks before the sentences, as small models write it: each mark is for all that
    stands between it and the next."""
    marks = list(_MARKS.finditer(line))
    ends = [*(mark.start() for mark in marks[1:]), len(line)]
    cut = [(_sentences(line[mark.end() : end].strip(" :")), _keys(mark)) for mark, end in zip(marks, ends, strict=True)]
    return [(one if _ENDED.search(one) else one + ".", keys) for sentences, keys in cut for one in sentences]


def _keys(marks: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(key) for listed in _MARK.findall(marks.group()) for key in re.findall(r"\d+", listed))


def _sentences(text: str) -> list[str]:
    ends = [end for end in sentence_ends(text) if end < len(text)] + [len(text)]
    starts = [0, *ends[:-1]]
    return [part for part in (text[a:b].strip(" \t;,") for a, b in zip(starts, ends, strict=True)) if part]


def _claim(text: str, keys: Sequence[int], evidence: Sequence[Evidence], language: Language) -> DraftClaim:
    fallen = DraftClaim(ClaimKind.STATEMENT, text, (), ())
    if not keys or not all(1 <= key <= len(evidence) for key in keys):
        return fallen
    if _MARKUP.search(text) or len(text.split()) > _LONGEST_CLAIM_WORDS:
        return fallen
    named = tuple(evidence[key - 1] for key in dict.fromkeys(keys))
    for one in named:
        if one.language == language and _whole_sentence(text, one.text):
            return DraftClaim(ClaimKind.QUOTATION, text, ((0, len(text)),), named)
    quoted = _verbatim(text, named)
    if quoted is not None and not _in_language(*quoted, language):
        quoted = _with_terms_quoted(text, named, language)
    if quoted is None:
        return fallen
    return DraftClaim(ClaimKind.STATEMENT, *quoted, named)


def _whole_sentence(text: str, stored: str) -> bool:
    """Whether a text stands in a paper from the beginning of a sentence to its end: half of one may say the opposite."""
    start = stored.find(text)
    ends = bool(_ENDED.search(text)) or start + len(text) == len(stored)
    return start >= 0 and ends and (not stored[:start].strip() or bool(_ENDED.search(stored[:start].rstrip())))


def _verbatim(text: str, named: Sequence[Evidence]) -> tuple[str, tuple[Span, ...]] | None:
    """The claim with its quotations as they stand in the evidence, and where; None when one of them stands nowhere."""
    pieces: list[str] = []
    spans: list[Span] = []
    position = 0
    for match in IN_MARKS.finditer(text):
        inner = next(group for group in match.groups() if group is not None)
        told = inner.strip(" .,;")
        stored = next((one.text[span[0] : span[1]] for one in named if (span := find_quote(one.text, told))), None)
        if stored is None:
            return None
        pieces.append(text[position : match.start() + 1])
        start = sum(map(len, pieces))
        spans.append((start, start + len(stored)))
        pieces += [stored, inner[len(inner.rstrip(" .,;")) :].strip()]
        position = match.end() - 1
    return "".join((*pieces, text[position:])), tuple(spans)


def _in_language(text: str, quoted: Sequence[Span], language: Language) -> bool:
    own = text
    for start, end in reversed(quoted):
        own = own[:start] + " " + own[end:]
    return len(own.split()) < _TELLING_WORDS or detect_language(own) == language


def _with_terms_quoted(text: str, named: Sequence[Evidence], language: Language) -> tuple[str, tuple[Span, ...]] | None:
    """The claim with the longest run of words that a sentence in its own language holds, too, in quotation marks: papers
    use terms of another language, many at a time. None where it has such marks already, or where what is left of it is
    not in the language either."""
    runs = [_longest_run(text, one.text) for one in named if one.language == language]
    start, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    if len(text[start:end].split()) < _TELLING_WORDS or _MARKS_OF_QUOTATIONS.search(text):
        return None
    own = f"{text[:start]} {text[end:]}"
    if len(own.split()) < _LEAST_WORDS or detect_language(own) != language:
        return None
    return _verbatim(f"{text[:start]}“{text[start:end]}”{text[end:]}", named)


def _longest_run(text: str, of: str) -> Span:
    """Where the longest run of words and marks between them that another text holds stands in this one."""
    words, theirs = list(_WORD_OR_MARK.finditer(text)), [match.group() for match in _WORD_OR_MARK.finditer(of)]
    block = SequenceMatcher(None, [match.group() for match in words], theirs, autojunk=False).find_longest_match()
    found = [match.span() for match in words[block.a : block.a + block.size] if match.group()[0].isalnum()]
    return (found[0][0], found[-1][1]) if found else (0, 0)
