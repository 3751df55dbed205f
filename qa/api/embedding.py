"""request of another site's page → let through, or refused: public embed tokens bound to origins, limited by visitor.

A token is no secret: it stands in the page for everyone to read. It says which portal asks, so that the portal's own
origins are the only ones that may use it, and so that one visitor cannot use up the service for all others.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers

from qa.settings import ServerSettings

EMBED_PREFIX = "pub_"


def embedding_origins(settings: ServerSettings) -> tuple[str, ...]:
    """Every origin whose pages may call the service, with a token or without."""
    with_tokens = (origin for origins in settings.embed_tokens.values() for origin in origins)
    return tuple(dict.fromkeys((*settings.allowed_origins, *with_tokens)))


def frame_ancestors(settings: ServerSettings, query: bytes) -> tuple[str, ...]:
    """Sites that may frame the page asked for with this query string: those of all pages, and those of the token that
    `embed=` names."""
    named = parse_qs(query.decode("latin-1")).get("embed", [""])[0]
    return tuple(dict.fromkeys((*settings.frame_ancestors, *settings.embed_tokens.get(named, ()))))


def is_own_origin(origin: str, host: str, settings: ServerSettings) -> bool:
    """Whether `origin` is that of the service's own pages, as reached under this Host header."""
    own = {host.lower()}
    if settings.public_url:
        own.add(urlsplit(settings.public_url).netloc.lower())
    return urlsplit(origin).netloc.lower() in own and origin.startswith(("http://", "https://"))


def refusal(settings: ServerSettings, headers: Headers, token: str | None) -> str | None:
    """Code of the refusal of a request with these headers that shows the embed token `token`; None when it may pass."""
    origin = headers.get("origin")
    if token is not None:
        if token not in settings.embed_tokens:
            return "embed_token_unknown"
        # The service's own page in a portal's frame works with the portal's token.
        if origin is None or origin in settings.embed_tokens[token]:
            return None
        return None if is_own_origin(origin, headers.get("host", ""), settings) else "origin_refused"
    # Without a token: the service's own pages and the sites listed for everyone. What no list names, the edge decides.
    needs_token = origin in embedding_origins(settings) and origin not in settings.allowed_origins
    return "embed_token_missing" if needs_token else None


def visitor_of(host: str) -> str:
    """Who asks, by address: of IPv6 the first 64 bits, which belong to one subscriber."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else host
