"""request of another site's page → let through, or refused: public embed tokens bound to origins, limited by visitor.

A token is no secret: it stands in the page for everyone to read. It says which portal asks, so that the portal's own
origins are the only ones that may use it, and so that one visitor cannot use up the service for all others.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.api.errors import RequestError, language_of, problem_response
from qa.settings import ServerSettings

_PREFIX = "pub_"
_WINDOW_SECONDS = 60.0
_MOST_VISITORS = 20_000
# What costs: everything that embeds a question. Reading papers and kept answers is free.
_COSTLY = ("/v1/answers", "/v1/search", "/v1/compare", "/v1/chat/completions", "/mcp")
_GUARDED = ("/v1/", "/mcp")


def embedding_origins(settings: ServerSettings) -> tuple[str, ...]:
    """Every origin whose pages may call the service, with a token or without."""
    with_tokens = (origin for origins in settings.embed_tokens.values() for origin in origins)
    return tuple(dict.fromkeys((*settings.allowed_origins, *with_tokens)))


def frame_ancestors(settings: ServerSettings, query: bytes) -> tuple[str, ...]:
    """Sites that may frame the page asked for with this query string: those of all pages, and those of the token that
    `embed=` names."""
    named = parse_qs(query.decode("latin-1")).get("embed", [""])[0]
    return tuple(dict.fromkeys((*settings.frame_ancestors, *settings.embed_tokens.get(named, ()))))


def shown_token(authorization: str) -> str | None:
    """The public token of an Authorization header; None when it shows none, or another kind of token."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token.startswith(_PREFIX) else None


def refusal(settings: ServerSettings, origin: str | None, token: str | None) -> str | None:
    """Code of the refusal of a request by a page of `origin` that shows `token`; None when it may pass."""
    if token is not None:
        if token not in settings.embed_tokens:
            return "embed_token_unknown"
        return None if origin is None or origin in settings.embed_tokens[token] else "origin_refused"
    # Without a token: the service's own pages and the sites listed for everyone. What no list names, the edge decides.
    needs_token = origin in embedding_origins(settings) and origin not in settings.allowed_origins
    return "embed_token_missing" if needs_token else None


class VisitorLimit:
    """At most `limit` questions a minute for each visitor, in a sliding window; forgets visitors that have gone."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._asked: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, token: str, visitor: str) -> float:
        """Count one question; 0 when it may be asked now, else the seconds until the next one may."""
        now = self._clock()
        with self._lock:
            asked = self._asked.setdefault((token, visitor), deque())
            self._asked.move_to_end((token, visitor))
            while asked and asked[0] <= now - _WINDOW_SECONDS:
                asked.popleft()
            if len(asked) >= self._limit:
                return asked[0] + _WINDOW_SECONDS - now
            asked.append(now)
            while len(self._asked) > _MOST_VISITORS:
                self._asked.popitem(last=False)
            return 0.0


def visitor_of(host: str) -> str:
    """Who asks, by address: of IPv6 the first 64 bits, which belong to one subscriber."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else host


class EmbedGate:
    """Middleware inside CORS, so that a listed page can read why it was refused."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self.app, self.settings = app, settings
        self.limit = VisitorLimit(settings.embed_questions_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with a problem document."""
        error = self._error(scope) if scope["type"] == "http" and scope["path"].startswith(_GUARDED) else None
        if error is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        await problem_response(error, language_of(request), request.state.request_id)(scope, receive, send)

    def _error(self, scope: Scope) -> RequestError | None:
        headers = Headers(scope=scope)
        token = shown_token(headers.get("authorization", ""))
        code = refusal(self.settings, headers.get("origin"), token)
        if code is not None:
            return RequestError(code)
        if token is None or scope["method"] != "POST" or scope["path"] not in _COSTLY:
            return None
        host = (scope.get("client") or ("",))[0]
        seconds = self.limit.wait(token, visitor_of(host))
        return RequestError("visitor_limit", {"retry-after": str(int(seconds) + 1)}) if seconds else None
