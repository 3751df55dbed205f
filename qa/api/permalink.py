"""kept answer → what its page says to machines: title, Open Graph, JSON-LD (schema.org) and oEmbed. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from qa.api.bodies import CitationBody, DocumentBody
from qa.api.keeping import KeptBody

_LOCALE = {"id": "id_ID", "en": "en_GB"}
_DESCRIPTION_CHARACTERS = 280
_EMBED_WIDTH, _EMBED_HEIGHT = 640, 480


def with_head(page: str, language: str, title: str, lines: Iterable[str]) -> str:
    """The page's HTML in `language`, under `title`, with `lines` at the end of its head."""
    page = page.replace('<html lang="id">', f'<html lang="{language}">', 1)
    page = page.replace("<title>Sitasi</title>", f"<title>{escape(title)} · Sitasi</title>", 1)
    return page.replace("</head>", "".join(f"  {line}\n" for line in lines) + "</head>", 1)


def answer_head(kept: KeptBody, base: str) -> list[str]:
    """Lines for the head of an answer's page; `base` is the service's address without a slash at its end."""
    address = f"{base}/a/{kept.id}"
    description = _shortened(kept.text)
    named = {
        "og:type": "article",
        "og:site_name": "Sitasi",
        "og:title": kept.question,
        "og:description": description,
        "og:url": address,
        "og:locale": _LOCALE[kept.language],
        "article:published_time": _iso(kept.created_at),
    }
    lines = [f'<meta name="description" content="{escape(description)}">']
    lines += [f'<meta property="{name}" content="{escape(value)}">' for name, value in named.items()]
    if kept.shared:
        discovered = escape(f"{base}/oembed?format=json&url={address}")
        lines.append(f'<link rel="canonical" href="{escape(address)}">')
        lines.append(f'<link rel="alternate" type="application/json+oembed" href="{discovered}">')
    else:
        # It will be forgotten, so no search engine should keep it.
        lines.append('<meta name="robots" content="noindex">')
    lines.append(f'<script type="application/ld+json">{_json_for_html(json_ld(kept, base))}</script>')
    return lines


def json_ld(kept: KeptBody, base: str) -> dict[str, Any]:
    """The answer as a schema.org QAPage; every citation is a Quotation that is part of its ScholarlyArticle."""
    asked: dict[str, Any] = {
        "@type": "Question",
        "name": kept.question,
        "text": kept.question,
        "inLanguage": kept.language,
        "dateCreated": _iso(kept.created_at),
        "answerCount": int(kept.status == "answered"),
    }
    if kept.status == "answered":
        asked["acceptedAnswer"] = {
            "@type": "Answer",
            "text": kept.text,
            "inLanguage": kept.language,
            "url": f"{base}/a/{kept.id}",
            "dateCreated": _iso(kept.created_at),
            "author": {"@type": "SoftwareApplication", "name": "Sitasi"},
            "citation": [_quotation(citation, base) for citation in kept.citations],
        }
    return {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": asked}


def oembed(
    kept: KeptBody, base: str, *, framed: bool, width: int | None, height: int | None, token: str | None = None
) -> dict[str, Any]:
    """The oEmbed 1.0 answer for a shared permalink: `rich` with a frame when pages may be framed, else a `link`. The
    frame's address names the embed `token`, whose sites may show it."""
    told: dict[str, Any] = {
        "version": "1.0",
        "type": "rich" if framed else "link",
        "title": kept.question,
        "provider_name": "Sitasi",
        "provider_url": f"{base}/",
        "cache_age": 86_400,
    }
    if framed:
        wide, high = min(width or _EMBED_WIDTH, _EMBED_WIDTH), min(height or _EMBED_HEIGHT, _EMBED_HEIGHT)
        source = escape(f"{base}/a/{kept.id}{f'?embed={token}' if token else ''}")
        told["html"] = (
            f'<iframe src="{source}" width="{wide}" height="{high}" title="{escape(kept.question)}" '
            'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox" '
            'allow="clipboard-write" loading="lazy"></iframe>'
        )
        told |= {"width": wide, "height": high}
    return told


def paper_head(paper: DocumentBody, base: str) -> list[str]:
    """Lines for the head of a paper's page: Open Graph, and the tags that reference managers read."""
    tags = [("citation_title", paper.title), *(("citation_author", author) for author in paper.authors)]
    tags += [("citation_publication_date", str(paper.year))] if paper.year else []
    tags += [("citation_journal_title", paper.journal)] if paper.journal else []
    tags += [("citation_language", paper.language)]
    named = {
        "og:type": "article",
        "og:site_name": "Sitasi",
        "og:title": paper.title,
        "og:url": f"{base}/papers/{paper.id}",
    }
    lines = [f'<meta name="{name}" content="{escape(value)}">' for name, value in tags]
    return lines + [f'<meta property="{name}" content="{escape(value)}">' for name, value in named.items()]


def _quotation(citation: CitationBody, base: str) -> dict[str, Any]:
    paper = citation.document
    article: Mapping[str, Any] = {
        "@type": "ScholarlyArticle",
        "name": paper.title,
        "author": [{"@type": "Person", "name": author} for author in paper.authors],
        "datePublished": None if paper.year is None else str(paper.year),
        "isPartOf": paper.journal and {"@type": "Periodical", "name": paper.journal},
        "inLanguage": paper.language,
        "version": paper.version,
        "url": f"{base}/papers/{paper.id}",
    }
    return {
        "@type": "Quotation",
        "text": citation.quote,
        "inLanguage": citation.quote_language,
        "position": citation.number,
        "url": f"{base}{citation.href}",
        "isPartOf": {name: value for name, value in article.items() if value},
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _DESCRIPTION_CHARACTERS else f"{line[: _DESCRIPTION_CHARACTERS - 1].rstrip()}…"


def _json_for_html(value: Mapping[str, Any]) -> str:
    """JSON that no text in it can end: `<` would let a title close the element."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
