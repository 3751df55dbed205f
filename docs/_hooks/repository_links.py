"""Markdown of the repository → pages of the site: root pages join it, and links that leave docs/ lead to copies there.

So the same link works for who reads the files as they are and for who reads the site, and the build checks it in both.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
# Pages that stand in the root of the repository, and where they stand in the site.
ROOT_PAGES = {
    "README.md": "readme.md",
    "README.id.md": "readme.id.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "THIRD_PARTY.md": "third-party.md",
    "SECURITY.md": "security.md",
}
_LINK = re.compile(r"(\]\(|src=\"|href=\")(?![a-z]+:|#|/)([^)\s\"#]+)")


def origin_of(page: str) -> str:
    """Path in the repository of the page at `page` in the site."""
    return next((name for name, place in ROOT_PAGES.items() if place == page), f"docs/{page}")


def place_of(target: str) -> str | None:
    """Where a file of the repository stands in the site; None when there is no such file."""
    if target in ROOT_PAGES:
        return ROOT_PAGES[target]
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    if not (ROOT / target).is_file():
        return None
    # A page of its own would ask for a place in the menu.
    return f"source/{target}.txt" if target.endswith((".md", ".py")) else f"source/{target}"


def rewritten(markdown: str, page: str) -> tuple[str, set[str]]:
    """The page with its links as the site needs them, and the files outside docs/ that it leads to."""
    folder, named = posixpath.dirname(origin_of(page)), set()

    def replace(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found[2]))
        place = place_of(target)
        if place is None:
            return found[0]
        if place.startswith("source/"):
            named.add(target)
        return found[1] + posixpath.relpath(place, posixpath.dirname(page) or ".")

    return _LINK.sub(replace, markdown), named


def on_files(files: Any, config: Any) -> Any:
    """Add the root pages, and every file outside docs/ that some page leads to."""
    for name, place in ROOT_PAGES.items():
        if (ROOT / name).is_file():
            files.append(File.generated(config, place, content=(ROOT / name).read_text(encoding="utf-8")))
    named = {one for file in files.documentation_pages() for one in rewritten(file.content_string, file.src_uri)[1]}
    for name in sorted(named):
        files.append(File.generated(config, place_of(name) or name, content=(ROOT / name).read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The links of one page."""
    return rewritten(markdown, page.file.src_uri)[0]
