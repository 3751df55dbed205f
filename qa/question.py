"""question text → what it asks for: its type, its content words, the names and the numbers in it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ingest.types import Language, SectionKind
from qa.asked_for import WRITTEN_OUT, asked_sections
from qa.asked_value import AskedValue, asked_value
from qa.numerals import numbers_in


class QuestionType(StrEnum):
    """What counts as evidence depends on this."""

    NUMBER = "number"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    WHY = "why"
    OBSTACLE = "obstacle"
    HOW = "how"
    LIST = "list"
    DEFINITION = "definition"
    COMPARISON = "comparison"
    YES_NO = "yes_no"
    FACT = "fact"
    KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True)
class Followed:
    """Of a question that the conversation completed: the reader's own words, and the question before it."""

    asked: str
    earlier: str


@dataclass(frozen=True, slots=True)
class QuestionProfile:
    """A question, taken apart. `terms` are its content words in lower case, in order and without repeats; `names` are
    those of them that are written as names (or hold digits or capitals inside); `numbers` are normalised values;
    `sections` are the parts of a paper that the question asks about by their function; `value` is the kind of value asked
    for, None where the answer may look like anything; `shape` is set where answers look like those of another type;
    `followed` is set where earlier turns were taken in."""

    text: str
    language: Language
    type: QuestionType
    terms: tuple[str, ...]
    names: frozenset[str]
    numbers: frozenset[str]
    sections: frozenset[SectionKind] = frozenset()
    value: AskedValue | None = None
    shape: QuestionType | None = None
    followed: Followed | None = None

    @property
    def answers_like(self) -> QuestionType:
        """The type whose shape an answer has: of a comparison, that of what is compared."""
        return self.shape or self.type


_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")

STOP_WORDS = frozenset(
    # Indonesian
    "yang dan di ke dari untuk dengan pada oleh dalam atau adalah ialah itu ini tidak bukan belum sudah telah akan agar "
    "supaya karena sebab jika kalau bila saja juga serta antara para bagi tentang terhadap sebagai secara tersebut ada "
    "nya pun lagi lebih paling banyak saat ketika setelah sebelum selama sampai hingga tiap setiap semua kita kami mereka dia "
    "saya aku kamu anda bisa dapat harus perlu boleh masih hanya cuma gak nggak enggak ga tak dong sih kok yg dgn utk dlm krn "
    "tdk jd aja udah udh biar soal buat seperti maupun yaitu yakni menurut terjadi apa apakah siapa siapakah berapa berapakah "
    "bagaimana bagaimanakah gimana mengapa kenapa kapan mana manakah dimana sebutkan jelaskan uraikan bandingkan ceritakan "
    "tuh nih lho loh deh mah emang gitu gini trus terus lalu pas kalo klo dmn dimn tp tapi bgt banget sdh blm udh dgn sm bkn jg dr pd "
    "sbg karna krna abis habis bikin ngapain ya yah kah kan gmana bahwa bahkan hal "
    "tunjukkan tolong carikan apaan brp gmn knp sejauh seberapa adakah bisakah kayak kah punya dipunyai apa-apa dgn sebenarnya "
    # English
    "what what's who who's whom whose which when where why how does do did is are was were can could should would has have had "
    "list explain describe compare tell show give summarize summarise name the a an of in on at to for from with by and or not "
    "no as that this these those it its there their they them he she his her we our you your i my me if then than because "
    "between among about into over under after before during through be been being but so such only also more most many much "
    "any some each every all both other another same own up out off via within please according actually really "
    # What a question says of papers, whatever it asks
    "found mentioned reported described discussed identified stated says said ditemukan disebut disebutkan dijelaskan "
    "dibahas diidentifikasi dinyatakan dilaporkan".split()
)

# The first pattern that matches decides; order matters ("how many" before "how", "which" lists before facts).
_TYPES: tuple[tuple[QuestionType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            QuestionType.COMPARISON,
            r"\b(bandingkan|perbandingan|perbedaan|persamaan|beda(nya)?|dibanding(kan)?|compare[ds]?|comparison|differ(s|ences?)?|"
            r"different from|how (is|are|was|were) .{3,60} different|versus|vs|in common|similarit(y|ies)|both .{3,40} and)\b",
        ),
        (
            QuestionType.NUMBER,
            r"\b(berapa(kah)?|brp|seberapa (banyak|besar|luas|tinggi)|how (many|much|large|big|old|long|high)|"
            r"what (number|percentage|share|amount|proportion))\b|"
            # "Why did the number of …" asks for no number.
            r"^(?!.*\b(mengapa|kenapa|knapa|knp|why|how come|alasan(nya)?|penyebab(nya)?|disebabkan|akibat(nya)?|dampak(nya)?|reasons?|caused?|impacts?)\b).*\b(jumlah(nya)?|persentase|number of)\b",
        ),
        (
            QuestionType.WHEN,
            r"\b(kapan(kah)?|tahun berapa|what year|which year|since when|sejak kapan|"
            r"when (exactly )?(did|do|does|was|were|is|are|will|has|have|had|can|could|should))\b|\bwhen\W*$",
        ),
        (
            QuestionType.OBSTACLE,
            r"\b(hambatan(nya)?|kendala(nya)?|penghambat(nya)?|menghambat|terhambat|tantangan(nya)?|macet|mandek|gagal|obstacles?|barriers?|"
            r"challenges?|hinder(s|ed|ing)?|stall(s|ed|ing)?|fail(s|ed|ing|ure)?|held back|hold(s|ing)? back|(?<!there )in the way|"
            r"tersendat|(meng)?ganjal(an)?|kelemahan(nya)?|sisi lemah(nya)?|kesulitan(nya)?|weak(ness(es)?| (side|point|spot)s?)|"
            r"shortcomings?|drawbacks?|difficult(y|ies)|stumbling blocks?)\b",
        ),
        (
            QuestionType.WHY,
            r"\b(mengapa|kenapa|knapa|knp|apa yang (membuat|mendorong|memicu)|what (makes?|made|led|drives?|drove)|alasan(nya)?|penyebab(nya)?|sebab apa|apa sebab(nya)?|why|reason(s)?|what caused|how come|what( i|')s behind|what (was|lies) behind|"
            r"cause[sd]?|akibat|dampak|effect[s]?|impact[s]?|consequence[s]?)\b",
        ),
        (
            QuestionType.DEFINITION,
            r"^\W*what (is|are) (?!the\b)(an? )?[\w-]+( [\w-]+){0,2}\W*$|\bitu apa( (ya|yah|sih|tuh|dong))?\W*($|menurut\b)|"
            r"\b(apa (itu|yang dimaksud)|yang dimaksud|definisi(nya)?|(di|men)definisikan|pengertian(nya)?|arti(nya)?|(di|meng)artikan|maksud(nya)?|makna(nya)?|what is meant|what do(es)? [^?]{1,60} (mean|refer to)|defin(e|ed|es|ition)|mean(s|ing)? by|underst(and|ands|ood) by)\b|"
            rf"\b({WRITTEN_OUT})\b",
        ),
        (
            QuestionType.WHO,
            r"\b((pihak|organisasi|lembaga|dinas|instansi|komunitas|ahli|tokoh) mana(?! saja| aja)|"
            r"which (party|organi[sz]ation|office|agency|department|institution|scholar|expert|author))\b",
        ),
        (
            QuestionType.LIST,
            r"\b(apa saja|siapa saja|sebutkan|mana saja|apa aja|siapa aja|what are|which ((?!(is|was|does|did|has|had|will|can)\b)\w+ ){0,2}(?!(is|was|does|has|this)\b)\w+[^s\W]s\b|list|name the|who are|what (kinds|types|skills|programs|"
            r"programmes|steps|factors|forms|activities)|jenis|macam|bentuk(-bentuk)?|faktor(-faktor)?|tahap(an)?|langkah(-langkah)?)\b",
        ),
        (QuestionType.WHO, r"\b(siapa(kah)?|who|whom|whose|oleh siapa|by whom)\b"),
        (
            QuestionType.WHERE,
            r"\b(di ?mana(kah)?|ke ?mana|where (exactly )?(did|do|does|was|were|is|are|will|has|have|had|can|could|should)|which (town|village|district|subdistrict|city|regency|province|country))\b|"
            r"^\W*where|\bwhere\W*$",
        ),
        (QuestionType.HOW, r"\b(bagaimana(kah)?|gimana|gmn|how|cara(nya)?|proses(nya)?|upaya)\b"),
        (
            QuestionType.YES_NO,
            r"^\W*(apakah|adakah|benarkah|betulkah|is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b",
        ),
        (QuestionType.FACT, r"\b(apa|mana|what|which|jelaskan|uraikan|explain|describe|tell)\b|\?\s*$"),
    )
)


_COMPARABLE = frozenset(
    {QuestionType.OBSTACLE, QuestionType.WHY, QuestionType.WHO, QuestionType.NUMBER, QuestionType.WHEN}
)


def question_type(text: str) -> QuestionType:
    """The type of a question in Indonesian, English or a mixture; bare words are KEYWORDS."""
    yes_no = _TYPES[-2]
    if yes_no[1].search(text) and not re.search(r"\b(or|atau)\b", text, re.IGNORECASE):
        comparison = _TYPES[0]
        return comparison[0] if comparison[1].search(text) else yes_no[0]
    for kind, pattern in _TYPES:
        if pattern.search(text):
            return kind
    return QuestionType.KEYWORDS


def without_comparison(text: str) -> str:
    """What a comparison asks about each study, less the words that compare."""
    return _TYPES[0][1].sub(" ", text)


def _compared_type(text: str) -> QuestionType | None:
    """What a comparison asks about each study ("compare the obstacles in …" asks for obstacles); None where nothing
    tells."""
    kind = question_type(without_comparison(text))
    return kind if kind in _COMPARABLE else None


def word_spans(text: str) -> dict[str, list[tuple[int, int]]]:
    """Where each word stands, by its lower-case form: half-open code points."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for match in _WORD.finditer(text):
        spans.setdefault(match.group().lower(), []).append(match.span())
    return spans


def content_words(text: str) -> tuple[str, ...]:
    """Words that carry meaning, lower case, in order, without repeats."""
    words = (match.group().lower() for match in _WORD.finditer(text))
    return tuple(dict.fromkeys(word for word in words if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())))


def _names(text: str) -> frozenset[str]:
    """Words written as names: capitals after the first word, capitals inside, or letters with digits."""
    found = set()
    for position, match in enumerate(_WORD.finditer(text)):
        word = match.group()
        lowered = word.lower()
        if lowered in STOP_WORDS or word.isdigit():
            continue
        inner_capital = any(letter.isupper() for letter in word[1:])
        mixed = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
        if inner_capital or mixed or (word[0].isupper() and position > 0):
            found.add(lowered)
    all_capitals = text.upper() == text
    return frozenset() if all_capitals else frozenset(found)


def profile_question(text: str, language: Language) -> QuestionProfile:
    """Take a question apart."""
    kind = question_type(text)
    return QuestionProfile(
        text=text,
        language=language,
        type=kind,
        terms=content_words(text),
        names=_names(text),
        numbers=frozenset(numbers_in(text)),
        sections=asked_sections(text),
        value=asked_value(text),
        shape=_compared_type(text) if kind is QuestionType.COMPARISON else None,
    )
