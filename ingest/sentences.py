"""Document → Section → Passage: sentences of Indonesian and English research prose, with what makes each one quotable.

No kept library splits Indonesian prose with its abbreviations, citations and interview quotations and returns offsets,
so the boundaries are found here: a closing mark, then a look at the word before (abbreviation, initial, number of a
list) and at what follows. What may be quoted is decided by `ingest.completeness`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from ingest.completeness import is_complete
from ingest.headings import is_caption
from ingest.language import language_of
from ingest.types import Section, SectionKind, Sentence, Span

_PARAGRAPH = re.compile(r"[^\n]+")
_END = re.compile(r"(?P<mark>\.{3}|…|[.?!]+)(?P<close>[\"'”’»)\]]{0,3})(?P<gap>\s+|(?=[A-Z][a-z])|(?=[“\"][A-Z])|$)")
_ABBREVIATIONS = frozenset(
    "a.n al alm art bpk bp c.q ca cf co corp cv dept dr dra drs ed eds e.g fak fig gb gbr h hal hj hlm i.e ib "
    "ibid inc ir jl jln jr jum k.h "
    "kab kec kel ket kh km kol l.c lamp lih lt ltd m.a m.si mr mrs ms no nn nr op op.cit p pp pasal pj plt prof "
    "prop prov ps pt r.a rev rp s.d sdr "
    "sdri sr st stat tab tel telp tgl tn ttg u.p ud univ v vol vs wib yg ybs a.l approx assoc chap gov hon s.t "
    "viz max min thn bln dgn dlm utk jend sekr".split()
)
_MAY_END = frozenset("dkk dll dsb dst tsb tbk etc ltd inc co corp wib sic a.m p.m".split())
_DEGREE = re.compile(r"^(?:[MSD]|Ph|A|B|Dr|Drs|Dra|Ir|Sp|Lc)\.?(?:[A-Z][A-Za-z]{0,5}\.?){0,3}$")
_INITIALS = re.compile(r"(?:[A-Z]\.){0,3}[A-Z]")
_ENUMERATOR = re.compile(r"(?:^|[\s(;:])\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})$")
_ITEM = re.compile(r"^(?:[•·▪■●○◦➢✓*–-]\s*)?(?:\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s+)?")
_IS_ITEM = re.compile(r"^(?:[•·▪■●○◦➢✓*–-]\s|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s)")
_QUOTE_OPEN = re.compile(r"^[“\"„]")
_ATTRIBUTION = re.compile(r"^[(\[][^()\[\]]{3,160}[)\]]\.?$")
_SOURCE_AFTER = re.compile(r"\((?=[^()\d]{2,80}[\s,](?:19|20)\d\d)[^()]{4,100}\)\.?(?=\s|$)")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_JOIN_WORDS = 80
_JOIN_CHARACTERS = 900
_JOIN_QUOTE_WORDS = 110
_FAITH = 2


def split_sentences(
    text: str, section: Section, doubtful: Sequence[Span] = (), orderly: bool = True
) -> tuple[Sentence, ...]:
    """The sentences of `section` in order, as stored spans without surrounding white space.

    An interview quotation stays whole, together with its introduction and the source printed under it when short
    enough; a short list stays whole with the clause that introduces it. Everything visible belongs to one sentence,
    except the marks of list items. `orderly` is what `is_orderly` says of the whole text: where words were thrown
    about, a sentence that begins small is no quotation, nor is the one before it.
    """
    spans = list(_joined(text, list(_paragraph_spans(text, section))))
    joints = [high - 1 for _, high in doubtful]
    found: list[Sentence] = []
    for index, (start, end) in enumerate(spans):
        words = text[start:end]
        unsure = bisect_left(joints, start - 1) < bisect_right(joints, end)
        whole = section.kind is not SectionKind.KEYWORDS and not unsure
        follows = bool(index) and "\n" not in text[spans[index - 1][1] : start]
        if not orderly and index + 1 < len(spans):
            after = spans[index + 1][0]
            whole = whole and not (text[after].islower() and text[end:after] == " ")
        complete = whole and is_complete(words, small_opening=orderly and follows)
        found.append(Sentence(start, end, language_of(words, section.language, _FAITH), complete))
    return tuple(found)


def sentence_ends(text: str) -> list[int]:
    """Where sentences end in one paragraph: positions just past the closing marks, the paragraph's own end last."""
    ends: list[int] = []
    depth_at = _brackets(text)
    for found in _END.finditer(text):
        after = text[found.end() :]
        if not after:
            break
        if depth_at(found.start()) and not found.group("close"):
            continue
        if _closes(text, found, after):
            source = _SOURCE_AFTER.match(after)
            end = found.end() + source.end() if source else found.end("close")
            if not ends or end > ends[-1]:
                ends.append(end)
    ends.append(len(text.rstrip()))
    return ends


def _paragraph_spans(text: str, section: Section) -> Iterator[tuple[int, int, bool]]:
    """Sentence spans paragraph by paragraph; the flag tells the last one of its paragraph."""
    for found in _PARAGRAPH.finditer(text, section.start, section.end):
        start = found.start()
        paragraph = found.group()
        if is_caption(paragraph):
            yield start, found.end(), True
            continue
        at = 0
        ends = sentence_ends(paragraph)
        for number, end in enumerate(ends):
            low = at + len(paragraph[at:end]) - len(paragraph[at:end].lstrip())
            if low < end:
                yield start + low, start + end, number == len(ends) - 1
            at = end


def _joined(text: str, spans: list[tuple[int, int, bool]]) -> Iterator[Span]:
    """Spans with quotations, their sources and short lists put together with what introduces them."""
    index = 0
    while index < len(spans):
        start, end, _ = spans[index]
        after = _quotation(text, spans, index) or _short_list(text, spans, index)
        if after:
            yield start, spans[after - 1][1]
            index = after
            continue
        mark = _ITEM.match(text[start:end])
        skip = mark.end() if mark and _IS_ITEM.match(text[start:end]) else 0
        yield (start + skip, end) if start + skip < end else (start, end)
        index += 1


def _quotation(text: str, spans: Sequence[tuple[int, int, bool]], index: int) -> int:
    """Past the last span of `introduction: “quotation” (source)`, or 0."""
    first = index
    opens = bool(_QUOTE_OPEN.match(text[spans[index][0]]))
    if not opens:
        introduces = text[spans[index][1] - 1] == ":" and spans[index][2]
        if not (introduces and index + 1 < len(spans) and _QUOTE_OPEN.match(text[spans[index + 1][0]])):
            return 0
        index += 1
    last = index
    while last < len(spans) and last < index + 12 and not _quote_closed(text[spans[index][0] : spans[last][1]]):
        last += 1
    if last >= len(spans) or last >= index + 12:
        return 0
    if last + 1 < len(spans) and _ATTRIBUTION.match(text[spans[last + 1][0] : spans[last + 1][1]]):
        last += 1
    elif last == index and opens:
        return 0
    words = len(text[spans[first][0] : spans[last][1]].split())
    return last + 1 if words <= _JOIN_QUOTE_WORDS or opens else 0


def _quote_closed(quoted: str) -> bool:
    if quoted.startswith(("“", "„")):
        return quoted.count("”") + quoted.count("“") - 1 >= 1
    return quoted.count('"') % 2 == 0


def _short_list(text: str, spans: Sequence[tuple[int, int, bool]], index: int) -> int:
    """Past the last item of a list that is short enough to be read as one sentence with its introduction, or 0."""
    start, end, ends_paragraph = spans[index]
    if text[end - 1] != ":" or not ends_paragraph:
        return 0
    last = index + 1
    fragments = 0
    while last < len(spans) and spans[last][1] - start <= _JOIN_CHARACTERS:
        item = text[spans[last][0] : spans[last][1]]
        if not _IS_ITEM.match(item) or not spans[last][2]:
            break
        fragments += not item.rstrip().endswith((".", "?", "!"))
        last += 1
    count = last - index - 1
    runs_on = last < len(spans) and spans[last][1] - start > _JOIN_CHARACTERS
    if count < 2 or runs_on or len(text[start : spans[last - 1][1]].split()) > _JOIN_WORDS or 2 * fragments < count:
        return 0
    return last


def _closes(text: str, found: re.Match[str], after: str) -> bool:
    """Whether the mark found ends a sentence, judged by the word before and the text after."""
    before = text[max(0, found.start() - 60) : found.start()].rstrip()
    word = re.split(r"[\s(\[“\"'/–—]", before)[-1]
    next_char = after.lstrip("“\"'‘(")[:1]
    if found.group("mark")[0] in "?!…" or found.group("mark") == "...":
        return next_char.isupper() or next_char.isdigit() or not next_char
    if not found.group("gap"):
        return len(word) >= 4 and word[-1].islower() and "." not in word and "@" not in word and word.isalpha()
    if next_char.islower() and "”" in found.group("close"):
        return False
    bare = word.lower().strip(".")
    if bare in _MAY_END:
        return next_char.isupper() and after[:1] != "("
    if bare in _ABBREVIATIONS or _INITIALS.fullmatch(word) or "www." in word:
        return False
    if _DEGREE.match(word) and ("." in word or len(word) <= 2) and not word.isdigit():
        return False
    if _ENUMERATOR.search(before) and (len(word) <= 2) and _starts_item(before, word):
        return False
    if next_char.islower():
        return len(bare) >= 4 and _LETTERS.fullmatch(bare) is not None and word[-1:].islower()
    return not re.match(r"\(\s*(?:19|20)\d\d", after)


def _starts_item(before: str, word: str) -> bool:
    """Whether a number or letter before a full stop counts an item rather than ending a sentence."""
    head = before[: len(before) - len(word)].rstrip()
    return not head or head[-1] in ".:;,)-–•·*" or head.lower().endswith((" dan", " and", " serta"))


def _brackets(text: str) -> Callable[[int], bool]:
    """A function that tells whether a position stands inside brackets or quotation marks that are soon closed."""
    inside = [(m.start(), m.end()) for m in re.finditer(r"\([^()]{0,300}\)|“[^“”]{0,600}”", text)]
    at = 0

    def within(position: int) -> bool:
        nonlocal at
        while at < len(inside) and inside[at][1] <= position:
            at += 1
        return at < len(inside) and inside[at][0] < position < inside[at][1] - 1

    return within
