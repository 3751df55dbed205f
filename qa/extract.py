"""Evidence → drafted claims without a model: verbatim sentences, arranged; the other language under a lead-in. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from ingest.types import Language, Span
from qa.answer_type import SHAPELESS, answer_type_match
from qa.messages import AND, AND_OTHERS, FURTHER, IN_SECTION, LEAD_INS, PLAIN_LEAD_IN, STUDY_NAMED, STUDY_OF_PLACE
from qa.question import QuestionType
from qa.types import ClaimKind, DocumentCard, Evidence


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A claim before it was verified: its text, the verbatim ranges inside it, and the evidence it rests on."""

    kind: ClaimKind
    text: str
    quoted: tuple[Span, ...]
    evidence: tuple[Evidence, ...]


_MAX_NAMED_AUTHORS = 2
IN_MARKS = re.compile(r"“([^“”]+)”|\"([^\"]+)\"|«([^«»]+)»")
"""A quotation with its marks; the group that matched is its words."""
_LONG_HEADING = 70
# One comma makes no list, and a place name no person: a lead-in that promises an answer needs more.
_SURELY = 0.5


def _surname(author: str) -> str:
    """The last word of a name without degrees; Indonesian single names stay whole."""
    return author.split(",")[0].split()[-1]


def attribution(card: DocumentCard, language: Language) -> str:
    """Who found it and where, e.g. "Indrawati and Pambudi (2020), the study of Kotagede"."""
    bibliography = card.bibliography
    names = [_surname(author) for author in bibliography.authors if author.strip()]
    if len(names) > _MAX_NAMED_AUTHORS:
        who = AND_OTHERS[language].format(first=names[0])
    else:
        who = f" {AND[language]} ".join(names)
    if who and bibliography.year:
        who = f"{who} ({bibliography.year})"
    study = (
        STUDY_OF_PLACE[language].format(place=bibliography.place)
        if bibliography.place
        else STUDY_NAMED[language].format(title=bibliography.title)
    )
    return f"{who}, {study}," if who else study


def _lead_in(evidence: Evidence, kind: QuestionType, language: Language, introduced: Container[str]) -> str:
    """What introduces a quotation; a study that was named already is not named again, nor is a section: the citation
    has it."""
    document, heading = evidence.retrieved.document, evidence.retrieved.passage.section.heading
    if document.id in introduced:
        return FURTHER[language]
    section = IN_SECTION[language].format(heading=heading) if heading and len(heading) <= _LONG_HEADING else ""
    named = attribution(document, language)
    # The comma that closes "the study of Kotagede," stands behind the section in brackets.
    source = f"{named.removesuffix(',')}{section}{',' if named.endswith(',') else ''}"
    promise = LEAD_INS[language].get(kind)
    if promise and (kind in SHAPELESS or answer_type_match(kind, evidence.text) > _SURELY):
        return promise.format(source=source)
    return PLAIN_LEAD_IN[language].format(source=source[0].upper() + source[1:])


def draft_extractive(
    evidence: Sequence[Evidence], kind: QuestionType, language: Language, *, several_places: bool = False
) -> tuple[DraftClaim, ...]:
    """One claim for each piece of evidence, in order. Text in the answer's language stands verbatim; text in the other
    language stands in quotation marks behind a lead-in that says who found it and where, and what it answers where it
    has the shape of that. So does the first text of each study where several are compared or `several_places` were
    asked about: the reader must be told which study speaks."""
    claims = []
    heard: set[str] = set()
    studies = {one.retrieved.document.id for one in evidence}
    named = several_places or (kind is QuestionType.COMPARISON and len(studies) > 1)
    for one in evidence:
        introduced = not named or one.retrieved.document.id in heard
        if one.language == language and introduced:
            claims.append(DraftClaim(ClaimKind.QUOTATION, one.text, ((0, len(one.text)),), (one,)))
        else:
            lead = _lead_in(one, kind, language, heard)
            # What stands in quotation marks in the paper, all of it, needs no second ones.
            opening, closing = ("", "") if IN_MARKS.fullmatch(one.text) else ("“", "”")
            start = len(lead) + len(": ") + len(opening)
            text = f"{lead}: {opening}{one.text}{closing}"
            claims.append(DraftClaim(ClaimKind.QUOTATION, text, ((start, start + len(one.text)),), (one,)))
        heard.add(one.retrieved.document.id)
    return tuple(claims)
