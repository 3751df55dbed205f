"""The site of docs/: links that leave it are kept, and the reference names every operation and body of the service."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("mkdocs", reason="the extra docs is not installed")

ROOT = Path(__file__).resolve().parents[2]


def hook(name: str) -> ModuleType:
    """A hook as MkDocs loads it."""
    described = importlib.util.spec_from_file_location(f"hook_{name}", ROOT / "docs" / "_hooks" / f"{name}.py")
    assert described is not None and described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


def test_the_reference_names_every_operation_and_every_body() -> None:
    reference = hook("http_reference")
    schema = reference.described()
    page = reference.on_page_markdown((ROOT / "docs" / "http.md").read_text(encoding="utf-8"))
    operations = {f"`{method.upper()} {path}`" for path, methods in schema["paths"].items() for method in methods}
    assert len(operations) > 20
    assert {one for one in operations if f"#### {one}\n" not in page} == set()
    assert {one for one in schema["components"]["schemas"] if f"### {one} {{" not in page} == set()


@pytest.mark.parametrize(
    ("page", "link", "there"),
    [
        ("readme.md", "docs/clients.md#another-sites-page", "clients.md#another-sites-page"),
        ("readme.md", "action.yml", "source/action.yml"),
        ("how-to/ojs.md", "../examples/ojs_papers.py", "../examples/ojs_papers.py"),
        ("how-to/own-papers.md", "../../README.md#settings", "../readme.md#settings"),
        ("how-to/deploy.md", "../../compose.yaml", "../source/compose.yaml"),
        ("evaluation.md", "../nowhere.py", "../nowhere.py"),
    ],
)
def test_a_link_of_the_repository_leads_to_the_same_thing_in_the_site(page: str, link: str, there: str) -> None:
    assert hook("repository_links").rewritten(f"[x]({link})", page)[0] == f"[x]({there})"
