"""The files of the pages, read as text: small, complete in both languages, nothing that a strict policy refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import qa

WEB = Path(qa.__file__).parent / "web"
SCRIPTS = sorted(WEB.glob("*.js"))
PAGES = sorted(WEB.glob("*.html"))
IMPORT = re.compile(r'^import .*?from "\./(?:static/)?([\w.-]+)";', re.MULTILINE)


def imports(script: Path) -> set[Path]:
    """Modules that `script` needs, itself included."""
    found, waiting = {script}, [script]
    while waiting:
        for name in IMPORT.findall(waiting.pop().read_text(encoding="utf-8")):
            module = WEB / name
            if module not in found:
                found.add(module)
                waiting.append(module)
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_and_says_what_it_is_for(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 250
    assert lines[0].startswith("// ")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_turns_text_into_markup_or_code(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    for dangerous in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "eval(",
        "new Function",
        "srcdoc",
    ):
        assert dangerous not in text


def test_only_the_client_fetches() -> None:
    assert [
        script.name
        for script in SCRIPTS
        if re.search(r"(?<!\.)\b(fetch|XMLHttpRequest|EventSource|sendBeacon)\(", script.read_text())
    ] == ["client.js"]


def test_no_file_names_another_host() -> None:
    known = {"http://www.w3.org/2000/svg", "https://doi.org/"}
    for file in WEB.iterdir():
        found = set(re.findall(r"https?://[^\s\"'`$)>]*", file.read_text(encoding="utf-8")))
        assert found <= known, file.name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_has_nothing_inline_and_preloads_what_it_imports(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text)
    entry = re.search(r'<script type="module" src="/static/([\w.-]+)"', text)
    assert entry
    preloaded = set(re.findall(r'<link rel="modulepreload" href="/static/([\w.-]+)">', text))
    assert preloaded == {module.name for module in imports(WEB / entry[1])} - {entry[1]}


def test_every_text_stands_in_both_languages_and_is_used() -> None:
    table = (WEB / "i18n.js").read_text(encoding="utf-8")
    entries = re.findall(r'^  (\w+): \[\s*"((?:[^"\\]|\\.)+)",\s*"((?:[^"\\]|\\.)+)",?\s*\]', table, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^  \w+: \[", table, re.MULTILINE))
    used = "\n".join(file.read_text(encoding="utf-8") for file in WEB.iterdir() if file.name != "i18n.js")
    for key, indonesian, english in entries:
        assert set(re.findall(r"\{(\w+)\}", indonesian)) == set(re.findall(r"\{(\w+)\}", english)), key
        assert re.search(rf"[\"'`]{key}[\"'`]", used) or (key.startswith("inLanguage_") and "inLanguage_${" in used), (
            key
        )
