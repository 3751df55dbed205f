"""question text → what it asks of a paper by its function: a part, an aim, what others say, an abbreviation. Pure."""

from __future__ import annotations

import re

from ingest.types import SectionKind

# Words that ask for an abbreviation in full.
WRITTEN_OUT = (
    "singkatan(nya)?|kepanjangan(nya)?|akronim(nya)?|stands? for|short for|abbreviat\\w+|acronyms?|spell(s|ed)? out"
)
_ASKS_WRITTEN_OUT = re.compile(rf"\b({WRITTEN_OUT})\b", re.IGNORECASE)
_ASKS_FOR_OTHERS = re.compile(
    r"\b(teori(nya)?|konsep(nya)?|pendapat|pandangan para|ahli|pakar|dikutip|mengutip|kutipan|rujukan|dirujuk|literatur|"
    r"pustaka|theor(y|ies|etical)|concepts?|scholars?|experts?|cited|cites|citing|quoted|literature|textbooks?)\b",
    re.IGNORECASE,
)

_PAPER = "penelitian|studi|kajian|artikel|riset|makalah|paper|study|research|article"
_ASKS_FOR_AIM = re.compile(
    rf"\b((tujuan|maksud|fokus|sasaran|pertanyaan)(nya)?( utama)?( dari| dalam)? ({_PAPER})|rumusan masalah|research questions?|"
    rf"(dicari( tahu)?|diteliti|dikaji|dibahas|ditanyakan)( oleh| dalam| di)? ({_PAPER})|"
    rf"({_PAPER})(nya)?\b[^?]{{0,45}}?\b(bertujuan|ingin|hendak|berfokus|fokus(nya)? (pada|ke)|mencari tahu|menanyakan|meneliti|mengkaji|"
    rf"membahas|set out|aim(s|ed)?|seeks?|sought|(trying|wants?|wanted) to (find|learn|know|understand|show)|look(s|ed|ing)? (at|into)|examines?|"
    rf"investigates?|focus(es|ed)? on)|"
    rf"(aims?|purposes?|goals?|objectives?|focus) of (the|this) ([\w-]+ ){{0,4}}({_PAPER}))\b",
    re.IGNORECASE,
)
_ASKS_WHO_WROTE = re.compile(
    rf"\b(siapa(kah)?( saja| aja| sih)?( nama)?( yang)? (menulis|nulis|penulis(nya)?|pengarang(nya)?|peneliti(nya)?)( dari| di| dalam)?"
    rf"( ({_PAPER}|jurnal|naskah|tulisan)\b|[\s?!.]*$)|(nama )?(penulis|pengarang|peneliti)(nya)? siapa\b|"
    rf"({_PAPER})( [\w-]+){{0,6}} (ditulis|disusun|dilakukan) (oleh )?siapa\b|"
    rf"who (wrote|authored) (the|this|that|a) ([\w'’-]+ ){{0,5}}({_PAPER})|who('s| is| are| was| were) the authors?\b|"
    rf"names? of the authors?\b)",
    re.IGNORECASE,
)

_SECTIONS: tuple[tuple[frozenset[SectionKind], re.Pattern[str]], ...] = (
    (
        frozenset({SectionKind.RECOMMENDATIONS}),
        re.compile(
            r"\b(saran(nya)?|(di|me(ny)?)sarankan|rekomendasi(kan)?|(di|me)rekomendasikan|usul(an)?|(di|meng)usulkan|"
            r"sebaiknya|seharusnya|recommend\w*|suggest\w*|advi[cs]e[sd]?|propos\w+|ought|solusi(nya)?|jalan keluar(nya)?|solutions?|"
            r"(apa|yang) (yang )?(harus|perlu|mesti) (di(lakukan|ubah|perbaiki|benahi|tingkatkan)|berubah)|(harus|mesti) bagaimana|"
            r"what (should|must|needs? to|can) (be (done|changed|improved|fixed)|change|happen|improve))\b",
            re.IGNORECASE,
        ),
    ),
    (
        frozenset({SectionKind.METHOD}),
        re.compile(
            r"\b(metode(nya)?|metodologi|informan(nya)?|responden|narasumber|sampel|teknik (analisis|pengumpulan|penelitian)|"
            r"analisis data|pengumpulan data|(di|me)?wawancara(i|nya)?|keabsahan|triangulasi|(lokasi|pendekatan) penelitian|"
            r"peneliti(nya)? (me(milih|ngumpulkan|mastikan|nentukan|nguji|nganalisis)\w*|dapat data)|"
            r"method\w*|informants?|respondents?|interview(s|ed|ees?)?|samples?|sampling|data analysis|data collection|triangulation|"
            r"research (design|approach|site|location)|(researchers?|authors?) (choose|chose|select|collect|gather|verify|check|make sure)\w*)\b",
            re.IGNORECASE,
        ),
    ),
    (
        frozenset({SectionKind.CONCLUSION}),
        re.compile(r"\b((ke)?simpulan(nya)?|menyimpulkan|disimpulkan|conclu\w+)\b", re.IGNORECASE),
    ),
)


def asked_sections(text: str) -> frozenset[SectionKind]:
    """Parts of a paper that a question asks about by their function: what is advised, how it was studied, what was
    concluded."""
    return frozenset(kind for kinds, pattern in _SECTIONS if pattern.search(text) for kind in kinds)


def asks_written_out(text: str) -> bool:
    """Whether a question asks what an abbreviation stands for."""
    return bool(_ASKS_WRITTEN_OUT.search(text))


def asks_for_others(text: str) -> bool:
    """Whether a question asks for what a paper takes over from others: a theory, a concept, a work that it cites."""
    return bool(_ASKS_FOR_OTHERS.search(text))


def asks_for_aim(text: str) -> bool:
    """Whether a question asks what a study set out to find."""
    return bool(_ASKS_FOR_AIM.search(text))


def asks_who_wrote(text: str) -> bool:
    """Whether a question asks for the authors of a study: they stand beside every citation and in none of its
    sentences, where authors that it cites would be taken for them."""
    return bool(_ASKS_WHO_WROTE.search(text))
