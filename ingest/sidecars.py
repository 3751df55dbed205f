"""Bibliography → Bibliography: what a `papers.csv` or a `.bib` file beside the papers says of them beats what was read.

A row of `papers.csv` names its file (column `file` or `berkas`); an entry of a `.bib` file is found by its `file`
field, by its key (the file's name without suffix), by DOI or by title.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bibtexparser import middlewares
from bibtexparser.entrypoint import parse_string

from ingest.errors import SidecarUnclear, SourceError, SourceTooLarge, SourceUnreadable
from ingest.parse.text import decode
from ingest.types import Bibliography

CSV_NAME = "papers.csv"

_MOST_BYTES = 10_000_000
_MOST_NAMED = 5
_YEAR = re.compile(r"\b((?:15|16|17|18|19|20)\d\d)\b")
_LISTS = frozenset({"authors", "keywords", "affiliations"})
_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("file", "filename", "file name", "berkas", "nama berkas"), "file"),
    **dict.fromkeys(("title", "judul"), "title"),
    **dict.fromkeys(("authors", "author", "penulis", "pengarang"), "authors"),
    **dict.fromkeys(("affiliations", "affiliation", "afiliasi"), "affiliations"),
    **dict.fromkeys(("year", "date", "tahun"), "year"),
    **dict.fromkeys(("journal", "journaltitle", "booktitle", "jurnal"), "journal"),
    **dict.fromkeys(("volume",), "volume"),
    **dict.fromkeys(("issue", "number", "nomor"), "issue"),
    **dict.fromkeys(("pages", "halaman"), "pages"),
    **dict.fromkeys(("doi",), "doi"),
    **dict.fromkeys(("place", "location of study", "tempat", "lokasi"), "place"),
    **dict.fromkeys(("keywords", "kata kunci"), "keywords"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row or entry says: `fields` are members of Bibliography with their values."""

    file: str
    key: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sidecars:
    """All entries, by the folder that they stand in, and what was wrong with their files."""

    entries: Mapping[Path, tuple[Entry, ...]]
    faults: tuple[SourceError, ...] = ()

    def override(self, path: Path, found: Bibliography) -> Bibliography:
        """The bibliography of the paper at `path` with what its entry says in the place of what was found."""
        entries = self.entries.get(path.parent, ())
        for means in (_by_file, _by_key, _by_doi, _by_title):
            for entry in entries:
                if means(entry, path, found):
                    doubtful = tuple(field for field in found.doubtful if field not in entry.fields)
                    return replace(found, **entry.fields, doubtful=doubtful)
        return found


def find_sidecars(papers: Iterable[Path]) -> Sidecars:
    """The entries that stand beside these papers. What cannot be understood in a file, and papers that are not there,
    are faults; entries before them, and other files, count."""
    names: dict[Path, set[str]] = {}
    for path in papers:
        names.setdefault(path.parent, set()).add(path.name)
    entries: dict[Path, tuple[Entry, ...]] = {}
    faults: list[SourceError] = []
    for folder in sorted(names):
        found: list[Entry] = []
        for path in [folder / CSV_NAME, *sorted(folder.glob("*.bib"))]:
            if path.is_file():
                mine: list[Entry] = []
                try:
                    mine.extend(_read(path))
                except SourceError as fault:
                    faults.append(fault)
                found += mine
                missing = [one.file for one in mine if path.suffix == ".csv" and not _is_there(folder, one.file)]
                if missing:
                    shown = ", ".join(missing[:_MOST_NAMED])
                    faults.append(SidecarUnclear(f"{path.name}: it names papers that are not there: {shown}."))
        if found:
            entries[folder] = tuple(found)
    return Sidecars(entries, tuple(faults))


def _is_there(folder: Path, name: str) -> bool:
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):  # such as a name that no file can have
        return False


def _read(path: Path) -> Iterator[Entry]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SourceTooLarge(f"{path.name}: over the limit of {_MOST_BYTES:,} bytes.")
        text, _ = decode(path.read_bytes(), path.name)
    except OSError as fault:
        raise SourceUnreadable(f"{path.name}: {fault.strerror or fault}.") from fault
    yield from _of_csv(text, path.name) if path.suffix == ".csv" else _of_bib(text, path.name)


def _of_csv(text: str, name: str) -> Iterator[Entry]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    known = {column: _COLUMNS.get(" ".join((column or "").lower().split())) for column in rows.fieldnames or ()}
    if "file" not in known.values():
        raise SidecarUnclear(f"{name}: it has no column named `file`.")
    try:
        for row in rows:
            values = {field: row[column] or "" for column, field in known.items() if field and column is not None}
            file = values.pop("file").strip()
            if file:
                yield Entry(file, "", _fields(values))
    except (csv.Error, TypeError) as fault:
        raise SidecarUnclear(f"{name}: line {rows.line_num} cannot be understood.") from fault


def _of_bib(text: str, name: str) -> Iterator[Entry]:
    # The library logs what it skips; what cannot be read is told in one sentence instead.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    stack = [
        middlewares.NormalizeFieldKeys(),
        middlewares.LatexDecodingMiddleware(),
        middlewares.SeparateCoAuthors(),
        middlewares.SplitNameParts(),
    ]
    library = parse_string(text, append_middleware=stack)
    for entry in library.entries:
        values = {field: value.value for field, value in entry.fields_dict.items()}
        authors = [one for one in map(_person, values.pop("author", ())) if one != "others"]
        plain = {_COLUMNS[field]: str(value) for field, value in values.items() if field in _COLUMNS}
        file = _linked_file(plain.pop("file", ""))
        fields = _fields(plain) | ({"authors": tuple(authors)} if authors else {})
        yield Entry(file, entry.key, fields)
    if library.failed_blocks:
        lines = ", ".join(str((block.start_line or 0) + 1) for block in library.failed_blocks[:_MOST_NAMED])
        raise SidecarUnclear(f"{name}: what stands at line {lines} cannot be understood.")


def _person(name: Any) -> str:
    return " ".join([*name.first, *name.von, *name.last, *name.jr])


def _linked_file(value: str) -> str:
    """The file's own name in `paper.pdf`, `:folder/paper.pdf:PDF` or `/home/ani/paper.pdf`."""
    parts = [part for part in value.split(";")[0].split(":") if "." in part]
    return re.split(r"[/\\]", parts[0])[-1].strip() if parts else ""


def _fields(values: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field, value in values.items():
        text = " ".join(value.split())
        if not text:
            continue
        if field in _LISTS:
            mark = ";" if ";" in text or field != "keywords" else ","
            fields[field] = tuple(part for part in (one.strip() for one in text.split(mark)) if part)
        elif field == "year":
            year = _YEAR.search(text)
            if year:
                fields[field] = int(year.group(1))
        else:
            fields[field] = text.replace("--", "–") if field == "pages" else text
    return fields


def _by_file(entry: Entry, path: Path, _: Bibliography) -> bool:
    return entry.file == path.name


def _by_key(entry: Entry, path: Path, _: Bibliography) -> bool:
    return not entry.file and bool(entry.key) and entry.key.casefold() == path.stem.casefold()


def _by_doi(entry: Entry, _: Path, found: Bibliography) -> bool:
    doi = str(entry.fields.get("doi", "")).rpartition("doi.org/")[2]
    return not entry.file and bool(doi) and doi.casefold() == (found.doi or "").casefold()


def _by_title(entry: Entry, _: Path, found: Bibliography) -> bool:
    title = _squeezed(str(entry.fields.get("title", "")))
    return not entry.file and bool(title) and title == _squeezed(found.title)


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
