"""Evidence → the messages that a language model is given: delimited by a mark that nothing inside can imitate. Pure but
for the mark, which is drawn for every request."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from ingest.types import Language
from prompts import Prompt
from qa.types import Evidence

Prompts = Mapping[tuple[str, str], Prompt]
_LONGEST_TITLE = 240
_LONGEST_PIECE = 1500
_LONGEST_EARLIER = 400
# What looks like one of our marks inside a paper is shown in round brackets.
_LIKE_MARK = re.compile(r"[\[【［]\s*([^\]】］]{0,12})\s*[\]】］]")
# Text that speaks to a model and not to a reader: of no use as evidence, so no model sees it.
_ADDRESSES_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:instructions?|prompts?|rules?|above|previous|guidelines?|everything)\b"
    r"|\b(?:abaikan|lupakan|hiraukan|langgar)\b.{0,60}\b(?:instruksi|perintah|petunjuk|aturan(?:mu)?|prompt|sebelumnya|di atas|semuanya)\b"
    r"|\b(?:system|developer|assistant|sistem|asisten)\s*(?:prompt|message|pesan)?\s*[:>]|<\|?\s*(?:im_start|im_end|system|endoftext|/?s|/?inst)\b|\[/?INST\]"
    r"|#{2,}\s*(?:instructions?|system|instruksi|perintah)\b|\byou are (?:now )?(?:an? )?(?:ai|assistant|language model|chatbot|dan)\b"
    r"|\b(?:anda|kamu) (?:sekarang )?adalah (?:sebuah )?(?:ai|asisten|model bahasa|chatbot)\b|\b(?:as an|sebagai) (?:ai|language model|model bahasa)\b"
    r"|\b(?:new|updated|instruksi|perintah) (?:instructions?|baru)\b|\bend of (?:the )?(?:evidence|context|document|quotes?)\b|\bakhir (?:dari )?(?:bukti|konteks|dokumen|kutipan)\b",
    re.IGNORECASE,
)

# A title or heading that dictates what is to be written.
_DICTATES = re.compile(
    r"\b(?:write|say|print|output|reply|answer|respond|cite|tulis\w*|katakan\w*|jawab\w*|cetak\w*|kutip\w*)\s*:",
    re.IGNORECASE,
)


def addresses_model(text: str) -> bool:
    """Whether a sentence gives orders to a language model."""
    visible = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("Cf", "Co", "Cc")
    )
    return bool(_ADDRESSES_MODEL.search(visible))


def draw_mark() -> str:
    """A line that delimits evidence in one request and in no other."""
    return f"=== {secrets.token_hex(12)} ==="


def harmless(text: str, longest: int = _LONGEST_PIECE) -> str:
    """Text of a paper as a model may see it: one line, without invisible characters, marks or delimiters of ours."""
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") else c for c in text)
    unmarked = _LIKE_MARK.sub(r"(\1)", " ".join(visible.split()))
    return re.sub(r"={3,}", "=", unmarked)[:longest]


def answer_messages(
    prompts: Prompts, question: str, evidence: Sequence[Evidence], language: Language, sentences: int
) -> tuple[str, str]:
    """System message and request for an answer; `evidence[n - 1]` is shown as `[n]`."""
    mark = draw_mark()
    system = prompts["answer", language].fill(mark=mark, sentences=str(sentences))
    shown = "\n".join(_shown(evidence))
    return system, prompts["evidence", language].fill(mark=mark, evidence=shown, question=harmless(question))


def gloss_messages(prompts: Prompts, quotes: Mapping[int, str], language: Language) -> tuple[str, str]:
    """System message and request for translations of `quotes` by their numbers into `language`."""
    mark = draw_mark()
    shown = "\n".join(f"[{number}] {harmless(quote)}" for number, quote in quotes.items())
    return prompts["gloss", language].fill(mark=mark), prompts["quotations", language].fill(mark=mark, evidence=shown)


def restate_messages(prompts: Prompts, question: str, earlier: Sequence[str], language: Language) -> tuple[str, str]:
    """System message and request for a question in other words, after the `earlier` ones of its conversation."""
    mark = draw_mark()
    told = "\n".join(f"- {harmless(one, _LONGEST_EARLIER)}" for one in earlier)
    request = prompts["asked", language].fill(mark=mark, earlier=told, question=harmless(question))
    return prompts["restate", language].fill(mark=mark), request


def _shown(evidence: Sequence[Evidence]) -> Iterator[str]:
    """Numbered lines, below the paper and section that they stand in; what addresses a model is no name of either."""
    paper, section = "", ""
    for number, one in enumerate(evidence, start=1):
        document, heading = one.retrieved.document, one.retrieved.passage.section.heading
        if (document.id, heading) != (paper, section):
            parts = ("" if document.id == paper else document.bibliography.title, heading)
            where = " · ".join(
                part for part in parts if part and not _DICTATES.search(part) and not addresses_model(part)
            )
            paper, section = document.id, heading
            yield f"({harmless(where, _LONGEST_TITLE)})"
        yield f"[{number}] {harmless(one.text)}"
