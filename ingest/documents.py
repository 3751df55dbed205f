"""ParsedFile → Document → Passage: ties cleaning, sections, bibliography and cutting together.

`python -m ingest.documents FILE…` prints what became of a file: sections, kinds, sentences, and what is flagged.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from ingest.bibliography import find_bibliography
from ingest.completeness import is_orderly
from ingest.errors import SourceEmpty, SourceError
from ingest.parse import parse_file
from ingest.passages import cut_passages
from ingest.sections import find_sections
from ingest.sentences import split_sentences
from ingest.settings import IngestSettings, PassageSettings
from ingest.sources import find_sources
from ingest.text import TEXT_POLICY, clean
from ingest.types import Collection, Document, Language, ParsedFile, Section, SourceFile

__all__ = ["build_document", "cut_passages", "document_ids", "document_version"]

_VERSION_CHARACTERS = 12


def build_document(
    source: SourceFile, parsed: ParsedFile, collection: Collection, document_id: str | None = None
) -> Document:
    """One paper: cleaned text, its map to the file, sections and bibliography.

    `document_id` defaults to the slug of the file's name; a run over many files takes ids from `document_ids`.
    Raises SourceEmpty when cleaning leaves no word.
    """
    cleaned = clean(parsed.text, parsed.layout)
    if not any(char.isalnum() for char in cleaned.text):
        raise SourceEmpty(f"{source.name}: the file holds no words.")
    sections = find_sections(cleaned, _declared_language(parsed))
    return Document(
        id=document_id or slug(source.name),
        version=document_version(source),
        collection=collection,
        source=source,
        parsed_media_type=parsed.media_type,
        language=_language(sections, _declared_language(parsed)),
        text=cleaned.text,
        segments=cleaned.segments,
        pages=parsed.pages,
        sections=sections,
        bibliography=find_bibliography(cleaned, sections, parsed, source.name),
        ocr=parsed.ocr,
        doubtful=cleaned.doubtful,
    )


def document_version(source: SourceFile) -> str:
    """Changes with the file's bytes and with TEXT_POLICY, and with nothing else: 12 hexadecimal characters."""
    return hashlib.sha256(f"{source.sha256}:{TEXT_POLICY}".encode()).hexdigest()[:_VERSION_CHARACTERS]


def document_ids(names: Iterable[str]) -> dict[str, str]:
    """An id for each file name: its slug; where two names share one, all of them get a short digest of their name."""
    slugs = {name: slug(name) for name in names}
    count: dict[str, int] = {}
    for value in slugs.values():
        count[value] = count.get(value, 0) + 1
    return {
        name: value
        if count[value] == 1
        else f"{value}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
        for name, value in slugs.items()
    }


def slug(name: str) -> str:
    """`Sub Folder/Makalah 1.txt` → `sub-folder-makalah-1`: ASCII letters, digits and hyphens, at most 80 characters."""
    stem = name.rsplit(".", 1)[0] if re.search(r"[^/]\.[A-Za-z0-9]{1,9}$", name) else name
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(words) > 80 or not words:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return f"{words[:70].strip('-')}-{digest}".strip("-")
    return words


def _declared_language(parsed: ParsedFile) -> Language | None:
    value = dict(parsed.metadata).get("language")
    if isinstance(value, str) and value.lower()[:2] in ("id", "en"):
        return "id" if value.lower().startswith("id") else "en"
    return None


def _language(sections: Iterable[Section], declared: Language | None) -> Language:
    if declared:
        return declared
    size: dict[Language, int] = {"id": 0, "en": 0}
    for section in sections:
        size[section.language] += section.end - section.start
    return "id" if size["id"] >= size["en"] else "en"


def _describe(document: Document) -> Iterable[str]:
    head = f"== {document.id}  {document.language}  {len(document.text)} characters"
    yield f"{head}, {len(document.doubtful)} doubtful joints"
    for key in document.bibliography.__slots__:
        value = getattr(document.bibliography, key)
        if value:
            yield f"   {key}: {value}"
    orderly = is_orderly(document.text)
    for section in document.sections:
        yield f"\n[{section.kind.value} {section.language}] {' / '.join(section.path) or '(no heading)'}"
        for sentence in split_sentences(document.text, section, document.doubtful, orderly):
            flag = " " if sentence.complete else "?"
            yield f"  {flag} {sentence.language} {sentence.start:>6} {document.text[sentence.start : sentence.end]!r}"


def main(arguments: list[str]) -> int:
    """Print each file's document; 1 when one of them could not be read."""
    found = find_sources([Path(argument) for argument in arguments], IngestSettings())
    faults: list[SourceError] = list(found.faults)
    for source in found.files:
        try:
            document = build_document(source, parse_file(source, IngestSettings()), Collection.PAPERS)
        except SourceError as unreadable:
            faults.append(unreadable)
            continue
        sys.stdout.write("\n".join(_describe(document)) + "\n")
        sys.stdout.write(f"\n   {len(cut_passages(document, PassageSettings()))} passages\n")
    for fault in faults:
        sys.stderr.write(f"{fault} {fault.advice}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
