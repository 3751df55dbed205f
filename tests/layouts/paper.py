"""sample briefs → papers with everything a printed paper has; the words are our own, names and references invented."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from ingest.characters import front_matter_end
from ingest.headings import kind_of

BRIEFS = Path(__file__).parents[2] / "ingest" / "samples"

Kind = Literal["title", "authors", "affiliation", "abstract", "keywords", "heading", "paragraph", "item", "reference"]


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or item; `level` 1-2 for headings; `note` is a footnote that hangs on its end."""

    kind: Kind
    text: str
    level: int = 0
    note: str = ""


@dataclass(frozen=True)
class Float:
    """A table with its caption and source line, printed where there is room."""

    caption: str
    rows: tuple[tuple[str, ...], ...]
    source: str


@dataclass(frozen=True)
class Paper:
    """What is printed, and what must be found again."""

    name: str
    language: Literal["id", "en"]
    title: str
    authors: tuple[str, ...]
    affiliation: str
    keywords: tuple[str, ...]
    journal: str
    volume: str
    issue: str
    year: int
    doi: str
    front: tuple[Block, ...]
    body: tuple[Block, ...]
    floats: tuple[Float, ...]
    references: tuple[str, ...]


_NAMES = (
    "Sari Lestari",
    "Bagas Wiratama",
    "Dewi Anggraini",
    "Rizal Hakim",
    "Putri Maharani",
    "Yusuf Pratama",
    "Nina Kusuma",
    "Andi Saputra",
)
_JOURNALS = ("Jurnal Tata Kelola Desa", "Journal of Rural Enterprise", "Jurnal Ekonomi Perajin")
_NOTES = {
    "id": ("Keterangan ini dihimpun penulis dari catatan lapangan.", "Angka ini dibulatkan oleh penulis laporan."),
    "en": (
        "This remark was gathered from the notes of the visits.",
        "The figure was rounded by the writers of the report.",
    ),
}


@cache
def papers() -> tuple[Paper, ...]:
    """Every sample brief as a paper."""
    return tuple(_paper(index, path) for index, path in enumerate(sorted(BRIEFS.glob("*.md"))))


def _paper(index: int, path: Path) -> Paper:
    raw = path.read_text(encoding="utf-8")
    end = front_matter_end(raw)
    head = yaml.safe_load(raw[:end].strip().strip("-"))
    language = head["language"]
    indonesian = language == "id"
    title = head["title"].partition(": ")[2]
    title = title[0].upper() + title[1:]
    authors = tuple(_NAMES[(3 * index + step) % len(_NAMES)] for step in range(2 + index % 2))
    affiliation = "Universitas Nusa Raya, Indonesia" if indonesian else "Nusa Raya University, Indonesia"
    blocks = list(_blocks(raw[end:], language))
    first = next(at for at, block in enumerate(blocks) if block.kind == "paragraph")
    abstract = Block("abstract", blocks[first].text)
    keywords = tuple(dict.fromkeys(str(word) for word in head["keywords"]))[:5]
    known = ("Pendahuluan", "Simpulan") if indonesian else ("Introduction", "Conclusion")
    body = [Block("heading", known[0], 1), Block("paragraph", _rounded(abstract.text, language)), *blocks[first + 1 :]]
    if index % 2:
        body = [_lowered(block) for block in body]
    closing = [block for block in blocks if block.kind == "paragraph"][-1]
    body += [Block("heading", known[1], 1), Block("paragraph", _rounded(closing.text, language))]
    return Paper(
        path.stem.replace(".", "-"),
        language,
        title,
        authors,
        affiliation,
        keywords,
        _JOURNALS[index % 3],
        str(4 + index),
        str(1 + index % 4),
        2015 + index % 9,
        f"10.5281/contoh.{2000 + 17 * index}",
        (Block("abstract", abstract.text), Block("keywords", (", " if index % 2 else "; ").join(keywords))),
        tuple(body),
        _floats(index, language),
        _references(index, language),
    )


def _lowered(block: Block) -> Block:
    """Headings whose words name no part of a paper become second-level ones."""
    return replace(block, level=2) if block.kind == "heading" and kind_of(block.text) is None else block


def _rounded(text: str, language: str) -> str:
    opening = (
        "Secara keseluruhan, uraian di atas menegaskan hal berikut."
        if language == "id"
        else "Taken together, the sections above support this reading."
    )
    return f"{opening} {text}"


def _blocks(text: str, language: str) -> list[Block]:
    blocks: list[Block] = []
    paragraphs = 0
    for part in text.split("\n\n"):
        part = part.strip()
        if not part or part.startswith("# "):
            continue
        if part.startswith("#"):
            level = len(part) - len(part.lstrip("#")) - 1
            blocks.append(Block("heading", part.lstrip("# ").strip(), level))
        elif part.startswith("- "):
            blocks += [Block("item", " ".join(item[2:].split())) for item in part.split("\n") if item.startswith("- ")]
        else:
            paragraphs += 1
            note = _NOTES[language][(paragraphs // 4) % 2] if paragraphs % 4 == 2 else ""
            blocks.append(Block("paragraph", " ".join(part.split()), note=note))
    return blocks


def _floats(index: int, language: str) -> tuple[Float, ...]:
    if language == "id":
        rows = (
            ("No", "Tahun", "Perajin", "Unit"),
            *((str(n), str(2016 + n), str(40 + 7 * n + index), str(11 + n)) for n in range(1, 6)),
        )
        return (Float(f"Tabel {1}. Jumlah perajin menurut tahun", rows, "Sumber: olahan penulis"),)
    rows = (
        ("No", "Year", "Crafters", "Units"),
        *((str(n), str(2016 + n), str(40 + 7 * n + index), str(11 + n)) for n in range(1, 6)),
    )
    return (Float("Table 1. Number of crafters by year", rows, "Source: compiled by the writers"),)


def _references(index: int, language: str) -> tuple[str, ...]:
    made = []
    for step in range(8):
        last = ("Anwar", "Budiman", "Cahyono", "Darmadi", "Effendi", "Fauzan", "Gunadi", "Hartono")[step]
        year, volume = 2005 + (index + 2 * step) % 14, 3 + step
        topic = (
            f"Kemitraan usaha kecil di wilayah {step + 1}: telaah atas {index + 4} kasus"
            if language == "id"
            else f"Partnerships of small firms in district {step + 1}: a reading of {index + 4} cases"
        )
        made.append(
            f"{last}, {chr(65 + step)}. ({year}). {topic}. "
            f"Jurnal Usaha Rakyat, {volume}({1 + step % 4}), {10 + step}–{24 + step}."
        )
    return tuple(made)


def words(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, no punctuation."""
    return re.findall(r"\w+", text.lower())
