"""OJS's native XML export → a folder of papers with papers.csv, ready for `sitasi ingest`. Standard library only.

python ojs_papers.py export.xml FOLDER [--name JOURNAL] [--locale id]
"""

from __future__ import annotations

import argparse
import base64
import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse

OJS = "{http://pkp.sfu.ca}"
COLUMNS = ("file", "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "keywords")
BEST_FIRST = ("pdf", "docx", "html", "htm", "txt")


@dataclass(frozen=True)
class Paper:
    """One article: its row of papers.csv, and the file that its readers get."""

    row: dict[str, str]
    content: bytes


def articles(export: Path) -> Iterator[Element]:
    """Every article of the export, one at a time: papers stand in it whole, so the file may be large."""
    for _, element in iterparse(export):
        if element.tag == f"{OJS}article":
            yield element
            element.clear()


def in_locale(parent: Element, name: str, locale: str | None) -> list[Element]:
    """The children of that name in a locale (`id` also takes `id_ID`); all of them where none is in it."""
    found = parent.findall(f"{OJS}{name}")
    asked = [one for one in found if locale and (one.get("locale") or "").split("_")[0] == locale.split("_")[0]]
    return asked or found


def text_of(parent: Element, name: str, locale: str | None) -> str:
    """The text of the first child of that name, in the locale if there is one."""
    found = in_locale(parent, name, locale)
    return " ".join("".join(found[0].itertext()).split()) if found else ""


def current_publication(article: Element) -> Element:
    """The version that readers see; before OJS 3.2 that is the article itself."""
    versions = article.findall(f"{OJS}publication")
    named = article.get("current_publication_id")
    for one in versions:
        if any(number.text == named for number in one.findall(f"{OJS}id[@type='internal']")):
            return one
    return versions[-1] if versions else article


def galley(article: Element, publication: Element) -> tuple[str, bytes] | None:
    """File ending and bytes of the best galley; None when there is none."""
    shown = {one.get("id") for one in publication.iterfind(f"{OJS}article_galley/{OJS}submission_file_ref")}
    files = []
    for submitted in article.findall(f"{OJS}submission_file"):
        for file in submitted.iterfind(f".//{OJS}embed/.."):
            named = file.get("extension") or file.get("filename") or text_of(submitted, "name", None)
            ending = named.rpartition(".")[2].lower()
            embedded = file.find(f"{OJS}embed")
            if submitted.get("id") in shown and ending in BEST_FIRST and embedded is not None and embedded.text:
                files.append((BEST_FIRST.index(ending), ending, embedded.text))
    if not files:
        return None
    _, ending, encoded = min(files)
    return ending, base64.b64decode(encoded)


def read_article(article: Element, journal: str, locale: str | None) -> Paper | str:
    """The paper, or the title of an article that has no file for readers."""
    publication = current_publication(article)
    locale = locale or publication.get("locale") or article.get("locale")
    title = ": ".join(filter(None, (text_of(publication, "title", locale), text_of(publication, "subtitle", locale))))
    file = galley(article, publication)
    if file is None:
        return title
    issue = publication.find(f"{OJS}issue_identification")
    issue = Element("none") if issue is None else issue
    people = publication.iterfind(f"{OJS}authors/{OJS}author")
    keywords = in_locale(publication, "keywords", locale)
    number = re.sub(r"\W", "", text_of(publication, "id", None))
    row = {
        "file": f"article-{number}.{file[0]}",
        "title": title,
        "authors": "; ".join(
            " ".join(filter(None, (text_of(one, "givenname", locale), text_of(one, "familyname", locale))))
            for one in people
        ),
        "year": (publication.get("date_published") or text_of(issue, "year", None))[:4],
        "journal": journal,
        "volume": text_of(issue, "volume", None),
        "issue": text_of(issue, "number", None),
        "pages": text_of(publication, "pages", None),
        "doi": next((one.text or "" for one in publication.findall(f"{OJS}id[@type='doi']")), ""),
        "keywords": "; ".join(one.text or "" for group in keywords[:1] for one in group),
    }
    return Paper(row, file[1])


def main() -> int:
    """Write the folder; returns 1 when no article had a file."""
    parser = argparse.ArgumentParser(description="OJS's native XML export → a folder that `sitasi ingest` takes.")
    parser.add_argument("export", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="", help="Name of the journal.")
    parser.add_argument("--locale", help="Language of titles and keywords, such as id or en; else the article's own.")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for article in articles(given.export):
        paper = read_article(article, given.name, given.locale)
        if isinstance(paper, str):
            print(f"No published file: {paper}", file=sys.stderr)
            continue
        (given.folder / paper.row["file"]).write_bytes(paper.content)
        rows.append(paper.row)
    with (given.folder / "papers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} papers in {given.folder}")
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
