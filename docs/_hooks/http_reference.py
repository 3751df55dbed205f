"""OpenAPI → the second half of docs/http.md: every operation of the service with what it takes and what it gives.

Made anew at every build from the application itself, so it cannot fall behind; `/docs` of a running server shows the
same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MARK = "<!-- every operation -->"
_SUBJECTS = {
    "answers": "Questions and answers",
    "documents": "Papers",
    "jobs": "Ingestion jobs",
    "feedback": "Readers' verdicts",
    "openai": "OpenAI's wire format",
    "health": "Health",
}


def described() -> dict[str, Any]:
    """The OpenAPI description of a service with its default settings; nothing is loaded for it."""
    from qa.api.app import create_app
    from qa.settings import Settings

    nobody: Any = None
    return create_app(nobody, Settings(), nobody).openapi()


def reference(schema: Mapping[str, Any]) -> str:
    """All operations by subject, then all bodies, as Markdown."""
    by_subject: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            subject = operation["tags"][0]
            lines = by_subject.setdefault(subject, [])
            lines += [f"#### `{method.upper()} {path}`", "", operation["description"].strip(), ""]
            lines += [*_key(operation), *_parameters(operation), *_bodies(operation), ""]
    parts: list[str] = []
    for subject, lines in by_subject.items():
        parts += [f"### {_SUBJECTS.get(subject, subject.capitalize())}", "", *lines]
    parts += ["## Bodies", ""]
    for name, body in sorted(schema["components"]["schemas"].items()):
        parts += [f"### {name} {{ #body-{name.lower()} }}", "", *_members(body), ""]
    return "\n".join(parts)


def _key(operation: Mapping[str, Any]) -> Iterator[str]:
    """The scope of the key that the operation takes; open ones take none on loopback."""
    asked = operation.get("security", ())
    scopes = ", ".join(f"`{scope}`" for one in asked for named in one.values() for scope in named)
    if scopes:
        yield f"- key: {scopes}" + (", unless the service is open to everybody" if {} in asked else "")


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    for one in operation.get("parameters", ()):
        needed = "" if one.get("required") else ", optional"
        told = f": {_plain(one['description'])}" if one.get("description") else ""
        yield f"- `{one['name']}` ({one['in']}, {_kind(one['schema'])}{needed}){told}"


def _bodies(operation: Mapping[str, Any]) -> Iterator[str]:
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"- takes `{media}`: {_kind(content.get('schema', {}))}"
    problems = []
    for status, response in operation["responses"].items():
        kinds = [_kind(one["schema"]) for one in response.get("content", {}).values() if one.get("schema")]
        if int(status) >= 400:
            problems.append(f"`{status}`")
        else:
            yield f"- gives `{status}`" + (f": {' or '.join(dict.fromkeys(kinds))}" if any(kinds) else "")
    if problems:
        yield f"- or a [Problem](#body-problem): {', '.join(sorted(problems))}"


def _members(body: Mapping[str, Any]) -> Iterator[str]:
    if body.get("description"):
        yield from (_plain(body["description"]), "")
    if body.get("properties"):
        yield from ("| member | type | meaning |", "|---|---|---|")
    needed = body.get("required", ())
    for name, one in body.get("properties", {}).items():
        default = "" if name in needed or one.get("default") in (None, [], {}) else f" Default: `{one['default']}`."
        yield f"| `{name}` | {_kind(one)} | {_plain(one.get('description', ''))}{default} |"


def _kind(schema: Mapping[str, Any]) -> str:
    """A type in words; bodies as links."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#body-{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_kind(one) for one in schema[several]))
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        inner = _kind(schema["items"]) if schema.get("items") else "anything"
        return f"list of {inner}"
    return str(schema.get("type", "anything"))


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the reference where the page asks for it."""
    return markdown.replace(MARK, reference(described())) if MARK in markdown else markdown
